"""Checks a position that somebody typed against the state it should be in. Pure; never guesses."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

Point = tuple[float, float]
MARGIN = 0.25
"""Degrees around the ZIP codes of a state: their middles lie inside it, doors lie up to its border."""
DIGITS = 6
"""Decimals that are kept: a tenth of a meter."""


class Verdict(StrEnum):
    """What a check found."""

    GOOD = "good"
    BLANK = "blank"
    SWAPPED = "swapped"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Box:
    """A state's bounds in degrees. Longitudes go from 0 to 360 eastward: Alaska crosses the 180th."""

    south: float
    north: float
    west: float
    east: float

    def holds(self, lat: float, lon: float) -> bool:
        south, north = self.south - MARGIN, self.north + MARGIN
        west, east = self.west - MARGIN, self.east + MARGIN
        return south <= lat <= north and -180 <= lon <= 180 and west <= lon % 360 <= east


def boxes(points: Iterable[tuple[str, float, float]]) -> dict[str, Box]:
    """The bounds of each state, from (state, latitude, longitude) of its ZIP codes."""
    found: dict[str, Box] = {}
    for state, lat, lon in points:
        east = lon % 360
        box = found.get(state)
        found[state] = (
            Box(lat, lat, east, east)
            if box is None
            else Box(min(box.south, lat), max(box.north, lat), min(box.west, east), max(box.east, east))
        )
    return found


def checked(lat: object, lon: object, box: Box | None) -> tuple[Point | None, Verdict]:
    """The position if it lies in the box, as it stands or with both numbers swapped; None otherwise.

    A state whose bounds are unknown has no position that could be checked: refused.
    """
    if _blank(lat) and _blank(lon):
        return None, Verdict.BLANK
    first, second = _degrees(lat), _degrees(lon)
    if box is None or first is None or second is None:
        return None, Verdict.REFUSED
    if box.holds(first, second):
        return (round(first, DIGITS), round(second, DIGITS)), Verdict.GOOD
    if box.holds(second, first):
        return (round(second, DIGITS), round(first, DIGITS)), Verdict.SWAPPED
    return None, Verdict.REFUSED


def _blank(value: object) -> bool:
    return value is None or not str(value).strip()


def _degrees(value: object) -> float | None:
    if isinstance(value, bool):
        return None
    try:
        degrees = float(str(value).strip())
    except ValueError:
        return None
    return degrees if math.isfinite(degrees) else None
