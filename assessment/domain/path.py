"""Which screens a person sees, which answers count, and which answers interrupt.

Everything here is a function of the answers alone, so Back and Change cannot bring it out of step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assessment.domain.conditions import UNKNOWN, Condition, Test, Value, test_of
from assessment.domain.publication import Publication
from assessment.domain.questionnaire import UNSAID, Answer, Answers, Question, Screen


@dataclass(frozen=True, slots=True)
class Read:
    """Answers made ready for the rules.

    ``known`` holds what was said and counts; ``unknown`` the ids that apply and were not answered, in
    order; ``aside`` the ids that do not apply.
    """

    known: Mapping[str, Value]
    unknown: tuple[str, ...]
    aside: tuple[str, ...]


class Path:
    """The screens and their conditions, compiled."""

    def __init__(self, publication: Publication) -> None:
        questions = publication.questions
        self._questions = {question.id: question for question in questions}
        self._many = frozenset(question.id for question in questions if question.many)
        self._screens = publication.screens
        self._applies = self._tests(publication.question_when)
        self._shown = self._tests(publication.screen_when)
        interrupts = publication.interrupts
        self._interrupts = [(item.code, test_of(item.when, self._many)) for item in interrupts]
        self._nothing: dict[str, Value] = {UNKNOWN: frozenset[str]()}
        for question in questions:
            self._nothing[question.id] = frozenset[str]() if question.many else None

    def _tests(self, conditions: Mapping[str, Condition]) -> dict[str, Test]:
        return {name: test_of(when, self._many) for name, when in conditions.items()}

    def given(self, answers: Mapping[str, Answer]) -> dict[str, Value]:
        """The answers that say something, as values: "I'm not sure" is left out."""
        many = self._many
        return {
            name: frozenset(answer) if name in many else answer  # type: ignore[misc]
            for name, answer in answers.items()
            if answer not in UNSAID
        }

    def read(self, answers: Mapping[str, Answer]) -> Read:
        """What counts towards the level.

        An answer to a question that does not apply is put aside, except one that alone means an emergency.
        """
        known = self.given(answers)
        values = self._nothing | known
        aside = tuple([name for name, test in self._applies.items() if not test(values)])
        for name in aside:
            if known.get(name) not in self._questions[name].emergency:
                known.pop(name, None)
        unknown = tuple([name for name in self._questions if name not in known and name not in aside])
        return Read(known, unknown, aside)

    def screens(self, answers: Mapping[str, Answer]) -> tuple[Screen, ...]:
        """The screens that apply to a person with these answers, in order."""
        values = self._nothing | self.given(answers)
        return tuple(screen for screen in self._screens if self._asked(screen, values))

    def asked(self, screen: Screen, answers: Mapping[str, Answer]) -> tuple[Question, ...]:
        """The questions of ``screen`` that apply to a person with these answers, in order."""
        return self._asked(screen, self._nothing | self.given(answers))

    def all_asked(self, answers: Mapping[str, Answer]) -> set[str]:
        """The ids of every question a person with these answers is asked."""
        values = self._nothing | self.given(answers)
        return {question.id for screen in self._screens for question in self._asked(screen, values)}

    def _asked(self, screen: Screen, values: Mapping[str, Value]) -> tuple[Question, ...]:
        shown = self._shown.get(screen.id)
        if shown is not None and not shown(values):
            return ()
        return tuple(
            self._questions[name]
            for name in screen.questions
            if name not in self._applies or self._applies[name](values)
        )

    def prune(self, answers: Mapping[str, Answer]) -> Answers:
        """The answers without those to questions off the path."""
        kept = dict(answers)
        while True:
            asked = self.all_asked(kept)
            if kept.keys() <= asked:
                return Answers(kept)
            kept = {name: answer for name, answer in kept.items() if name in asked}

    def interrupts(self, answers: Mapping[str, Answer]) -> tuple[str, ...]:
        """Codes of the interrupts these answers call for, in table order; part of a set will do."""
        values = self._nothing | self.given(answers)
        return tuple([code for code, test in self._interrupts if test(values)])
