"""Conditions of the content files in plain English, with the answers as people read them."""

from __future__ import annotations

from assessment.domain import Protocol, Question
from assessment.domain.conditions import Answered, Condition, Count
from assessment.domain.needs import Step


class Plain:
    """Says conditions of one protocol in words."""

    def __init__(self, protocol: Protocol) -> None:
        self._protocol = protocol
        self._words = protocol.words("en")
        self._facts = {when: name for name, when in protocol.publication.facts.items()}

    def condition(self, condition: Condition | None) -> str:
        """One line, by name where it is one of the facts; "always" where there is no condition."""
        if condition is None:
            return "always"
        if condition in self._facts:
            return f"fact **{self._facts[condition]}**"
        return self.spelled_out(condition)

    def spelled_out(self, condition: Condition) -> str:
        """One line, even where the condition has a name of its own."""
        if isinstance(condition, Count):
            return self._count(condition)
        if isinstance(condition, Answered):
            return self._answered(condition)
        return f"need **{self._words.need(condition.need)}** is {condition.value} or more"

    def step(self, step: Step) -> str:
        """One step of a need."""
        when = "" if step.when is None else f", when {self.condition(step.when)}"
        if step.verb == "scale":
            question = self._protocol.question(step.question)
            scale = ", ".join(
                f"{self.answer(question, code)} = {step.scale[code]}" for code in question.ranks
            )
            return f"at least the number for `{question.id}`: {scale}{when}"
        verb = {"at_least": "at least", "more": "more by", "less": "less by"}[step.verb]
        return f"{verb} {step.amount}{when}"

    def answer(self, question: Question, code: str) -> str:
        """An answer in quotation marks, as it is offered."""
        return f"“{self._words.question(question.id).options[code].label}”"

    def _count(self, condition: Count) -> str:
        parts = [self.condition(part) for part in condition.parts]
        if len(parts) == 1:
            return parts[0]
        if condition.least == len(parts):
            return "(" + " *and* ".join(parts) + ")"
        if condition.least == 1:
            return "(" + " *or* ".join(parts) + ")"
        return f"{condition.least} or more of (" + "; ".join(parts) + ")"

    def _answered(self, atom: Answered) -> str:
        question = self._protocol.question(atom.question)
        if atom.unknown:
            return f"`{question.id}` is not known"
        order = sorted(question.options, key=lambda code: question.ranks.get(code, 0))
        listed = " or ".join(self.answer(question, code) for code in order if code in atom.codes)
        if atom.inverted:
            return f"`{question.id}` is not {'just ' if question.many else ''}{listed}"
        return f"`{question.id}` is {listed}"
