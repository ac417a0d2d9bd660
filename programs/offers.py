"""One program on its center's page: its level, its hours beside what is usual, its week, its terms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy, ngettext

from programs.bands import Stated
from programs.cards import hours_words
from programs.drawn_week import Week, clock_note, drawn_week
from programs.facts import DIRECTORY, FactSet, unpack
from programs.levels import LEVELS, Band, Level, band
from programs.models import Program, SessionKind
from programs.sources import Source, source
from programs.timetable import Slot, hours_a_week
from programs.week import Hours, best_track, spans
from programs.words import FACT_LABELS, LEVEL_WORDS


@dataclass(frozen=True, slots=True)
class Offer:
    """A program. Empty words are not shown.

    hours_by: where the hours come from. odd: a kind word where they are not usual for the level. kinds: the
    hours of its timetable by kind. terms: what else is known, as pairs of title and words.
    """

    level: str
    track: str
    hours: str
    hours_by: str
    usual: str
    odd: str
    terms: tuple[tuple[str, str], ...]
    only_here: str
    source: Source | None
    week: Week | None
    stated: Stated | None

    @property
    def is_bare(self) -> bool:
        """Whether nothing is known of it but that it exists."""
        return not (self.track or self.hours or self.terms or self.only_here or self.week)


def offer(
    program: Program,
    own: FactSet,
    center: FactSet,
    *,
    today: date,
    hours: Hours | None = None,
    zone: str = "",
) -> Offer:
    """A program for its page. `own`: what was said of it alone; `center`: what was said of the center.

    hours, zone: what the visitor marked and on which clock; "" for the program's own.
    Reads the prefetched sessions and `details_from`, no query.
    """
    level = Level(program.level)
    slots = program.slots
    low, high = _hours(program, slots)
    known = own.over(center)
    teen = for_teens(known)
    usual = band(level, teen=teen)
    told_by = program.details_from
    return Offer(
        level=program.level,
        track=program.track,
        hours=hours_words(low, high),
        hours_by=_hours_by(program) if low is not None else "",
        usual=_usual(usual, teen) if usual else _where(level, known),
        odd=_odd(level, low, high, teen),
        terms=tuple(_terms(program, slots)),
        only_here="; ".join(str(FACT_LABELS[code]) for code in unpack(own.yes)),
        source=source(told_by.said, today=today) if told_by else None,
        week=drawn_week(spans(slots, zone, today), hours, note=clock_note(slots, zone)),
        stated=None if low is None or high is None else Stated(level, low, high),
    )


def with_best(offers: Sequence[Offer]) -> list[Offer]:
    """The same programs; where a level has several tracks, the one is marked that fits the visitor best."""
    marked = list(offers)
    for level in {one.level for one in offers}:
        tracks = [i for i, one in enumerate(offers) if one.level == level and one.week and one.week.held]
        weeks = [week for i in tracks if (week := offers[i].week)]
        best = best_track([week.held for week in weeks])
        if best is not None and len(tracks) > 1:
            marked[tracks[best]] = replace(offers[tracks[best]], week=replace(weeks[best], is_best=True))
    return marked


def for_teens(known: FactSet) -> bool:
    """Whether it is known to be for teens and not known to be for adults: other hours are usual then."""
    return known.value("age_under_18") is True and known.value("age_adults") is not True


def _hours(program: Program, slots: Sequence[Slot]) -> tuple[float | None, float | None]:
    """Hours a week from and to: as stated, else those of the timetable, else None."""
    told = [float(one) for one in (program.hours_per_week_min, program.hours_per_week_max) if one is not None]
    if not told and slots:
        told = [round(hours_a_week(slots), 1)]
    return (told[0], told[-1]) if told else (None, None)


def _hours_by(program: Program) -> str:
    if program.hours_per_week_min is None and program.hours_per_week_max is None:
        return gettext("counted from its timetable")
    told_by = program.details_from
    return gettext("as stated by the center") if told_by and told_by.method != DIRECTORY else ""


def _odd(level: Level, low: float | None, high: float | None, teen: bool) -> str:
    """What to make of hours that another level usually has; "" when they are usual, or not known."""
    usual = band(level, teen=teen)
    outside = [hours for hours in (low, high) if usual and hours is not None and not usual.holds(hours)]
    if not outside:
        return ""
    like = next(one for one in LEVELS if (found := band(one, teen=teen)) and found.holds(outside[0]))
    told = gettext(
        "Most programs with %(hours)s hours a week are called %(level)s. Names differ from place to place,"
        " so ask what the hours are for and what your plan calls it."
    )
    return told % {"hours": f"{outside[0]:g}", "level": LEVEL_WORDS[like]}


def _where(level: Level, known: FactSet) -> str:
    """Where people are at a level without usual hours. Of detox we say only what is known."""
    if level is not Level.DETOX:
        return gettext("Day and night. You live there.")
    ways = "; ".join(str(words) for code, words in _DETOX.items() if known.value(code))
    if ways:
        return gettext("Here: %(ways)s.") % {"ways": ways}
    return gettext("Some detox is day and night, some is by daily visits. Ask which.")


_DETOX = {
    "detox_residential": gettext_lazy("day and night, you stay there"),
    "detox_hospital": gettext_lazy("day and night in a hospital"),
    "detox_outpatient": gettext_lazy("by daily visits"),
}


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


def _terms(program: Program, slots: Sequence[Slot]) -> Iterator[tuple[str, str]]:
    """What else is known of the program, as pairs of title and words."""
    if kinds := _kinds(slots):
        yield gettext("Kinds of hours"), kinds
    if told := _range(program.weeks_min, program.weeks_max):
        plural = program.weeks_max or program.weeks_min or 0
        yield gettext("Usual length"), ngettext("%(n)s week", "%(n)s weeks", plural) % {"n": told}
    if told := _range(program.price_min, program.price_max, money=True):
        yield gettext("Price"), gettext("%(price)s a week") % {"price": told}
    if program.deposit is not None:
        yield gettext("Deposit"), _money(program.deposit)
    if program.wait_days is not None:
        days = ngettext("%(n)d day", "%(n)d days", program.wait_days) % {"n": program.wait_days}
        yield gettext("Wait for a first visit"), days if program.wait_days else gettext("No wait")
    texts = {
        gettext("Insurance plans"): program.plans,
        gettext("Who is admitted"): program.admission,
        gettext("First visit"): program.intake,
        gettext("Family"): program.family,
        gettext("After a return to use"): program.return_to_use_policy,
        gettext("After the program"): program.aftercare,
    }
    yield from ((title, text) for title, text in texts.items() if text)


_KINDS = {
    SessionKind.GROUP: gettext_lazy("%(hours)s in group"),
    SessionKind.INDIVIDUAL: gettext_lazy("%(hours)s one-to-one"),
    SessionKind.FAMILY: gettext_lazy("%(hours)s with family"),
    SessionKind.MEDICAL: gettext_lazy("%(hours)s medical"),
}


def _kinds(slots: Sequence[Slot]) -> str:
    """Hours of a week by kind, from the timetable: "9 in group, 1 one-to-one"."""
    sums = {kind: hours_a_week(slot for slot in slots if slot.kind == kind) for kind in SessionKind}
    return ", ".join(
        str(_KINDS[kind]) % {"hours": f"{round(hours, 2):g}"} for kind, hours in sums.items() if hours
    )


def _money(amount: object) -> str:
    return f"${number_format(f'{amount:.2f}'.removesuffix('.00'), force_grouping=True)}"


def _range(low: object, high: object, *, money: bool = False) -> str:
    told = [_money(one) if money else str(one) for one in (low, high) if one is not None]
    if len(set(told)) < 2:
        return told[0] if told else ""
    return gettext("%(low)s to %(high)s") % {"low": told[0], "high": told[1]}
