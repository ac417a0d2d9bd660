"""From what a person types, a ZIP code or a city, to a point on the map; or to a kind way out.

A browser that was asked for its location writes it here too, rounded to about a mile ("33.45, -112.07").
"""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from time import monotonic

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext, ngettext

from programs.city_names import search_name
from programs.geo import Point, miles_between
from programs.models import City, ZipCode
from programs.region import of_site
from programs.states import STATES, state_code
from programs.zones import zone_of

LONGEST = 80
"""Characters anyone may type as a place."""
DECIMALS = 2
"""Of a degree, in a location that a browser tells: about a mile. What is written finer is rounded."""
_ZIP = re.compile(r"(\d{5})(?:-?\d{4})?")
_ZIP_LAST = re.compile(r".*[^\d\s-].*\b(\d{5})(?:-\d{4})?")
"""The end of an address: "Phoenix, AZ 85004"."""
_POINT = re.compile(r"([+-]?\d{1,2}(?:\.\d+)?),\s?([+-]?\d{1,3}(?:\.\d+)?)")
_DIGITS = re.compile(r"[\d\s-]+")
_MANY_TIMES = 8
"""A city with so many times the ZIP codes of every namesake is the one that is meant."""
_SUGGESTIONS = 5
_COMPARED = 4000
"""Names held against a misspelled one, at most."""
_NEAREST = 1.0
"""Degrees around a location in which we look for a ZIP code: nearly everyone lives as near to one."""
_COMPLETIONS = 8
_FEWEST_DIGITS, _FEWEST_LETTERS = 3, 2
"""Of a ZIP code and of a city, from which on there is something to propose."""
_NICKNAMES = {
    "atl": ("atlanta", "GA"),
    "dc": ("washington", "DC"),
    "indy": ("indianapolis", "IN"),
    "jax": ("jacksonville", "FL"),
    "kc": ("kansas city", "MO"),
    "la": ("los angeles", "CA"),
    "manhattan": ("new york", "NY"),
    "nola": ("new orleans", "LA"),
    "okc": ("oklahoma city", "OK"),
    "philly": ("philadelphia", "PA"),
    "queens": ("jamaica", "NY"),
    "saint pete": ("saint petersburg", "FL"),
    "san fran": ("san francisco", "CA"),
    "sf": ("san francisco", "CA"),
    "slc": ("salt lake city", "UT"),
    "vegas": ("las vegas", "NV"),
}
"""What people call a city, beside its name in the mail: as searched, and its state."""


@dataclass(frozen=True, slots=True)
class Place:
    """A point people can search around. `query` is what to type to get it again without a question."""

    point: Point
    label: str
    query: str
    state: str
    zone: str = ""
    county: str = ""


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


REMEMBERED = 300
"""Seconds after which a ZIP code is looked up anew: the table changes with a release."""


def coarse(text: str) -> str:
    """What was typed; a location in it as we write it, rounded to about a mile."""
    numbers = _POINT.fullmatch(text.strip())
    return ", ".join(f"{float(number):.{DECIMALS}f}" for number in numbers.groups()) if numbers else text


def resolve(text: str) -> Found | Several | Nowhere:
    """The place that a ZIP code ("85004", "85004-1234"), city ("Phoenix") or both ("Phoenix, AZ") names.

    One query for a ZIP code that exists, one or two for a city; a few more to suggest something else.
    """
    typed = " ".join(text.split())[:LONGEST]
    if numbers := _POINT.fullmatch(typed):
        return _resolve_point(float(numbers[1]), float(numbers[2]))
    if whole := _ZIP.fullmatch(typed.replace(" ", "")) or _ZIP_LAST.fullmatch(typed):
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


def starting(text: str) -> tuple[Place, ...]:
    """Places whose ZIP code or name starts like this, the largest cities first. At most one query."""
    typed = " ".join(text.split())[:LONGEST]
    of_digits = typed.replace("-", "").isdecimal()
    if of_digits and len(typed) < _FEWEST_DIGITS:
        return ()
    if of_digits:
        zips = ZipCode.objects.filter(zip__startswith=typed[:5]).order_by(*_ours_first(), "zip")[
            :_COMPLETIONS
        ]
        return tuple(map(_at_zip, zips))
    matches = Q()
    for name, state in _readings(typed):
        matches |= _starting(name, state)
    # A name that is finished and its state begun: "Springfield, m".
    city, comma, rest = typed.rpartition(",")
    if comma and search_name(city) and not state_code(rest):
        begun = rest.strip().lower()
        states = [code for code, name in STATES.items() if name.lower().startswith(begun)]
        matches |= _starting(city, "") & Q(state__in=[*states, begun.upper()])
    cities = City.objects.filter(matches).order_by(*_ours_first(), "-zip_count", "name", "state")[
        :_COMPLETIONS
    ]
    return tuple(map(_at_city, cities)) if matches else ()


def _ours_first() -> tuple[Case, ...]:
    """What puts the places of the region before all others; nothing where the region is everywhere."""
    region = of_site()
    if region.is_everywhere:
        return ()
    within = Q(state__in=region.states)
    for state, county in region.counties:
        within |= Q(state=state, county=county)
    return (Case(When(within, then=Value(0)), default=Value(1), output_field=IntegerField()),)


def _starting(name: str, state: str) -> Q:
    """Cities that start like this. Someone still typing "St" may want Stockton as well as Saint Louis."""
    # With another letter at its end the last word is no short form yet.
    forms = {search_name(name), search_name(f"{name}x")[:-1].rstrip()}
    matches = Q()
    for form in (form for form in forms if len(form) >= _FEWEST_LETTERS):
        matches |= Q(search_name__startswith=form)
        if form in _NICKNAMES:
            city, its_state = _NICKNAMES[form]
            matches |= Q(search_name=city, state=its_state)
    return matches & Q(state=state) if state and matches else matches


@lru_cache(maxsize=4096)
def _known_zip(code: str, _while: int) -> Place:
    """The place of a ZIP code, remembered by this process. LookupError (never remembered) for none."""
    for known in ZipCode.objects.filter(zip=code):
        return _at_zip(known)
    raise LookupError(code)


def forget() -> None:
    """Read every ZIP code from the table again."""
    _known_zip.cache_clear()


def _resolve_zip(code: str) -> Found | Nowhere:
    try:
        return Found(_known_zip(code, int(monotonic()) // REMEMBERED))
    except LookupError:
        pass
    below = ZipCode.objects.filter(zip__startswith=code[:3], zip__lt=code).order_by("-zip").first()
    above = ZipCode.objects.filter(zip__startswith=code[:3], zip__gt=code).order_by("zip").first()
    near = tuple(_at_zip(one) for one in (below, above) if one)
    return Nowhere(gettext("We do not know the ZIP code %(zip)s.") % {"zip": code}, near)


def _resolve_point(lat: float, lon: float) -> Found | Nowhere:
    """A location that a browser told, named after the nearest ZIP code. One query."""
    nowhere = Nowhere(gettext("We know no place near that location. Type a ZIP code or city instead."))
    try:
        point = Point(round(lat, DECIMALS), round(lon, DECIMALS))
    except ValueError:
        return nowhere
    around = ZipCode.objects.filter(
        lat__range=(point.lat - _NEAREST, point.lat + _NEAREST),
        lon__range=(point.lon - 2 * _NEAREST, point.lon + 2 * _NEAREST),
    )
    nearest = min(around, key=lambda known: (miles_between(point, known.point), known.zip), default=None)
    if nearest is None:
        return nowhere
    near = gettext("a point near %(place)s") % {"place": _at_zip(nearest).label}
    query = coarse(f"{point.lat}, {point.lon}")
    return Found(Place(point, near, query, nearest.state, _zone(nearest), nearest.county))


def _resolve_city(typed: str) -> Found | Several | Nowhere:
    for name, state in _readings(typed):
        cities = _named(search_name(name), state)
        code = typed.upper()
        if cities and code in STATES and cities[0].state != code:
            # "LA" is Los Angeles to some, and Louisiana to the mail.
            return Several(code, tuple(map(_at_city, [*cities, *_largest(code)])))
        meant = _meant(cities)
        if meant:
            rest = (city for city in cities if city is not meant)
            return Found(_at_city(meant), tuple(map(_at_city, rest)))
        if cities:
            return Several(cities[0].name, tuple(map(_at_city, cities)))
    state = state_code(typed)
    if state:
        asks = gettext("Type a city or a ZIP code in %(state)s.") % {"state": STATES[state]}
        return Nowhere(asks, tuple(map(_at_city, _largest(state))))
    if " county" in typed.lower() and (cities := _of_county(*_readings(typed)[-1])):
        asks = gettext("Type a city or a ZIP code in %(county)s.") % {"county": cities[0].county}
        return Nowhere(asks, tuple(map(_at_city, cities)))
    message = gettext("We do not know a city called “%(name)s”. Check the spelling, or try a ZIP code.")
    return Nowhere(message % {"name": typed}, _alike(*_readings(typed)[-1]))


def _meant(cities: list[City]) -> City | None:
    """Of cities of one name, the largest first, the one that is meant; None where nobody can know.

    Of many Springfields that of the region, else one that is far larger than all others.
    """
    region = of_site()
    ours = [city for city in cities if region.holds(city.state, city.county)]
    if len(ours) == 1:
        return ours[0]
    is_alone = len(cities) == 1 or (cities and cities[0].zip_count >= _MANY_TIMES * cities[1].zip_count)
    return cities[0] if is_alone else None


def _named(name: str, state: str) -> list[City]:
    """Cities of this name, or called so, the largest first. One query."""
    city, its_state = _NICKNAMES.get(name, ("", ""))
    found = City.objects.filter(Q(search_name=name) | Q(search_name=city, state=its_state))
    return list((found.filter(state=state) if state else found).order_by("-zip_count", "state"))


def _largest(state: str) -> list[City]:
    return list(City.objects.filter(state=state).order_by("-zip_count", "name")[:_SUGGESTIONS])


def _of_county(name: str, state: str) -> list[City]:
    """The largest cities of the county of this name, or of every such county. One query."""
    cities = City.objects.filter(county__iexact=name)
    largest = (cities.filter(state=state) if state else cities).order_by("-zip_count", "name", "state")
    return list(largest[:_SUGGESTIONS])


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
    cities = City.objects.filter(state=state) if state else City.objects.all()
    close = _closest(wanted, cities if state else cities.filter(search_name__startswith=wanted[0]))
    if not close and not state:
        # The first letter may be the wrong one: "Foenix".
        close = _closest(wanted, cities)
    found = sorted(
        cities.filter(search_name__in=close),
        key=lambda city: (close.index(city.search_name), -city.zip_count, city.state),
    )
    return tuple(map(_at_city, found[:_SUGGESTIONS]))


def _closest(wanted: str, cities: QuerySet[City]) -> list[str]:
    """Names written almost so, the closest first, among the largest of these cities. One query."""
    names: Iterable[str] = cities.order_by("-zip_count").values_list("search_name", flat=True)[:_COMPARED]
    return difflib.get_close_matches(wanted, sorted(set(names)), n=_SUGGESTIONS, cutoff=0.75)


def _at_zip(zip_code: ZipCode) -> Place:
    label = gettext("%(zip)s, %(city)s, %(state)s")
    words = {"zip": zip_code.zip, "city": zip_code.city, "state": zip_code.state}
    return Place(
        zip_code.point, label % words, zip_code.zip, zip_code.state, _zone(zip_code), zip_code.county
    )


def _at_city(city: City) -> Place:
    return Place(city.point, str(city), str(city), city.state, _zone(city), city.county)


def _zone(place: ZipCode | City) -> str:
    return zone_of(place.state, place.county, place.lat, place.lon)
