"""The visitor's week on the search page: parts of a week to tick, and what else they marked."""

from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from programs import markup
from programs.filters import Option
from programs.forms import SearchForm
from programs.labels import part_labels
from programs.week import PARTS, Hours, token

_SHORT = {
    "mornings": gettext_lazy("weekday mornings"),
    "afternoons": gettext_lazy("weekday afternoons"),
    "evenings": gettext_lazy("weekday evenings"),
    "weekends": gettext_lazy("weekends"),
}


@dataclass(frozen=True, slots=True)
class FreeHours:
    """What the form shows of the visitor's week.

    rest: pairs for hidden inputs: free hours that are no whole part, and hours of work or class. told: what
    is marked, in a few words, "" for nothing.
    """

    parts: tuple[Option, ...]
    rest: tuple[tuple[str, str], ...]
    told: str

    @property
    def boxes(self) -> SafeString:
        return markup.boxes("free", self.parts)


def free_hours(form: SearchForm) -> FreeHours:
    """The visitor's week for a form, valid or not."""
    hours = form.hours if form.is_valid() else None
    free = hours.free if hours else 0
    whole = [name for name, part in PARTS.items() if free & part == part]
    rest = free & ~sum(PARTS[name] for name in whole)
    pairs = [("free", token(rest))] if rest else []
    pairs += [("work", token(hours.work))] if hours and hours.work else []
    return FreeHours(
        parts=tuple(Option(name, label, None, name in whole) for name, label in part_labels().items()),
        rest=tuple(pairs),
        told=hours_words(hours),
    )


def hours_words(hours: Hours | None) -> str:
    """What is marked, in a few words, for a chip: "Free: weekday evenings". "" where nothing is."""
    if hours is None:
        return ""
    whole = [name for name, part in PARTS.items() if hours.free & part == part]
    if not hours.free:
        return gettext("Free outside work or class")
    if hours.free == sum(PARTS[name] for name in whole):
        return gettext("Free: %(parts)s") % {"parts": ", ".join(str(_SHORT[name]) for name in whole)}
    return gettext("Fits my free hours")
