"""The questions, the answers a person may give, and the order of worse.

A question is defined once, in the content files. Answers are checked here and nowhere else; an illegal
one raises :class:`AnswerError`, which names the question and the code.
"""

from __future__ import annotations

import json
from collections.abc import ItemsView, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

NOT_SURE = "not_sure"
NONE = "none"

UNSAID: tuple[object, ...] = (NOT_SURE, (NOT_SURE,), (), None, [NOT_SURE], [])
"""Every way of leaving a question open: unknown, never "no"."""

Answer = str | tuple[str, ...]
"""One code, or for a question that takes several, a tuple of codes in the order of the options."""


class AnswerError(ValueError):
    """An answer the protocol does not allow.

    ``question`` is the id as it was given, ``code`` the offending code or ``None`` where there is none
    (a required question was left out). ``str()`` is one line that names both.
    """

    def __init__(self, question: str, code: str | None, problem: str) -> None:
        super().__init__(f"{_one_line(question)}: {problem}")
        self.question = question
        self.code = code


@dataclass(frozen=True, slots=True)
class Readings:
    """How an unanswered question is read: the least serious, the likely and the most serious option."""

    low: str
    central: str
    high: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    ``options`` are the codes of the contract without ``not_sure``; ``ranks`` gives each ordered code its
    place in the order of worse (0 is best; equal ranks are not ordered); ``emergency`` holds the codes
    that mean an emergency by themselves; ``matching`` those no rule tells apart: they serve to match
    programs, to choose the wording, or a clinician who reads the summary. ``guessed``: what goes on inside,
    so that someone who answers about another person can only guess it.
    """

    id: str
    section: str
    many: bool
    options: tuple[str, ...]
    required: bool = False
    allows_not_sure: bool = True
    readings: Readings | None = None
    ranks: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    emergency: frozenset[str] = frozenset()
    matching: frozenset[str] = frozenset()
    guessed: bool = False

    def at_least(self, code: str) -> frozenset[str]:
        """The codes at or above ``code`` in the order of worse."""
        return frozenset(other for other, rank in self.ranks.items() if rank >= self.ranks[code])

    def at_most(self, code: str) -> frozenset[str]:
        """The codes at or below ``code`` in the order of worse."""
        return frozenset(other for other, rank in self.ranks.items() if rank <= self.ranks[code])


@dataclass(frozen=True, slots=True)
class Screen:
    """One page of the questionnaire: its questions, in order; ``section`` names the part it is in."""

    id: str
    section: str
    questions: tuple[str, ...]


class Answers(Mapping[str, Answer]):
    """Checked answers: question id to a code or a tuple of codes. Immutable; unanswered ids are absent."""

    __slots__ = ("_given",)

    def __init__(self, given: Mapping[str, Answer]) -> None:
        self._given = dict(given)

    def __getitem__(self, question: str) -> Answer:
        return self._given[question]

    def __iter__(self) -> Iterator[str]:
        return iter(self._given)

    def __len__(self) -> int:
        return len(self._given)

    def items(self) -> ItemsView[str, Answer]:
        return self._given.items()  # the view of the dict itself: several times quicker than Mapping's

    def __repr__(self) -> str:
        return f"Answers({len(self._given)} given)"  # never the answers: a repr can end up in a log


def check(questions: Mapping[str, Question], raw: Mapping[str, object], *, whole: bool = True) -> Answers:
    """The answers in ``raw``, or :class:`AnswerError`.

    With ``whole`` every required question must be there; without it a part is enough. A question that
    takes several codes also accepts one code by itself; an empty list is the same as leaving it out.
    """
    given: dict[str, Answer] = {}
    for name, value in raw.items():
        question = questions.get(name)
        if question is None:
            raise AnswerError(str(name), _code(value), f"no such question (answer {_one_line(value)})")
        answer = _many(question, value) if question.many else _one(question, value)
        if answer != ():
            given[name] = answer
    if whole:
        require(questions.values(), given)
    return Answers(given)


def require(questions: Iterable[Question], given: Mapping[str, Answer]) -> None:
    """Raise :class:`AnswerError` for the first required question that is not answered."""
    for question in questions:
        if question.required and question.id not in given:
            raise AnswerError(question.id, None, f"an answer is required: {_choices(question)}")


def _one(question: Question, value: object) -> str:
    if not isinstance(value, str):
        raise AnswerError(question.id, _code(value), f"{_one_line(value)} is not one code")
    _legal(question, value)
    return value


def _many(question: Question, value: object) -> tuple[str, ...]:
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, Sequence):
        raise AnswerError(question.id, _code(value), f"{_one_line(value)} is not a list of codes")
    for code in listed:
        if not isinstance(code, str):
            raise AnswerError(question.id, _code(code), f"{_one_line(code)} is not a code")
        _legal(question, code)
    given = set(listed)
    for alone in (NONE, NOT_SURE):
        if alone in given and len(given) > 1:
            other = next(code for code in listed if code != alone)
            raise AnswerError(question.id, alone, f'"{alone}" cannot stand beside "{other}"')
    return tuple(code for code in (*question.options, NOT_SURE) if code in given)


def _legal(question: Question, code: str) -> None:
    if code in question.options or (code == NOT_SURE and question.allows_not_sure):
        return
    raise AnswerError(question.id, code, f"{_one_line(code)} is not one of {_choices(question)}")


def _choices(question: Question) -> str:
    return ", ".join((*question.options, NOT_SURE) if question.allows_not_sure else question.options)


def _code(value: object) -> str:
    return value if isinstance(value, str) else _one_line(value)


def _one_line(value: object) -> str:
    """Any value as at most 80 printable ASCII characters on one line; a plain id or code stays as it is."""
    if isinstance(value, str) and value.isascii() and value.replace("_", "").isalnum():
        shown = value
    elif value is None or isinstance(value, (str, bool, int, float)):
        shown = json.dumps(value)
    else:
        shown = ascii(value)
    return shown if len(shown) <= 80 else shown[:77] + "..."
