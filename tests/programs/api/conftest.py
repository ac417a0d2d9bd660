"""A small directory in which every kind of row occurs, and a way to ask for JSON."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from programs import listings
from programs.models import Center
from tests.programs.factories import (
    CenterFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
    ZipCodeFactory,
)

Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def nobody_asked_before(settings: Any) -> Iterator[None]:
    cache.clear()
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    yield
    cache.clear()


@pytest.fixture
def ask(client: Client) -> Ask:
    """Ask the API for a path below /api/; the status must be as told."""

    def asked(path: str, *, status: int = 200, **params: object) -> Any:
        answer = client.get(f"/api/{path}", params)
        content = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == status, content
        return json.loads(content)

    return asked


@pytest.fixture
def directory(db: None) -> list[Center]:
    """A rich center, a thin one, a closed one, a draft, and one whose program nobody lists any more."""
    ZipCodeFactory()
    runs = OrganizationFactory(name="Desert Care", website="https://desert.example/", phone="602-555-0100")
    rich = CenterFactory(
        organization=runs,
        name="Desert Care Center",
        name_detail="North",
        street2="Suite 2",
        intake_phones="602-555-0143; 602-555-0144 x12",
    )
    evening = ProgramFactory(
        center=rich,
        track="Evening",
        hours_per_week_min=9,
        hours_per_week_max=12,
        price_min=100,
        price_max=200,
        deposit=50,
        wait_days=1,
        intake="Call first.",
    )
    ProgramFactory(center=rich, level="php")
    SessionFactory(program=evening, telehealth=True)
    SessionFactory(program=evening, day=2, telehealth=None)
    said = StatementFactory.build(center=rich)
    said.facts = said.facts.of(
        yes=[
            "pay_medicaid",
            "lang_spanish",
            "accred_carf",
            "license_state_health",
            "age_adults",
            "offers_iop",
        ],
        no=["age_under_18", "telehealth"],
    )
    said.save()
    thin = CenterFactory(
        name="Thin", street1="", phone="(999) 999-9999", lat=None, lon=None, location="unknown"
    )
    ProgramFactory(center=thin, level="outpatient")
    closed = CenterFactory(name="Closed", status="closed")
    ProgramFactory(center=closed)
    draft = CenterFactory(name="Draft", status="draft")
    ProgramFactory(center=draft)
    gone = CenterFactory(name="Gone", in_latest_edition=False)
    ProgramFactory(center=gone, is_listed=False)
    every = [rich, thin, closed, draft, gone]
    listings.rebuild(one.id for one in every)
    return every
