"""The assessment's promises as system checks."""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from assessment.domain import ContentError, load
from assessment.safety import SAFETY


@register()
def content_loads(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """The published protocol can be read, and there is a safety page for each of its interrupts."""
    try:
        protocol = load()
    except ContentError as error:
        yield Error(
            f"The protocol's content cannot be read: {error}",
            hint="Put the file right; published content is never edited, a change is a new version.",
            id="assessment.E001",
        )
        return
    for code in sorted({item.code for item in protocol.publication.interrupts} - set(SAFETY)):
        yield Error(
            f"There is no safety page for the interrupt {code!r}.",
            hint="Add it to assessment.safety.SAFETY.",
            id="assessment.E002",
        )


@register(Tags.security, deploy=True)
def answers_have_a_key_of_their_own(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Answers are locked with a key drawn from SECRET_KEY: a key that everyone knows locks nothing."""
    known = settings.INSECURE_DEVELOPMENT_KEY
    if not settings.DEBUG and known in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        yield Error(
            "SECRET_KEY is the development key: anyone could read the answers in a browser.",
            hint="Set SECRET_KEY to 50 random characters or more, and keep it out of the repository.",
            id="assessment.E003",
        )


@register(Tags.security)
def templates_are_not_logged(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """At DEBUG, Django's template logger writes down whole contexts: what a person answered."""
    if logging.getLogger("django.template").isEnabledFor(logging.DEBUG):
        yield Error(
            "The logger django.template is set to DEBUG: it would write answers into the log.",
            hint="Set it to INFO in LOGGING, whatever the level of the others.",
            id="assessment.E004",
        )
