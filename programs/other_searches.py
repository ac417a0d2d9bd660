"""From one search to others: without one thing, in another order, or with a limit loosened."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from django.urls import get_script_prefix, reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext

from programs import search
from programs.cards import wish_label
from programs.criteria import OFFERS_IOP, PAYMENT, RADII, TELEHEALTH, Order, SearchCriteria, wishes_for
from programs.forms import MOST_WISHES
from programs.free_hours import hours_words
from programs.labels import fact_labels, order_labels
from programs.levels import Level, nearest
from programs.states import STATES
from programs.words import LEVEL_LABELS, LEVEL_SHORT, wish_words

MOST_CIRCLES = 3
"""Wider circles that are offered where nothing was found, the narrowest first."""


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that is asked for. `must`: None for a limit, else whether the wish is a must."""

    label: str
    off_url: str
    must: bool | None = None
    must_url: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Another search, and how many programs it finds, or centers (None: not counted)."""

    label: str
    url: str
    count: int | None = None
    of_centers: bool = False

    @property
    def told(self) -> str:
        """ "12 programs", or "12 centers"; "" when not counted."""
        if self.count is None:
            return ""
        if self.of_centers:
            return ngettext("%(n)d center", "%(n)d centers", self.count) % {"n": self.count}
        return ngettext("%(n)d program", "%(n)d programs", self.count) % {"n": self.count}


def url(pairs: tuple[tuple[str, str], ...]) -> str:
    """The address of a search."""
    return f"{_search_path(get_language(), get_script_prefix())}?{urlencode(pairs)}"


@lru_cache(maxsize=64)
def _search_path(language: str | None, script_prefix: str) -> str:
    """Kept: a page of results links to a dozen other searches."""
    return reverse("programs:search")


def at(criteria: SearchCriteria, **changes: object) -> str:
    """The address of a search that differs in this; it starts at its first page."""
    return url(replace(criteria, **{"page": 1, **changes}).params())  # type: ignore[arg-type]


def chips(criteria: SearchCriteria) -> Iterator[Chip]:
    """Everything that is on, each with the address of the search without it."""
    for level in criteria.levels:
        levels = tuple(one for one in criteria.levels if one is not level)
        yield Chip(str(LEVEL_SHORT[level]), at(criteria, levels=levels))
    for age in criteria.ages:
        ages = tuple(one for one in criteria.ages if one != age)
        yield Chip(fact_labels()[age], at(criteria, ages=ages))
    if criteria.state:
        whole = gettext("All of %(state)s") % {"state": STATES[criteria.state]}
        yield Chip(whole, at(criteria, state=""))
    if criteria.open_now:
        yield Chip(gettext("Open place"), at(criteria, open_now=False))
    if criteria.unsaid:
        yield Chip(gettext("IOP not said"), at(criteria, unsaid=None))
    codes = [code for wish in criteria.wishes for code in wish.any_of]
    of_hours = tuple(wish for wish in criteria.wishes if wish.hours)
    for wish in criteria.wishes:
        for code in wish.any_of:
            others = (*wishes_for(other for other in codes if other != code), *of_hours)
            musts = criteria.musts & {one.key for one in others}
            off_url = at(criteria, wishes=others, musts=musts)
            yield Chip(capfirst(wish_words(code)), off_url, wish.key in criteria.musts)
    for wish in of_hours:
        off_url = at(criteria, wishes=wishes_for(codes), musts=criteria.musts - {wish.key})
        yield Chip(hours_words(wish.hours), off_url, wish.key in criteria.musts)


def wishes(criteria: SearchCriteria) -> Iterator[Chip]:
    """Every wish, with the address of the search that makes it a must, or a wish again."""
    for wish in criteria.wishes:
        must_url = at(criteria, musts=criteria.musts ^ {wish.key})
        yield Chip(capfirst(wish_label(wish)), "", wish.key in criteria.musts, must_url)


def iop_unsaid(criteria: SearchCriteria, results: search.Results) -> Way | None:
    """Outpatient programs for mental health that may run an IOP; None where there is none."""
    if not results.iop_unsaid:
        return None
    there = at(criteria, levels=(Level.OUTPATIENT,), unsaid=OFFERS_IOP)
    return Way("", there, results.iop_unsaid)


def orders(criteria: SearchCriteria) -> Iterator[Way]:
    """The orders that can be chosen instead of the one that is on, but for any that would change nothing."""
    same = set() if criteria.wishes else {Order.FIT, Order.NEAR}
    for order in Order:
        if order is not criteria.order and not {order, criteria.order} <= same:
            yield Way(order_label(order, criteria), at(criteria, order=order))


def order_label(order: Order, criteria: SearchCriteria) -> str:
    """What it means for this search to be in an order, in a few words."""
    if order is Order.FIT:
        return gettext("Best fit first, then nearest") if criteria.wishes else order_labels()[Order.NEAR]
    return order_labels()[order]


def ways_out(criteria: SearchCriteria, results: search.Results, state: str, today: date) -> Iterator[Way]:
    """Searches that differ in one thing and find something, with true counts. One query.

    state: in which the place lies.
    """
    yield from _elsewhere(criteria, state, today)
    for wish in criteria.wishes:
        if count := results.without_must.get(wish.key, 0):
            label = gettext("Wish for “%(wish)s” instead of making it a must")
            words = gettext("payment") if wish.key == PAYMENT else wish_label(wish)
            there = at(criteria, musts=criteria.musts - {wish.key})
            yield Way(label % {"wish": words}, there, count, criteria.by_center)
    beside = dict.fromkeys(level for asked in criteria.levels for level in nearest(asked))
    for level in beside:
        if results.levels[level]:
            label = gettext("Look at the level next to it: %(level)s") % {"level": LEVEL_LABELS[level]}
            yield Way(label, at(criteria, levels=(level,)), results.levels[level])


def _elsewhere(criteria: SearchCriteria, state: str, today: date) -> Iterator[Way]:
    """Farther away, from home, anywhere in the state."""
    found = search.loosened(criteria, state=state, today=today)
    by_center = criteria.by_center
    wider = [radius for radius in found.radii if criteria.state or radius > criteria.radius_miles]
    for radius in [radius for radius in wider if found.radii[radius]][:MOST_CIRCLES]:
        label = gettext("Look within %(miles)d miles") % {"miles": radius}
        yield Way(label, at(criteria, radius_miles=radius, state=""), found.radii[radius], by_center)
    from_home = with_telehealth(criteria, state)
    if found.telehealth and from_home:
        label = gettext("Care by telehealth from anywhere in %(state)s") % {"state": STATES[state]}
        yield Way(label, url(from_home.params()), found.telehealth, by_center)
    if found.state and not criteria.state and not found.radii[max(RADII)]:
        label = gettext("Look in all of %(state)s") % {"state": STATES[state]}
        yield Way(label, at(criteria, state=state), found.state, by_center)


def with_telehealth(criteria: SearchCriteria, state: str) -> SearchCriteria | None:
    """The same search in the whole state, telehealth a must. None where no more boxes may be ticked."""
    codes = {TELEHEALTH, *(code for wish in criteria.wishes for code in wish.any_of)}
    if len(codes) > MOST_WISHES:
        return None
    asked = (*wishes_for(codes), *(wish for wish in criteria.wishes if wish.hours))
    return replace(criteria, page=1, state=state, wishes=asked, musts=criteria.musts | {TELEHEALTH})
