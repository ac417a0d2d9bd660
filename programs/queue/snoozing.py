"""Putting a center off until another day, and counting how often that happened."""

from datetime import date, timedelta
from typing import Any

from programs.models import Center, Snooze, SnoozeReason

MANY = 3
"""After so many calls without an answer another way is worth more than one more call."""
LONGEST = timedelta(days=90)


def choices(today: date) -> dict[str, date]:
    """The days that one tap offers, by code."""
    return {
        "tomorrow": today + timedelta(days=1),
        "days": today + timedelta(days=3),
        "week": today + timedelta(days=7 - today.weekday()),
    }


def put_off(center: Center, *, until: date, reason: str, note: str, by: Any) -> Snooze:
    """Keeps a center off the queue until a day. Counts calls without an answer in a row."""
    before = Snooze.objects.filter(center=center).first()
    tries = (before.tries if before else 0) + 1 if reason == SnoozeReason.NO_ANSWER else 0
    values = {"until": until, "reason": reason, "note": note, "tries": tries, "by": by}
    return Snooze.objects.update_or_create(center=center, defaults=values)[0]


def wake(center: Center) -> None:
    """Forgets that a center was put off, and how often: somebody was reached."""
    Snooze.objects.filter(center=center).delete()


def another_way(snooze: Snooze | None) -> bool:
    """Whether so many calls went unanswered that another way should be tried."""
    return snooze is not None and snooze.tries >= MANY
