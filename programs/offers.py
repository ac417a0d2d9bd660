"""One program on its center's page: its level, its hours beside what is usual, its week, its terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import time

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import number_format, time_format
from django.utils.translation import gettext, ngettext

from programs.cards import hours_words
from programs.facts import FactSet, unpack
from programs.levels import Band, Level, band
from programs.models import Program, SessionKind
from programs.sources import source_words
from programs.timetable import Grid, Meeting, Slot, grid, hours_a_week, meetings
from programs.words import FACT_LABELS

_DAY = 48
"""Width of a day on the grid, in units of the picture."""
_HOUR = 22
_LEFT = 76
_TOP = 34


@dataclass(frozen=True, slots=True)
class Drawn:
    """A rectangle of the picture, with the word on it."""

    x: float
    y: float
    width: float
    height: float
    text: str
    text_x: float
    text_y: float


@dataclass(frozen=True, slots=True)
class Week:
    """The picture of a week and, for those who do not see it, the same in words."""

    width: int
    height: int
    days: tuple[Drawn, ...]
    hours: tuple[Drawn, ...]
    sessions: tuple[Drawn, ...]
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A program. Empty words are not shown; `odd_hours`: outside what is usual for the level."""

    level: str
    track: str
    hours: str
    usual: str
    odd_hours: bool
    terms: tuple[tuple[str, str], ...]
    only_here: str
    source: str
    week: Week | None


def offer(program: Program, own: FactSet, center: FactSet) -> Offer:
    """A program for its page. `own`: what was said of it alone; `center`: what was said of the center.

    Reads the prefetched sessions and `details_from`, no query.
    """
    slots = [Slot(one.day, one.starts, one.ends, one.kind) for one in program.sessions.all()]
    low, high = program.hours_per_week_min, program.hours_per_week_max
    told = hours_words(low, high) or (hours_words(round(hours_a_week(slots), 1), None) if slots else "")
    known = own.over(center)
    teen = known.value("age_under_18") is True and known.value("age_adults") is not True
    usual = band(Level(program.level), teen=teen)
    stated = [float(hours) for hours in (low, high) if hours is not None]
    return Offer(
        level=program.level,
        track=program.track,
        hours=told,
        usual=_usual(usual, teen) if usual else _where(Level(program.level), known),
        odd_hours=usual is not None and any(not usual.holds(hours) for hours in stated),
        terms=tuple(_terms(program)),
        only_here="; ".join(str(FACT_LABELS[code]) for code in unpack(own.yes)),
        source=_source(program),
        week=_week(slots) if slots else None,
    )


def _source(program: Program) -> str:
    """Who stated the numbers; not for a sample, whose whole page says that it is one."""
    stated = program.details_from
    return source_words(stated.said) if stated and stated.source != "sample" else ""


def _where(level: Level, known: FactSet) -> str:
    """Where people are at a level without usual hours. Detox is day and night only where that is known."""
    if level is Level.DETOX and not known.any_of(("offers_residential", "offers_inpatient")):
        return gettext("Some detox is day and night, some is by daily visits. Ask which.")
    return gettext("Day and night. You live there.")


def _usual(usual: Band, teen: bool) -> str:
    low, high = f"{usual.low:g}", f"{usual.high:g}" if usual.high else ""
    if not usual.low:
        text = gettext("Usual for teens: under %(high)s hours a week") if teen else ""
        text = text or gettext("Usual: under %(high)s hours a week")
    elif high:
        text = gettext("Usual for teens: %(low)s to under %(high)s hours a week") if teen else ""
        text = text or gettext("Usual: %(low)s to under %(high)s hours a week")
    else:
        text = gettext("Usual: %(low)s hours or more a week")
    return f"{text % {'low': low, 'high': high}}."


def _terms(program: Program) -> Iterator[tuple[str, str]]:
    """What else is known of the program, as pairs of title and words."""
    if told := _range(program.weeks_min, program.weeks_max):
        plural = program.weeks_max or program.weeks_min or 0
        yield gettext("Usual length"), ngettext("%(n)s week", "%(n)s weeks", plural) % {"n": told}
    if told := _range(program.price_min, program.price_max, money=True):
        yield gettext("Price"), gettext("%(price)s a week") % {"price": told}
    if program.deposit is not None:
        yield gettext("Deposit"), _money(program.deposit)
    if program.wait_days is not None:
        days = ngettext("%(n)d day", "%(n)d days", program.wait_days) % {"n": program.wait_days}
        yield gettext("Wait for a first visit"), days if program.wait_days else gettext("None")
    texts = {
        gettext("First visit"): program.intake,
        gettext("Family"): program.family,
        gettext("After a return to use"): program.return_to_use_policy,
        gettext("After the program"): program.aftercare,
    }
    yield from ((title, text) for title, text in texts.items() if text)


def _money(amount: object) -> str:
    return f"${number_format(f'{amount:.2f}'.removesuffix('.00'), force_grouping=True)}"


def _range(low: object, high: object, *, money: bool = False) -> str:
    told = [_money(one) if money else str(one) for one in (low, high) if one is not None]
    if len(set(told)) < 2:
        return told[0] if told else ""
    return gettext("%(low)s to %(high)s") % {"low": told[0], "high": told[1]}


# -- The week -----------------------------------------------------------------------------------


def _week(slots: Sequence[Slot]) -> Week:
    week = grid(slots)
    tall = (week.last - week.first) * _HOUR
    return Week(
        width=_LEFT + 7 * _DAY + 6,
        height=_TOP + tall + 8,
        days=tuple(
            Drawn(
                _LEFT + day * _DAY, _TOP, _DAY, tall, str(WEEKDAYS_ABBR[day]), _LEFT + (day + 0.5) * _DAY, 22
            )
            for day in range(7)
        ),
        hours=tuple(_mark(week, hour) for hour in week.marks),
        sessions=tuple(_session(week, i) for i in range(len(week.blocks))),
        told=tuple(_told(meeting) for meeting in meetings(slots)),
    )


def _mark(week: Grid, hour: int) -> Drawn:
    y = _TOP + (hour - week.first) * _HOUR
    return Drawn(_LEFT, y, 7 * _DAY, 0, _clock(time(hour)), _LEFT - 6, y + 5)


def _session(week: Grid, number: int) -> Drawn:
    block = week.blocks[number]
    x, y = _LEFT + block.left * _DAY + 2, _TOP + block.top * _HOUR
    height = block.height * _HOUR
    starts = block.slot.starts
    # With its minutes, or "8" would read as eight hours.
    clock = f"{starts.hour % 12 or 12}:{starts.minute:02d}"
    return Drawn(x, y, _DAY - 4, height, clock, x + (_DAY - 4) / 2, y + min(height - 4, 18))


def _told(meeting: Meeting) -> str:
    days = [str(WEEKDAYS[day]) for day in meeting.days]
    words = days[0]
    if len(days) > 1:
        words = gettext("%(first)s and %(last)s") % {"first": ", ".join(days[:-1]), "last": days[-1]}
    return gettext("%(days)s, %(starts)s to %(ends)s: %(kind)s") % {
        "days": words,
        "starts": _clock(meeting.starts),
        "ends": _clock(meeting.ends),
        "kind": str(SessionKind(meeting.kind).label).lower(),
    }


def _clock(at: time) -> str:
    return time_format(at, "TIME_FORMAT")
