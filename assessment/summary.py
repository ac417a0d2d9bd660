"""What the result page shows, as one object made from a recommendation."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from assessment import flow
from assessment.answers import NOT_SURE, Given
from assessment.domain import Answers, Point, Protocol, Recommendation, Words
from assessment.handoff import level_to_look_for
from assessment.outlook import Outlook, outlook_of
from assessment.pages import Cause, causes_of
from assessment.picture import Picture, hours_of, picture_of
from assessment.verdicts import VERDICTS, is_open, verdict_key
from programs.levels import LEVELS
from programs.words import LEVEL_SHORT, LEVEL_WORDS

Text = str | Promise

MEDICINE_ADVICE = (
    "pregnancy_today",
    "medicine_today",
    "do_not_stop_suddenly",
    "medicine_alcohol",
    "naloxone",
)
"""Advice that belongs to the medicine lane, the most pressing first."""
FIRST = {"pregnancy_today", "medicine_today", "do_not_stop_suddenly"}
"""Advice that cannot wait: with it, the medicine lane comes before the reasons."""
NEAR = {"medicine_today", "medicine_alcohol"}
"""Advice with places near a ZIP code: `assessment.medicine`."""
TEENS = "13_17"
SHOWN_REASONS = 3
"""Reasons that are not folded away: the one that decided, and the next two."""
SHOWN_OPEN = 3
"""Open questions that are not folded away: those that would narrow the range most."""


@dataclass(frozen=True, slots=True, repr=False)
class Rung:
    """One of the five levels. `mark` is "you", "may" or empty; `words` says the same."""

    level: str
    name: Text
    mark: str
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Why:
    """One reason: the answers it rests on in the person's words, the rule's reason, its id and source."""

    title: str
    said: tuple[str, ...]
    because: str
    rule: str
    source: str


@dataclass(frozen=True, slots=True, repr=False)
class WhyGroup:
    """Reasons about the same part of the answers, under one title."""

    title: str
    reasons: tuple[Why, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Weighed:
    """A benefit, a downside or a trade-off. `next_best`: the level to look at instead, else empty."""

    title: str
    text: str
    source: str
    next_best: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One stage of the path."""

    level: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Open:
    """A question without an answer, with the address that answers it."""

    text: str
    change: str


@dataclass(frozen=True, slots=True, repr=False)
class ResultPage:
    """Everything the result says. `look_for` is the level whose programs are looked for; None: none.

    `between` says the range in a sentence; empty where it is a single level. `open`: the range is too wide to
    name one level, so that `level` is a best guess. `call_now`: what was left open and would be an emergency.
    """

    template: str
    protocol: str
    observer: bool
    teen: bool
    level: str | None
    look_for: str | None
    short: Text = ""
    verdict: Text = ""
    lead: Text = ""
    between: str = ""
    open: bool = False
    call_now: tuple[str, ...] = ()
    scale: tuple[Rung, ...] = ()
    reasons: tuple[Why, ...] = ()
    path: tuple[Step, ...] = ()
    picture: Picture | None = None
    outlook: tuple[Outlook, ...] = ()
    medicine: tuple[tuple[str, str], ...] = ()
    medicine_first: bool = False
    talk_now: bool = False
    medicine_near: bool = False
    advice: tuple[tuple[str, str], ...] = ()
    supports: tuple[tuple[str, str], ...] = ()
    trade_offs: tuple[Weighed, ...] = ()
    benefits: tuple[Weighed, ...] = ()
    downsides: tuple[Weighed, ...] = ()
    unknown: tuple[Open, ...] = ()
    causes: tuple[Cause, ...] = ()

    @property
    def main_reasons(self) -> tuple[WhyGroup, ...]:
        return _grouped(_unrepeated(self.reasons)[:SHOWN_REASONS])

    @property
    def more_reasons(self) -> tuple[WhyGroup, ...]:
        return _grouped(_unrepeated(self.reasons)[SHOWN_REASONS:])

    @property
    def weighed_sources(self) -> str:
        """The sources of all benefits and downsides, each once."""
        points = (*self.benefits, *self.downsides)
        return "; ".join(dict.fromkeys(source for point in points for source in point.source.split("; ")))

    @property
    def main_open(self) -> tuple[Open, ...]:
        return self.unknown[:SHOWN_OPEN]

    @property
    def more_open(self) -> tuple[Open, ...]:
        return self.unknown[SHOWN_OPEN:]


def result_of(protocol: Protocol, words: Words, answers: Answers) -> ResultPage:
    """The result for these answers: the usual form, an emergency, or a child under 13."""
    found = protocol.recommend(answers)
    observer = answers.get("who") == "someone_else"
    causes = causes_of(words, found.interrupt)
    if found.level is None:
        return ResultPage(
            "assessment/result_child.html", found.protocol, observer, False, None, None, causes=causes
        )
    emergency = found.level == "emergency"
    verdict = VERDICTS[verdict_key(found, mental=answers.get("focus") == "mental")]
    teen = answers.get("age") == TEENS
    return ResultPage(
        template="assessment/result_emergency.html" if emergency else "assessment/result.html",
        protocol=found.protocol,
        observer=observer,
        teen=teen,
        level=found.level,
        look_for=level_to_look_for(found),
        short=verdict.short,
        verdict=verdict.other if observer else verdict.me,
        lead=_lead(protocol, words, found, teen=teen),
        between=_between(found, observer=observer),
        open=is_open(found),
        call_now=() if emergency else tuple(dict.fromkeys(words.said(*one) for one in found.call_now)),
        scale=tuple(_scale(found)),
        reasons=tuple(_reasons(protocol, words, found)),
        path=tuple(_path(words, found)),
        picture=picture_of(protocol, words, answers, found),
        outlook=tuple(outlook_of(words, found)),
        medicine=tuple(words.advice(code) for code in MEDICINE_ADVICE if code in found.advice),
        medicine_first=bool(FIRST & set(found.advice)),
        talk_now="call_988" in found.advice and not (emergency and causes),
        medicine_near=bool(NEAR & set(found.advice)),
        advice=tuple(words.advice(code) for code in found.advice if code not in MEDICINE_ADVICE),
        supports=tuple(words.support(code) for code in found.supports),
        trade_offs=tuple(_weighed(found.tradeoffs, words.tradeoff)),
        benefits=tuple(_weighed(found.benefits, words.benefit)),
        downsides=tuple(_weighed(found.downsides, words.downside)),
        unknown=tuple(_unknown(protocol, words, answers, found)),
        causes=causes,
    )


def _lead(protocol: Protocol, words: Words, found: Recommendation, *, teen: bool) -> str:
    """What the level means; for an IOP, its hours for this age and what the fit means."""
    if is_open(found):
        said = _(
            "Our best guess for now is %(level)s. A few more answers, or a talk with a professional, help."
        )
        return said % {"level": LEVEL_WORDS[str(found.level)]}
    if found.iop_fit == "more_care_first":
        return words.stage(str(found.level))[1]
    means = words.fit(str(found.iop_fit))[1]
    if found.level != "iop":
        return means
    return f"{' '.join(hours_of(protocol.stages['iop'], teen=teen))}. {means}"


def _between(found: Recommendation, *, observer: bool) -> str:
    """The range as a sentence. Someone who answers for another sees a part, and the range says so."""
    levels = [level for level in LEVELS if level in found.observer_range]
    if len(levels) < 2 or found.level not in levels:
        return ""
    words = {
        "low": LEVEL_WORDS[levels[0]],
        "high": LEVEL_WORDS[levels[-1]],
        "level": LEVEL_WORDS[found.level],
    }
    if observer:
        return _("From what you can see, between %(low)s and %(high)s. Most likely: %(level)s.") % words
    return _("With the answers you left open, between %(low)s and %(high)s.") % words


def _scale(found: Recommendation) -> Iterator[Rung]:
    alone = found.observer_range == found.range
    fits = _("Best guess") if is_open(found) else _("Fits best")
    for level in LEVELS:
        mark, words = "", ""
        if level == found.level:
            mark, words = "you", fits
        elif level in found.observer_range:
            mark, words = (
                "may",
                _("May fit: some answers are open") if alone else _("May fit: you see a part"),
            )
        elif level in found.path:
            words = _("After that")
        yield Rung(level.value, LEVEL_SHORT[level], mark, words)


def _said(words: Words, answers: Mapping[str, Given]) -> Iterator[str]:
    for question, given in answers.items():
        for code in (given,) if isinstance(given, str) else given:
            if code != NOT_SURE:
                yield words.said(question, code)


def _reasons(protocol: Protocol, words: Words, found: Recommendation) -> Iterator[Why]:
    sections = {question.id: question.section for question in protocol.questions}
    for reason in found.reasons:
        about = next(iter(reason.answers), None)
        title = words.section(sections[about]) if about else _("All your answers together")
        said = tuple(_said(words, reason.answers))
        yield Why(title, said, words.because(reason.rule), reason.rule, reason.source)


def _unrepeated(reasons: tuple[Why, ...]) -> tuple[Why, ...]:
    """The reasons without the quotes that a reason before them has."""
    quoted: set[str] = set()
    found = []
    for why in reasons:
        found.append(replace(why, said=tuple(said for said in why.said if said not in quoted)))
        quoted.update(why.said)
    return tuple(found)


def _grouped(reasons: tuple[Why, ...]) -> tuple[WhyGroup, ...]:
    groups: dict[str, list[Why]] = {}
    for why in reasons:
        groups.setdefault(why.title, []).append(why)
    return tuple(WhyGroup(title, tuple(group)) for title, group in groups.items())


def _weighed(points: tuple[Point, ...], words: Callable[[str], tuple[str, str]]) -> Iterator[Weighed]:
    for point in points:
        yield Weighed(*words(point.code), point.source, point.next_best or "")


def _path(words: Words, found: Recommendation) -> Iterator[Step]:
    for level in found.path:
        if level in LEVELS:  # an emergency is no stage of treatment: its page says what to do now
            yield Step(level, *words.stage(level))


def _unknown(protocol: Protocol, words: Words, answers: Answers, found: Recommendation) -> Iterator[Open]:
    """Open questions: those that would narrow the range come first, the most telling one before all."""
    for question in dict.fromkeys((*found.narrowing, *found.unknown)):
        number = flow.number_asking(protocol, answers, question)
        if number:
            address = reverse("assessment:change", kwargs={"number": number})
            yield Open(words.question(question).text, address)
