"""Two hundred random searches over the whole real directory equal brute force, on either database."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction

from programs import search
from programs.criteria import SearchCriteria
from programs.geo import Point
from programs.levels import LEVELS
from programs.models import Center, ZipCode
from programs.places import Found, Several, resolve
from tests.programs import brute, loads
from tests.programs.brute import Row

pytestmark = pytest.mark.directory

TODAY = date(2026, 10, 1)
QUERIES = 200


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker, directory_files: dict[str, Path]) -> Iterator[list[Row]]:
    """Every listing of both workbooks, imported once for this file and rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_places", verbosity=0)
        call_command("import_directory", *map(str, directory_files.values()), verbosity=0)
        loads.settle()
        yield brute.rows()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def points(everything: list[Row]) -> list[Point]:
    """ZIP codes anywhere, and as many where many people live: in the cells of random centers."""
    rng = random.Random(7)
    zips = list(ZipCode.objects.values_list("lat", "lon"))
    centers = list(Center.objects.exclude(lat=None).values_list("lat", "lon"))
    return [Point(*one) for one in (*rng.sample(zips, 150), *rng.sample(centers, 150))]


@pytest.fixture(scope="module")
def searches(points: list[Point]) -> list[SearchCriteria]:
    rng = random.Random(11)
    states = sorted(Center.objects.values_list("state", flat=True).distinct())
    return [brute.random_criteria(rng, points, states) for _ in range(QUERIES)]


def test_the_whole_directory_is_there(everything):
    assert len(everything) > 30_000
    assert sum(row.place is not None for row in everything) > 0.98 * len(everything)


def test_two_hundred_searches_equal_brute_force(everything, searches):
    """Total, order over the first two pages and the last, and every count."""
    by_cell: dict[int, list[Row]] = {}
    for row in everything:
        by_cell.setdefault(row.listing.cell, []).append(row)
    totals = []
    for criteria in searches:
        # Brute force may skip rows a hundred miles further out than asked; the cells are proven elsewhere.
        nearby = everything if criteria.state else rows_around(by_cell, criteria.point)
        expected = brute.search(nearby, criteria, TODAY)
        results = search.find(criteria, today=TODAY)
        totals.append(results.total)
        assert results.total == len(expected.order)
        for page in {1, 2, results.pages}:
            found = search.find(on_page(criteria, page), today=TODAY)
            first = (found.page - 1) * search.PAGE_SIZE
            ids = [hit.listing.program_id for hit in found.hits]
            assert ids == expected.order[first : first + search.PAGE_SIZE]
        assert dict(results.levels) == expected.levels
        assert dict(results.ages) == expected.ages
        assert dict(results.facts) == expected.facts
        assert (results.fits_week, results.open_now) == (expected.fits_week, expected.open_now)
        assert dict(results.without_must) == expected.without_must
        assert (results.age_unsaid, results.iop_unsaid) == (expected.age_unsaid, expected.iop_unsaid)
    assert {len(criteria.ages) for criteria in searches} >= {0, 1, 2, 3}
    assert sum(total > 20 for total in totals) > QUERIES // 5
    assert sum(total == 0 for total in totals) < QUERIES // 2


def test_what_loosening_would_find_equals_brute_force(everything, searches):
    """The circle, the state and telehealth in it, for searches at random."""
    for criteria in searches[:25]:
        state = criteria.state or "AZ"
        anywhere = replace(criteria, state=state)
        found = search.loosened(criteria, state=state, today=TODAY)
        telehealth = brute.with_must(anywhere, "telehealth")
        in_state = [row for row in everything if row.listing.state == state]
        assert found.state == len(brute.search(in_state, anywhere, TODAY).order)
        assert found.telehealth == len(brute.search(in_state, telehealth, TODAY).order)
        assert found.radii == search.reach(criteria, today=TODAY)
        assert search.find(telehealth, today=TODAY).total == found.telehealth


def test_no_cell_hides_a_program(everything, searches):
    """The cells against every row of the country, for a few searches: nothing within reach is missed."""
    for criteria in searches[:20]:
        bare = SearchCriteria(criteria.point, "here", criteria.radius_miles, levels=tuple(LEVELS))
        expected = sum(brute.is_near(row, bare) for row in everything)
        assert search.find(bare, today=TODAY).total == expected


def test_every_zip_code_and_city_of_the_directory_resolves(everything):
    rng = random.Random(3)
    places = rng.sample(list(Center.objects.values_list("zip", "city", "state")), 200)
    known = sum(isinstance(resolve(zip_code), Found) for zip_code, _, _ in places)
    cities = sum(isinstance(resolve(f"{city}, {state}"), Found | Several) for _, city, state in places)
    assert known >= 196
    assert cities >= 180


def on_page(criteria: SearchCriteria, page: int) -> SearchCriteria:
    return replace(criteria, page=page)


def rows_around(by_cell: dict[int, list[Row]], point: Point) -> list[Row]:
    """Rows in the square of six degrees each way around a point, found without `cells_within`."""
    column = int((point.lon + 180) // 0.5)
    row = int((point.lat + 90) // 0.5)
    wide = 12 if abs(point.lat) < 60 else 60
    cells = (
        (row + up) * 720 + (column + over) % 720 for up in range(-12, 13) for over in range(-wide, wide + 1)
    )
    return [one for cell in cells for one in by_cell.get(cell, ())]
