"""Draws the outlines within a box as SVG paths, in the projection that web maps use (Mercator's). Pure.

All lengths are in units of a drawing `Frame.width` wide. Paths are written in tenths of a unit, as whole
numbers and steps, which keeps them short: `M120 34l5-2 7 1z`.
"""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, atan2, cos, degrees, log, pi, radians, sin, tan

from programs.geo import EARTH_MILES, Point
from programs.outlines.table import DEGREE, Box, State, boxes, of_state
from programs.outlines.topology import telling

FINE = 0.5
"""Units that a drawn line may lie beside the stored one."""
_CORNERS = 90

XY = tuple[float, float]


def mercator(lat: float) -> float:
    """A latitude as Mercator's chart spaces it: in degrees of longitude at the equator."""
    return degrees(log(tan(pi / 4 + radians(lat) / 2)))


@dataclass(frozen=True, slots=True)
class Frame:
    """A box drawn so many units wide, west to the left, north at the top."""

    box: Box
    width: float

    @property
    def scale(self) -> float:
        """Units in a degree of longitude."""
        return self.width / (self.box.east - self.box.west)

    @property
    def height(self) -> float:
        return (mercator(self.box.north) - mercator(self.box.south)) * self.scale

    def at(self, lat: float, lon: float) -> XY:
        """Where a place is drawn, from the left and from the top."""
        return (lon - self.box.west) * self.scale, (mercator(self.box.north) - mercator(lat)) * self.scale


@dataclass(frozen=True, slots=True)
class Outlines:
    """Paths: the counties, which are the land too, and upon them the borders of states and the shore."""

    counties: str
    states: str
    shore: str


@lru_cache(maxsize=64)
def outlines(frame: Frame) -> Outlines:
    """What is known of land and borders within the frame; empty paths where nothing is.

    Kept, for one search is looked at with many filters and on many pages.
    """
    counties: list[str] = []
    states: dict[str, None] = {}
    shore: list[str] = []
    for code, box in boxes().items():
        if box.meets(frame.box):
            state = of_state(code)
            drawn = [_drawn(state, number, frame) for number in range(len(state.lines))]
            counties += _counties(state, drawn, frame)
            # A border between two states is in the files of both.
            states |= dict.fromkeys(_lines(state, state.state, drawn, frame))
            shore += _lines(state, state.shore, drawn, frame)
    return Outlines("".join(counties), "".join(states), "".join(shore))


def _lines(state: State, numbers: Iterable[int], drawn: Sequence[list[XY]], frame: Frame) -> Iterator[str]:
    for number in sorted(numbers):
        if state.boxes[number].meets(frame.box):
            yield from map(path, _within(drawn[number], frame))


def _drawn(state: State, number: int, frame: Frame) -> list[XY]:
    """A line in units, with no more vertices than can be seen; one outside of the frame is straight."""
    line = state.lines[number]
    seen = state.boxes[number].meets(frame.box)
    steps = list(zip(line[::2], line[1::2], strict=True)) if seen else [tuple(line[:2]), tuple(line[-2:])]
    flat = [frame.at(lat / DEGREE, lon / DEGREE) for lon, lat in steps]
    return [flat[i] for i in telling(flat, FINE)]


def _counties(state: State, drawn: Sequence[list[XY]], frame: Frame) -> Iterator[str]:
    """Every ring of every county, cut at the edge of the frame."""
    for rings in state.counties:
        for ring in rings:
            vertices: list[XY] = []
            for number in ring:
                line = drawn[number] if number >= 0 else drawn[~number][::-1]
                vertices += line[1:] if vertices else line
            if len(inside := _cut(vertices[:-1], frame)) > 2:
                yield path(inside, closed=True)


def _cut(ring: list[XY], frame: Frame) -> list[XY]:
    """The part of a polygon inside the frame (Sutherland and Hodgman 1974)."""
    for axis, edge, sign in ((0, 0.0, 1), (0, frame.width, -1), (1, 0.0, 1), (1, frame.height, -1)):
        kept: list[XY] = []
        for i, here in enumerate(ring):
            before = ring[i - 1]
            is_in, was_in = (sign * (one[axis] - edge) >= 0 for one in (here, before))
            if is_in != was_in:
                part = (edge - before[axis]) / (here[axis] - before[axis])
                kept.append(
                    (before[0] + part * (here[0] - before[0]), before[1] + part * (here[1] - before[1]))
                )
            if is_in:
                kept.append(here)
        ring = kept
    return ring


def _within(line: Sequence[XY], frame: Frame) -> Iterator[list[XY]]:
    """The pieces of a line that may be seen: without the stretches that lie wholly to one side."""
    piece: list[XY] = []
    for before, here in itertools.pairwise(line):
        beside = (
            max(before[0], here[0]) < 0
            or max(before[1], here[1]) < 0
            or min(before[0], here[0]) > frame.width
            or min(before[1], here[1]) > frame.height
        )
        if not beside:
            piece = piece or [before]
            piece.append(here)
        elif piece:
            yield piece
            piece = []
    if piece:
        yield piece


def path(line: Iterable[XY], *, closed: bool = False) -> str:
    """A line as a path in tenths of a unit: its first vertex, then steps to each next one. "" for a dot."""
    tenths = [(round(10 * x), round(10 * y)) for x, y in line]
    (x, y), steps = tenths[0], []
    for (ax, ay), (bx, by) in itertools.pairwise(tenths):
        if (bx, by) != (ax, ay):
            steps.append(f"{bx - ax} {by - ay}")
    if not steps:
        return ""
    return f"M{x} {y}l{' '.join(steps).replace(' -', '-')}{'z' if closed else ''}"


def circle(center: Point, miles: float) -> list[Point]:
    """Places so many miles from the center all around, clockwise from the north; the last is the first."""
    reach, lat, lon = miles / EARTH_MILES, radians(center.lat), radians(center.lon)
    found = []
    for i in range(_CORNERS + 1):
        bearing = 2 * pi * (i % _CORNERS) / _CORNERS
        up = asin(sin(lat) * cos(reach) + cos(lat) * sin(reach) * cos(bearing))
        along = atan2(sin(bearing) * sin(reach) * cos(lat), cos(reach) - sin(lat) * sin(up))
        found.append(Point(degrees(up), (degrees(lon + along) + 540) % 360 - 180))
    return found
