"""Makes the shipped file of outlines from a Census boundary file of counties. Pure.

The file is a ZIP with one JSON text a state: `lines` (each a first vertex and then steps, in
hundred-thousandths of a degree), `counties` (rings as numbers of lines), `state` (the lines that border
another state) and `shore` (those that border nothing); and `index.json`, the box of each state: west, south,
east, north. The same input gives the same bytes.
"""

import itertools
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from programs.outlines.shapefile import County
from programs.outlines.topology import SCALE, Vertex, area, cut, thinned

METERS = 80.0
"""Vertices nearer than this to the line without them are left out: a pixel when a town fills the screen."""
ISLAND = 40_000.0
"""Square meters of the smallest island that is kept; a county keeps its largest ring in any case."""
STEPS = 10
"""Stored places are multiples of so many units (about 11 meters)."""

# fmt: off
FIPS: Mapping[str, str] = {
    "01": "AL", "02": "AK", "04": "AZ", "05": "AR", "06": "CA", "08": "CO", "09": "CT", "10": "DE",
    "11": "DC", "12": "FL", "13": "GA", "15": "HI", "16": "ID", "17": "IL", "18": "IN", "19": "IA",
    "20": "KS", "21": "KY", "22": "LA", "23": "ME", "24": "MD", "25": "MA", "26": "MI", "27": "MN",
    "28": "MS", "29": "MO", "30": "MT", "31": "NE", "32": "NV", "33": "NH", "34": "NJ", "35": "NM",
    "36": "NY", "37": "NC", "38": "ND", "39": "OH", "40": "OK", "41": "OR", "42": "PA", "44": "RI",
    "45": "SC", "46": "SD", "47": "TN", "48": "TX", "49": "UT", "50": "VT", "51": "VA", "53": "WA",
    "54": "WV", "55": "WI", "56": "WY", "60": "AS", "66": "GU", "69": "MP", "72": "PR", "78": "VI",
}
# fmt: on
"""Postal codes of the states by the Census's number."""


def build(counties: Iterable[County]) -> bytes:
    """The shipped file. KeyError for a county of a state that is not in `FIPS`."""
    made = cut({one.geoid: [_vertices(ring, one.geoid) for ring in one.rings] for one in counties})
    lines = [thinned(line, METERS) for line in made.lines]
    kept = {geoid: _without_islets(rings, lines) for geoid, rings in made.rings.items()}
    owners = _owners(kept)
    by_state: dict[str, dict[str, list[list[int]]]] = defaultdict(dict)
    for geoid, rings in sorted(kept.items()):
        by_state[FIPS[geoid[:2]]][geoid] = rings
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED, compresslevel=9) as file:
        boxes = {code: _box(rings_of, lines) for code, rings_of in sorted(by_state.items())}
        _write(file, "index", boxes)
        for code, rings_of in sorted(by_state.items()):
            _write(file, code, _state(rings_of, lines, owners))
    return packed.getvalue()


def _write(file: ZipFile, name: str, content: object) -> None:
    """A file without a date, so that the same content gives the same bytes."""
    file.writestr(ZipInfo(f"{name}.json"), json.dumps(content, separators=(",", ":")), ZIP_DEFLATED, 9)


def _box(rings_of: Mapping[str, list[list[int]]], lines: Sequence[Sequence[Vertex]]) -> list[int]:
    """West, south, east and north of a state, in multiples of `STEPS`."""
    found = [vertex for rings in rings_of.values() for ring in rings for vertex in walked(ring, lines)]
    lon, lat = zip(*found, strict=True)
    return [edge // STEPS for edge in (min(lon), min(lat), max(lon), max(lat))]


def _vertices(ring: Sequence[tuple[float, float]], geoid: str) -> list[Vertex]:
    """The ring in whole steps. Alaska reaches over the date line: it goes on to the west, past -180."""
    turn = 360 if geoid.startswith("02") else 0
    step = SCALE / STEPS
    return [
        (round((lon - turn if lon > 0 else lon) * step) * STEPS, round(lat * step) * STEPS)
        for lon, lat in ring
    ]


def walked(ring: Iterable[int], lines: Sequence[Sequence[Vertex]]) -> list[Vertex]:
    """A ring of line numbers as its vertices."""
    found: list[Vertex] = []
    for number in ring:
        line = lines[number] if number >= 0 else lines[~number][::-1]
        found.extend(line[1:] if found else line)
    return found


def _without_islets(rings: list[list[int]], lines: Sequence[Sequence[Vertex]]) -> list[list[int]]:
    """Rings worth drawing, the largest first."""
    sizes = sorted(((area(walked(ring, lines)), ring) for ring in rings), reverse=True)
    return [
        ring
        for i, (size, ring) in enumerate(sizes)
        if i == 0 or (size >= ISLAND and len(walked(ring, lines)) > 3)
    ]


def _owners(rings_of: Mapping[str, list[list[int]]]) -> dict[int, set[str]]:
    """For every line the counties it borders."""
    owners: dict[int, set[str]] = defaultdict(set)
    for geoid, rings in rings_of.items():
        for number in (number for ring in rings for number in ring):
            owners[number if number >= 0 else ~number].add(geoid)
    return owners


def _state(
    rings_of: Mapping[str, list[list[int]]], lines: Sequence[Sequence[Vertex]], owners: Mapping[int, set[str]]
) -> dict[str, object]:
    """One state, its lines numbered anew."""
    used = sorted({n if n >= 0 else ~n for rings in rings_of.values() for ring in rings for n in ring})
    new = {old: number for number, old in enumerate(used)}
    states = {old: {geoid[:2] for geoid in owners[old]} for old in used}
    return {
        "lines": [_steps(lines[old]) for old in used],
        "counties": [
            [[new[n] if n >= 0 else ~new[~n] for n in ring] for ring in rings] for rings in rings_of.values()
        ],
        "state": [new[old] for old in used if len(states[old]) > 1],
        "shore": [new[old] for old in used if len(owners[old]) == 1],
    }


def _steps(line: Sequence[Vertex]) -> list[int]:
    """A line as its first vertex and the steps to each next one, in multiples of `STEPS`."""
    flat = [line[0][0] // STEPS, line[0][1] // STEPS]
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        flat += [(bx - ax) // STEPS, (by - ay) // STEPS]
    return flat
