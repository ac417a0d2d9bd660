"""Where a person is in the questions: pure functions of the protocol and the draft.

Screens have numbers on the person's own path, so that an address tells how many screens were seen and
nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from assessment.answers import NOT_SURE, Draft, Given
from assessment.domain import Answers, Protocol, Question, Screen

DANGER = "danger_now"
DANGER_UNKNOWN = "danger_unknown"
"""Our own safety page beside the protocol's: danger was left open twice."""


@dataclass(frozen=True, slots=True)
class Place:
    """One screen on a person's path; `number` counts from 1."""

    screen: Screen
    number: int
    total: int

    @property
    def left(self) -> int:
        """Screens after this one."""
        return self.total - self.number


def checked(protocol: Protocol, draft: Draft) -> Answers:
    """The draft's answers as the protocol's own, without those that are off the path."""
    return protocol.prune(protocol.partial(draft.answers))


def is_child(answers: Mapping[str, Given]) -> bool:
    return answers.get("age") == "under_13"


def screens(protocol: Protocol, answers: Answers) -> tuple[Screen, ...]:
    """The screens this person sees, in order. Under 13 only those about safety."""
    return protocol.path(answers)


def place(protocol: Protocol, answers: Answers, number: int) -> Place | None:
    """The screen with this number, or None when the path is shorter."""
    path = screens(protocol, answers)
    return Place(path[number - 1], number, len(path)) if 1 <= number <= len(path) else None


def number_of(protocol: Protocol, answers: Answers, screen_id: str) -> int | None:
    for number, screen in enumerate(screens(protocol, answers), start=1):
        if screen.id == screen_id:
            return number
    return None


def number_asking(protocol: Protocol, answers: Answers, question_id: str) -> int | None:
    """The number of the screen that asks this question, or None when it is off the path."""
    for number, screen in enumerate(screens(protocol, answers), start=1):
        if any(question.id == question_id for question in protocol.asked(screen, answers)):
            return number
    return None


def open_questions(protocol: Protocol, answers: Answers, screen: Screen) -> tuple[Question, ...]:
    return tuple(question for question in protocol.asked(screen, answers) if question.id not in answers)


def first_open(protocol: Protocol, answers: Answers) -> int | None:
    """The number of the first screen with a question that has no answer yet, or None."""
    for number, screen in enumerate(screens(protocol, answers), start=1):
        if open_questions(protocol, answers, screen):
            return number
    return None


def due(protocol: Protocol, draft: Draft, answers: Answers) -> tuple[str, ...]:
    """Every safety page these answers call for, most urgent first, read or not."""
    codes = protocol.interrupts(answers)
    if draft.asked_again and answers.get(DANGER) == (NOT_SURE,):
        codes = (*codes, DANGER_UNKNOWN)
    return codes


def pending(protocol: Protocol, draft: Draft, answers: Answers) -> tuple[str, ...]:
    """The safety pages that were not read yet: nothing else is shown before them."""
    return tuple(code for code in due(protocol, draft, answers) if code not in draft.seen)


def causes(protocol: Protocol, answers: Answers, code: str) -> tuple[str, ...]:
    """The questions whose answers call for this safety page, in the order they are asked."""
    if code == DANGER_UNKNOWN:
        return (DANGER,)

    def calls(raw: Mapping[str, Given]) -> bool:
        return code in protocol.interrupts(protocol.partial(raw))

    about = {q.id: answers[q.id] for q in protocol.questions if q.required and q.id in answers}
    found = []
    for question in protocol.questions:
        if question.id not in answers:
            continue
        without = {key: given for key, given in answers.items() if key != question.id}
        alone = {**about, question.id: answers[question.id]}
        if calls(alone) or (not question.required and not calls(without)):
            found.append(question.id)
    return tuple(found)


def given(protocol: Protocol, draft: Draft, new: Mapping[str, Given]) -> Draft:
    """The draft with new answers. Answers off the path fall away, and a safety page whose cause
    changed is shown once more."""
    before = checked(protocol, draft)
    after = protocol.prune(protocol.partial({**before, **new}))
    seen = frozenset(
        code
        for code in draft.seen
        if code in due(protocol, draft, after)
        and _evidence(protocol, before, code) == _evidence(protocol, after, code)
    )
    return replace(draft, answers=dict(after), seen=seen)


def _evidence(protocol: Protocol, answers: Answers, code: str) -> dict[str, Given]:
    return {question: answers[question] for question in causes(protocol, answers, code)}
