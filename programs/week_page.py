"""The page on which a visitor marks the hours of their week, and carries them into their search.

One table of boxes at a time: hours they are free, or hours of work or class. Without a script, buttons lead
from one to the other; the script (`static/js/week.js`) swaps them in place and sends both.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.formats import time_format
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_lazy as _

from programs.criteria import wish_for
from programs.forms import OnceEachField, SearchForm
from programs.labels import part_labels
from programs.other_searches import url
from programs.timetable import DAYS
from programs.week import NAMES, PARTS, Hours, between, token
from programs.week_words import clock

HOURS = range(6, 23)
"""The rows of the table: nobody's sessions begin at night."""
KINDS: Mapping[str, Any] = {
    "free": gettext_lazy("Hours I am free"),
    "work": gettext_lazy("Hours of work or class"),
}
CELLS: Mapping[str, int] = {
    f"{name}{hour}": between(day, hour * 60, hour * 60 + 60)
    for day, name in enumerate(NAMES)
    for hour in HOURS
}
"""The hours that can be marked, by the value of their box."""


def _cells() -> list[tuple[str, str]]:
    return [(code, code) for code in CELLS]


class WeekForm(SearchForm):
    """A search, and the boxes that were ticked. `sent`: whose boxes were on the page."""

    sent = forms.MultipleChoiceField(choices=list(KINDS.items()), required=False)
    free_hour = OnceEachField(label=_("Hours I am free"), choices=_cells, required=False)
    work_hour = OnceEachField(label=_("Hours of work or class"), choices=_cells, required=False)
    show = forms.ChoiceField(choices=[("", ""), *KINDS.items()], required=False)
    done = forms.BooleanField(required=False)

    def marked(self) -> Hours | None:
        """The week as it is now. The form must be valid.

        An hour whose box did not change keeps its half hours; work wins where both are ticked.
        """
        said = self.cleaned_data
        new = {
            kind: _merged(kind, said[kind], set(said[f"{kind}_hour"])) if kind in said["sent"] else said[kind]
            for kind in KINDS
        }
        free = new["free"] & ~new["work"]
        return Hours(free, new["work"]) if free | new["work"] else None

    def search_url(self) -> str:
        """The search with the week as it is now; the form must be valid."""
        return url(self.pairs_with(self.marked()))

    def pairs_with(self, hours: Hours | None) -> tuple[tuple[str, str], ...]:
        """The search as pairs for an address, with other hours; its first page."""
        place = self.place_as_typed()
        asked = self.criteria(place)
        wishes = tuple(wish for wish in asked.wishes if not wish.hours)
        wishes = (*wishes, wish_for(hours)) if hours else wishes
        musts = frozenset(self.cleaned_data["must"]) & {wish.key for wish in wishes}
        return replace(asked, wishes=wishes, musts=musts, page=1).params()


def is_ticked(kind: str, marked: int, cell: int) -> bool:
    """Whether a box is ticked: free when the whole hour is, work when a part of it is."""
    return marked & cell == cell if kind == "free" else bool(marked & cell)


def _merged(kind: str, before: int, ticked: set[str]) -> int:
    marked = before
    for code, cell in CELLS.items():
        if is_ticked(kind, before, cell) is not (code in ticked):
            marked = marked | cell if code in ticked else marked & ~cell
    return marked


# -- What the page shows ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Box:
    """An hour. `label`: for those who do not see the table. on: ticked; other: marked as the other kind."""

    code: str
    label: str
    on: bool
    other: bool


@dataclass(frozen=True, slots=True)
class Row:
    hour: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the week that the script marks as a whole. `cells`: values of its boxes."""

    label: str
    cells: str


@dataclass(frozen=True, slots=True)
class WeekPage:
    """kind: whose boxes are shown; other: the other kind. pairs: what the form carries along."""

    kind: str
    kinds: tuple[tuple[str, str], ...]
    days: tuple[tuple[str, str], ...]
    rows: tuple[Row, ...]
    parts: tuple[Part, ...]
    pairs: tuple[tuple[str, str], ...]
    back_url: str


def week_page(form: WeekForm) -> WeekPage:
    """The page for what is marked so far. A broken address shows an empty week. No query."""
    if not form.is_valid():
        form = WeekForm({})
        form.is_valid()
    hours = form.marked()
    kind = form.cleaned_data["show"] or "free"
    marked = {"free": hours.free if hours else 0, "work": hours.work if hours else 0}
    others = tuple(pair for pair in form.pairs_with(None) if pair[0] not in KINDS)
    tokens = tuple((name, token(bits)) for name, bits in marked.items() if bits)
    return WeekPage(
        kind=kind,
        kinds=tuple((code, str(label)) for code, label in KINDS.items()),
        days=tuple((str(WEEKDAYS[day]), str(WEEKDAYS_ABBR[day])) for day in range(DAYS)),
        rows=tuple(_rows(kind, marked)),
        parts=tuple(Part(part_labels()[name], _cells_of(part)) for name, part in PARTS.items()),
        pairs=(*others, *tokens),
        back_url=url(form.pairs_with(form.hours)),
    )


def _cells_of(part: int) -> str:
    return " ".join(code for code, cell in CELLS.items() if part & cell == cell)


def _rows(kind: str, marked: Mapping[str, int]) -> Iterator[Row]:
    other = "work" if kind == "free" else "free"
    for hour in HOURS:
        boxes = []
        for day, name in enumerate(NAMES):
            cell = CELLS[f"{name}{hour}"]
            label = gettext("%(day)s %(hour)s") % {"day": WEEKDAYS[day], "hour": clock(hour * 60)}
            on = is_ticked(kind, marked[kind], cell)
            boxes.append(Box(f"{name}{hour}", label, on, is_ticked(other, marked[other], cell)))
        # Without "noon", which is wider than a row has room for in Spanish.
        yield Row(time_format(time(hour), "g a"), tuple(boxes))
