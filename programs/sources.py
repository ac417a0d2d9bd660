"""Who said it, how and when, in words."""

from django.utils.formats import date_format
from django.utils.translation import gettext

from programs.facts import DIRECTORY, Said
from programs.words import METHOD_LABELS, SOURCE_LABELS


def source_words(said: Said) -> str:
    """ "National directory, substance use, 2023" or "By phone, Sept. 1, 2026". A sample says so."""
    if said.source == "sample":
        return gettext("Invented for the sample")
    if said.method == DIRECTORY:
        edition = getattr(said.ref, "edition", None) or said.on.year
        return f"{SOURCE_LABELS[said.source]}, {edition}"
    return f"{METHOD_LABELS[said.method]}, {date_format(said.on)}"
