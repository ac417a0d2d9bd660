"""The search done the long way, for tests: every listing, one by one, with the plain functions."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from programs import geo
from programs.criteria import (
    OFFERS_IOP,
    RADII,
    TEENS,
    WISH_FIELDS,
    Order,
    SearchCriteria,
    Wish,
    wish_for,
    wishes_for,
)
from programs.facts import FactSet
from programs.fit import POINTS_DOES_NOT, POINTS_MEETS
from programs.geo import Point
from programs.levels import LEVELS, Level
from programs.models import Listing, Session
from programs.orders import Standing, key
from programs.taxonomy import AGES, FACTS
from programs.week import ALL, PARTS, Hours, between


@dataclass(frozen=True)
class Row:
    """A listing and what is known of it."""

    listing: Listing
    facts: FactSet
    place: tuple[float, float, float] | None
    sessions: tuple[Session, ...] = ()


def rows() -> list[Row]:
    sessions: dict[int, list[Session]] = {}
    for one in Session.objects.all():
        sessions.setdefault(one.program_id, []).append(one)
    return [
        Row(
            one,
            one.facts,
            None if one.x is None else (one.x, one.y, one.z),
            tuple(sessions.get(one.program_id, ())),
        )
        for one in Listing.objects.all()
    ]


A_MINUTE = timedelta(minutes=1)


def minutes_of(session: Session, zone: str, today: date) -> Iterable[tuple[int, int]]:
    """Every minute of a session on the clock of a zone, as day and half hour, in the week after a day.

    The long way: each minute of the first such weekday after today is a moment of real time, told on both
    clocks. Noon of today decides which offsets hold, as `programs.week` promises.
    """
    theirs, mine = ZoneInfo(session.time_zone), ZoneInfo(zone)
    noon = datetime.combine(today, time(12))
    shift = noon.replace(tzinfo=mine).utcoffset() - noon.replace(tzinfo=theirs).utcoffset()
    monday = datetime(2024, 1, 1, tzinfo=UTC)
    at = datetime.combine(monday + timedelta(days=session.day), session.starts)
    end = datetime.combine(at, session.ends)
    while at < end:
        seen = at + shift
        yield seen.weekday(), (seen.hour * 60 + seen.minute) // 30
        at += A_MINUTE


def fits_week(row: Row, hours: Hours, zone: str, today: date) -> bool | None:
    """None without a timetable; else whether every minute of every session lies in the free hours."""
    if not row.sessions:
        return None
    for one in row.sessions:
        for day, half in minutes_of(one, zone, today):
            bit = 1 << (48 * day + half)
            if hours.work & bit or (hours.free and not hours.free & bit):
                return False
    return True


def value(row: Row, wish: Wish, zone: str, today: date) -> bool | None:
    """What is known of one wish: True, False or None."""
    return fits_week(row, wish.hours, zone, today) if wish.hours else row.facts.any_of(wish.any_of)


@dataclass(frozen=True)
class Counted:
    """A fit as `programs.fit.rank` needs it, counted without `compare`."""

    score: int
    meets: int


def is_near(row: Row, criteria: SearchCriteria) -> bool:
    if criteria.state:
        return row.listing.state == criteria.state
    if row.place is None:
        return False
    return geo.chord2(row.place, geo.unit(criteria.point)) <= geo.chord2_of(criteria.radius_miles)


def serves(row: Row, ages: Sequence[str]) -> bool:
    said = {age: row.facts.value(age) for age in ages}
    passes = [value is True if age == TEENS else value is not False for age, value in said.items()]
    return not ages or any(passes)


def meets_musts(row: Row, criteria: SearchCriteria, today: date, *, but: str | None = None) -> bool:
    wanted = [wish for wish in criteria.wishes if wish.key in criteria.musts and wish.key != but]
    return all(value(row, wish, criteria.zone, today) is True for wish in wanted)


def has_opening(row: Row, today: date) -> bool:
    places, until = row.listing.openings, row.listing.openings_until
    return bool(places and until and until >= today)


def leaves_open(row: Row, criteria: SearchCriteria) -> bool:
    if criteria.unsaid is None:
        return True
    return row.facts.value(criteria.unsaid) is None and row.facts.value("treats_mental_health") is True


@dataclass(frozen=True)
class Expected:
    """What a search must find: program ids in order, of a center its best-fitting one, and every count."""

    order: list[int]
    levels: dict[Level, int]
    ages: dict[str, int]
    facts: dict[str, int]
    fits_week: int
    open_now: int
    without_must: dict[str, int]
    age_unsaid: int
    iop_unsaid: int


def listed(found: list[Row], criteria: SearchCriteria, today: date) -> list[int]:
    """Programs in the order asked for; without a level only the best-fitting one of each center."""
    origin = geo.unit(criteria.point)

    def standing(row: Row) -> Standing:
        said = [value(row, wish, criteria.zone, today) for wish in criteria.wishes]
        meets = said.count(True)
        fit = Counted(POINTS_MEETS * meets + POINTS_DOES_NOT * said.count(False), meets)
        away = geo.chord2(row.place, origin) if row.place else 4.0
        one = row.listing
        return Standing(fit, away, one.said_on, one.name, one.tie, one.program_id)

    held = sorted(
        ((standing(row), row.listing.center_id) for row in found), key=lambda o: key(Order.FIT, o[0])
    )
    best = {center: one for one, center in reversed(held)}
    shown = best.values() if not criteria.levels else [one for one, _ in held]
    return [one.program_id for one in sorted(shown, key=lambda one: key(criteria.order, one))]


def search(everything: list[Row], criteria: SearchCriteria, today: date) -> Expected:
    asked = criteria.levels or LEVELS
    near = [
        row
        for row in everything
        if is_near(row, criteria)
        and leaves_open(row, criteria)
        and (has_opening(row, today) or not criteria.open_now)
    ]
    any_level = [row for row in near if serves(row, criteria.ages) and meets_musts(row, criteria, today)]
    any_age = [row for row in near if row.listing.level in asked and meets_musts(row, criteria, today)]
    found = [row for row in any_level if row.listing.level in asked]

    def number(rows: Iterable[Row]) -> int:
        """Programs, or centers in a search without a level."""
        ids = [row.listing.program_id if criteria.levels else row.listing.center_id for row in rows]
        return len(set(ids))

    def without(must: str) -> list[Row]:
        rows = [row for row in near if row.listing.level in asked and serves(row, criteria.ages)]
        return [row for row in rows if meets_musts(row, criteria, today, but=must)]

    def age_unsaid() -> int:
        said = [(row, [row.facts.value(age) for age in criteria.ages]) for row in any_age]
        yes = {row.listing.center_id for row, values in said if True in values}
        rows = [row for row, values in said if None in values and True not in values]
        return number(row for row in rows if criteria.levels or row.listing.center_id not in yes)

    def iop_unsaid(row: Row) -> bool:
        is_asked = row.listing.level == "outpatient" and row.facts.value("treats_mental_health") is True
        return is_asked and row.facts.value(OFFERS_IOP) is None

    hours = criteria.hours
    return Expected(
        order=listed(found, criteria, today),
        levels={level: sum(row.listing.level == level for row in any_level) for level in LEVELS},
        ages={age: number(row for row in any_age if row.facts.value(age) is True) for age in AGES},
        facts={
            fact.code: number(row for row in found if row.facts.value(fact.code) is True) for fact in FACTS
        },
        fits_week=number(row for row in found if fits_week(row, hours, criteria.zone, today) is True)
        if hours
        else 0,
        open_now=number(row for row in found if has_opening(row, today)),
        without_must={must: number(without(must)) for must in criteria.musts},
        age_unsaid=age_unsaid(),
        iop_unsaid=sum(map(iop_unsaid, any_level)) if Level.IOP in criteria.levels else 0,
    )


def with_must(criteria: SearchCriteria, code: str) -> SearchCriteria:
    """The same search, and this fact as a must."""
    asked = [wish for wish in criteria.wishes if wish.key != code]
    return replace(criteria, wishes=(*asked, Wish(code, (code,))), musts=criteria.musts | {code})


def random_criteria(
    rng: random.Random, points: list[Point], states: Sequence[str] = ("AZ",)
) -> SearchCriteria:
    """Any search the form can make: few or many wishes, some of them musts, every third with hours.

    One in ten looks in the whole of one of these states.
    """
    codes = [code for field in WISH_FIELDS.values() for code in field]
    wishes = wishes_for(rng.sample(codes, rng.choice([0, 0, 1, 2, 4, 8])))
    if rng.random() < 0.35:
        wishes = (*wishes, wish_for(random_hours(rng)))
    keys = [wish.key for wish in wishes]
    return SearchCriteria(
        point=rng.choice(points),
        place="somewhere",
        radius_miles=rng.choice(RADII),
        levels=tuple(level for level in LEVELS if rng.random() < 0.3),
        ages=tuple(age for age in AGES if age in rng.sample(AGES, rng.choice([0, 0, 1, 1, 2, 3]))),
        wishes=wishes,
        musts=frozenset(rng.sample(keys, min(len(keys), rng.choice([0, 0, 0, 1, 2])))),
        unsaid=rng.choice([None] * 9 + [OFFERS_IOP]),
        zone=rng.choice(ZONES),
        state=rng.choice(states) if rng.random() < 0.1 else "",
        open_now=rng.random() < 0.05,
        order=rng.choice([Order.FIT, *Order]),
    )


ZONES = ("America/Phoenix", "America/Denver", "America/Los_Angeles", "America/New_York", "Pacific/Guam")


def random_hours(rng: random.Random) -> Hours:
    """Hours as people mark them: parts of the week, hours of work, any half hours, nearly always free."""
    anything = rng.getrandbits(336) or 1
    most = ALL & ~between(rng.randrange(7), 60 * rng.randrange(24), 24 * 60)
    free = rng.choice([0, *PARTS.values(), PARTS["evenings"] | PARTS["weekends"], most, anything, ALL])
    work = rng.choice([0, PARTS["mornings"] | PARTS["afternoons"], ALL & ~most, between(3, 1080, 1260)])
    return Hours(free, work) if free | work else Hours(most)
