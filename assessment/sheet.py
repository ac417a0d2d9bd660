"""What goes along on paper: the result, the answers, ten questions to ask a program, and whom to call.

One object for the page made for printing and for the PDF, so that both say the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from assessment.answers import Given
from assessment.domain import Answers, Protocol, Words
from assessment.pages import CheckPage, check_page
from assessment.summary import ResultPage, result_of
from assessment.ways_out import AT_HOME
from programs.levels import Level
from programs.words import LEVEL_LABELS

QUESTIONS = 10
WORKING = ("full_time_job", "part_time_job", "school")


@dataclass(frozen=True, slots=True, repr=False)
class Help:
    """A crisis line in words: its name, and what to do ("Call 988", "Text 988")."""

    name: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Told:
    """One reason, with those of the person's own words that no reason before it quoted.

    `title` is empty where it is the one before.
    """

    title: str
    because: str
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Sheet:
    """Everything on the sheet.

    `headline` is the verdict, or the range where somebody answered for another; `under` are the lines below
    it. `level` is what the level is called; in an emergency, the one after.
    """

    result: ResultPage
    emergency: bool
    headline: str
    under: tuple[str, ...]
    level: str
    made_on: str
    reasons: tuple[Told, ...]
    trade_offs: tuple[tuple[str, str], ...]
    path: tuple[tuple[str, str], ...]
    questions: tuple[str, ...]
    help: tuple[Help, ...]
    danger: str
    answers: CheckPage


def sheet_of(protocol: Protocol, words: Words, answers: Answers, today: date) -> Sheet:
    """The sheet for these answers. ValueError under 13, where there is no level."""
    result = result_of(protocol, words, answers)
    if result.level is None:
        raise ValueError("no level, no sheet")
    headline = result.between if result.observer and result.between else str(result.verdict)
    return Sheet(
        result=result,
        emergency=result.level == "emergency",
        headline=headline,
        under=tuple(line for line in _under(result) if line and line != headline),
        level=_called(result.look_for),
        made_on=date_format(today, "DATE_FORMAT"),
        reasons=tuple(_told(result)),
        trade_offs=tuple(_trade_offs(result)),
        path=tuple((_called(step.level), step.text) for step in result.path),
        questions=questions_to_ask(answers, result.look_for),
        help=tuple(_help()),
        danger=_danger(),
        answers=check_page(protocol, words, answers),
    )


def _under(result: ResultPage) -> Iterator[str]:
    """What it means, the range, and how far to trust it."""
    yield str(result.verdict)
    yield str(result.lead)
    yield result.between
    if result.look_for and result.look_for not in settings.LEVELS_LISTED:
        yield gettext(
            "%(site)s keeps no list of this level of care. It can still be what fits: FindTreatment.gov and "
            "%(helpline)s know who offers it."
        ) % {"site": settings.SITE_NAME, "helpline": _helpline()}
    if result.teen:
        yield gettext(
            "For a person of 13 to 17 this is less certain. A clinician decides together with the young "
            "person and the family. We show programs for teens only."
        )
    if result.observer:
        yield gettext(
            "You answered for someone else. There are things only they know, so read this as a first idea."
        )


def _trade_offs(result: ResultPage) -> Iterator[tuple[str, str]]:
    """Where the need and the days disagree, with the level to look at instead."""
    for item in result.trade_offs:
        instead = gettext("Next best: %(level)s.") % {"level": _called(item.next_best)}
        yield item.title, f"{item.text} {instead}" if item.next_best else item.text


def _called(level: str | None) -> str:
    return str(LEVEL_LABELS[Level(level)]) if level else ""


def _told(result: ResultPage) -> Iterator[Told]:
    quoted: set[str] = set()
    title = ""
    for reason in result.reasons:
        said = tuple(one for one in reason.said if one not in quoted)
        quoted.update(said)
        yield Told("" if reason.title == title else str(reason.title), reason.because, said)
        title = reason.title


def _helpline() -> str:
    lines: Any = settings.CRISIS_LINES
    return f"{lines.helpline.name} ({lines.helpline.call.shown})"


def _danger() -> str:
    """The two numbers to know, in one line."""
    lines: Any = settings.CRISIS_LINES
    return gettext("In danger? Call %(emergency)s. Call or text %(line)s, day and night.") % {
        "emergency": lines.emergency.call.shown,
        "line": lines.suicide.call.shown,
    }


def _help() -> Iterator[Help]:
    patterns = {
        "call": gettext_lazy("Call %(number)s"),
        "text": gettext_lazy("Text %(number)s"),
    }
    for line in settings.CRISIS_LINES:
        ways = []
        for way in line.ways:
            if way.kind not in patterns:
                continue
            said = patterns[way.kind] % {"number": way.shown}
            if way.kind == "text" and way.body:
                said = gettext("Text %(word)s to %(number)s") % {"word": way.body, "number": way.shown}
            ways.append(f"{said} ({way.note})" if way.note else str(said))
        if ways:
            yield Help(str(line.name), tuple(ways))


def questions_to_ask(answers: Mapping[str, Given], level: str | None) -> tuple[str, ...]:
    """Ten questions for the phone: what these answers make weighty, then what everyone should ask."""
    return tuple(dict.fromkeys((*_own(answers, level), *_everyone())))[:QUESTIONS]


def _own(answers: Mapping[str, Given], level: str | None) -> Iterator[str]:
    def chose(question: str, *codes: str) -> bool:
        given = answers.get(question, ())
        return not set(codes).isdisjoint((given,) if isinstance(given, str) else given)

    yield gettext("Do you have an open place? When could I start?")
    yield gettext("What would I pay with my plan? Is there a deposit?")
    if level == Level.DETOX:
        yield gettext("Who looks after me while I stop, by day and at night?")
        yield gettext("Where do people go from here, and do you set it up?")
    if chose("pregnant", "yes"):
        yield gettext("Do you treat people who are pregnant, and who works with my doctor?")
    if chose("substances", "opioids", "alcohol"):
        yield gettext("Can I start or stay on medicine here, such as buprenorphine, methadone or naltrexone?")
    if chose("focus", "both"):
        yield gettext("Do you treat substance use and mental health together?")
    if chose("focus", "mental", "both"):
        yield gettext("Is there someone on the team who can prescribe medicine for mental health?")
    if chose("age", "13_17"):
        yield gettext("Is the program for teens only? How does my family take part?")
    if level in AT_HOME:
        yield from _at_home(answers, chose("obligations", *WORKING), chose("obligations", "caregiving"))


def _at_home(answers: Mapping[str, Given], works: bool, cares: bool) -> Iterator[str]:
    """For someone who lives at home meanwhile."""
    yield gettext("Which days and hours would I come? How many hours a week is that?")
    if works:
        yield gettext("Do you have groups in the evening or on weekends?")
    if answers.get("getting_there") not in (None, "yes"):
        yield gettext("Can you help me get there, or can I take part by video from home?")
    if cares:
        yield gettext("Can you help with getting there, or with child care?")
    if answers.get("home") not in (None, "safe_sober", "mostly_ok"):
        if answers.get("focus") == "mental":
            yield gettext("Do you work with safe housing near the program?")
        else:
            yield gettext("Do you work with recovery housing near the program?")


def _everyone() -> Iterator[str]:
    yield gettext("What happens if I drink or use during the program?")
    yield gettext("What happens at the first visit, and what should I bring?")
    yield gettext("How many weeks do people usually stay?")
    yield gettext("What help is there after the program ends?")
    yield gettext("How can my family take part?")
    yield gettext("Who leads the groups, and what training do they have?")
    yield gettext("How do you decide with me when I am ready to step down?")
    yield gettext("Can I talk to someone between visits when it gets hard?")
    yield gettext("Who will see what I tell you?")
    yield gettext("If this is not the right place for me, whom would you call?")
