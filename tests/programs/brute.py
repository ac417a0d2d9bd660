"""The search done the long way, for tests: every listing, one by one, with the plain functions."""

import random
from dataclasses import dataclass

from programs import geo
from programs.criteria import OFFERS_IOP, RADII, TEENS, WISH_FIELDS, SearchCriteria, wishes_for
from programs.facts import FactSet
from programs.fit import compare, rank
from programs.geo import Point
from programs.levels import LEVELS, Level
from programs.models import Listing
from programs.taxonomy import AGES, FACTS


@dataclass(frozen=True)
class Row:
    """A listing and what is known of it."""

    listing: Listing
    facts: FactSet
    place: tuple[float, float, float] | None


def rows() -> list[Row]:
    return [
        Row(one, one.facts, None if one.x is None else (one.x, one.y, one.z)) for one in Listing.objects.all()
    ]


def is_near(row: Row, criteria: SearchCriteria) -> bool:
    if row.place is None:
        return False
    return geo.chord2(row.place, geo.unit(criteria.point)) <= geo.chord2_of(criteria.radius_miles)


def serves(row: Row, age: str | None) -> bool:
    if age is None:
        return True
    value = row.facts.value(age)
    return value is True if age == TEENS else value is not False


def meets_musts(row: Row, criteria: SearchCriteria, *, but: str | None = None) -> bool:
    wanted = [wish for wish in criteria.wishes if wish.key in criteria.musts and wish.key != but]
    return all(row.facts.any_of(wish.any_of) is True for wish in wanted)


def leaves_open(row: Row, criteria: SearchCriteria) -> bool:
    if criteria.unsaid is None:
        return True
    return row.facts.value(criteria.unsaid) is None and row.facts.value("treats_mental_health") is True


@dataclass(frozen=True)
class Expected:
    """What a search must find: program ids in order, and every count."""

    order: list[int]
    levels: dict[Level, int]
    ages: dict[str, int]
    facts: dict[str, int]
    without_must: dict[str, int]
    age_unsaid: int
    iop_unsaid: int


def search(everything: list[Row], criteria: SearchCriteria) -> Expected:
    asked = criteria.levels or LEVELS
    near = [row for row in everything if is_near(row, criteria) and leaves_open(row, criteria)]
    any_level = [row for row in near if serves(row, criteria.age) and meets_musts(row, criteria)]
    any_age = [row for row in near if row.listing.level in asked and meets_musts(row, criteria)]
    found = [row for row in any_level if row.listing.level in asked]
    origin = geo.unit(criteria.point)

    def place_in_order(row: Row) -> tuple[int, int, float, int, int]:
        fit = compare(criteria.wishes, row.facts)
        away = geo.chord2(row.place, origin)
        return rank(fit, chord2=away, tie=row.listing.tie, program_id=row.listing.program_id)

    return Expected(
        order=[row.listing.program_id for row in sorted(found, key=place_in_order)],
        levels={level: sum(row.listing.level == level for row in any_level) for level in LEVELS},
        ages={age: sum(row.facts.value(age) is True for row in any_age) for age in AGES},
        facts={fact.code: sum(row.facts.value(fact.code) is True for row in found) for fact in FACTS},
        without_must={
            key: sum(
                row.listing.level in asked
                and serves(row, criteria.age)
                and meets_musts(row, criteria, but=key)
                for row in near
            )
            for key in criteria.musts
        },
        age_unsaid=sum(criteria.age is not None and row.facts.value(criteria.age) is None for row in any_age),
        iop_unsaid=sum(
            row.listing.level == "outpatient"
            and row.facts.value("treats_mental_health") is True
            and row.facts.value(OFFERS_IOP) is None
            for row in any_level
        )
        if Level.IOP in criteria.levels
        else 0,
    )


def random_criteria(rng: random.Random, points: list[Point]) -> SearchCriteria:
    """Any search the form can make: few or many wishes, some of them musts."""
    codes = [code for field in WISH_FIELDS.values() for code in field]
    wishes = wishes_for(rng.sample(codes, rng.choice([0, 0, 1, 2, 4, 8])))
    keys = [wish.key for wish in wishes]
    return SearchCriteria(
        point=rng.choice(points),
        place="somewhere",
        radius_miles=rng.choice(RADII),
        levels=tuple(level for level in LEVELS if rng.random() < 0.3),
        age=rng.choice([None, None, *AGES]),
        wishes=wishes,
        musts=frozenset(rng.sample(keys, min(len(keys), rng.choice([0, 0, 0, 1, 2])))),
        unsaid=rng.choice([None] * 9 + [OFFERS_IOP]),
    )
