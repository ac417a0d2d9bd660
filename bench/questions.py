"""What is asked for in every measurement. Needs no Django."""

from collections.abc import Mapping
from dataclasses import dataclass

SEARCH = "place=85004&radius=25&level=iop&pay=pay_medicaid"
"""Programs of one level within 25 miles of a ZIP code, with a wish: always around one large city."""
SEARCH_URL = f"/programs/?{SEARCH}"
LIKE_IT = "place={zip}&radius=25&level=iop&pay=pay_medicaid"
"""The same around any ZIP code."""


@dataclass(frozen=True, slots=True)
class Visit:
    """One GET. `cookie`: what the header of that name says."""

    path: str
    cookie: str = ""


Visits = tuple[Visit, ...]


ANSWERS: Mapping[str, str | tuple[str, ...]] = {
    "who": "me",
    "age": "26_64",
    "focus": "both",
    "danger_now": ("none",),
    "care_now": "none",
    "substances": ("alcohol",),
    "use_frequency": "weekly",
    "last_use": "3_to_7_days",
    "heavy_days": "no",
    "withdrawal_signs": "none",
    "withdrawal_history": "none",
    "pregnant": "no",
    "physical_health": "good",
    "mental_conditions": ("depression",),
    "mental_impact": "moderate",
    "unusual_experiences": "no",
    "suicidal_thoughts": "none",
    "readiness": "mostly",
    "urges": "most_days",
    "recent_harm": "trouble",
    "past_treatment": "weekly_not_enough",
    "home": "safe_sober",
    "support": "one",
    "obligations": ("full_time_job",),
    "daily_function": "slipping",
    "can_step_away": "no",
    "getting_there": "yes",
    "free_times": ("weekday_evening",),
}
"""Answers that meet no safety page and lead to an IOP."""
