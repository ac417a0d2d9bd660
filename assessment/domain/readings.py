"""What is read where nothing was said, and how far the level could be off because of it."""

from __future__ import annotations

from collections.abc import Sequence

from assessment.domain.conditions import UNKNOWN, Value
from assessment.domain.path import Read
from assessment.domain.questionnaire import Question
from assessment.domain.rules import LEVELS, Ladder

LOW, CENTRAL, HIGH = "low", "central", "high"


class Readings:
    """The values that answers stand for, and the levels between the mildest and the most serious of them."""

    def __init__(self, questions: Sequence[Question], ladder: Ladder) -> None:
        self._questions = {question.id: question for question in questions}
        self._ladder = ladder
        self._bases = {name: self._base(name) for name in (LOW, CENTRAL, HIGH)}

    def _base(self, reading: str) -> dict[str, Value]:
        """Every question as it is read when unknown; one without readings says nothing."""
        base: dict[str, Value] = {}
        for name, question in self._questions.items():
            nothing = frozenset[str]() if question.many else None
            base[name] = getattr(question.readings, reading) if question.readings else nothing
        return base

    def values(self, read: Read, reading: str) -> dict[str, Value]:
        """What was said, and the reading for what was not."""
        values = {**self._bases[reading], **read.known}
        for name in read.aside:
            if name not in read.known:
                values[name] = None
        values[UNKNOWN] = frozenset(read.unknown)
        return values

    def said(self, read: Read) -> dict[str, Value]:
        """Only what was said: None, or no codes, for everything else."""
        values: dict[str, Value] = {
            name: frozenset[str]() if question.many else None for name, question in self._questions.items()
        }
        return {**values, **read.known, UNKNOWN: frozenset(read.unknown)}

    def range(self, read: Read) -> tuple[str, ...]:
        """Every level from the all-low to the all-high result."""
        low, high = (self._ladder.level(self._ladder.state(self.values(read, name))) for name in (LOW, HIGH))
        return LEVELS[low : high + 1]

    def observer_range(self, read: Read) -> tuple[str, ...]:
        """The range when someone else answered: what they can only guess may be one step off either way.

        An answer that alone means an emergency is taken at its word, and no guess is stretched into one.
        """
        milder, graver = self.values(read, LOW), self.values(read, HIGH)
        for name, value in read.known.items():
            question = self._questions[name]
            if question.guessed and isinstance(value, str) and value not in question.emergency:
                milder[name], graver[name] = _step(question, value, -1), _step(question, value, 1)
        low, high = (self._ladder.level(self._ladder.state(values)) for values in (milder, graver))
        return LEVELS[low : high + 1]

    def narrowing(self, read: Read) -> tuple[str, ...]:
        """The open questions, one answer to which could narrow the range, the most telling first.

        As levels only rise, the mildest answer lowers the top of the range as far as any can, and the most
        serious lifts the bottom as far as any can. Ties stand in the order of the questions.
        """
        low, high = self.values(read, LOW), self.values(read, HIGH)
        bottom, top = self._ladder.state(low), self._ladder.state(high)
        least, most = self._ladder.level(bottom), self._ladder.level(top)
        if least == most:
            return ()
        gains: dict[str, int] = {}
        for name in read.unknown:
            if self._questions[name].readings is None:
                continue
            one = frozenset((name,))
            lifted = self._ladder.level(self._ladder.restate(bottom, {**low, name: high[name]}, one))
            lowered = self._ladder.level(self._ladder.restate(top, {**high, name: low[name]}, one))
            gains[name] = lifted - least + most - lowered
        return tuple(sorted((name for name in gains if gains[name]), key=lambda name: -gains[name]))


def _step(question: Question, code: str, way: int) -> str:
    """The option one step milder (-1) or graver (1), or the same where there is none (emergencies apart)."""
    wanted = question.ranks[code] + way
    near = (other for other, rank in question.ranks.items() if rank == wanted)
    return next((other for other in near if other not in question.emergency), code)
