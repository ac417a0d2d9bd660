"""What stands in the directory before anything goes wrong: centers, accounts, links. Needs Django set up."""

import time
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django_otp.oath import TOTP

from ops.durable.browser import Browser, LostError
from ops.durable.lists import mapping_of
from programs import listings
from programs.confirming import links
from programs.facts import FactSet
from programs.models import (
    AuthenticatorApp,
    Center,
    DuplicatePair,
    Organization,
    Program,
    SavedMapping,
    Statement,
)
from programs.models.columns import fact_columns
from tests.programs.accounts import PASSWORD, account

STATES = ("AZ", "NM", "TX")
PLACE: dict[str, Any] = {
    "street1": "1 Main Street",
    "city": "Phoenix",
    "zip": "85004",
    "phone": "602-555-0142",
    "lat": 33.45,
    "lon": -112.07,
    "location": "zip",
}


@dataclass
class Account:
    """A person of the staff, with the key in their phone."""

    name: str
    key: bytes
    last: int = 0
    """The last step of thirty seconds whose digits were typed: they are not taken twice."""

    def digits(self) -> str:
        clock = TOTP(self.key)
        clock.time = max(time.time(), (self.last + 1) * AuthenticatorApp.STEP)
        self.last = int(clock.time) // AuthenticatorApp.STEP
        return f"{clock.token():06d}"

    def sign_in(self, browser: Browser) -> None:
        """By password and second factor, as anybody does."""
        login = reverse("admin:login")
        page = browser.get(login)
        typed = {"name": self.name, "password": PASSWORD, "next": ""}
        first = browser.post(login, typed | {"csrfmiddlewaretoken": page.token})
        if first.status != 302:
            raise LostError(f"the password was not taken: {first.status}")
        page = browser.get(first.location)
        answer = browser.post(first.location, {"code": self.digits(), "csrfmiddlewaretoken": page.token})
        if answer.status != 302:
            raise RuntimeError(f"{self.name} was not let in: {answer.status}")


@dataclass
class World:
    """Ids of the centers that each kind of client works on: no two touch the same."""

    edited: list[int] = field(default_factory=list)
    called: list[int] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)
    tokens: list[tuple[int, str]] = field(default_factory=list)
    pairs: list[int] = field(default_factory=list)
    mappings: list[int] = field(default_factory=list)
    organization: int = 0
    accounts: dict[str, Account] = field(default_factory=dict)


@transaction.atomic
def build(*, links_of: int, pairs: int, mappings: int, calls: int = 40) -> World:
    """A small directory and people who work on it."""
    world = World()
    for name in ("editor", "adder", "caller", "merger", "importer"):
        world.accounts[name] = _account(name)
    for number in range(6):
        world.edited.append(_center(f"Edited {number}", number).pk)
        world.visited.append(_center(f"Visited {number}", number, takes_inquiries=True).get_absolute_url())
    world.called = [_center(f"Called {number}", number).pk for number in range(calls)]
    for number in range(links_of):
        center = _center(f"Confirming {number}", number, email=f"front-{number}@center.example")
        world.tokens.append((center.pk, links.make(center)[1]))
    for number in range(pairs):
        first, second = (_center(f"Twin {number} {side}", number) for side in ("left", "right"))
        world.pairs.append(DuplicatePair.objects.create(first=first, second=second, score=0.9, reasons=[]).pk)
    for number in range(mappings):
        document = mapping_of(f"browser-{number}")
        world.mappings.append(SavedMapping.objects.create(name=f"browser-{number}", document=document).pk)
    world.organization = Organization.objects.create(name="Added Health").pk
    return world


def _account(name: str) -> Account:
    user = account("admin", name=name)
    return Account(name, bytes(AuthenticatorApp.objects.get(user=user).key()))


def _center(name: str, number: int, **more: Any) -> Center:
    """A published center with two programs and one statement, listed for the search."""
    state = STATES[number % len(STATES)]
    center = Center.objects.create(
        organization=Organization.objects.create(name=f"{name} Health", state=state),
        name=name,
        slug=name.lower().replace(" ", "-"),
        **PLACE,
        state=state,
        **more,
    )
    for level in ("iop", "outpatient"):
        Program.objects.create(center=center, level=level)
    said = fact_columns(FactSet.of(yes=["pay_medicaid"]))
    how = {"source": "coordinator", "method": "phone", "said_on": date(2026, 9, 1)}
    Statement.objects.create(center=center, **how, **said)
    listings.rebuild([center.pk])
    return center
