"""What the search page shows, as one object: the view hands it over, the template only lays it out."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from programs import markup, places, region, search
from programs.cards import Card, card, carried
from programs.criteria import RADIUS, TEENS, Order
from programs.filters import Group, Option, groups, on, radii
from programs.forms import UNRESOLVED, SearchForm
from programs.free_hours import FreeHours, free_hours
from programs.levels import Level
from programs.other_searches import (
    Chip,
    Way,
    at,
    chips,
    iop_unsaid,
    order_label,
    orders,
    url,
    ways_out,
    wishes,
)
from programs.places import Found, Nowhere, Place, Several
from programs.region import Words
from programs.titles import title

_POINT = re.compile(r"-?\d+\.\d")
"""How a place starts that a browser told."""
_LISTED = {"place", "radius", "level", "order", "page"}
"""What a search may ask for that search engines may list."""


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything on the page. Before there is a place, or when it is not clear, `results` is None."""

    form: SearchForm
    title: str
    groups: tuple[Group, ...]
    radii: tuple[Option, ...]
    results: search.Results | None = None
    cards: tuple[Card, ...] = ()
    chips: tuple[Chip, ...] = ()
    choices: tuple[Way, ...] = ()
    suggestions: tuple[Way, ...] = ()
    namesakes: tuple[Way, ...] = ()
    previous_url: str = ""
    next_url: str = ""
    ways_out: tuple[Way, ...] = ()
    iop_unsaid: Way | None = None
    for_teens: bool = False
    wishes: tuple[Chip, ...] = ()
    must_keys: tuple[str, ...] = ()
    unsaid: str = ""
    order: str = ""
    order_label: str = ""
    orders: tuple[Way, ...] = ()
    canonical: str = ""
    free: FreeHours | None = None
    beyond: Words = ""
    region_places: tuple[Way, ...] = ()

    @property
    def region(self) -> Words:
        """What the area is called that the list is kept for; "" for everywhere."""
        return region.of_site().name

    @property
    def unlisted(self) -> tuple[Level, ...]:
        """Levels asked for that this directory keeps no list of."""
        asked = self.results.criteria.levels if self.results else ()
        return tuple(level for level in asked if level not in settings.LEVELS_LISTED)

    @property
    def radius_choices(self) -> SafeString:
        return markup.choices(self.radii)

    @property
    def map_url(self) -> str:
        """The address of the map of this page; "" when there is nothing to show on it."""
        pairs = self.results.criteria.params() if self.results and self.cards else ()
        return f"{reverse('programs:map')}?{urlencode(pairs)}" if pairs else ""

    @property
    def is_listed(self) -> bool:
        """Whether search engines may list it: something was found around a ZIP code or a city that people
        name, and nothing else is asked for but one level at most. Every wish more would be a page more, and
        tell of the one who wished. Another order and later pages name the first as their canonical address.
        """
        if self.results is None or not self.results.total:
            return False
        asked = dict(self.results.criteria.params())
        plain = asked.keys() <= _LISTED and asked["radius"] == str(RADIUS)
        return plain and len(self.results.criteria.levels) < 2 and not _POINT.match(asked["place"])

    @property
    def canonical_query(self) -> str:
        """The query of its canonical address, with the question mark; "" for the page before a search."""
        return f"?{self.canonical.partition('?')[2]}" if self.canonical else ""

    @property
    def carried(self) -> tuple[tuple[str, str], ...]:
        """The search, for the form that compares what is ticked."""
        pairs = self.results.criteria.params() if self.results else ()
        return tuple(pair for pair in pairs if pair[0] != "page")

    @property
    def wish_count(self) -> int:
        return len(self.wishes)

    @property
    def folded(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if group.is_folded)

    @property
    def open(self) -> tuple[Group, ...]:
        return tuple(group for group in self.groups if not group.is_folded)


def search_page(form: SearchForm, *, today: date) -> SearchPage:
    """The page for what was asked. At most three queries when the place is clear and something is found."""
    if not form.asks:
        return _form_page(form)
    place = places.resolve(form.cleaned_data["place"])
    if isinstance(place, Several):
        return _form_page(form, place)
    if isinstance(place, Nowhere):
        form.add_error("place", place.message)
        return _form_page(form, place)
    return _results_page(form, place, today)


# -- Without results ----------------------------------------------------------------------------


def _form_page(form: SearchForm, place: Several | Nowhere | None = None) -> SearchPage:
    heading = gettext("Find a program")
    choices: tuple[Way, ...] = ()
    suggestions: tuple[Way, ...] = ()
    if isinstance(place, Several):
        heading = gettext("Which %(name)s do you mean?") % {"name": place.name}
        choices = tuple(Way(one.label, _moved(form, one)) for one in place.places)
    elif isinstance(place, Nowhere):
        suggestions = tuple(Way(one.label, _moved(form, one)) for one in place.suggestions)
    return SearchPage(
        form=form,
        title=heading,
        groups=tuple(groups(form, None)),
        radii=radii(form),
        choices=choices,
        suggestions=suggestions,
        must_keys=tuple(on(form, "must")),
        unsaid=form.cleaned_data.get("unsaid", ""),
        order=form.cleaned_data.get("order", ""),
        free=free_hours(form),
        region_places=() if choices or suggestions else tuple(_region_places(form)),
    )


def _region_places(form: SearchForm) -> Iterator[Way]:
    """Where to begin in the region; nothing for a form with mistakes."""
    for name in region.of_site().places if form.is_valid() else ():
        yield Way(name, _moved(form, replace(UNRESOLVED, query=name)))


def _moved(form: SearchForm, place: Place) -> str:
    """The same search around another place. Only for a form whose fields but the place were valid."""
    return at(form.criteria(place))


# -- With results -------------------------------------------------------------------------------


def _results_page(form: SearchForm, found: Found, today: date) -> SearchPage:
    criteria = form.criteria(found.place)
    results = search.find(criteria, today=today)
    criteria = results.criteria
    query = carried(criteria)
    return SearchPage(
        form=form,
        title=title(criteria, results.total, found.place),
        groups=tuple(groups(form, results)),
        radii=radii(form, found.place.state),
        results=results,
        cards=tuple(
            card(hit, number=results.first + i, query=query, can_keep=True)
            for i, hit in enumerate(results.hits)
        ),
        chips=tuple(chips(criteria)),
        namesakes=tuple(Way(one.label, _moved(form, one)) for one in found.namesakes),
        previous_url=url(replace(criteria, page=criteria.page - 1).params()) if criteria.page > 1 else "",
        next_url=url(replace(criteria, page=criteria.page + 1).params())
        if criteria.page < results.pages
        else "",
        ways_out=() if results.total else tuple(ways_out(criteria, results, found.place.state, today)),
        iop_unsaid=iop_unsaid(criteria, results),
        for_teens=criteria.ages == (TEENS,),
        wishes=tuple(wishes(criteria)),
        must_keys=tuple(wish.key for wish in criteria.wishes if wish.key in criteria.musts),
        unsaid=criteria.unsaid or "",
        order="" if criteria.order is Order.FIT else criteria.order.value,
        order_label=order_label(criteria.order, criteria),
        orders=tuple(orders(criteria)),
        canonical=at(criteria, order=Order.FIT),
        free=free_hours(form),
        beyond=region.beyond(found.place.state, found.place.county),
    )
