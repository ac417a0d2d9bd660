"""The assessment's promises as system checks."""

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from assessment.domain import ContentError, load
from assessment.domain.review import DRAFT, PROVISIONAL, STALE
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
def a_clinician_has_signed(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """People get only what a clinician read, or what the operator knowingly shows as provisional."""
    try:
        protocol = load()
    except ContentError:
        return  # content_loads says so
    status, version = protocol.review.status, protocol.version
    if status == DRAFT:
        yield Error(
            f"The protocol {version} is a draft: nothing keeps its content from changing.",
            hint="Publish it: manage.py review_content --publish",
            id="assessment.E005",
        )
    elif status == STALE:
        yield Error(
            f"The sign-off of {version} is for other content than this.",
            hint="Have it read again and signed: manage.py review_content --sign-off NAME",
            id="assessment.E006",
        )
    elif status == PROVISIONAL and not settings.ACCEPT_PROVISIONAL_PROTOCOL:
        yield Error(
            f"No clinician has signed the protocol {version} off.",
            hint="Have docs/clinical/review-sheet.md read and signed (review_content --sign-off NAME), or "
            "take it on yourself to show it as provisional: ACCEPT_PROVISIONAL_PROTOCOL=1.",
            id="assessment.E007",
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
