"""How old a statement may grow before the page says so. Pure."""

from datetime import date, timedelta
from enum import StrEnum

FRESH_FOR = timedelta(days=180)
HOLDS_FOR = timedelta(days=365)
ASK_BEFORE = timedelta(weeks=3)
"""How long before a statement turns old somebody is asked to confirm it anew."""


class Freshness(StrEnum):
    """fresh: confirmed lately. aging: still holds. old: read as "not confirmed since"."""

    FRESH = "fresh"
    AGING = "aging"
    OLD = "old"


def freshness(said_on: date, *, today: date) -> Freshness:
    """How fresh a statement of that day is. A day in the future counts as today."""
    age = today - said_on
    if age <= FRESH_FOR:
        return Freshness.FRESH
    return Freshness.AGING if age <= HOLDS_FOR else Freshness.OLD


def expires_on(said_on: date) -> date:
    """The first day on which a statement of that day is old."""
    return said_on + HOLDS_FOR + timedelta(days=1)
