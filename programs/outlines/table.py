"""Reads the shipped outlines, `programs/data/outlines.zip` (see `NOTICE.md` beside it). Pure."""

import json
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from zipfile import ZipFile

from programs.outlines.build import STEPS
from programs.outlines.topology import SCALE

FILE = Path(__file__).resolve().parent.parent / "data" / "outlines.zip"
DEGREE = SCALE // STEPS
"""Steps in a degree."""

Line = Sequence[int]
"""Longitude, latitude, longitude … in steps of 1/10,000 of a degree."""


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the map in degrees. Alaska's goes on past -180 to the west."""

    west: float
    south: float
    east: float
    north: float

    def meets(self, other: "Box") -> bool:
        across = self.west <= other.east and other.west <= self.east
        return across and self.south <= other.north and other.south <= self.north


@dataclass(frozen=True, slots=True)
class State:
    """The outline of a state. counties: rings as numbers of lines, `~n` is line n walked backwards.

    state, shore: lines that border another state, and that border nothing.
    """

    lines: tuple[Line, ...]
    boxes: tuple[Box, ...]
    counties: tuple[tuple[tuple[int, ...], ...], ...]
    state: frozenset[int]
    shore: frozenset[int]


@cache
def boxes() -> Mapping[str, Box]:
    """The box of every state and territory that has an outline, by its postal code."""
    with ZipFile(FILE) as file:
        index = json.loads(file.read("index.json"))
    return {code: Box(*(edge / DEGREE for edge in edges)) for code, edges in index.items()}


@cache
def of_state(code: str) -> State:
    """The outline of a state. KeyError when there is none."""
    with ZipFile(FILE) as file:
        raw = json.loads(file.read(f"{code}.json"))
    lines = tuple(map(_line, raw["lines"]))
    counties = tuple(tuple(map(tuple, rings)) for rings in raw["counties"])
    return State(lines, tuple(map(_box, lines)), counties, frozenset(raw["state"]), frozenset(raw["shore"]))


def _line(steps: list[int]) -> Line:
    x = y = 0
    made = array("i")
    for dx, dy in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + dx, y + dy
        made.extend((x, y))
    return made


def _box(line: Line) -> Box:
    lon, lat = line[::2], line[1::2]
    return Box(min(lon) / DEGREE, min(lat) / DEGREE, max(lon) / DEGREE, max(lat) / DEGREE)
