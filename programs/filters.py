"""What can be asked for, as boxes to tick and choices to make, each with its true count."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from programs import markup, search
from programs.criteria import OPEN_NOW, RADII, WHOLE_STATE, WISH_FIELDS
from programs.forms import SearchForm
from programs.labels import fact_labels, field_labels, level_labels
from programs.levels import LEVELS
from programs.states import STATES
from programs.taxonomy import AGES

OPEN_FIELDS = ("pay", "treats", "format")
"""Wishes that are not folded away beside a list; before there is one, only the limits are open."""
LONG_FIELDS = ("language", "people", "condition", "detox", "medicine", "help")
"""Long lists, from which choices that nobody within the limits is known to have are left out."""


@dataclass(frozen=True, slots=True)
class Option:
    """One box to tick. `count`: what is known to have it within the limits; None before a search."""

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


def on(form: SearchForm, field: str) -> list[str]:
    """What is ticked or chosen of a field, as text."""
    said = form.cleaned_data.get(field) or []
    return said if isinstance(said, list) else [str(said)]


def groups(form: SearchForm, results: search.Results | None) -> Iterator[Group]:
    """The boxes of every field that has some."""
    ticked = on(form, "level")
    labels = level_labels()
    levels = tuple(
        Option(level.value, labels[level], results.levels[level] if results else None, level in ticked)
        for level in LEVELS
        if level in settings.LEVELS_LISTED or level in ticked
    )
    yield Group("level", gettext("Level of care"), levels, is_folded=False)
    labels = fact_labels()
    ticked = on(form, "age")
    ages = tuple(
        Option(code, labels[code], results.ages[code] if results else None, code in ticked) for code in AGES
    )
    yield Group("age", gettext("Age"), ages, is_folded=False)
    names = field_labels()
    for field, codes in WISH_FIELDS.items():
        ticked = on(form, field)
        options = tuple(
            Option(code, labels[code], results.facts[code] if results else None, code in ticked)
            for code in codes
            if code in ticked or not results or results.facts[code] or field not in LONG_FIELDS
        )
        if options:
            is_folded = results is None or field not in OPEN_FIELDS
            yield Group(field, names[field], options, is_folded)
    yield from _open_now(form, results)


def radii(form: SearchForm, state: str = "") -> tuple[Option, ...]:
    """Miles to choose from, and the whole state; by its name where the place is known."""
    chosen = on(form, "radius")
    return tuple(
        Option(value, label, None, value in chosen) for value, label in _radii(get_language(), state)
    )


@cache
def _radii(language: str | None, state: str) -> tuple[tuple[str, str], ...]:
    """Values and labels. Kept for each language, which is all that `language` is for."""
    miles = [(str(radius), gettext("%(miles)d miles") % {"miles": radius}) for radius in RADII]
    whole = gettext("All of %(state)s") % {"state": STATES[state]} if state else gettext("The whole state")
    return (*miles, (WHOLE_STATE, whole))


def _open_now(form: SearchForm, results: search.Results | None) -> Iterator[Group]:
    """The box for open places, where there is one to find."""
    ticked = bool(on(form, "open"))
    if ticked or not results or results.open_now:
        count = results.open_now if results else None
        box = Option(OPEN_NOW, gettext("Has told of an open place"), count, ticked)
        yield Group("open", gettext("Open places"), (box,), is_folded=True)
