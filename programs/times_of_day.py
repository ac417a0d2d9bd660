"""What a week's timetable says about times of day. Pure."""

from collections.abc import Iterable
from datetime import time

from programs.facts import FactSet

NOON, EVENING = 12, 17
"""Hours of the day at which a session counts as an afternoon's, as an evening's."""
SATURDAY = 5


def facts_of_week(sessions: Iterable[tuple[int, time]]) -> FactSet:
    """Facts from the day (0 is Monday) and start of every session; nothing when there is no session.

    A timetable is the whole week: what it does not hold, the program does not offer.
    """
    week = list(sessions)
    if not week:
        return FactSet()
    held = {
        "time_morning": any(starts.hour < NOON for _, starts in week),
        "time_afternoon": any(NOON <= starts.hour < EVENING for _, starts in week),
        "time_evening": any(starts.hour >= EVENING for _, starts in week),
        "time_weekend": any(day >= SATURDAY for day, _ in week),
    }
    yes = [code for code, is_held in held.items() if is_held]
    return FactSet.of(yes=yes, no=held.keys() - set(yes))
