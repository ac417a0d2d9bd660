"""From what a person types, a ZIP code or a city, to a point on the map; or to a kind way out."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext, ngettext

from programs.city_names import search_name
from programs.geo import Point
from programs.models import City, ZipCode
from programs.states import STATES, state_code

LONGEST = 80
"""Characters anyone may type as a place."""
_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")
_DIGITS = re.compile(r"[\d\s-]+")
_MANY_TIMES = 8
"""A city with so many times the ZIP codes of every namesake is the one that is meant."""
_SUGGESTIONS = 5
_COMPARED = 4000
"""Names held against a misspelled one, at most."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point people can search around. `query` is what to type to get it again without a question."""

    point: Point
    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Found:
    """The place, and its far smaller namesakes."""

    place: Place
    namesakes: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """Several cities of that name; nobody can know which is meant."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """No such place: one clear sentence about what was typed, and places that may have been meant."""

    message: str
    suggestions: tuple[Place, ...] = ()


def resolve(text: str) -> Found | Several | Nowhere:
    """The place that a ZIP code ("85004", "85004-1234"), city ("Phoenix") or both ("Phoenix, AZ") names.

    One query for a ZIP code that exists, one or two for a city; a few more to suggest something else.
    """
    typed = " ".join(text.split())[:LONGEST]
    if whole := _ZIP.fullmatch(typed.replace(" ", "")):
        return _resolve_zip(whole[1])
    if _DIGITS.fullmatch(typed):
        digits = len(re.sub(r"\D", "", typed))
        text_wrong = ngettext(
            "A ZIP code has five digits. This has %(count)d.",
            "A ZIP code has five digits. This has %(count)d.",
            digits,
        )
        return Nowhere(text_wrong % {"count": digits})
    return _resolve_city(typed)


def _resolve_zip(code: str) -> Found | Nowhere:
    known = ZipCode.objects.filter(zip=code).first()
    if known:
        return Found(_at_zip(known))
    below = ZipCode.objects.filter(zip__startswith=code[:3], zip__lt=code).order_by("-zip").first()
    above = ZipCode.objects.filter(zip__startswith=code[:3], zip__gt=code).order_by("zip").first()
    near = tuple(_at_zip(one) for one in (below, above) if one)
    return Nowhere(gettext("We do not know the ZIP code %(zip)s.") % {"zip": code}, near)


def _resolve_city(typed: str) -> Found | Several | Nowhere:
    for name, state in _readings(typed):
        found = City.objects.filter(search_name=search_name(name))
        cities = list((found.filter(state=state) if state else found).order_by("-zip_count", "state"))
        if len(cities) == 1 or (cities and cities[0].zip_count >= _MANY_TIMES * cities[1].zip_count):
            return Found(_at_city(cities[0]), tuple(map(_at_city, cities[1:])))
        if cities:
            return Several(cities[0].name, tuple(map(_at_city, cities)))
    state = state_code(typed)
    if state:
        largest = City.objects.filter(state=state).order_by("-zip_count", "name")[:_SUGGESTIONS]
        asks = gettext("Type a city or a ZIP code in %(state)s.") % {"state": STATES[state]}
        return Nowhere(asks, tuple(map(_at_city, largest)))
    message = gettext("We do not know a city called “%(name)s”. Check the spelling, or try a ZIP code.")
    return Nowhere(message % {"name": typed}, _alike(*_readings(typed)[-1]))


def _readings(typed: str) -> list[tuple[str, str]]:
    """Ways to read what was typed as (city, state code or ""), the likeliest first."""
    city, comma, rest = typed.rpartition(",")
    if comma:
        return [(city, state_code(rest))] if state_code(rest) else [(typed.replace(",", " "), "")]
    readings = [(typed, "")]
    words = typed.split()
    for length in (1, 2, 3):
        state = state_code(" ".join(words[-length:])) if len(words) > length else ""
        if state:
            readings.append((" ".join(words[:-length]), state))
    return readings


def _alike(name: str, state: str) -> tuple[Place, ...]:
    """Cities whose names are written almost so, the closest first; within the state if one was named."""
    wanted = search_name(name)
    if len(wanted) < 3:
        return ()
    cities = (
        City.objects.filter(state=state) if state else City.objects.filter(search_name__startswith=wanted[0])
    )
    names: Iterable[str] = cities.order_by("-zip_count").values_list("search_name", flat=True)[:_COMPARED]
    close = difflib.get_close_matches(wanted, sorted(set(names)), n=_SUGGESTIONS, cutoff=0.75)
    found = sorted(
        cities.filter(search_name__in=close),
        key=lambda city: (close.index(city.search_name), -city.zip_count, city.state),
    )
    return tuple(map(_at_city, found[:_SUGGESTIONS]))


def _at_zip(zip_code: ZipCode) -> Place:
    label = gettext("%(zip)s, %(city)s, %(state)s")
    words = {"zip": zip_code.zip, "city": zip_code.city, "state": zip_code.state}
    return Place(zip_code.point, label % words, zip_code.zip)


def _at_city(city: City) -> Place:
    return Place(city.point, str(city), str(city))
