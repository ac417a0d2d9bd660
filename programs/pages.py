"""What the search page shows, as one object: the view hands it over, the template only lays it out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from programs import markup, places, search
from programs.cards import Card, card, carried, wish_label
from programs.criteria import OFFERS_IOP, PAYMENT, RADII, TEENS, WISH_FIELDS, SearchCriteria, wishes_for
from programs.forms import WISH_LABELS, SearchForm
from programs.free_hours import FreeHours, free_hours, hours_words
from programs.labels import fact_labels, level_labels
from programs.levels import LEVELS, Level, nearest
from programs.places import Found, Nowhere, Place, Several
from programs.taxonomy import AGES
from programs.words import LEVEL_LABELS, LEVEL_SHORT, LEVEL_WORDS, wish_words

OPEN_FIELDS = ("pay", "treats", "format")
"""Wishes that are not folded away beside a list; before there is one, only the levels are open."""
LONG_FIELDS = ("language", "people", "condition", "medicine", "help")
"""Long lists, from which choices that nobody within the limits is known to have are left out."""


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick. `count`: programs within the limits known to have it; None before a search."""

    value: str
    label: str
    count: int | None
    is_on: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The boxes of one field."""

    field: str
    label: str
    options: tuple[Option, ...]
    is_folded: bool

    @property
    def on(self) -> int:
        return sum(option.is_on for option in self.options)

    @property
    def html(self) -> SafeString:
        """The boxes under the name of the field."""
        return markup.group(self)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that is asked for. `must`: None for a limit, else whether the wish is a must."""

    label: str
    off_url: str
    must: bool | None = None
    must_url: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Another search, and how many programs it finds (None: not counted)."""

    label: str
    url: str
    count: int | None = None


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Everything on the page. Before there is a place, or when it is not clear, `results` is None."""

    form: SearchForm
    title: str
    groups: tuple[Group, ...]
    ages: tuple[Option, ...]
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
    free: FreeHours | None = None

    @property
    def age_choices(self) -> SafeString:
        return markup.choices(self.ages)

    @property
    def radius_choices(self) -> SafeString:
        return markup.choices(self.radii)

    @property
    def map_url(self) -> str:
        """The address of the map of this page; "" when there is nothing to show on it."""
        pairs = self.results.criteria.params() if self.results and self.cards else ()
        return f"{reverse('programs:map')}?{urlencode(pairs)}" if pairs else ""

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


def url(pairs: tuple[tuple[str, str], ...]) -> str:
    """The address of a search."""
    return f"{reverse('programs:search')}?{urlencode(pairs)}"


def _at(criteria: SearchCriteria, **changes: object) -> str:
    """The address of a search that differs in this; it starts at its first page."""
    return url(replace(criteria, **{"page": 1, **changes}).params())  # type: ignore[arg-type]


# -- Without results ----------------------------------------------------------------------------


def _form_page(form: SearchForm, place: Several | Nowhere | None = None) -> SearchPage:
    title = gettext("Find a program")
    choices: tuple[Way, ...] = ()
    suggestions: tuple[Way, ...] = ()
    if isinstance(place, Several):
        title = gettext("Which %(name)s do you mean?") % {"name": place.name}
        choices = tuple(Way(one.label, _moved(form, one)) for one in place.places)
    elif isinstance(place, Nowhere):
        suggestions = tuple(Way(one.label, _moved(form, one)) for one in place.suggestions)
    return SearchPage(
        form=form,
        title=title,
        groups=tuple(_groups(form, None)),
        ages=_ages(form, None),
        radii=_radii(form),
        choices=choices,
        suggestions=suggestions,
        must_keys=tuple(_on(form, "must")),
        unsaid=form.cleaned_data.get("unsaid", ""),
        free=free_hours(form),
    )


def _moved(form: SearchForm, place: Place) -> str:
    """The same search around another place. Only for a form whose fields but the place were valid."""
    return _at(form.criteria(place))


# -- Filters ------------------------------------------------------------------------------------


def _on(form: SearchForm, field: str) -> list[str]:
    said = form.cleaned_data.get(field) or []
    return said if isinstance(said, list) else [str(said)]


def _groups(form: SearchForm, results: search.Results | None) -> Iterator[Group]:
    on = _on(form, "level")
    labels = level_labels()
    levels = tuple(
        Option(level.value, labels[level], results.levels[level] if results else None, level in on)
        for level in LEVELS
    )
    yield Group("level", gettext("Level of care"), levels, is_folded=False)
    labels = fact_labels()
    for field, codes in WISH_FIELDS.items():
        on = _on(form, field)
        options = tuple(
            Option(code, labels[code], results.facts[code] if results else None, code in on)
            for code in codes
            if code in on or not results or results.facts[code] or field not in LONG_FIELDS
        )
        if options:
            is_folded = results is None or field not in OPEN_FIELDS
            yield Group(field, str(WISH_LABELS[field]), options, is_folded)


def _ages(form: SearchForm, results: search.Results | None) -> tuple[Option, ...]:
    on = _on(form, "age")
    labels = fact_labels()
    return tuple(
        Option(code, labels[code], results.ages[code] if results else None, code in on) for code in AGES
    )


def _radii(form: SearchForm) -> tuple[Option, ...]:
    on = _on(form, "radius")
    return tuple(
        Option(str(radius), gettext("%(miles)d miles") % {"miles": radius}, None, str(radius) in on)
        for radius in RADII
    )


# -- With results -------------------------------------------------------------------------------


def _results_page(form: SearchForm, found: Found, today: date) -> SearchPage:
    criteria = form.criteria(found.place)
    results = search.find(criteria, today=today)
    criteria = results.criteria
    query = carried(criteria)
    return SearchPage(
        form=form,
        title=_title(criteria, results.total, found.place),
        groups=tuple(_groups(form, results)),
        ages=_ages(form, results),
        radii=_radii(form),
        results=results,
        cards=tuple(card(hit, number=results.first + i, query=query) for i, hit in enumerate(results.hits)),
        chips=tuple(_chips(criteria)),
        namesakes=tuple(Way(one.label, _moved(form, one)) for one in found.namesakes),
        previous_url=url(replace(criteria, page=criteria.page - 1).params()) if criteria.page > 1 else "",
        next_url=url(replace(criteria, page=criteria.page + 1).params())
        if criteria.page < results.pages
        else "",
        ways_out=() if results.total else tuple(_ways_out(criteria, results, today)),
        iop_unsaid=_iop_unsaid(criteria, results),
        for_teens=criteria.age == TEENS,
        wishes=tuple(_wishes(criteria)),
        must_keys=tuple(wish.key for wish in criteria.wishes if wish.key in criteria.musts),
        unsaid=criteria.unsaid or "",
        free=free_hours(form),
    )


def _title(criteria: SearchCriteria, total: int, place: Place) -> str:
    words: dict[str, object] = {"count": total, "miles": criteria.radius_miles, "place": place.label}
    if len(criteria.levels) == 1:
        words["level"] = LEVEL_WORDS[criteria.levels[0]]
        none = gettext("No %(level)s program within %(miles)d miles of %(place)s")
        some = ngettext(
            "%(count)d %(level)s program within %(miles)d miles of %(place)s",
            "%(count)d %(level)s programs within %(miles)d miles of %(place)s",
            total,
        )
    else:
        none = gettext("No program within %(miles)d miles of %(place)s")
        some = ngettext(
            "%(count)d program within %(miles)d miles of %(place)s",
            "%(count)d programs within %(miles)d miles of %(place)s",
            total,
        )
    return (some if total else none) % words


def _chips(criteria: SearchCriteria) -> Iterator[Chip]:
    """Everything that is on, each with the address of the search without it."""
    for level in criteria.levels:
        others = tuple(one for one in criteria.levels if one is not level)
        yield Chip(str(LEVEL_SHORT[level]), _at(criteria, levels=others))
    if criteria.age:
        yield Chip(fact_labels()[criteria.age], _at(criteria, age=None))
    if criteria.unsaid:
        yield Chip(gettext("IOP not said"), _at(criteria, unsaid=None))
    codes = [code for wish in criteria.wishes for code in wish.any_of]
    of_hours = tuple(wish for wish in criteria.wishes if wish.hours)
    for wish in criteria.wishes:
        for code in wish.any_of:
            wishes = (*wishes_for(other for other in codes if other != code), *of_hours)
            musts = criteria.musts & {one.key for one in wishes}
            off_url = _at(criteria, wishes=wishes, musts=musts)
            yield Chip(capfirst(wish_words(code)), off_url, wish.key in criteria.musts)
    for wish in of_hours:
        off_url = _at(criteria, wishes=wishes_for(codes), musts=criteria.musts - {wish.key})
        yield Chip(hours_words(wish.hours), off_url, wish.key in criteria.musts)


def _wishes(criteria: SearchCriteria) -> Iterator[Chip]:
    """Every wish, with the address of the search that makes it a must, or a wish again."""
    for wish in criteria.wishes:
        must_url = _at(criteria, musts=criteria.musts ^ {wish.key})
        yield Chip(capfirst(wish_label(wish)), "", wish.key in criteria.musts, must_url)


def _iop_unsaid(criteria: SearchCriteria, results: search.Results) -> Way | None:
    if not results.iop_unsaid:
        return None
    there = _at(criteria, levels=(Level.OUTPATIENT,), unsaid=OFFERS_IOP)
    return Way("", there, results.iop_unsaid)


def _ways_out(criteria: SearchCriteria, results: search.Results, today: date) -> Iterator[Way]:
    """Searches that differ in one thing and find something, with true counts. One query."""
    for radius, count in search.reach(criteria, today=today).items():
        if radius > criteria.radius_miles and count:
            label = gettext("Look within %(miles)d miles") % {"miles": radius}
            yield Way(label, _at(criteria, radius_miles=radius), count)
    for wish in criteria.wishes:
        if count := results.without_must.get(wish.key, 0):
            label = gettext("Wish for “%(wish)s” instead of making it a must")
            words = gettext("payment") if wish.key == PAYMENT else wish_label(wish)
            yield Way(label % {"wish": words}, _at(criteria, musts=criteria.musts - {wish.key}), count)
    beside = dict.fromkeys(level for asked in criteria.levels for level in nearest(asked))
    for level in beside:
        if results.levels[level]:
            label = gettext("Look at the level next to it: %(level)s") % {"level": LEVEL_LABELS[level]}
            yield Way(label, _at(criteria, levels=(level,)), results.levels[level])
