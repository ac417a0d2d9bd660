"""From needs to a level: the first rule that matches wins; the last one always matches.

Rules stand in order of level, most intensive first, and their conditions can only become true as answers
grow worse. So a worse answer never gives a less intensive level, whatever the numbers in the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from assessment.domain.conditions import (
    Answered,
    Atom,
    Condition,
    Count,
    NeedAtLeast,
    Values,
    alternatives,
    atoms,
    counting,
    test_of,
)
from assessment.domain.needs import Need, reading_of

LEVELS = ("outpatient", "iop", "php", "residential", "detox", "emergency")
"""Codes of the levels, least intensive first."""

RANK = {level: rank for rank, level in enumerate(LEVELS)}

State = tuple[int, ...]
"""The needs, in the order of the file, then 0 or 1 for each condition on an answer that a rule names."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: the level it gives, when (None: always), why in one sentence, and where that comes from.

    ``show`` names questions whose answers are quoted although the condition does not name them.
    """

    id: str
    level: str
    because: str
    source: str
    when: Condition | None = None
    show: tuple[str, ...] = ()


class Ladder:
    """The compiled rules. ``level(state)`` is remembered for the states met lately."""

    def __init__(self, needs: Sequence[Need], rules: Sequence[Rule], many: frozenset[str]) -> None:
        self.rules = tuple(rules)
        self.needs = tuple(needs)
        flags = {atom: None for rule in rules for atom in _answer_atoms(rule)}
        self._readers: list[Callable[[Values], int]] = [reading_of(need, many) for need in needs]
        self._readers += [test_of(flag, many) for flag in flags]
        self._places: dict[object, int] = {
            key: place for place, key in enumerate([*(need.id for need in needs), *flags])
        }
        self._reads = [set(need.questions) for need in needs] + [{flag.question} for flag in flags]
        self._tests = [(RANK[rule.level], self._test(rule.when)) for rule in rules]
        self.level = lru_cache(maxsize=8192)(self._level)

    def state(self, values: Values) -> State:
        """The state of these values."""
        return tuple([reader(values) for reader in self._readers])

    def restate(self, state: State, values: Values, questions: frozenset[str]) -> State:
        """``state`` after the values of ``questions`` changed to those in ``values``."""
        return tuple(
            [
                reader(values) if reads & questions else old
                for reader, reads, old in zip(self._readers, self._reads, state, strict=True)
            ]
        )

    def _level(self, state: State, below: int = len(LEVELS)) -> int:
        """The rank of the level of the first rule that matches, among rules ranked under ``below``."""
        for rank, test in self._tests:
            if rank < below and (test is None or test(state)):
                return rank
        raise AssertionError("the last rule always matches")  # pragma: no cover - the loader sees to it

    def matching(self, state: State, level: str) -> list[Rule]:
        """Every rule of ``level`` that matches: the first decided, the others are further reasons."""
        rank = RANK[level]
        pairs = zip(self.rules, self._tests, strict=True)
        return [rule for rule, (at, test) in pairs if at == rank and (test is None or test(state))]

    def evidence(self, rule: Rule, state: State) -> list[str]:
        """The questions behind the parts of a rule that hold, in the order of the rule.

        Questions that only make up a need are left to the caller to weed (``show`` names those it keeps).
        """
        named: dict[str, None] = {}
        for atom in self._holding(rule.when, state) if rule.when else ():
            questions = (atom.question,) if isinstance(atom, Answered) else self._questions(atom.need)
            named.update(dict.fromkeys(questions))
        return list(named)

    def _questions(self, need: str) -> tuple[str, ...]:
        return self.needs[self._places[need]].questions

    def _holding(self, condition: Condition, state: State) -> Iterator[Atom]:
        if not self._atom_or_count(condition)(state):
            return
        if isinstance(condition, Count):
            for part in condition.parts:
                yield from self._holding(part, state)
        else:
            yield condition

    def _test(self, when: Condition | None) -> Callable[[State], bool] | None:
        return None if when is None else self._atom_or_count(when)

    def _atom_or_count(self, condition: Condition) -> Callable[[State], bool]:
        if isinstance(condition, Count):
            return counting(condition.least, [self._atom_or_count(part) for part in condition.parts])
        if isinstance(condition, NeedAtLeast):
            place, least = self._places[condition.need], condition.value
        else:
            place, least = self._places[condition], 1
        return lambda state: state[place] >= least

    def shadowed(self) -> Rule | None:
        """The first rule that can never decide, or None.

        Conditions are upward closed, so a rule can decide only if one of its least states matches no
        earlier rule; needs and answers are taken as free of each other.
        """
        for number, rule in enumerate(self.rules):
            earlier = [test for _, test in self._tests[:number]]
            if all(any(test is None or test(state) for test in earlier) for state in self._least(rule)):
                return rule
        return None

    def _least(self, rule: Rule) -> Iterator[State]:
        terms = alternatives(rule.when) if rule.when else iter((frozenset[Atom](),))
        for term in terms:
            state = [0] * len(self._readers)
            for atom in term:
                place = self._places[atom.need if isinstance(atom, NeedAtLeast) else atom]
                state[place] = max(state[place], atom.value if isinstance(atom, NeedAtLeast) else 1)
            yield tuple(state)


def _answer_atoms(rule: Rule) -> list[Answered]:
    return [atom for atom in atoms(rule.when) if isinstance(atom, Answered)] if rule.when else []
