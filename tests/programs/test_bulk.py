"""Rows written past the ORM are the rows the ORM would have written."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from programs import bulk, listings
from programs.models import Center, Listing, Organization, Program, Statement

pytestmark = pytest.mark.django_db

AT = datetime(2024, 2, 29, 12, 30, 15, 123456, tzinfo=UTC)
ORGANIZATION = (
    "id",
    "public_id",
    "name",
    "state",
    "website",
    "phone",
    "is_sample",
    "created_at",
    "updated_at",
)
TRICKY = [
    "tab\there",
    "back\\slash \\N",
    "line\nbreak\r",
    "quote ' \" %s",
    "Clínica ♥",
    ", ; |",
    "an\n\\.\nend?",
]


def organization(pk: int, name: str) -> tuple[object, ...]:
    return (pk, UUID(int=pk), name, "IL", "", "", pk % 2 == 0, AT, AT)


def test_what_is_written_reads_the_same() -> None:
    ids = list(bulk.new_ids(Organization, len(TRICKY)))
    rows = [organization(pk, name) for pk, name in zip(ids, TRICKY, strict=True)]
    assert bulk.insert(Organization, ORGANIZATION, rows) == len(TRICKY)
    assert list(Organization.objects.order_by("id").values_list(*ORGANIZATION)) == rows


def test_new_ids_are_never_given_twice() -> None:
    first = Organization.objects.create(name="By the ORM")
    ids = list(bulk.new_ids(Organization, 3))
    bulk.insert(Organization, ORGANIZATION, [organization(pk, f"Bulk {pk}") for pk in ids])
    last = Organization.objects.create(name="By the ORM again")
    assert len({first.pk, *ids, last.pk}) == 5
    assert list(bulk.new_ids(Organization, 0)) == []


def test_constraints_hold() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        bulk.insert(Organization, ORGANIZATION, [organization(1, "")])


def test_more_rows_than_a_piece() -> None:
    many = bulk._PIECE + 1
    ids = bulk.new_ids(Organization, many)
    assert bulk.insert(Organization, ORGANIZATION, (organization(pk, "x") for pk in ids)) == many
    assert Organization.objects.count() == many


def test_every_column_of_a_listing_is_written() -> None:
    assert sorted(listings.COLUMNS) == sorted(field.column for field in Listing._meta.concrete_fields)


def test_a_listing_holds_what_the_program_holds() -> None:
    owner = Organization.objects.create(name="Willow")
    center = Center.objects.create(
        organization=owner, name="Willow", slug="willow", city="Boston", state="MA", zip="02134"
    )
    program = Program.objects.create(
        center=center,
        level="iop",
        hours_per_week_min=Decimal("9.5"),
        openings=2,
        openings_until=date(2030, 1, 31),
    )
    statement = Statement(center=center, source="coordinator", method="phone", said_on=date(2024, 5, 1))
    statement.facts = type(statement.facts).of(yes=["offers_iop", "smoke_free"], no=["pay_free"])
    statement.save()
    assert listings.rebuild([center.pk]) == 1
    listing = Listing.objects.get()
    assert (listing.program, listing.center, listing.level) == (program, center, "iop")
    assert (listing.hours_per_week_min, listing.hours_per_week_max) == (Decimal("9.5"), None)
    assert (listing.openings, listing.openings_until) == (2, date(2030, 1, 31))
    assert (listing.x, listing.cell, listing.in_latest_edition) == (None, None, None)
    assert (listing.said_on, listing.said_method, listing.said_source) == (
        date(2024, 5, 1),
        "phone",
        "coordinator",
    )
    assert (listing.public_id, listing.center_public_id) == (program.public_id, center.public_id)
    assert listing.facts == statement.facts
