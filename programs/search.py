"""Finding programs: one scan that counts, one query that ranks. No row per fact, no join.

The scan reads a few integers of every program within the distance and counts in Python, because there
are about a hundred filters to count for: a hundred aggregates cost a database more than handing over
the masks. The ranking is done by the database, over at most the same rows.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import OrderBy

from programs import facts, geo, week, zones
from programs.criteria import OFFERS_IOP, RADII, TEENS, SearchCriteria
from programs.expressions import Chord2, Clock, Fitness, FitsWeek, Known, Near
from programs.fit import Fit, Verdict, compare
from programs.freshness import Freshness, freshness
from programs.levels import LEVELS, Level
from programs.models import Listing
from programs.models.columns import NO, YES
from programs.taxonomy import AGES, BITS, BY_CODE, FACTS

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One program of a result. `miles` as the crow flies; `serves_age`: None when no age was asked."""

    listing: Listing
    miles: float
    fit: Fit
    serves_age: Verdict | None
    other_levels: tuple[Level, ...]
    fresh: Freshness | None
    openings: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    criteria: as asked, with the page brought into range. total: programs within the limits.
    levels, ages: programs at each within all other limits (an age: known to serve it).
    facts: for every fact, programs within the limits known to have it.
    fits_week: programs within the limits known to fit the hours asked; 0 unless hours were asked.
    without_must: for each must, programs that would be there were it only a wish.
    age_unsaid: programs within all other limits that have not said whether they serve the age asked.
    iop_unsaid: outpatient programs for mental health, within the other limits, that have not said whether
    they run an IOP (the national mental-health directory cannot say it); 0 unless an IOP was asked for.
    """

    criteria: SearchCriteria
    total: int
    hits: tuple[Hit, ...]
    levels: Mapping[Level, int]
    ages: Mapping[str, int]
    facts: Mapping[str, int]
    fits_week: int
    without_must: Mapping[str, int]
    age_unsaid: int
    iop_unsaid: int

    @property
    def page(self) -> int:
        return self.criteria.page

    @property
    def pages(self) -> int:
        return pages_for(self.total)

    @property
    def first(self) -> int:
        """The number of the first hit on this page, from 1; 0 when there is none."""
        return (self.page - 1) * PAGE_SIZE + 1 if self.total else 0


def pages_for(total: int) -> int:
    """Pages needed; an empty result is one page."""
    return max(1, -(-total // PAGE_SIZE))


def find(criteria: SearchCriteria, *, today: date) -> Results:
    """The page of programs that was asked for, best fit first. Two queries, one when nothing was found."""
    counts = _count(criteria, today)
    page = min(criteria.page, pages_for(counts.total))
    criteria = replace(criteria, page=page)
    hits = tuple(_ranked(criteria, today)) if counts.total else ()
    return Results(
        criteria=criteria,
        total=counts.total,
        hits=hits,
        levels=counts.levels,
        ages=counts.ages,
        facts=counts.facts,
        fits_week=counts.fits_week,
        without_must=counts.without_must,
        age_unsaid=counts.age_unsaid,
        iop_unsaid=counts.iop_unsaid,
    )


def reach(criteria: SearchCriteria, *, today: date) -> dict[int, int]:
    """How many programs each radius would find, all other limits kept. One query."""
    widest = replace(criteria, radius_miles=max(RADII))
    away = Chord2(geo.unit(criteria.point))
    chords = list(Listing.objects.filter(*_limits(widest, today)).values_list(away, flat=True))
    return {radius: sum(chord <= geo.chord2_of(radius) for chord in chords) for radius in RADII}


def widened(criteria: SearchCriteria, *, today: date, enough: int = 5) -> SearchCriteria:
    """The same search with the smallest radius, at least the asked one, that finds enough programs.

    The widest radius that adds anything when none finds enough; unchanged when nothing is near at all.
    One query.
    """
    counts = reach(criteria, today=today)
    wider = [radius for radius in RADII if radius >= criteria.radius_miles]
    most = counts[max(RADII)]
    radius = next((radius for radius in wider if counts[radius] >= min(enough, most)), max(RADII))
    return replace(criteria, radius_miles=radius) if most else criteria


def by_video(criteria: SearchCriteria, *, state: str, today: date) -> tuple[int, tuple[Hit, ...]]:
    """Programs anywhere in a state that are known to offer telehealth, all limits but the distance kept.

    How many, and the first page of them in the usual order. Two queries, one when there is none.
    """
    found = Listing.objects.filter(Q(state=state), Known(["telehealth"]), *_kinds(criteria, today))
    total = found.count()
    return total, tuple(_in_order(found, criteria, today)) if total else ()


# -- Limits in SQL ------------------------------------------------------------------------------


Condition = Q | Known | Near | FitsWeek


def _zone(criteria: SearchCriteria) -> str:
    """The zone on whose clock the visitor's hours are told."""
    return criteria.zone or zones.near(criteria.point.lat, criteria.point.lon)


def _clock(criteria: SearchCriteria, today: date) -> Clock:
    return Clock(_zone(criteria), today)


def _near(criteria: SearchCriteria) -> list[Condition]:
    """Within the distance, and open what `unsaid` wants open."""
    cells = list(geo.cells_within(criteria.point, criteria.radius_miles))
    near = Near(geo.unit(criteria.point), geo.chord2_of(criteria.radius_miles))
    conditions: list[Condition] = [Q(cell__in=cells), near]
    if criteria.unsaid:
        open_question = ~Q(Known([criteria.unsaid])) & ~Q(Known([criteria.unsaid], value=False))
        conditions += [Known(["treats_mental_health"]), open_question]
    return [*conditions, *(~Q(Known([code], value=False)) for code in sorted(criteria.not_refused))]


def _limits(criteria: SearchCriteria, today: date) -> list[Condition]:
    """All limits."""
    return [*_near(criteria), *_kinds(criteria, today)]


def _kinds(criteria: SearchCriteria, today: date) -> list[Condition]:
    """All limits but those of `_near`."""
    conditions: list[Condition] = []
    if criteria.levels:
        conditions.append(Q(level__in=criteria.levels))
    if criteria.age == TEENS:
        conditions.append(Known([TEENS]))
    elif criteria.age:
        conditions.append(~Q(Known([criteria.age], value=False)))
    for wish in criteria.wishes:
        if wish.key in criteria.musts:
            hours = wish.hours
            conditions.append(FitsWeek(hours, _clock(criteria, today)) if hours else Known(wish.any_of))
    return conditions


# -- The order ----------------------------------------------------------------------------------


def _ranked(criteria: SearchCriteria, today: date) -> Iterator[Hit]:
    """One page in the order of `programs.fit.rank`. One query."""
    yield from _in_order(Listing.objects.filter(*_limits(criteria, today)), criteria, today)


def _in_order(found: QuerySet[Listing], criteria: SearchCriteria, today: date) -> Iterator[Hit]:
    found = found.annotate(away=Chord2(geo.unit(criteria.point)))
    order: list[str | OrderBy] = ["away", "tie", "program_id"]
    if criteria.wishes:
        order.insert(0, Fitness(criteria.wishes, _clock(criteria, today)).desc())
    start = (criteria.page - 1) * PAGE_SIZE
    for listing in found.order_by(*order)[start : start + PAGE_SIZE]:
        yield hit(listing, miles=geo.miles_of(listing.away), criteria=criteria, today=today)


def hit(listing: Listing, *, miles: float, criteria: SearchCriteria, today: date) -> Hit:
    """A listing held against what was asked. Reads nothing from the database."""
    known = listing.facts
    holds = listing.openings_until is not None and listing.openings_until >= today
    return Hit(
        listing=listing,
        miles=miles,
        fit=compare(criteria.wishes, known, _sessions(listing, criteria, today)),
        serves_age=_verdict(known.value(criteria.age)) if criteria.age else None,
        other_levels=tuple(
            level for i, level in enumerate(LEVELS) if listing.levels >> i & 1 and level != listing.level
        ),
        fresh=freshness(listing.said_on, today=today) if listing.said_on else None,
        openings=listing.openings if holds else None,
    )


def _sessions(listing: Listing, criteria: SearchCriteria, today: date) -> tuple[week.Span, ...]:
    """A program's sessions on the visitor's clock, where their hours are asked for."""
    if criteria.hours is None or not listing.sessions:
        return ()
    return listing.spans(_zone(criteria), today)


def _verdict(value: bool | None) -> Verdict:
    return Verdict.UNKNOWN if value is None else Verdict.MEETS if value else Verdict.DOES_NOT


# -- The counts ---------------------------------------------------------------------------------


@dataclass(slots=True)
class _Counts:
    total: int
    levels: Mapping[Level, int]
    ages: Mapping[str, int]
    facts: Mapping[str, int]
    fits_week: int
    without_must: Mapping[str, int]
    age_unsaid: int
    iop_unsaid: int


def _whole(mask: facts.Mask) -> int:
    """A mask as one integer: bit `word * BITS + bit`."""
    return sum(word << (i * BITS) for i, word in enumerate(mask))


def _column(code: str) -> tuple[int, int]:
    """Where a row of `_count` says yes to a fact: the number of the column, and the bit."""
    fact = BY_CODE[code]
    return 1 + fact.word, 1 << fact.bit


_IOP = _column(OFFERS_IOP)
_MENTAL_HEALTH = _column("treats_mental_health")


Row = tuple[Any, ...]
"""The code of a level, the six words of the masks and, where hours are asked for, seven days of a week."""
_WEEK = 1 + len(YES) + len(NO)
"""Where the days begin in a row."""


def _yes(row: Row) -> int:
    """All that is known yes, as one integer: bit `word * BITS + bit`."""
    whole: int = row[1] | row[2] << BITS | row[3] << 2 * BITS
    return whole


def _no(row: Row) -> int:
    whole: int = row[4] | row[5] << BITS | row[6] << 2 * BITS
    return whole


def _fits_week(taken: tuple[int, ...], row: Row) -> bool:
    """A timetable is known, and no session clashes."""
    days = row[_WEEK:]
    return days[0] is not None and not any(day & of_day for day, of_day in zip(days, taken, strict=True))


def _count(criteria: SearchCriteria, today: date) -> _Counts:
    """Every count of a result page, from one pass over the programs within the distance. One query."""
    clock, hours = _clock(criteria, today), criteria.hours
    taken = clock.taken(hours) if hours else ()
    columns = (*YES, *NO, *(clock.columns if hours else ()))
    rows: list[Row] = list(Listing.objects.filter(*_near(criteria)).values_list("level", *columns))
    asked = {level.value for level in criteria.levels or LEVELS}
    musts = _musts(criteria, taken)
    serving, other_ages = _by_age(rows, criteria.age)
    serving, without_must = _by_musts(serving, musts, asked)
    levels = Counter(row[0] for row in serving)
    found = [row for row in serving if row[0] in asked]
    known = tally(map(_yes, found))
    ages = {code: known[code] for code in AGES}
    if other_ages:
        other_ages, _ = _by_musts(other_ages, musts, asked)
        elsewhere = tally(_yes(row) for row in other_ages if row[0] in asked)
        ages = {code: count + elsewhere[code] for code, count in ages.items()}
    return _Counts(
        total=len(found),
        levels={level: levels[level.value] for level in LEVELS},
        ages=ages,
        facts=known,
        fits_week=sum(_fits_week(taken, row) for row in found) if hours else 0,
        without_must={key: len(found) + count for key, count in without_must.items()},
        age_unsaid=_age_unsaid(found, other_ages, criteria.age, asked),
        iop_unsaid=_iop_unsaid(serving) if Level.IOP in criteria.levels else 0,
    )


def _by_age(rows: list[Row], age: str | None) -> tuple[list[Row], list[Row]]:
    """Rows that pass the limit of age, and the others."""
    if age is None:
        return rows, []
    mask = _whole(facts.pack([age]))
    passes = [bool(_yes(row) & mask) if age == TEENS else not _no(row) & mask for row in rows]
    pairs = list(zip(rows, passes, strict=True))
    return [row for row, passed in pairs if passed], [row for row, passed in pairs if not passed]


Must = tuple[str, Callable[[Row], object]]
"""The key of a must, and whether a row meets it."""


def _musts(criteria: SearchCriteria, taken: tuple[int, ...]) -> list[Must]:
    """The musts of a search. `taken`: when the visitor cannot come, on the clock of the rows."""
    wishes = [wish for wish in criteria.wishes if wish.key in criteria.musts]
    return [
        (one.key, partial(_fits_week, taken) if one.hours else partial(_has, _whole(facts.pack(one.any_of))))
        for one in wishes
    ]


def _has(mask: int, row: Row) -> int:
    return _yes(row) & mask


def _by_musts(rows: list[Row], musts: list[Must], asked: set[str]) -> tuple[list[Row], Mapping[str, int]]:
    """Rows that are known to meet every must; and for each must, rows at a level asked that fail it alone."""
    failed_alone = {key: 0 for key, _ in musts}
    if not musts:
        return rows, failed_alone
    kept = []
    for row in rows:
        failed = [key for key, meets in musts if not meets(row)]
        if not failed:
            kept.append(row)
        elif len(failed) == 1 and row[0] in asked:
            failed_alone[failed[0]] += 1
    return kept, failed_alone


def _age_unsaid(found: list[Row], other_ages: list[Row], age: str | None, asked: set[str]) -> int:
    """Programs at the levels asked that have not said whether they serve the age."""
    if age is None:
        return 0
    mask = _whole(facts.pack([age]))
    rows = (*found, *(row for row in other_ages if row[0] in asked))
    return sum(not (_yes(row) | _no(row)) & mask for row in rows)


def _iop_unsaid(serving: list[Row]) -> int:
    (treats, mental_health), (yes, iop), no = _MENTAL_HEALTH, _IOP, _IOP[0] + len(YES)
    outpatient = Level.OUTPATIENT.value
    rows = [row for row in serving if row[0] == outpatient]
    return sum(1 for row in rows if row[treats] & mental_health and not (row[yes] | row[no]) & iop)


def tally(masks: Iterable[int]) -> dict[str, int]:
    """For every fact, how many of the masks have it.

    All facts are added up at once: plane i holds bit i of every fact's count, and adding a mask is a carry
    through the planes. That is a few operations a mask instead of one per fact.
    """
    planes: list[int] = []
    for carry in masks:
        i = 0
        while carry:
            if i == len(planes):
                planes.append(0)
            planes[i], carry = planes[i] ^ carry, planes[i] & carry
            i += 1
    counts = [0] * len(FACTS)
    for plane in reversed(planes):
        digits = format(plane, f"0{len(FACTS)}b")
        counts = [2 * count + (digit == "1") for count, digit in zip(counts, reversed(digits), strict=True)]
    return dict(zip(_CODES, counts, strict=True))


_CODES = tuple(fact.code for fact in FACTS)
