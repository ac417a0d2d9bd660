"""What would change the result: the nearest one or two answers that lead to more or to less care.

Only a few questions may be named (home, support, readiness, urges, daily life, care): never
"if you had a plan to die". Every change found went through the same rules as the result itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, product

from assessment.domain.conditions import Values
from assessment.domain.questionnaire import Question
from assessment.domain.rules import LEVELS, Ladder, State

EACH_WAY = 2
"""How many changes are named towards more care, and how many towards less."""

MORE, LESS = 1, -1

HOME = "home"
"""The question whose answer can change what a level needs beside it and leave the level as it is."""

Supports = Callable[[Values, State, str], tuple[str, ...]]
"""What a level needs beside it, for these values and needs."""


@dataclass(frozen=True, slots=True)
class Change:
    """Other answers, the level they lead to, and what that level would need beside it."""

    answers: Mapping[str, str]
    level: str
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changeable:
    """A question that may be named, and the codes that may be named, in the order of worse."""

    question: Question
    codes: tuple[str, ...]

    def moves(self, old: object, way: int) -> list[tuple[int, str]]:
        """(steps, code) for each code on that way from ``old``, nearest first.

        A question without an order has no nearer and no further: each of its codes is one step, either way.
        """
        ranks = self.question.ranks
        if not ranks:
            return [(1, code) for code in self.codes]
        start = ranks.get(old, 0) if isinstance(old, str) else 0
        steps = [(way * (ranks[code] - start), code) for code in self.codes]
        return sorted(((step, code) for step, code in steps if step > 0), key=lambda move: move[0])


@dataclass(frozen=True, slots=True)
class _Found:
    """Changed answers and the rank they lead to. Cheaper: a smaller jump, then fewer steps, then order."""

    cost: tuple[int, int, int]
    answers: Mapping[str, str]
    rank: int


class Changes:
    """The search, over the compiled rules."""

    def __init__(self, ladder: Ladder, changeable: Sequence[Changeable]) -> None:
        self._ladder = ladder
        self._changeable = tuple(changeable)

    def find(
        self, values: Values, state: State, aside: Sequence[str], supports: Supports
    ) -> tuple[Change, ...]:
        """Changes from these values: towards more care first, then towards less, then of support only.

        ``aside`` are the questions that do not apply. Where one answer is enough, two are not searched.
        """
        items = [item for item in self._changeable if item.question.id not in aside]
        found: list[_Found] = []
        for way in (MORE, LESS):
            nearest = self._nearest(values, state, items, way, 1) or self._nearest(
                values, state, items, way, 2
            )
            found += nearest[:EACH_WAY]
        changes = [self._change(one, values, state, supports) for one in found]
        if not any(HOME in change.answers for change in changes if len(change.answers) == 1):
            changes += self._same_level(values, state, supports)
        return tuple(changes)

    def _nearest(
        self, values: Values, state: State, items: Sequence[Changeable], way: int, size: int
    ) -> list[_Found]:
        """For each set of ``size`` questions, its cheapest change on that way; cheapest first."""
        found = []
        for place, chosen in enumerate(combinations(items, size)):
            moves = [item.moves(values[item.question.id], way) for item in chosen]
            names = [item.question.id for item in chosen]
            if not all(moves) or not self._leads(values, state, names, [move[-1][1] for move in moves], way):
                continue  # the furthest answers do not lead there, so by monotony no nearer ones do
            found.append(
                min(self._leading(values, state, names, moves, way, place), key=lambda one: one.cost)
            )
        return sorted(found, key=lambda one: one.cost)

    def _leading(
        self,
        values: Values,
        state: State,
        names: Sequence[str],
        moves: Sequence[list[tuple[int, str]]],
        way: int,
        place: int,
    ) -> Iterator[_Found]:
        here = self._ladder.level(state)
        for choice in product(*moves):
            codes = [code for _, code in choice]
            rank = self._rank(values, state, names, codes)
            if (rank - here) * way > 0:
                cost = (abs(rank - here), sum(steps for steps, _ in choice), place)
                yield _Found(cost, dict(zip(names, codes, strict=True)), rank)

    def _leads(
        self, values: Values, state: State, names: Sequence[str], codes: Sequence[str], way: int
    ) -> bool:
        return (self._rank(values, state, names, codes) - self._ladder.level(state)) * way > 0

    def _rank(self, values: Values, state: State, names: Sequence[str], codes: Sequence[str]) -> int:
        changed = {**values, **dict(zip(names, codes, strict=True))}
        return self._ladder.level(self._ladder.restate(state, changed, frozenset(names)))

    def _change(self, found: _Found, values: Values, state: State, supports: Supports) -> Change:
        changed = {**values, **found.answers}
        restated = self._ladder.restate(state, changed, frozenset(found.answers))
        return Change(found.answers, LEVELS[found.rank], supports(changed, restated, LEVELS[found.rank]))

    def _same_level(self, values: Values, state: State, supports: Supports) -> list[Change]:
        """The nearest other home that keeps the level and changes what it needs beside it, if any."""
        here = self._ladder.level(state)
        now = supports(values, state, LEVELS[here])
        item = next(item for item in self._changeable if item.question.id == HOME)
        old = values[HOME]
        for _, code in sorted(item.moves(old, MORE) + item.moves(old, LESS), key=lambda move: move[0]):
            rank = self._rank(values, state, [HOME], [code])
            change = self._change(_Found((0, 0, 0), {HOME: code}, rank), values, state, supports)
            if rank == here and change.supports != now:
                return [change]
        return []
