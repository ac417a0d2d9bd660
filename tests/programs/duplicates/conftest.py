"""Two centers that are one place, with everything that can hang on a center."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User

from programs import listings
from programs.facts import FactSet
from programs.models import (
    Center,
    CenterLink,
    Claim,
    DirectoryEntry,
    DuplicatePair,
    Inquiry,
    Program,
    Proposal,
    Report,
    Snooze,
    Statement,
)
from programs.models.columns import fact_columns
from tests.programs import factories
from tests.programs.accounts import account

AT = datetime(2026, 11, 20, 9, 30, 15, 123456, tzinfo=UTC)
DAY = date(2026, 11, 20)
LEFT_OUT = {"merge"}
"""A merge that was undone is remembered; histories are never shortened."""


def everything() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table but histories and merges; without the moment when pages last changed."""
    told = {}
    for model in apps.get_app_config("programs").get_models(include_auto_created=True):
        name = model._meta.model_name or ""
        if name.startswith("historical") or name in LEFT_OUT:
            continue
        columns = [field.attname for field in model._meta.concrete_fields]
        # Says when a page last changed, and an undone merge has changed it again: readers ask by it.
        if name == "center":
            columns.remove("updated_at")
        key = "pk" if name != "staffmember_centers" else "center_id"
        if name == "staffmember_centers":
            columns.remove("id")
        told[name] = [
            tuple(bytes(value) if isinstance(value, memoryview) else value for value in row)
            for row in model._default_manager.order_by(key).values_list(*columns)
        ]
    return told


def entry(center: Center, key: str, *, year: int = 2023, latest: bool = True) -> DirectoryEntry:
    statement = Statement.objects.create(
        center=center,
        source="samhsa_su",
        method="directory",
        edition=year,
        said_on=date(year, 1, 1),
        is_current=latest,
        **fact_columns(FactSet.of(yes=["pay_medicaid"])),
    )
    return DirectoryEntry.objects.create(
        source="samhsa_su",
        key=key,
        center=center,
        statement=statement,
        digest="",
        first_edition=year,
        last_edition=year,
        in_latest=latest,
    )


@pytest.fixture
def coordinator(db: None) -> User:
    return account("coordinator", states=["AZ"])


@pytest.fixture
def stays(db: None) -> Center:
    """A published center with a plain IOP and a PHP."""
    made = factories.CenterFactory(
        name="Kite Clinic",
        street1="12 Main Street",
        phone="602-555-0142",
        location="exact",
        in_latest_edition=False,
    )
    for level in ("iop", "php"):
        factories.ProgramFactory(center=made, level=level)
    entry(made, "stays", latest=False)
    listings.rebuild([made.pk])
    return made


@pytest.fixture
def goes(stays: Center, coordinator: User) -> Center:
    """The same place once more: an IOP that tells more, a detox, and a row of every table."""
    made = factories.CenterFactory(
        name="The Kite Clinic Inc",
        street1="12 Main St",
        phone="602-555-0142 x3",
        website="https://kite.example/",
        email="desk@kite.example",
        location="exact",
        in_latest_edition=True,
    )
    iop = factories.ProgramFactory(
        center=made,
        level="iop",
        price_min="120.50",
        price_max="300",
        plans="Plan A",
        openings=3,
        openings_until=DAY,
    )
    factories.ProgramFactory(center=made, level="detox")
    factories.SessionFactory(program=iop)
    factories.SessionFactory(program=iop, day=2)
    entry(made, "goes")
    about = Statement.objects.create(
        center=made, program=iop, source="coordinator", method="phone", said_on=DAY, entered_by=coordinator
    )
    Program.objects.filter(pk=iop.pk).update(details_from=about)
    link = CenterLink.objects.create(center=made, token_digest="a" * 64, expires_at=AT)
    Proposal.objects.create(center=made, program=iop, link=link, changes={"plans": "Plan B"}, base={})
    Report.objects.create(
        center=made,
        code_digest="b" * 64,
        form_digest="c" * 64,
        kind="phone",
        sealed=b"\x00\x01",
        purge_on=DAY,
    )
    Inquiry.objects.create(
        center=made,
        code_digest="d" * 64,
        form_digest="e" * 64,
        sealed=b"\x02",
        consent_version="1",
        due_at=AT,
        purge_on=DAY,
    )
    Claim.objects.create(center=made, by=coordinator, until=AT)
    Snooze.objects.create(center=made, until=DAY, reason="no_answer", tries=2, by=coordinator)
    Snooze.objects.filter(center=made).update(at=AT - timedelta(days=3))
    account("center", centers=[made])
    listings.rebuild([made.pk])
    return made


@pytest.fixture
def pair(stays: Center, goes: Center) -> DuplicatePair:
    return DuplicatePair.objects.create(first=stays, second=goes, score=0.9, reasons=[])


def program(center: Center, level: str) -> Program:
    return center.programs.get(level=level)
