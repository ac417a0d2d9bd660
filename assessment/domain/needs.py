"""The seven needs, each read from the answers as a number from 0 (none) to 4 (emergency).

A need is a short list of steps from the content file, applied in order to a value that starts at 0::

    scale = "urges", values = { some_days = 1, … }    at least the number for the answer
    at_least = 2, when = …                            at least 2 where the condition holds
    more = 1, when = …                                one more where the condition holds
    less = 1, when = …                                one less (the condition may only say ``at_most``)

Each step can only give more as answers grow worse, so each need can only grow: see the loader.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from assessment.domain.conditions import Answered, Condition, Values, atoms, test_of

HIGHEST = 4

Reading = Callable[[Values], int]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a need. ``verb`` is scale, at_least, more or less; ``when`` None means always."""

    verb: str
    amount: int = 0
    question: str = ""
    scale: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    when: Condition | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A need: its id, its steps, and where they come from."""

    id: str
    steps: tuple[Step, ...]
    source: str = ""

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions this need is read from, each once, in the order of the steps."""
        named: dict[str, None] = {}
        for step in self.steps:
            if step.question:
                named[step.question] = None
            found = list(atoms(step.when)) if step.when else []
            named.update((atom.question, None) for atom in found if isinstance(atom, Answered))
        return tuple(named)


def reading_of(need: Need, many: frozenset[str]) -> Reading:
    """A function from the values read to 0…4, compiled once."""
    steps = [_step(step, many) for step in need.steps]
    if len(steps) == 1:
        return lambda values: steps[0](0, values)

    def read(values: Values) -> int:
        value = 0
        for step in steps:
            value = step(value, values)
        return min(value, HIGHEST)

    return read


def _step(step: Step, many: frozenset[str]) -> Callable[[int, Values], int]:
    if step.verb == "scale":
        return _scale(step, many)
    assert step.when is not None  # the loader refuses any other verb without a condition
    holds, amount = test_of(step.when, many), step.amount
    if step.verb == "at_least":
        return lambda value, values: amount if value < amount and holds(values) else value
    if step.verb == "more":
        return lambda value, values: value + amount if holds(values) else value
    return lambda value, values: max(value - amount, 0) if value and holds(values) else value


def _scale(step: Step, many: frozenset[str]) -> Callable[[int, Values], int]:
    question, scale = step.question, dict(step.scale)
    if step.when is None:
        return lambda value, values: max(value, scale.get(values[question], 0))  # type: ignore[arg-type]
    holds = test_of(step.when, many)
    return lambda value, values: (
        max(value, scale.get(values[question], 0)) if holds(values) else value  # type: ignore[arg-type]
    )
