"""Who comes first rests on fit and distance alone, and every page says the same of a program's fit."""

import random
import re
import uuid
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from programs import listings, scan, search
from programs.criteria import RADII, SearchCriteria, wish_for, wishes_for
from programs.expressions import AnyOf, Clock, Fitness
from programs.geo import Point
from programs.levels import LEVELS, Level
from programs.models import Center, Listing, Organization, Program
from programs.models.columns import NO, SUMMER, WINTER, YES
from programs.week import PARTS, Hours
from tests.programs import factories

TODAY = date(2026, 10, 1)
PHOENIX = Point(33.45, -112.07)
WISHES = (
    *wishes_for(["pay_medicaid", "time_evening", "lang_spanish", "telehealth"]),
    wish_for(Hours(PARTS["evenings"])),
)
MONEY = re.compile(
    r"price|fee|cost|money|paid|pay(?!_)|budget|sponsor|promot|featur|boost|bid|fund|donat|invoice|premium|deposit"
    r"|rank|weight|priorit|score|sort|position|ad_|advert|commission|referr|subscri|tier|plan_|partner"
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(db):
    factories.scattered_centers(60, seed=5)


def criteria(**changes: Any) -> SearchCriteria:
    asked = {"levels": tuple(LEVELS), "wishes": WISHES, "zone": "America/Phoenix", "radius_miles": max(RADII)}
    return SearchCriteria(PHOENIX, "85004", **{**asked, **changes})


def order(asked: SearchCriteria) -> list[int]:
    """Program ids over all pages."""
    pages = search.find(asked, today=TODAY).pages
    found = [search.find(replace(asked, page=page), today=TODAY) for page in range(1, pages + 1)]
    return [hit.listing.program_id for results in found for hit in results.hits]


SEARCHES = {
    "programs": {},
    "centers": {"levels": ()},
    "no wishes": {"wishes": ()},
    "a must": {"musts": frozenset(["free_hours"])},
}


# -- Nothing but fit and distance ----------------------------------------------------------------

ORDERS = frozenset(
    {"program", "center", "level", "cell", "x", "y", "z", "tie", "state", *YES, *NO, *WINTER, *SUMMER}
)
"""Columns of the flat row that say which program it is, where, what it offers and when it meets."""


def another(field: "models.Field[Any, Any]", rng: random.Random) -> Any:
    """Some value that the column can hold."""
    if field.choices:
        return rng.choice([value for value, _ in field.flatchoices])
    kind = field.get_internal_type()
    values = {
        "BooleanField": lambda: rng.random() < 0.5,
        "DateField": lambda: TODAY + timedelta(days=rng.randint(-900, 900)),
        "DateTimeField": lambda: None,
        "DecimalField": lambda: Decimal(rng.randint(0, 99)),
        "FloatField": lambda: rng.uniform(30, 60),
        "PositiveSmallIntegerField": lambda: rng.randint(0, 99),
        "SlugField": lambda: f"x{rng.randint(0, 999)}",
        "URLField": lambda: f"https://{rng.randint(0, 999)}.example.org/",
        "UUIDField": lambda: uuid.UUID(int=rng.getrandbits(128)),
    }
    return values.get(kind, lambda: f"{rng.randint(0, 999)}"[: field.max_length])()


@pytest.mark.parametrize("name", SEARCHES)
def test_no_other_column_of_the_flat_row_moves_a_program(places, name):
    asked = criteria(**SEARCHES[name])
    before = order(asked)
    assert len(before) > 20 or name == "a must"
    rng = random.Random(name)
    tried = set()
    for field in Listing._meta.concrete_fields:
        if field.name in ORDERS or field.name == "sessions":
            continue
        for row in Listing.objects.all():
            value = another(field, rng)
            extra = {"openings_until": TODAY} if field.name == "openings" else {}
            Listing.objects.filter(pk=row.pk).update(**{field.attname: value}, **extra)
        assert order(asked) == before, field.name
        tried.add(field.name)
    assert {"name", "openings", "said_on", "is_sample", "in_latest_edition", "hours_per_week_min"} <= tried


STAND_STILL = {
    Center: {
        "id",
        "public_id",
        "organization",
        "status",
        "merged_into",
        "lat",
        "lon",
        "location",
        "state",
        "created_at",
        "updated_at",
        "zip",
    },
    Program: {"id", "public_id", "center", "level", "is_listed", "details_from"},
    Organization: {"id", "public_id", "created_at", "updated_at"},
}
"""What says which it is and where, and what unpublishes it: everything else must not matter."""
RANGES = ("hours_per_week", "weeks", "price")


@pytest.mark.parametrize("model", STAND_STILL)
def test_nothing_told_of_a_center_a_program_or_an_organization_moves_it(places, model):
    """Prices, deposits, names, openings, phones: a fact for visitors, never a place in the list."""
    before = {name: order(criteria(**changes)) for name, changes in SEARCHES.items()}
    rng = random.Random(model.__name__)
    tried = set()
    for field in model._meta.concrete_fields:
        if field.name in STAND_STILL[model]:
            continue
        for row in model._default_manager.all():
            values = {field.attname: another(field, rng)}
            pair = next((one for one in RANGES if field.name in (f"{one}_min", f"{one}_max")), None)
            if pair:
                values = dict.fromkeys((f"{pair}_min", f"{pair}_max"), values[field.attname])
            if field.name == "openings":
                values["openings_until"] = TODAY
            if field.name == "openings_until":
                values["openings"] = None
            if field.name == "track":
                values["track"] = f"Track {row.pk}"
            model._default_manager.filter(pk=row.pk).update(**values)
        listings.rebuild_all()
        assert {name: order(criteria(**changes)) for name, changes in SEARCHES.items()} == before, field.name
        tried.add(field.name)
    if model is Program:
        assert {"price_min", "price_max", "deposit", "openings", "wait_days"} <= tried


class Watched(tuple):
    """A row that remembers which of its values were looked at."""

    seen: set[Any] = set()

    def __getitem__(self, at):
        self.seen.add(at)
        return super().__getitem__(at)


@pytest.mark.parametrize("levels", [tuple(LEVELS), ()], ids=["programs", "centers"])
def test_the_order_is_computed_from_nothing_else(places, levels):
    """What ranking reads of a row, and every column of which its fitness is made."""
    asked = criteria(levels=levels)
    clock = Clock(asked.zone, TODAY)
    rows = scan.scan([AnyOf()], None, asked, clock, TODAY).rows
    Watched.seen = set()
    assert len(scan.ranked(map(Watched, rows), asked, 20)) == 20
    assert Watched.seen - {scan.CENTER} == {scan.FITNESS, scan.AWAY, scan.TIE, scan.PROGRAM}
    fitness = str(Listing.objects.values_list(Fitness(asked.wishes, clock)).query)
    used = set(re.findall(r'"programs_listing"\."(\w+)"', fitness))
    assert used
    assert used <= {*YES, *NO, *WINTER, *SUMMER}


PRICES = ("price_min", "price_max", "deposit")


def test_no_column_could_hold_what_someone_paid_for_a_place():
    """What a visitor would pay is told of a program, and is not in the row that the search reads."""
    columns = {
        f"{model._meta.model_name}.{field.name}"
        for model in apps.get_app_config("programs").get_models()
        for field in model._meta.concrete_fields
    }
    assert len(columns) > 100
    prices = {f"{table}.{name}" for table in ("program", "historicalprogram") for name in PRICES}
    # How alike two centers are that may be one: only the desk asks.
    assert {name for name in columns if MONEY.search(name.partition(".")[2])} == prices | {
        "duplicatepair.score"
    }
    decimals = {
        field.name for field in Listing._meta.concrete_fields if isinstance(field, models.DecimalField)
    }
    assert decimals == {"hours_per_week_min", "hours_per_week_max"}


def test_the_name_of_a_money_field_would_be_noticed():
    for name in ("sponsored_until", "fee", "boost", "paid_rank", "bid_cents", "sort_order", "is_featured"):
        assert MONEY.search(name), name


# -- One fit on every page -----------------------------------------------------------------------


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.mark.parametrize("level", [Level.IOP, Level.PHP, None])
def test_a_center_says_of_its_best_program_what_the_list_says(client, places, level):
    """The page of every center found, line by line, against the first of its programs in the list."""
    factories.ZipCodeFactory()
    asked = criteria(levels=(level,) if level else (), zone="America/Phoenix")
    query = urlencode(asked.params())
    results = [search.find(replace(asked, page=page), today=date.today()) for page in (1, 2)]
    best: dict[int, Any] = {}
    for hit in (hit for one in results for hit in one.hits):
        best.setdefault(hit.listing.center_id, hit)
    assert len(best) > 4
    for center_id, hit in best.items():
        center = Center.objects.get(pk=center_id)
        page = client.get(f"{center.get_absolute_url()}?{query}").context["page"]
        assert [line.verdict for line in page.lines] == [line.verdict.value for line in hit.fit.lines]


def test_the_list_a_visitor_sees_is_in_the_order_of_their_fit(client, places):
    factories.ZipCodeFactory()
    there = reverse("programs:search") + "?" + urlencode(criteria().params())
    hits = client.get(there).context["page"].results.hits
    scores = [(-hit.fit.score, -hit.fit.meets, hit.miles) for hit in hits]
    assert scores == sorted(scores)
    assert len(set(scores)) > 5
