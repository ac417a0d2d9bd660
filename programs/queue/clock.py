"""What time it is at a center: nobody is called before eight in the morning or after six in the evening."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, QuerySet, Subquery

from programs.models import Center, ZipCode
from programs.zones import zone_of

FIRST, LAST = 8, 18
"""Hours of the day between which a call is welcome."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The time at a center, and whether a call is welcome then."""

    time: datetime
    is_welcome: bool


def with_county(centers: QuerySet[Center]) -> QuerySet[Center]:
    """Centers with `county`, which `at` needs to know the time zone; None where the ZIP code is not known."""
    county = ZipCode.objects.filter(zip=OuterRef("zip")).values("county")[:1]
    return centers.annotate(county=Subquery(county))


def at(center: Any, *, now: datetime) -> Clock:
    """The time at a center read by `with_county`."""
    zone = zone_of(center.state, center.county or "", center.lat or 0.0, center.lon or 0.0)
    time = now.astimezone(ZoneInfo(zone))
    return Clock(time, FIRST <= time.hour < LAST)
