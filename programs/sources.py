"""Who said it, how and when, in words, and how far that can still be trusted."""

from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext

from programs.facts import DIRECTORY, Said
from programs.freshness import Freshness, freshness
from programs.words import METHOD_LABELS, SOURCE_LABELS

SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Source:
    """Who said something and when, as a line below it. The words tell the state too, not only its color."""

    words: str
    state: Freshness


def source_words(said: Said) -> str:
    """ "National directory, substance use, 2023" or "By phone, Sept. 1, 2026". A sample says so."""
    if said.source == SAMPLE:
        return gettext("Invented for the sample")
    return _said(said)


def source(said: Said, *, today: date) -> Source:
    """The line for one statement: fresh, over half a year old, or "not confirmed since".

    A sample is told as if it were real: its page says at the top that all of it is invented.
    """
    state = freshness(said.on, today=today)
    if state is Freshness.FRESH:
        return Source(f"{_said(said)}.", state)
    if state is Freshness.AGING:
        return Source(gettext("%(source)s. Over half a year old.") % {"source": _said(said)}, state)
    how = _said(said) if said.method == DIRECTORY and said.source != SAMPLE else METHOD_LABELS[said.method]
    old = {"source": how, "date": date_format(said.on, "YEAR_MONTH_FORMAT")}
    return Source(gettext("%(source)s. Not confirmed since %(date)s.") % old, state)


def _said(said: Said) -> str:
    if said.method == DIRECTORY and said.source != SAMPLE:
        edition = getattr(said.ref, "edition", None) or said.on.year
        # A state's or county's list goes by the title that its mapping gives it.
        whose = getattr(said.ref, "said_by", "") or SOURCE_LABELS[said.source]
        return f"{whose}, {edition}"
    return f"{METHOD_LABELS[said.method]}, {date_format(said.on)}"
