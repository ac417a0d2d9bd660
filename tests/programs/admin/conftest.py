from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client

from programs import listings
from programs.facts import FactSet
from programs.models import (
    Center,
    DirectoryEntry,
    ExportLog,
    ImportRun,
    Listing,
    Organization,
    Program,
    RefusedRow,
    SavedMapping,
    StagedImport,
    Statement,
)
from programs.models.columns import fact_columns
from tests.programs import loads
from tests.programs.accounts import client_of

CENTERS = 20_000


@pytest.fixture
def coordinator(db: None) -> User:
    return User.objects.create_superuser("coordinator", password="a long enough one")


@pytest.fixture
def desk(coordinator: User) -> Client:
    return client_of(coordinator)


@pytest.fixture
def center(db: None) -> Center:
    """A published center with one IOP, stated by a directory to take Medicaid, with its listing."""
    organization = Organization.objects.create(name="Kite Health", state="AZ")
    center = Center.objects.create(
        organization=organization,
        name="Kite Clinic",
        slug="kite-clinic",
        city="Tucson",
        state="AZ",
        zip="85701",
        lat=32.2,
        lon=-110.9,
        location="exact",
    )
    Program.objects.create(center=center, level="iop")
    Statement.objects.create(
        center=center,
        source="samhsa_su",
        method="directory",
        edition=2023,
        said_on=date(2023, 1, 1),
        **fact_columns(FactSet.of(yes=["pay_medicaid", "age_adults"], no=["telehealth"])),
    )
    listings.rebuild([center.pk])
    return center


@pytest.fixture
def draft(db: None) -> Center:
    """A center nobody outside has seen, with one IOP and one statement of a coordinator."""
    organization = Organization.objects.create(name="Heron Health", state="AZ")
    center = Center.objects.create(
        organization=organization,
        name="Heron Clinic",
        slug="heron-clinic",
        status="draft",
        city="Tucson",
        state="AZ",
        zip="85701",
    )
    Program.objects.create(center=center, level="iop")
    Statement.objects.create(center=center, source="coordinator", method="phone", said_on=date(2026, 1, 1))
    return center


class UndoError(Exception):
    """Ends the block that holds the big directory, so that nothing of it stays."""


@pytest.fixture(scope="module")
def big_directory(django_db_setup: None, django_db_blocker: pytest.FixtureDef) -> Iterator[int]:
    """20,000 centers with a program, a statement, an entry and a listing each; the id of the first."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        try:
            with transaction.atomic():
                first = _fill()
                loads.settle()
                yield first
                raise UndoError
        except UndoError:
            pass


def _fill() -> int:
    organizations = Organization.objects.bulk_create(
        Organization(name=f"Network {number}", public_id=UUID(int=number)) for number in range(200)
    )
    centers = Center.objects.bulk_create(
        (
            Center(
                organization=organizations[number % 200],
                name=f"Center {number}",
                slug=f"center-{number}",
                city="Tucson",
                state=("AZ", "NM", "TX")[number % 3],
                zip="85701",
                public_id=UUID(int=number),
                in_latest_edition=bool(number % 7),
            )
            for number in range(CENTERS)
        ),
        batch_size=2000,
    )
    programs = Program.objects.bulk_create(
        (
            Program(center=center, level="iop", public_id=UUID(int=number))
            for number, center in enumerate(centers)
        ),
        batch_size=2000,
    )
    statements = Statement.objects.bulk_create(
        (
            Statement(
                center=center,
                source="samhsa_su",
                method="directory",
                edition=2023,
                said_on=date(2023, 1, 1),
                yes_0=1,
            )
            for center in centers
        ),
        batch_size=2000,
    )
    DirectoryEntry.objects.bulk_create(
        (
            DirectoryEntry(
                source="samhsa_su",
                key=f"{number}",
                center=center,
                statement=statements[number],
                digest="",
                first_edition=2023,
                last_edition=2023,
            )
            for number, center in enumerate(centers)
        ),
        batch_size=2000,
    )
    Listing.objects.bulk_create(
        (
            Listing(
                program=program,
                center=centers[number],
                level="iop",
                tie=number,
                public_id=program.public_id,
                center_public_id=centers[number].public_id,
                name=centers[number].name,
                slug="s",
                city="Tucson",
                state="AZ",
            )
            for number, program in enumerate(programs)
        ),
        batch_size=1000,
    )
    run = ImportRun.objects.create(
        read=CENTERS, created=CENTERS - 300, refused=300, files=[{"name": "a.xlsx"}]
    )
    RefusedRow.objects.bulk_create(
        RefusedRow(run=run, file="a.xlsx", row_number=number, reason="no ZIP") for number in range(300)
    )
    User.objects.create_superuser("big", password="a long enough one")
    SavedMapping.objects.create(name="list", document="")
    StagedImport.objects.create(status="discarded")
    ExportLog.objects.create(what="centers", file_format="csv", rows=CENTERS)
    return centers[0].pk
