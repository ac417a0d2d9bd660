"""What a map shows, as one object: the places of a list, numbered as there, over outlines of our own.

The template draws it as a picture for every browser; `data` is the same for the script that makes it move.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import cos, radians

from django.conf import settings
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext

from programs import geo
from programs.cards import Card, distance
from programs.criteria import RADII
from programs.forms import SearchForm
from programs.geo import Point
from programs.map_picture import HEIGHT, WIDTH, Pin, Ring, Still, still
from programs.models import Center, City
from programs.names import center_name
from programs.other_searches import url
from programs.outlines.drawing import Frame, Outlines, circle, outlines, path
from programs.outlines.table import Box
from programs.pages import SearchPage
from programs.places import Found, Place, resolve
from programs.search import Hit

NEAREST = 10
"""Miles that the map of one center reaches at least: closer, no outline would tell where it is."""
RINGS = (1, 2, 5, 10, 25, 50, 100)
"""Miles of the rings, as far as the search reaches."""
WHOLE = 1000.0
"""Width in units of the outlines, which reach farther than the picture."""
_MILES_IN_DEGREE = radians(geo.EARTH_MILES)
_LEAST = 0.16
"""The part of the searched miles that a picture shows to each side, at least: it is not good for streets."""
_CITIES, _LOOKED_AT = 80, 800


@dataclass(frozen=True, slots=True)
class Subject:
    """What a map is about. middle: the place searched around, None where there was none.

    miles: how far the search reaches. named: the cities of the pins.
    """

    title: str
    url: str
    back_url: str
    back_label: str
    pins: tuple[Pin, ...]
    middle: Point | None
    middle_label: str
    miles: int
    named: frozenset[str]

    @property
    def focus(self) -> Point:
        return self.middle or self.pins[0].point

    @property
    def is_list(self) -> bool:
        """True for the pins of a list, False for a center alone."""
        return self.pins[0].mark.isdigit()

    @property
    def is_approximate(self) -> bool:
        return any(pin.approximate for pin in self.pins)


@dataclass(frozen=True)
class Map:
    """Everything a map shows. view, whole: what is seen at first, and how far the outlines reach."""

    about: Subject
    rings: tuple[Ring, ...]
    cities: tuple[tuple[str, Point], ...]
    view: Frame
    whole: Frame
    outlines: Outlines

    @property
    def is_blank(self) -> bool:
        """True where nobody has given us an outline."""
        return not self.outlines.counties

    @property
    def place(self) -> str:
        """Where in the picture the outlines lie: they are drawn in tenths of the units of `whole`."""
        x, y = self.view.at(self.whole.box.north, self.whole.box.west)
        return f"translate({x:.2f} {y:.2f}) scale({self.view.scale / self.whole.scale / 10:.5f})"

    @property
    def credit(self) -> str:
        """Whom the terms of an operator's map pictures want named."""
        return str(settings.MAP_TILE_CREDIT) if settings.MAP_TILE_URL else ""

    @cached_property
    def still(self) -> Still:
        return still(
            self.about.pins, self.rings, self.cities, (self.about.middle, self.about.middle_label), self.view
        )

    @property
    def data(self) -> dict[str, object]:
        """The same for the script, all words included."""
        return {
            "whole": _corners(self.whole.box),
            "width": WHOLE,
            "view": _corners(self.view.box),
            "middle": _spot(self.about.middle) if self.about.middle else None,
            "middleLabel": self.about.middle_label,
            "pins": [_pin_data(pin) for pin in self.about.pins],
            "rings": [{"label": ring.label, "at": _spot(ring.north)} for ring in self.rings],
            "cities": [[name, *_spot(point)] for name, point in self.cities],
            "tiles": settings.MAP_TILE_URL,
            "words": {
                "map": gettext("Map. Move it with the arrow keys, zoom with plus and minus."),
                "closer": gettext("Zoom in"),
                "farther": gettext("Zoom out"),
                "close": gettext("Close"),
                "several": gettext("Programs {numbers}"),
            },
        }


def search_map(page: SearchPage) -> Map:
    """The map of a page that lists something: a pin for each card whose place is known, with its number.

    One query.
    """
    if page.results is None:
        raise ValueError("a map needs results")
    criteria, hits = page.results.criteria, page.results.hits
    about = Subject(
        title=page.title,
        url=page.map_url,
        back_url=url(criteria.params()),
        back_label=gettext("Back to your list"),
        pins=tuple(
            _pin(one, hit) for one, hit in zip(page.cards, hits, strict=True) if hit.listing.x is not None
        ),
        middle=criteria.point,
        middle_label=criteria.place,
        miles=criteria.radius_miles,
        named=frozenset(hit.listing.city for hit in hits),
    )
    return _map(about)


def _pin(card: Card, hit: Hit) -> Pin:
    row = hit.listing
    spot = geo.point((row.x or 0.0, row.y or 0.0, row.z or 0.0))  # only what has a place gets a pin
    return Pin(str(card.number), spot, row.approximate, card.name, card.url, card.levels, card.where)


def center_map(center: Center, form: SearchForm) -> Map | None:
    """The map of one center, around the place of the visitor's search if that is near. At most three queries.

    None when nobody knows where it is.
    """
    if center.point is None:
        return None
    query = f"?{urlencode(form.pairs())}" if form.asks else ""
    place, miles = _near(center.point, form)
    away = distance(miles, approximate=center.location != "exact") if place else ""
    where = " · ".join(filter(None, (f"{center.city}, {center.state}", away)))
    there = center.get_absolute_url()
    name = center_name(center.name, center.name_detail).title
    pin = Pin("●", center.point, center.location != "exact", name, there + query, (), where)
    about = Subject(
        title=name,
        url=f"{there}map/{query}",
        back_url=there + query,
        back_label=gettext("Back to the center"),
        pins=(pin,),
        middle=place.point if place else None,
        middle_label=place.query if place else "",
        miles=next(radius for radius in RADII if radius >= max(miles, NEAREST)),
        named=frozenset({center.city}),
    )
    return _map(about)


def _near(point: Point, form: SearchForm) -> tuple[Place | None, float]:
    """The place of the visitor's search and how far it is, if it is near enough for one map."""
    found = resolve(form.cleaned_data["place"]) if form.asks else None
    if isinstance(found, Found):
        miles = geo.miles_between(found.place.point, point)
        if miles <= max(RADII):
            return found.place, miles
    return None, 0.0


# -- Where things are ---------------------------------------------------------------------------


def _map(about: Subject) -> Map:
    view = _frame([about.focus, *(pin.point for pin in about.pins)], least=about.miles * _LEAST)
    whole = Frame(_reaching(about.focus, about.miles, view.box), WHOLE)
    return Map(
        about,
        rings=tuple(
            _ring(about.focus, miles, whole)
            for miles in sorted({*(miles for miles in RINGS if miles < about.miles), about.miles})
        ),
        cities=tuple(_cities(whole.box, about.named)),
        view=view,
        whole=whole,
        outlines=outlines(whole),
    )


def _frame(points: Sequence[Point], *, least: float) -> Frame:
    """The picture that holds these places with some room around, as wide and high as it must be."""
    up = least * HEIGHT / WIDTH / _MILES_IN_DEGREE
    lat = (min(point.lat for point in points) + max(point.lat for point in points)) / 2
    lon = (min(point.lon for point in points) + max(point.lon for point in points)) / 2
    narrow = cos(radians(lat))
    half = max(up, *(1.3 * abs(point.lat - lat) for point in points))
    half = max(half, *(1.3 * abs(point.lon - lon) * narrow * HEIGHT / WIDTH for point in points))
    across = half * WIDTH / HEIGHT / narrow
    return Frame(Box(lon - across, lat - half, lon + across, lat + half), WIDTH)


def _reaching(focus: Point, miles: int, view: Box) -> Box:
    """All that can be looked at: the widest ring with room around, on a wide screen and on a high one."""
    up = 1.5 * miles / _MILES_IN_DEGREE
    across = 1.2 * up / cos(radians(focus.lat))
    return Box(
        min(focus.lon - across, view.west),
        min(focus.lat - up, view.south),
        max(focus.lon + across, view.east),
        max(focus.lat + up, view.north),
    )


def _ring(focus: Point, miles: int, whole: Frame) -> Ring:
    around = circle(focus, miles)
    label = ngettext("%(miles)d mile", "%(miles)d miles", miles) % {"miles": miles}
    return Ring(label, path((whole.at(one.lat, one.lon) for one in around[:-1]), closed=True), around[0])


def _cities(box: Box, named: Collection[str]) -> Iterator[tuple[str, Point]]:
    """The cities of the list, then those that most ZIP codes name. One query."""
    inside = City.objects.filter(lat__range=(box.south, box.north), lon__range=(box.west, box.east))
    rows = inside.order_by("-zip_count", "name", "state").values_list("name", "lat", "lon")
    for name, lat, lon in sorted(rows[:_LOOKED_AT], key=lambda row: row[0] not in named)[:_CITIES]:
        yield name, Point(lat, lon)


def _corners(box: Box) -> list[list[float]]:
    return [[round(box.south, 5), round(box.west, 5)], [round(box.north, 5), round(box.east, 5)]]


def _spot(point: Point) -> list[float]:
    return [round(point.lat, 4), round(point.lon, 4)]


def _pin_data(pin: Pin) -> dict[str, object]:
    return {
        "mark": pin.mark,
        "at": _spot(pin.point),
        "approximate": pin.approximate,
        "name": pin.name,
        "url": pin.url,
        "levels": pin.levels,
        "where": pin.where,
        "label": pin.label,
    }
