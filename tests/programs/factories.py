"""Centers for tests: deterministic, and no two alike where the database would mind."""

import random
import uuid
from collections.abc import Iterable
from datetime import date, time

import factory

from programs import listings
from programs.facts import FactSet
from programs.levels import LEVELS
from programs.models import (
    Center,
    CenterLocation,
    City,
    Organization,
    Program,
    Session,
    Statement,
    ZipCode,
)
from programs.taxonomy import FACTS

SAID_ON = date(2026, 9, 1)


def public_id(kind: str, number: int) -> uuid.UUID:
    """The same id for the same number in every run."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"https://tests.invalid/{kind}/{number}")


class OrganizationFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Organization

    public_id = factory.Sequence(lambda n: public_id("organization", n))
    name = factory.Sequence(lambda n: f"Organization {n}")
    state = "AZ"


class CenterFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Center

    public_id = factory.Sequence(lambda n: public_id("center", n))
    organization = factory.SubFactory(OrganizationFactory)
    name = factory.Sequence(lambda n: f"Center {n}")
    slug = factory.Sequence(lambda n: f"center-{n}")
    street1 = "1 Main Street"
    city = "Phoenix"
    state = "AZ"
    zip = "85004"
    phone = "602-555-0142"
    lat = 33.45
    lon = -112.07
    location = CenterLocation.ZIP


class ProgramFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Program

    public_id = factory.Sequence(lambda n: public_id("program", n))
    center = factory.SubFactory(CenterFactory)
    level = "iop"


class SessionFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Session

    program = factory.SubFactory(ProgramFactory)
    day = 0
    starts = "18:00"
    ends = "21:00"
    time_zone = "America/Phoenix"


class StatementFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Statement

    center = factory.SubFactory(CenterFactory)
    source = "coordinator"
    method = "phone"
    said_on = SAID_ON


class ZipCodeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = ZipCode
        django_get_or_create = ("zip",)

    zip = "85004"
    city = "Phoenix"
    state = "AZ"
    county = "Maricopa County"
    lat = 33.45
    lon = -112.07


class CityFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = City
        django_get_or_create = ("search_name", "state")

    name = "Phoenix"
    search_name = factory.LazyAttribute(lambda city: city.name.lower())
    state = "AZ"
    county = "Maricopa County"
    lat = 33.45
    lon = -112.07


def center(
    levels: Iterable[str] = ("iop",), *, yes: Iterable[str] = (), no: Iterable[str] = (), **fields: object
) -> Center:
    """A center with these programs, of which one coordinator said these facts, listed for the search."""
    made = CenterFactory(**fields)
    for level in levels:
        ProgramFactory(center=made, level=level)
    statement = StatementFactory.build(center=made)
    statement.facts = FactSet.of(yes=yes, no=no)
    statement.save()
    listings.rebuild([made.pk])
    return made


def random_sessions(program: Program, rng: random.Random) -> None:
    """One to four sessions, often in the evening, at full, half and odd quarters, seldom in another zone."""
    zones = ["America/Phoenix"] * 4 + ["America/Denver", "America/New_York", "Pacific/Guam"]
    zone = rng.choice(zones)
    starts = 60 * rng.choice([8, 13, 18, 18, 18, 22]) + rng.choice([0, 0, 0, 15, 30])
    for day in rng.sample(range(7), rng.randint(1, 4)):
        ends = starts + rng.choice([30, 60, 75])
        SessionFactory(
            program=program,
            day=day,
            starts=time(*divmod(starts, 60)),
            ends=time(*divmod(ends, 60)),
            time_zone=zone if rng.random() < 0.9 else rng.choice(zones),
        )


def scattered_centers(count: int, *, seed: int, around: tuple[float, float] = (33.45, -112.07)) -> None:
    """Centers within some 150 miles, with random levels and facts; every seventh lies on its neighbor."""
    rng = random.Random(seed)
    codes = [fact.code for fact in FACTS]
    made = []
    spot = around
    for number in range(count):
        if number % 7:
            spot = (around[0] + rng.uniform(-2, 2), around[1] + rng.uniform(-2.4, 2.4))
        one = CenterFactory(lat=spot[0], lon=spot[1])
        for level in rng.sample(LEVELS, rng.randint(1, 3)):
            program = ProgramFactory(center=one, level=level)
            if rng.random() < 0.5:
                random_sessions(program, rng)
        said = rng.sample(codes, rng.randint(0, len(codes)))
        split = rng.randint(0, len(said))
        statement = StatementFactory.build(center=one)
        statement.facts = FactSet.of(yes=said[:split], no=said[split:])
        statement.save()
        made.append(one.pk)
    listings.rebuild(made)
