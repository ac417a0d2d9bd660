"""The small, closed vocabulary in which the content files speak of answers and needs.

A condition is a table with one of these shapes::

    { all_of = [ … ] }            { any_of = [ … ] }            { count = 2, of = [ … ] }
    { need = "mind", at_least = 3 }
    { question = "urges", at_least = "most_days" }      (by the question's order of worse)
    { question = "support", at_most = "several" }       (only where less is meant: see needs; and in advice)
    { question = "care_now", is = ["detox", "php"] }    (one of these; for a list of codes: any of these)
    { question = "substances", unless = ["none"] }      (true unless it is exactly this; true when unknown)
    { question = "pregnant", unknown = true }
    { fact = "frequent" }                               (a condition named in needs.toml)

There is no "not". The words allowed where a level is decided (:data:`RISING`) can only become true, never
false, as answers grow worse: that a worse answer never leads to less care holds by construction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product
from typing import TypeVar

from assessment.domain.questionnaire import Question

Value = str | int | frozenset[str] | None
Values = Mapping[str, Value]
"""Question id to the code read for it (a set of codes where it takes several; None: does not apply)."""

Test = Callable[[Values], bool]
T = TypeVar("T")

UNKNOWN = "*unknown"
"""The key under which the values carry the set of questions that apply and are not answered."""

RISING = frozenset({"at_least", "is"})
FALLING = frozenset({"at_most"})
ROUTING = frozenset({"is", "unless"})
SPEAKING = frozenset({"at_least", "at_most", "is", "unknown"})


class ConditionError(ValueError):
    """A condition outside the vocabulary; ``word`` is the word to look for in the file."""

    def __init__(self, problem: str, word: str = "when") -> None:
        super().__init__(problem)
        self.word = word


@dataclass(frozen=True, slots=True)
class NeedAtLeast:
    """A need has reached ``value``."""

    need: str
    value: int


@dataclass(frozen=True, slots=True)
class Answered:
    """The code read for ``question`` is one of ``codes`` (``inverted``: is not; ``unknown``: is unknown)."""

    question: str
    codes: frozenset[str]
    inverted: bool = False
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Count:
    """At least ``least`` of ``parts`` are true."""

    least: int
    parts: tuple[Condition, ...]


Condition = NeedAtLeast | Answered | Count
Atom = NeedAtLeast | Answered


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What conditions may name: questions, needs, facts, and the question words allowed here."""

    questions: Mapping[str, Question]
    needs: frozenset[str] = frozenset()
    facts: Mapping[str, Condition] | None = None
    words: frozenset[str] = RISING

    def parse(self, table: object) -> Condition:
        """The condition a content table says, or :class:`ConditionError`."""
        if not isinstance(table, Mapping) or not table:
            raise ConditionError(f"a condition must be a table, not {table!r}")
        keys = set(table)
        if keys <= {"all_of", "any_of"} and len(keys) == 1:
            key = next(iter(keys))
            parts = self._parts(table[key], key)
            return Count(len(parts) if key == "all_of" else 1, parts)
        if keys == {"count", "of"}:
            return self._count(table)
        if keys == {"need", "at_least"}:
            return self._need(table)
        if keys == {"fact"}:
            return self._fact(table["fact"])
        if "question" in keys and len(keys) == 2:
            return self._question(table)
        raise ConditionError(f"{sorted(keys)} is not in the vocabulary", str(sorted(keys)[0]))

    def _parts(self, listed: object, key: str) -> tuple[Condition, ...]:
        if not isinstance(listed, list) or not listed:
            raise ConditionError(f"{key} needs a list of conditions", key)
        return tuple(self.parse(part) for part in listed)

    def _count(self, table: Mapping[str, object]) -> Count:
        parts = self._parts(table["of"], "of")
        least = table["count"]
        if not isinstance(least, int) or not 1 <= least <= len(parts):
            raise ConditionError(f"count {least!r} is not between 1 and {len(parts)}", "count")
        return Count(least, parts)

    def _need(self, table: Mapping[str, object]) -> NeedAtLeast:
        need, value = table["need"], table["at_least"]
        if not isinstance(need, str) or need not in self.needs:
            raise ConditionError(f"unknown need {need!r}", str(need))
        if not isinstance(value, int) or not 1 <= value <= 4:
            raise ConditionError(f"need {need} at_least {value!r} is not between 1 and 4", need)
        return NeedAtLeast(need, value)

    def _fact(self, name: object) -> Condition:
        facts = self.facts or {}
        if not isinstance(name, str) or name not in facts:
            raise ConditionError(f"unknown fact {name!r}", str(name))
        return facts[name]

    def _question(self, table: Mapping[str, object]) -> Answered:
        name = table["question"]
        question = self.questions.get(name) if isinstance(name, str) else None
        if question is None:
            raise ConditionError(f"unknown question {name!r}", str(name))
        word = next(key for key in table if key != "question")
        if word not in self.words:
            raise ConditionError(f"{word} is not allowed here (question {question.id})", word)
        if word == "unknown":
            if table[word] is not True:
                raise ConditionError("unknown can only be true", word)
            return Answered(question.id, frozenset(), unknown=True)
        codes = self._codes(question, table[word])
        if word in ("at_least", "at_most"):
            return Answered(question.id, _bounded(question, word, codes))
        if word == "is" and self.words is RISING and question.ranks:
            raise ConditionError(f"question {question.id} has an order: use at_least", question.id)
        return Answered(question.id, frozenset(codes), inverted=word == "unless")

    def _codes(self, question: Question, listed: object) -> list[str]:
        codes = [listed] if isinstance(listed, str) else listed
        if not isinstance(codes, list) or not codes:
            raise ConditionError(f"question {question.id} needs a code or a list of codes", question.id)
        for code in codes:
            if code not in question.options:
                raise ConditionError(f"question {question.id} has no option {code!r}", str(code))
        return codes


def _bounded(question: Question, word: str, codes: list[str]) -> frozenset[str]:
    if len(codes) != 1 or codes[0] not in question.ranks:
        raise ConditionError(f"{word} {codes} is not one place in the order of {question.id}", codes[0])
    return question.at_least(codes[0]) if word == "at_least" else question.at_most(codes[0])


def need_key(need: str) -> str:
    """The key under which values carry the number of a need, where a condition may ask for it."""
    return f"*need {need}"


def test_of(condition: Condition, many: frozenset[str]) -> Test:
    """A function of the values read, compiled once; ``many`` holds the questions that take several codes.

    A condition on a need looks for its number in the values, under :func:`need_key`.
    """
    if isinstance(condition, Answered):
        return _answered(condition, condition.question in many)
    if isinstance(condition, NeedAtLeast):
        key, least = need_key(condition.need), condition.value
        return lambda values: values[key] >= least  # type: ignore[operator]
    return counting(condition.least, [test_of(part, many) for part in condition.parts])


def _answered(atom: Answered, many: bool) -> Test:
    question, codes = atom.question, atom.codes
    if atom.unknown:
        return lambda values: question in values[UNKNOWN]  # type: ignore[operator]
    if atom.inverted:
        return lambda values: (
            values[question] not in codes if not many else not _only(values[question], codes)
        )
    if many:
        return lambda values: not codes.isdisjoint(values[question])  # type: ignore[arg-type]
    return lambda values: values[question] in codes


def _only(value: Value, codes: frozenset[str]) -> bool:
    return isinstance(value, frozenset) and bool(value) and value <= codes


def counting(least: int, parts: Sequence[Callable[[T], bool]]) -> Callable[[T], bool]:
    """A function that is true when at least ``least`` of ``parts`` are.

    Pairs, the most common, have a form of their own: a loop costs more than the tests themselves.
    """
    if len(parts) == 2:
        one, two = parts
        if least == 1:
            return lambda subject: one(subject) or two(subject)
        return lambda subject: one(subject) and two(subject)

    def test(subject: T) -> bool:
        left, spare = least, len(parts) - least
        for part in parts:
            if part(subject):
                left -= 1
                if not left:
                    return True
            else:
                spare -= 1
                if spare < 0:
                    return False
        raise AssertionError("one of the two runs out first")  # pragma: no cover

    return test


def atoms(condition: Condition) -> Iterator[Atom]:
    """Every need and question a condition names, in the order of the file."""
    if isinstance(condition, Count):
        for part in condition.parts:
            yield from atoms(part)
    else:
        yield condition


def alternatives(condition: Condition) -> Iterator[frozenset[Atom]]:
    """The least sets of atoms that make a condition true (its disjunctive normal form)."""
    if not isinstance(condition, Count):
        yield frozenset((condition,))
        return
    for chosen in combinations(condition.parts, condition.least):
        for terms in product(*(tuple(alternatives(part)) for part in chosen)):
            yield frozenset().union(*terms)
