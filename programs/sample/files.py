"""The sample files as data: cities.toml and directory/*.toml, read strictly. Pure.

Days are counted back from the day of loading, so that some statements are always fresh and some always old.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time
from pathlib import Path
from typing import Any

from programs.facts import FactSet
from programs.levels import LEVELS
from programs.sample.fields import Fields, SampleError

HERE = Path(__file__).resolve().parent
KEY = r"[a-z0-9]+(-[a-z0-9]+)*"
PHONE = r"(?P<area>[2-9][0-9]{2})-555-01[0-9]{2}"
"""Numbers that are kept free for invented people everywhere in the numbering plan."""
WEBSITE = r"https://[a-z0-9.-]+\.example/"
"""A domain that nobody can own."""
METHODS = ("phone", "website", "email", "visit", "center")
STATUSES = ("published", "closed", "draft")
KINDS = ("group", "individual", "family", "medical")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]"
SESSION = (
    rf"(?P<days>({'|'.join(DAYS)})( ({'|'.join(DAYS)}))*) (?P<starts>{_CLOCK})-(?P<ends>{_CLOCK}) "
    rf"(?P<kind>{'|'.join(KINDS)})( (?P<how>telehealth|in-person))?"
)


@dataclass(frozen=True, slots=True)
class City:
    """A real city: where the invented centers lie, and what their numbers begin with."""

    name: str
    state: str
    time_zone: str
    area_codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A statement: which facts, how, by whom, how many days before the day of loading."""

    facts: FactSet
    method: str
    by: str
    days_ago: int


@dataclass(frozen=True, slots=True, order=True)
class Meeting:
    """A session of the week. `day` 0 is Monday; `telehealth` is None when nobody said."""

    day: int
    starts: time
    ends: time
    kind: str
    telehealth: bool | None


@dataclass(frozen=True, slots=True)
class SampleProgram:
    """A program. `numbers` are columns of the model by name; `openings` is (places, days they hold)."""

    level: str
    track: str
    numbers: dict[str, Any]
    openings: tuple[int, int] | None
    meetings: tuple[Meeting, ...]
    said: Said | None


@dataclass(frozen=True, slots=True)
class SampleCenter:
    """A center. `at` is (latitude, longitude), or None: the middle of the ZIP code."""

    key: str
    name: str
    detail: str
    status: str
    street: str
    city: City
    zip: str
    at: tuple[float, float] | None
    phone: str
    intake_phones: tuple[str, ...]
    website: str
    said: tuple[Said, ...]
    programs: tuple[SampleProgram, ...]
    where: str


@dataclass(frozen=True, slots=True)
class SampleOrganization:
    key: str
    name: str
    state: str
    phone: str
    website: str
    centers: tuple[SampleCenter, ...]


def read(folder: Path = HERE) -> tuple[SampleOrganization, ...]:
    """Every organization of the sample. SampleError for the first thing that is wrong, with its file."""
    cities = _cities(folder / "cities.toml")
    found: list[SampleOrganization] = []
    for path in sorted((folder / "directory").glob("*.toml")):
        whole = _file(path)
        found += [_organization(fields, cities) for fields in whole.tables("organization", "key")]
        whole.end()
    if not found:
        raise SampleError(f"{folder}: no sample files")
    _once((organization.key for organization in found), "organization")
    _once((center.name for organization in found for center in organization.centers), "center")
    return tuple(found)


def _file(path: Path) -> Fields:
    try:
        return Fields(tomllib.loads(path.read_text(encoding="utf-8")), path.name)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SampleError(f"{path.name}: {error}") from error


def _once(names: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise SampleError(f"{what} {name!r} stands in the sample twice")
        seen.add(name)


def _cities(path: Path) -> dict[str, City]:
    whole = _file(path)
    cities = {}
    for fields in whole.tables("city", "key"):
        cities[fields.text("key", like=KEY)] = City(
            name=fields.text("name"),
            state=fields.text("state", like="[A-Z]{2}"),
            time_zone=fields.text("time_zone", like="[A-Z][a-z]+/[A-Z][A-Za-z_]+"),
            area_codes=fields.texts("area_codes", like="[2-9][0-9]{2}"),
        )
        fields.end()
    whole.end()
    return cities


def _organization(fields: Fields, cities: dict[str, City]) -> SampleOrganization:
    organization = SampleOrganization(
        key=fields.text("key", like=KEY),
        name=fields.text("name"),
        state=fields.text("state", "", like="[A-Z]{2}"),
        phone=fields.text("phone", "", like=PHONE),
        website=fields.text("website", "", like=WEBSITE),
        centers=tuple(_center(center, cities) for center in fields.tables("center", "key")),
    )
    fields.end()
    if not organization.centers:
        raise fields.fail("has no center")
    _once((f"{organization.key}/{center.key}" for center in organization.centers), "center")
    return organization


def _center(fields: Fields, cities: dict[str, City]) -> SampleCenter:
    city = cities[fields.one_of("city", cities)]
    center = SampleCenter(
        key=fields.text("key", like=KEY),
        name=fields.text("name"),
        detail=fields.text("detail", ""),
        status=fields.one_of("status", STATUSES, "published"),
        street=fields.text("street", ""),
        city=city,
        zip=fields.text("zip", like="[0-9]{5}"),
        at=fields.point("at"),
        phone=_phone(fields, fields.text("phone", "", like=PHONE), city),
        intake_phones=tuple(_phone(fields, one, city) for one in fields.texts("intake_phones", like=PHONE)),
        website=fields.text("website", "", like=WEBSITE),
        said=tuple(_said(said) for said in fields.tables("said", "method")),
        programs=tuple(_program(program) for program in fields.tables("program", "level")),
        where=fields.where,
    )
    fields.end()
    _once((f"{center.where}: {one.level} {one.track}" for one in center.programs), "program")
    return center


def _phone(fields: Fields, phone: str, city: City) -> str:
    if phone and phone[:3] not in city.area_codes:
        raise fields.fail(f"{phone} has no area code of {city.name}")
    return phone


def _said(fields: Fields) -> Said:
    yes, no = fields.facts("yes"), fields.facts("no")
    try:
        facts = FactSet.of(yes=yes, no=no)
    except ValueError as error:
        raise fields.fail(str(error)) from error
    said = Said(
        facts=facts,
        method=fields.one_of("method", METHODS),
        by=fields.text("by", "", longest=100),
        days_ago=fields.number("days_ago", high=3650),
    )
    fields.end()
    return said


def _program(fields: Fields) -> SampleProgram:
    numbers: dict[str, Any] = {}
    for key, column, high in (
        ("hours", "hours_per_week", 168),
        ("weeks", "weeks", 520),
        ("price", "price", 9e4),
    ):
        numbers[f"{column}_min"], numbers[f"{column}_max"] = fields.span(key, high=high)
    numbers["deposit"] = fields.number("deposit", None)
    numbers["wait_days"] = fields.number("wait_days", None, high=365)
    for key in ("plans", "admission", "intake", "family", "return_to_use_policy", "aftercare"):
        numbers[key] = fields.text(key, "", longest=500)
    said = fields.table("said")
    program = SampleProgram(
        level=fields.one_of("level", LEVELS),
        track=fields.text("track", "", longest=60),
        numbers=numbers,
        openings=_openings(fields.table("openings")),
        meetings=_meetings(fields),
        said=_said(said) if said else None,
    )
    fields.end()
    told = [value for value in numbers.values() if value not in (None, "")]
    if program.said is None and (told or program.meetings):
        raise fields.fail("has details, but nobody who said them")
    return program


def _openings(fields: Fields | None) -> tuple[int, int] | None:
    if fields is None:
        return None
    openings = fields.number("places", high=200), fields.number("for_days", low=-60, high=60)
    fields.end()
    return openings


def _meetings(fields: Fields) -> tuple[Meeting, ...]:
    meetings: list[Meeting] = []
    for text in fields.texts("sessions", like=SESSION):
        match = re.fullmatch(SESSION, text)
        assert match is not None  # `texts` checked the same pattern
        starts, ends = (time.fromisoformat(match[name]) for name in ("starts", "ends"))
        if starts >= ends:
            raise fields.fail(f"session {text!r} ends before it starts")
        telehealth = None if match["how"] is None else match["how"] == "telehealth"
        meetings += [
            Meeting(DAYS.index(day), starts, ends, match["kind"], telehealth) for day in match["days"].split()
        ]
    if len({(one.day, one.starts, one.kind) for one in meetings}) < len(meetings):
        raise fields.fail("two sessions of one kind start at the same time")
    return tuple(sorted(meetings, key=lambda one: (one.day, one.starts, one.kind)))
