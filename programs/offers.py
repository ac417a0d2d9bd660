"""One program on its center's page: its level, its hours beside what is usual, its week, its terms."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext

from programs.cards import hours_words
from programs.drawn_week import Week, clock_note, drawn_week
from programs.facts import FactSet, unpack
from programs.levels import Band, Level, band
from programs.models import Program
from programs.sources import source_words
from programs.timetable import hours_a_week
from programs.week import SEASONS, Hours, spans
from programs.words import FACT_LABELS


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


def offer(
    program: Program,
    own: FactSet,
    center: FactSet,
    *,
    today: date = SEASONS[0],
    hours: Hours | None = None,
    zone: str = "",
) -> Offer:
    """A program for its page. `own`: what was said of it alone; `center`: what was said of the center.

    hours, zone: what the visitor marked and on which clock; "" for the program's own.
    Reads the prefetched sessions and `details_from`, no query.
    """
    slots = program.slots
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
        week=drawn_week(spans(slots, zone, today), hours, note=clock_note(slots, zone)),
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
