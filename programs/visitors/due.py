"""When a call-back request is due: by the end of the next working day, on the clock of the center."""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.timezone import now

from programs.models import Center, ZipCode
from programs.zones import zone_of

CLOSES = time(17)
_FRIDAY = 4
_MIDDLE = (39.8, -98.6)
"""Of the country: for a center of which neither the state nor the place is known."""


def zone_at(center: Center) -> ZoneInfo:
    """The center's time zone. One query."""
    return zones_at([center])[center.pk]


def zones_at(centers: Iterable[Center]) -> dict[int, ZoneInfo]:
    """The time zones of centers, by their keys. One query."""
    centers = list(centers)
    zips = ZipCode.objects.filter(zip__in={one.zip for one in centers})
    places = {one.zip: one for one in zips}
    return {one.pk: _zone(one, places.get(one.zip)) for one in centers}


def _zone(center: Center, place: ZipCode | None) -> ZoneInfo:
    if place is not None:
        return ZoneInfo(zone_of(place.state, place.county, place.lat, place.lon))
    lat, lon = (center.point.lat, center.point.lon) if center.point else _MIDDLE
    return ZoneInfo(zone_of(center.state, "", lat, lon))


def next_working_day(zone: ZoneInfo, asked: datetime | None = None) -> datetime:
    """Five in the afternoon there, on the first day after today that is no Saturday or Sunday. Holidays are
    not known here: whoever looks after the request may move the day."""
    day = (asked or now()).astimezone(zone).date() + timedelta(days=1)
    while day.weekday() > _FRIDAY:
        day += timedelta(days=1)
    return datetime.combine(day, CLOSES, zone)
