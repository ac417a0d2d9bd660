"""Reads what is needed of a Census boundary shapefile: rings of counties, and which county each is.

Formats: ESRI Shapefile Technical Description (1998), polygons only; dBASE III for the table beside it.
"""

import itertools
import struct
from collections.abc import Iterator
from dataclasses import dataclass

POLYGON = 5
_HEADER = 100
_FIELD = 32


class ShapeError(Exception):
    """The bytes are no shapefile of polygons. The text is one clear line."""


@dataclass(frozen=True, slots=True)
class County:
    """A county or what the Census counts as one: its five-digit code and its rings in degrees (lon, lat)."""

    geoid: str
    rings: tuple[tuple[tuple[float, float], ...], ...]


def counties(shapes: bytes, table: bytes) -> Iterator[County]:
    """Every county of a boundary file (`.shp` and `.dbf`). ShapeError when they do not belong together."""
    codes = _column(table, "GEOID")
    records = list(_polygons(shapes))
    if len(codes) != len(records):
        raise ShapeError(f"{len(records)} shapes but {len(codes)} rows that name them")
    for code, rings in zip(codes, records, strict=True):
        yield County(code, rings)


def _column(table: bytes, name: str) -> list[str]:
    """One column of a dBASE table as text."""
    count, header, width = struct.unpack_from("<IHH", table, 4)
    start = 1
    for at in range(_FIELD, header - 1, _FIELD):
        field, length = table[at : at + 11].split(b"\0")[0].decode("ascii"), table[at + 16]
        if field == name:
            rows = range(header, header + count * width, width)
            return [table[row + start : row + start + length].decode("latin-1").strip() for row in rows]
        start += length
    raise ShapeError(f"no column {name}")


def _polygons(shapes: bytes) -> Iterator[tuple[tuple[tuple[float, float], ...], ...]]:
    at = _HEADER
    while at < len(shapes):
        (words,) = struct.unpack_from(">I", shapes, at + 4)
        (kind,) = struct.unpack_from("<I", shapes, at + 8)
        if kind != POLYGON:
            raise ShapeError(f"shape type {kind} where only polygons ({POLYGON}) are expected")
        parts, points = struct.unpack_from("<II", shapes, at + 44)
        starts = [*struct.unpack_from(f"<{parts}I", shapes, at + 52), points]
        numbers = struct.unpack_from(f"<{2 * points}d", shapes, at + 52 + 4 * parts)
        pairs = tuple(zip(numbers[::2], numbers[1::2], strict=True))
        yield tuple(pairs[a:b] for a, b in itertools.pairwise(starts))
        at += 8 + 2 * words
