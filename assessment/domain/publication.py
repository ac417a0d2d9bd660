"""What the files of one published version say, parsed and checked, before it is put to work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.domain.changes import Changeable
from assessment.domain.conditions import Condition
from assessment.domain.needs import Need
from assessment.domain.questionnaire import Question, Screen
from assessment.domain.review import Review
from assessment.domain.rules import LEVELS, Rule


@dataclass(frozen=True, slots=True)
class Interrupt:
    """A page that comes before anything else when ``when`` holds. ``may_go_on``: no safety check first."""

    code: str
    when: Condition
    may_go_on: bool


@dataclass(frozen=True, slots=True)
class Stage:
    """A level of care as a stage of the path.

    ``hours`` are per week, low and high, None where they are round the clock or open; ``weeks`` are the
    usual length in weeks (low, high; None where open); ``then`` are the levels that usually follow.
    """

    level: str
    hours: tuple[float | None, float | None]
    teen_hours: tuple[float | None, float | None]
    weeks: tuple[float | None, float | None]
    then: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Spoken:
    """Something said beside the level (advice, a support, a further reason …): when, and at which levels.

    ``next_best`` is for trade-offs: the level to look at when the one that fits cannot be had, or None.
    """

    code: str
    when: Condition
    levels: frozenset[str] = frozenset(LEVELS)
    note: Rule | None = None
    source: str = ""
    next_best: str | None = None

    @property
    def always(self) -> bool:
        """Whether it is said at every level, and so also where there is none."""
        return len(self.levels) == len(LEVELS)


@dataclass(frozen=True, slots=True)
class Publication:
    """The parts a protocol is made of; ``words`` holds the strings file of each language."""

    version: str
    questions: tuple[Question, ...]
    question_when: Mapping[str, Condition]
    screens: tuple[Screen, ...]
    screen_when: Mapping[str, Condition]
    interrupts: tuple[Interrupt, ...]
    facts: Mapping[str, Condition]
    needs: tuple[Need, ...]
    rules: tuple[Rule, ...]
    changeable: tuple[Changeable, ...]
    stages: Mapping[str, Stage]
    advice: tuple[Spoken, ...]
    supports: tuple[Spoken, ...]
    tradeoffs: tuple[Spoken, ...]
    benefits: tuple[Spoken, ...]
    downsides: tuple[Spoken, ...]
    notes: tuple[Spoken, ...]
    under_13: Rule
    words: Mapping[str, Mapping[str, object]]
    review: Review
