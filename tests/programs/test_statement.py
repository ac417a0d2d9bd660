"""Listings that are read past the ORM are what the ORM reads."""

import random

import pytest

from programs.models import Listing
from programs.statement import by_program
from tests.programs import factories
from tests.programs.test_search import tell_apart

pytestmark = pytest.mark.django_db


def test_every_column_is_what_the_orm_reads(django_assert_num_queries):
    factories.scattered_centers(40, seed=3)
    tell_apart(random.Random(3))
    one = Listing.objects.order_by("program_id").first()
    one.hours_per_week_min, one.hours_per_week_max = "9.5", 12
    one.is_sample, one.in_latest_edition = True, False
    one.save()
    ids = [*Listing.objects.values_list("program_id", flat=True), 10**9]
    theirs = Listing.objects.in_bulk(ids)
    with django_assert_num_queries(1):
        ours = by_program(ids)
    assert ours.keys() == theirs.keys()
    assert len(ours) > 40
    names = [field.attname for field in Listing._meta.concrete_fields]
    assert len(names) > 40
    for key, listing in ours.items():
        # What only SQL reads stays in the database, until somebody asks.
        assert {"winter_0", "summer_6", "tie"} <= listing.get_deferred_fields()
        assert not {"name", "sessions", "yes_0", "x", "said_on"} & listing.get_deferred_fields()
        for name in names:
            here, there = getattr(listing, name), getattr(theirs[key], name)
            assert (type(here), here) == (type(there), there), name
        assert listing._state.db == theirs[key]._state.db
        assert not listing._state.adding
