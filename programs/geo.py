"""Distance without trigonometry in the database. Pure.

A place is a point on the unit sphere. The squared chord between two points grows with their distance and
needs only additions and multiplications, so SQL and Python give the same number to the last bit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import asin, atan2, cos, degrees, floor, pi, radians, sin, sqrt

EARTH_MILES = 3958.7613
"""Mean radius of the earth (IUGG)."""
CELL = 0.5
"""Side of an index cell in degrees."""
_CELLS_AROUND = int(360 / CELL)


@dataclass(frozen=True, slots=True)
class Point:
    """Latitude and longitude in degrees. ValueError when out of range."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"not a place on earth: {self.lat}, {self.lon}")


def unit(point: Point) -> tuple[float, float, float]:
    """The point as a vector of length 1."""
    lat, lon = radians(point.lat), radians(point.lon)
    return cos(lat) * cos(lon), cos(lat) * sin(lon), sin(lat)


def point(vector: tuple[float, float, float]) -> Point:
    """The point a vector of length 1 stands for."""
    x, y, z = vector
    return Point(degrees(atan2(z, sqrt(x * x + y * y))), degrees(atan2(y, x)))


def chord2(a: tuple[float, float, float], b: tuple[float, float, float]) -> float:
    """Squared chord between two unit vectors. `programs.search` writes the same sum in SQL."""
    dx, dy, dz = a[0] - b[0], a[1] - b[1], a[2] - b[2]
    return dx * dx + dy * dy + dz * dz


def chord2_of(miles: float) -> float:
    """The squared chord that belongs to a distance in miles along the ground."""
    return (2 * sin(miles / (2 * EARTH_MILES))) ** 2


def miles_of(chord2: float) -> float:
    """Miles along the ground for a squared chord."""
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(chord2) / 2))


def miles_between(a: Point, b: Point) -> float:
    return miles_of(chord2(unit(a), unit(b)))


def cell(point: Point) -> int:
    """The number of the half-degree cell a point lies in."""
    row, column = floor((point.lat + 90) / CELL), floor((point.lon + 180) / CELL) % _CELLS_AROUND
    return row * _CELLS_AROUND + column


def cells_within(center: Point, miles: float) -> Iterator[int]:
    """Every cell that may hold a point within this distance (never too few; a few too many)."""
    reach = miles / EARTH_MILES
    lat = radians(center.lat)
    dlat = reach * 180 / pi + 1e-6
    ratio = sin(min(reach, 1.5)) / max(cos(lat), 1e-9)
    dlon = 180.0 if ratio >= 1 else asin(ratio) * 180 / pi + 1e-6
    low = floor((max(center.lat - dlat, -90) + 90) / CELL)
    high = floor((min(center.lat + dlat, 90) + 90) / CELL)
    west = floor((center.lon - dlon + 180) / CELL)
    east = min(floor((center.lon + dlon + 180) / CELL), west + _CELLS_AROUND - 1)
    for row in range(low, high + 1):
        for column in range(west, east + 1):
            yield row * _CELLS_AROUND + column % _CELLS_AROUND
