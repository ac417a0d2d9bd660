"""Finding programs: one scan that counts and ranks (`programs.scan`, `programs.counts`), and one query that
reads a page by key. No row per fact, no join.

A search that asks for a level finds programs. One that asks for none finds centers: each stands for all its
programs within the limits, and is held against the wishes by the one of them that fits best.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from programs import geo, zones
from programs.counts import Counts, count
from programs.criteria import RADII, TELEHEALTH, SearchCriteria
from programs.expressions import (
    FAR,
    AtLevel,
    Chord2,
    Clock,
    FitsWeek,
    Flag,
    HasOpening,
    InState,
    Known,
    Near,
    NoneOf,
    OneOf,
    OverListing,
    Plain,
    serves,
)
from programs.facts import FactSet
from programs.fit import Fit, Verdict, compare
from programs.freshness import Freshness, freshness
from programs.levels import LEVELS, Level
from programs.models import Listing
from programs.scan import AWAY, CENTER, LEVEL, PROGRAM, ranked, scan
from programs.statement import Row, Select, by_program, fetch
from programs.timetable import Span

PAGE_SIZE = 20


@dataclass(frozen=True, slots=True)
class Hit:
    """One program of a result, or one center.

    facts: what is known of the listing. miles: as the crow flies; None where the place is not known.
    serves_age: known to serve any of the ages asked, or known to serve none; None when none was asked.
    levels: of the programs this stands for, one for each; of a center, `listing` is the one that fits best.
    other_levels: what else the center lists.
    """

    listing: Listing
    facts: FactSet
    miles: float | None
    fit: Fit
    serves_age: Verdict | None
    levels: tuple[Level, ...]
    other_levels: tuple[Level, ...]
    fresh: Freshness | None
    openings: int | None


@dataclass(frozen=True, slots=True)
class Results:
    """One page of what was found.

    Programs are counted, or centers where `criteria.by_center`; levels and iop_unsaid always count programs,
    for whoever follows them finds programs.
    criteria: as asked, with the page brought into range. total: programs within the limits.
    levels, ages: programs at each within all other limits (an age: known to serve it).
    facts: for every fact, programs within the limits known to have it.
    open_now: programs within the limits that have told of an open place.
    fits_week: programs within the limits known to fit the hours asked; 0 unless hours were asked.
    without_must: for each must, programs that would be there were it only a wish.
    age_unsaid: programs within all other limits that have not said whether they serve an age asked.
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
    open_now: int
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


def find(criteria: SearchCriteria, *, today: date, enough: int = 0) -> Results:
    """The page of programs that was asked for, best fit first. Two queries, one when nothing was found.

    enough: where fewer are found within the distance, the circle grows to the smallest radius that finds so
    many, or to the one that adds the last; `Results.criteria` says how wide it is. One query more.
    """
    clock = _clock(criteria, today)
    around = scan(_near(criteria, today), _passing(criteria, today), criteria, clock, today)
    counts = count(around, criteria, clock)
    if counts.total < enough and not criteria.state:
        criteria, counts = _widened(criteria, counts, clock, today, enough)
    page = min(criteria.page, pages_for(counts.total))
    criteria = replace(criteria, page=page)
    hits = tuple(_hits(counts.found, criteria, today))
    return Results(
        criteria=criteria,
        total=counts.total,
        hits=hits,
        levels=counts.levels,
        ages=counts.ages,
        facts=counts.facts,
        fits_week=counts.fits_week,
        open_now=counts.open_now,
        without_must=counts.without_must,
        age_unsaid=counts.age_unsaid,
        iop_unsaid=counts.iop_unsaid,
    )


def _widened(
    criteria: SearchCriteria, counts: Counts, clock: Clock, today: date, enough: int
) -> tuple[SearchCriteria, Counts]:
    """The same search with the smallest radius that finds enough, or as many as the widest, and its counts.

    Unchanged when nothing is near at all. One query.
    """
    widest = replace(criteria, radius_miles=max(RADII))
    around = scan(_near(widest, today), None, widest, clock, today)
    found = count(around, widest, clock).found
    numbers = _within(((row[CENTER], row[AWAY]) for row in found), widest)
    if not found or widest == criteria:
        return criteria, counts
    wider = (radius for radius in RADII if radius >= criteria.radius_miles)
    radius = next(radius for radius in wider if numbers[radius] >= min(enough, numbers[max(RADII)]))
    criteria, limit = replace(criteria, radius_miles=radius), geo.chord2_of(radius)
    rows = [row for row in around.rows if row[AWAY] <= limit]
    return criteria, count(replace(around, rows=rows), criteria, clock)


def reach(criteria: SearchCriteria, *, today: date) -> dict[int, int]:
    """How much each radius would find, all other limits kept. One query."""
    widest = replace(criteria, radius_miles=max(RADII), state="")
    away = Chord2(geo.unit(criteria.point))
    return _within(fetch(Select(("center_id", away), _limits(widest, today))), criteria)


def _within(away: Iterable[Row], criteria: SearchCriteria) -> dict[int, int]:
    """How much of this lies within each radius: pairs of a center and the squared chord to it."""
    away = list(away)
    limits = [(radius, geo.chord2_of(radius)) for radius in RADII]
    found = {radius: [center for center, chord in away if chord <= limit] for radius, limit in limits}
    return {radius: len(set(ids) if criteria.by_center else ids) for radius, ids in found.items()}


@dataclass(frozen=True, slots=True)
class Loosened:
    """How much other distances would find, all other limits kept.

    radii: within each. state: everywhere in the state. telehealth: of these, known to offer telehealth.
    """

    radii: Mapping[int, int]
    state: int
    telehealth: int


def loosened(criteria: SearchCriteria, *, state: str, today: date) -> Loosened:
    """What a wider circle would find, and the whole state. One query."""
    widest = replace(criteria, radius_miles=max(RADII), state="")
    around = Select(("center_id", Chord2(geo.unit(criteria.point)), Plain("0")), _limits(widest, today))
    in_state = replace(criteria, state=state)
    anywhere = Select(("center_id", Plain("-1.0"), Flag(Known([TELEHEALTH]))), _limits(in_state, today))
    rows = fetch(around, anywhere)
    near = [(center, away) for center, away, _ in rows if away >= 0]
    there = [(center, remote) for center, away, remote in rows if away < 0]
    by_telehealth = [center for center, remote in there if remote]
    if criteria.by_center:
        everyone = {center for center, _ in there}
        return Loosened(_within(near, criteria), len(everyone), len(set(by_telehealth)))
    return Loosened(_within(near, criteria), len(there), len(by_telehealth))


def by_video(criteria: SearchCriteria, *, state: str, today: date) -> tuple[int, tuple[Hit, ...]]:
    """Programs anywhere in a state that are known to offer telehealth, all limits but the distance kept.

    How many, and the first page of them in the usual order. Two queries, one when there is none.
    """
    here = [InState(state), Known([TELEHEALTH]), *_kinds(criteria, today)]
    criteria = replace(criteria, state=state)
    rows = scan(here, None, criteria, _clock(criteria, today), today).rows
    return len(rows), tuple(_hits(rows, criteria, today))


# -- Limits in SQL ------------------------------------------------------------------------------


def _zone(criteria: SearchCriteria) -> str:
    """The zone on whose clock the visitor's hours are told."""
    return criteria.zone or zones.near(criteria.point.lat, criteria.point.lon)


def _clock(criteria: SearchCriteria, today: date) -> Clock:
    return Clock(_zone(criteria), today)


def _near(criteria: SearchCriteria, today: date) -> list[OverListing]:
    """Within the distance or the state, with an open place if asked for, open what `unsaid` wants open."""
    conditions: list[OverListing] = []
    if criteria.state:
        conditions.append(InState(criteria.state))
    else:
        conditions.append(OneOf("cell", geo.cells_within(criteria.point, criteria.radius_miles)))
        conditions.append(Near(geo.unit(criteria.point), geo.chord2_of(criteria.radius_miles)))
    if criteria.open_now:
        conditions.append(HasOpening(today))
    if criteria.unsaid:
        said = (Known([criteria.unsaid]), Known([criteria.unsaid], value=False))
        conditions += [Known(["treats_mental_health"]), NoneOf(*said)]
    if criteria.not_refused:
        conditions.append(NoneOf(Known(sorted(criteria.not_refused), value=False)))
    return conditions


def _limits(criteria: SearchCriteria, today: date) -> list[OverListing]:
    """All limits."""
    return [*_near(criteria, today), *_kinds(criteria, today)]


def _kinds(criteria: SearchCriteria, today: date) -> list[OverListing]:
    """All limits but those of `_near`."""
    at: list[OverListing] = [AtLevel(criteria.levels)] if criteria.levels else []
    return [*at, *_passing(criteria, today)]


def _passing(criteria: SearchCriteria, today: date) -> list[OverListing]:
    """All limits but the level and those of `_near`."""
    conditions: list[OverListing] = [serves(criteria.ages)] if criteria.ages else []
    for wish in criteria.wishes:
        if wish.key in criteria.musts:
            hours = wish.hours
            conditions.append(FitsWeek(hours, _clock(criteria, today)) if hours else Known(wish.any_of))
    return conditions


# -- The order ----------------------------------------------------------------------------------


def _hits(found: Sequence[Row], criteria: SearchCriteria, today: date) -> Iterator[Hit]:
    """One page of these in the order that was asked for (`programs.orders`). One query, none for nothing."""
    rows = ranked(found, criteria, PAGE_SIZE)
    listings = by_program([row[PROGRAM] for row in rows]) if rows else {}
    here = _levels(found, {row[CENTER] for row in rows}) if criteria.by_center else {}
    for row in rows:
        # Nothing holds the table still between the two queries.
        if listing := listings.get(row[PROGRAM]):
            miles = geo.miles_of(row[AWAY]) if row[AWAY] < FAR else None
            levels = here.get(row[CENTER], ())
            yield hit(listing, miles=miles, criteria=criteria, today=today, levels=levels)


def _levels(found: Sequence[Row], centers: Collection[int]) -> dict[int, tuple[Level, ...]]:
    """The levels of the programs that each of these centers stands for, one for each program."""
    levels: dict[int, list[Level]] = {}
    for row in found:
        if row[CENTER] in centers:
            levels.setdefault(row[CENTER], []).append(Level(row[LEVEL]))
    return {center: tuple(sorted(own, key=LEVELS.index)) for center, own in levels.items()}


def hit(
    listing: Listing,
    *,
    miles: float | None,
    criteria: SearchCriteria,
    today: date,
    levels: tuple[Level, ...] = (),
) -> Hit:
    """A listing held against what was asked. Reads nothing from the database.

    levels: of all programs it stands for; none means its own.
    """
    known = listing.facts
    levels = levels or (Level(listing.level),)
    holds = listing.openings_until is not None and listing.openings_until >= today
    return Hit(
        listing=listing,
        facts=known,
        miles=miles,
        fit=compare(criteria.wishes, known, _sessions(listing, criteria, today)),
        serves_age=_verdict(known.any_of(criteria.ages)) if criteria.ages else None,
        levels=levels,
        other_levels=tuple(
            level for i, level in enumerate(LEVELS) if listing.levels >> i & 1 and level not in levels
        ),
        fresh=freshness(listing.said_on, today=today) if listing.said_on else None,
        openings=listing.openings if holds else None,
    )


def _sessions(listing: Listing, criteria: SearchCriteria, today: date) -> tuple[Span, ...]:
    """A program's sessions on the visitor's clock, where their hours are asked for."""
    if criteria.hours is None or not listing.sessions:
        return ()
    return listing.spans(_zone(criteria), today)


def _verdict(value: bool | None) -> Verdict:
    return Verdict.UNKNOWN if value is None else Verdict.MEETS if value else Verdict.DOES_NOT
