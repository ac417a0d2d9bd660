"""The guide's promises as system checks: its files can be read, and nobody forgets to look again."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.utils.timezone import localdate

from iopfinder.guide.claims import old_claims
from iopfinder.guide.reading import CONTENT, ContentError, read


@register()
def guide_can_be_read(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    try:
        read(CONTENT, settings.LANGUAGE_CODE)
    except ContentError as error:
        yield Error(
            f"The guide's content is broken: {error}",
            hint=f"The files are in {CONTENT}; docs/guide.md says what they may hold.",
            id="iopfinder.E010",
        )


@register()
def guide_is_looked_after(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """A warning, never an error: a fact that nobody checked for a year may well still be true."""
    try:
        old = old_claims(read(CONTENT, settings.LANGUAGE_CODE), today=localdate())
    except ContentError:
        return
    if old:
        yield Warning(
            f"{len(old)} facts of the guide were checked over a year ago, the oldest on {old[0].checked}.",
            hint="`manage.py guide_claims --old` lists them. Look at the source, then set the new day.",
            id="iopfinder.W010",
        )
