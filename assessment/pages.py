"""What each page of the questions shows, as one object: templates only choose words.

None of them can be printed with what it holds (`repr=False`): a repr can end up in a log.
The result has its own module, `assessment.summary`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.forms import BoundField
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessment import flow
from assessment.answers import NOT_SURE, Draft, Given
from assessment.domain import Answers, Protocol, Question, Words, load
from assessment.flow import DANGER, DANGER_UNKNOWN, Place
from assessment.forms import ScreenForm
from assessment.renewal import Renewal
from assessment.safety import DANGER_UNKNOWN_WORDS, SAFETY, Safety

Line = Any
"""A crisis line of settings.CRISIS_LINES: name, when, ways (the class is the site's room, above ours)."""
Way = Any
"""One way to reach a line: kind, shown, href, body, note."""
CALM_LINE_BESIDE = "suicidal_thoughts"
"""The question that has 988 beside it for everyone."""
SENSITIVE = {"danger_now", "substances", "suicidal_thoughts", "recent_harm", "home"}
"""Questions beside which we say once more that only they see the answer; on every screen nobody reads it."""


@dataclass(frozen=True, slots=True, repr=False)
class Fieldset:
    """One question on a screen: the form's field and the words around it."""

    field: BoundField
    text: str
    hint: str
    why: str

    @property
    def described_by(self) -> str:
        """Ids of what explains the field, for aria-describedby; empty when nothing does."""
        ids = [f"{self.field.auto_id}_hint"] if self.hint else []
        if self.field.errors:
            ids.append(f"{self.field.auto_id}_error")
        return " ".join(ids)


@dataclass(frozen=True, slots=True, repr=False)
class QuestionPage:
    """One screen of questions. `title` is the page's heading when it asks more than one thing.

    `mark` names the state of these answers. A browser gives a form back the ticks it remembers when the
    form has the same mark, and so never ticks that were erased or changed meanwhile. Empty: it must not.
    """

    place: Place
    section: str
    title: str
    fieldsets: tuple[Fieldset, ...]
    back: str
    send: str
    changing: bool
    asked_again: bool
    calm_line: bool
    sensitive: bool
    mark: str

    @property
    def done(self) -> int:
        return self.place.number - 1

    @property
    def single(self) -> bool:
        """Whether the one question is the page's heading."""
        return len(self.fieldsets) == 1


def question_page(
    protocol: Protocol, words: Words, draft: Draft, place: Place, form: ScreenForm, *, changing: bool
) -> QuestionPage:
    asked = {question.id for question in form.questions}
    section = words.section(place.screen.section)
    back = "question" if place.number > 1 else "start"
    arguments = {"number": place.number - 1} if place.number > 1 else None
    return QuestionPage(
        place=place,
        section=section,
        title=section if len(form.questions) > 1 else "",
        fieldsets=tuple(_fieldsets(words, form)),
        back=reverse("assessment:check") if changing else reverse(f"assessment:{back}", kwargs=arguments),
        send=reverse(
            f"assessment:send_{'change' if changing else 'question'}", kwargs={"number": place.number}
        ),
        changing=changing,
        asked_again=draft.asked_again and DANGER in asked and not form.is_bound,
        calm_line=CALM_LINE_BESIDE in asked,
        sensitive=bool(asked & SENSITIVE),
        mark=_mark(draft, form),
    )


def _mark(draft: Draft, form: ScreenForm) -> str:
    """Of whom (by when they began) and of what they have told us on this screen so far; tells neither."""
    if draft.begun is None:
        return ""
    told = [draft.answers.get(question.id, ()) for question in form.questions]
    return salted_hmac("assessment form", f"{draft.begun} {told}").hexdigest()[:12]


def _fieldsets(words: Words, form: ScreenForm) -> Iterator[Fieldset]:
    for question in form.questions:
        said = words.question(question.id)
        yield Fieldset(form[question.id], said.text, said.hint, said.why)


@dataclass(frozen=True, slots=True, repr=False)
class Cause:
    """One reason for a safety page: what is happening, whom to reach, what to do meanwhile."""

    code: str
    title: str | Promise
    text: str | Promise
    ways: tuple[tuple[str | Promise, Way], ...]
    also: tuple[Line, ...]
    safety: Safety


@dataclass(frozen=True, slots=True, repr=False)
class InterruptPage:
    """What to do now. The first cause is the heading; the others follow as sections."""

    first: Cause
    others: tuple[Cause, ...]
    shown: str
    mistake: str

    @property
    def urgent(self) -> bool:
        return any(cause.safety.urgent for cause in (self.first, *self.others))

    @property
    def private(self) -> bool:
        return any(cause.safety.private for cause in (self.first, *self.others))


def interrupt_page(
    protocol: Protocol, words: Words, answers: Answers, codes: tuple[str, ...]
) -> InterruptPage:
    """The page for these causes, most urgent first."""
    found = causes_of(words, codes)
    return InterruptPage(found[0], found[1:], " ".join(codes), _mistake(protocol, answers, codes[0]))


def _mistake(protocol: Protocol, answers: Answers, code: str) -> str:
    """Where the answer that called for this page can be put right: the last asked of its causes."""
    asking = flow.causes(protocol, answers, code)
    number = flow.number_asking(protocol, answers, asking[-1]) if asking else None
    if number is None:
        return ""
    midway = flow.first_open(protocol, answers) is not None
    return reverse(f"assessment:{'question' if midway else 'change'}", kwargs={"number": number})


def causes_of(words: Words, codes: tuple[str, ...]) -> tuple[Cause, ...]:
    return tuple(_cause(words, code) for code in codes)


def _cause(words: Words, code: str) -> Cause:
    title, text = DANGER_UNKNOWN_WORDS if code == DANGER_UNKNOWN else words.interrupt(code)
    safety = SAFETY[code]
    lines = (getattr(settings.CRISIS_LINES, code, None) for code in safety.also)
    also = tuple(line for line in lines if line is not None)
    return Cause(code, title, text, tuple(_ways(safety)), also, safety)


def _ways(safety: Safety) -> Iterator[tuple[str | Promise, Way]]:
    """The lines to reach, by name, without those this installation does not have."""
    for line_code, kind in safety.first:
        line = getattr(settings.CRISIS_LINES, line_code, None)
        way = getattr(line, kind, None)
        if line is not None and way is not None:
            yield line.name, way


@dataclass(frozen=True, slots=True, repr=False)
class Row:
    """One question as answered, with the address that changes it."""

    text: str
    said: tuple[str, ...]
    answered: bool
    change: str


@dataclass(frozen=True, slots=True, repr=False)
class CheckPage:
    """All answers so far, by section. `forward` leads to what is still open, or to the result."""

    sections: tuple[tuple[str, tuple[Row, ...]], ...]
    open: int
    forward: str


def check_page(protocol: Protocol, words: Words, answers: Answers) -> CheckPage:
    sections: dict[str, list[Row]] = {}
    left = 0
    for number, screen in enumerate(flow.screens(protocol, answers), start=1):
        for question in protocol.asked(screen, answers):
            row = _row(words, question, answers.get(question.id), number)
            left += not row.answered
            sections.setdefault(words.section(question.section), []).append(row)
    first = flow.first_open(protocol, answers)
    forward = (
        reverse("assessment:question", kwargs={"number": first}) if first else reverse("assessment:result")
    )
    return CheckPage(tuple((name, tuple(rows)) for name, rows in sections.items()), left, forward)


def _row(words: Words, question: Question, given: Given | None, number: int) -> Row:
    said = words.question(question.id)
    codes = (given,) if isinstance(given, str) else given or ()
    shown = tuple(said.options[code].label if code != NOT_SURE else _("I’m not sure") for code in codes)
    change = reverse("assessment:change", kwargs={"number": number})
    return Row(said.text, shown, bool(codes), change)


@dataclass(frozen=True, slots=True, repr=False)
class RenewedPage:
    """The questions changed midway. `lost`: those whose answers count no more, as they were asked."""

    lost: tuple[str, ...]
    kept: int
    forward: str


def renewed_page(renewal: Renewal, answers: Answers, language: str, forward: str) -> RenewedPage:
    """`answers` are those that were kept, with what was sent since."""
    words = load(renewal.version).words(language, renewal.observer)
    lost = tuple(words.question(name).text for name in renewal.lost if name not in answers)
    return RenewedPage(lost, len(answers), forward)
