"""Cuts rings into the lines their neighbors share, so that a border is kept and thinned once. Pure."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import cos, radians

Vertex = tuple[int, int]
"""A place in hundred-thousandths of a degree: longitude, latitude."""
SCALE = 100_000
_METERS = 111_320 / SCALE
"""Meters in one unit of latitude."""


@dataclass(slots=True)
class Topology:
    """All lines once, and each ring as the numbers of its lines; `~n` is line n walked backwards."""

    lines: list[tuple[Vertex, ...]] = field(default_factory=list)
    rings: dict[str, list[list[int]]] = field(default_factory=dict)


def cut(rings: Mapping[str, Iterable[Sequence[Vertex]]]) -> Topology:
    """The topology of these closed rings (first vertex = last), by the key of what they enclose."""
    closed = {key: [ring for ring in map(_tidy, many) if len(ring) > 3] for key, many in rings.items()}
    junctions = _junctions(ring for many in closed.values() for ring in many)
    made = Topology()
    numbers: dict[tuple[Vertex, ...], int] = {}
    for key, many in closed.items():
        made.rings[key] = [
            [_number(piece, numbers, made.lines) for piece in _pieces(ring, junctions)] for ring in many
        ]
    return made


def _tidy(ring: Sequence[Vertex]) -> tuple[Vertex, ...]:
    """The ring without a vertex twice in a row."""
    return tuple(one for i, one in enumerate(ring) if i == 0 or one != ring[i - 1])


def _junctions(rings: Iterable[tuple[Vertex, ...]]) -> set[Vertex]:
    """Vertices where rings part: not every ring there comes from and goes to the same two neighbors."""
    beside: dict[Vertex, frozenset[Vertex]] = {}
    found = set()
    for ring in rings:
        size = len(ring) - 1
        for i in range(size):
            neighbors = frozenset((ring[i - 1 if i else size - 1], ring[i + 1]))
            if beside.setdefault(ring[i], neighbors) != neighbors:
                found.add(ring[i])
    return found


def _pieces(ring: tuple[Vertex, ...], junctions: set[Vertex]) -> list[tuple[Vertex, ...]]:
    """The ring as lines from junction to junction; without a junction, one line from its least vertex."""
    size = len(ring) - 1
    cuts = [i for i in range(size) if ring[i] in junctions] or [min(range(size), key=ring.__getitem__)]
    turned = ring[cuts[0] : size] + ring[: cuts[0] + 1]
    marks = [one - cuts[0] for one in cuts] + [size]
    return [turned[a : b + 1] for a, b in itertools.pairwise(marks)]


def _number(
    piece: tuple[Vertex, ...], numbers: dict[tuple[Vertex, ...], int], lines: list[tuple[Vertex, ...]]
) -> int:
    back = piece[::-1]
    forward = min(piece, back)
    if forward not in numbers:
        numbers[forward] = len(lines)
        lines.append(forward)
    return numbers[forward] if forward == piece else ~numbers[forward]


def thinned(line: Sequence[Vertex], meters: float) -> tuple[Vertex, ...]:
    """The line without vertices that lie within so many meters of it. Its ends stay: lines still meet."""
    narrow = cos(radians(line[0][1] / SCALE)) * _METERS
    return tuple(line[i] for i in telling([(x * narrow, y * _METERS) for x, y in line], meters))


def telling(flat: Sequence[tuple[float, float]], tolerance: float) -> list[int]:
    """The numbers of the vertices that a line needs to stay this near to itself (Douglas and Peucker 1973).

    Always the first and the last; of a closed line the farthest from them too.
    """
    keep = {0, len(flat) - 1}
    spans = [(0, len(flat) - 1)]
    while spans:
        first, last = spans.pop()
        if last - first < 2:
            continue
        far, away = _farthest(flat, first, last)
        if away > tolerance * tolerance:
            keep.add(far)
            spans += [(first, far), (far, last)]
    return sorted(keep)


def _farthest(flat: Sequence[tuple[float, float]], first: int, last: int) -> tuple[int, float]:
    """The vertex farthest from the straight line between two others, and the square of its distance."""
    (ax, ay), (bx, by) = flat[first], flat[last]
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    far, most = first, -1.0
    for i in range(first + 1, last):
        px, py = flat[i][0] - ax, flat[i][1] - ay
        along = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length else 0.0
        ex, ey = px - along * dx, py - along * dy
        if (away := ex * ex + ey * ey) > most:
            far, most = i, away
    return far, most


def area(ring: Sequence[Vertex]) -> float:
    """Square meters inside a closed ring, nearly: the earth is taken as flat there."""
    twice = sum(ax * by - bx * ay for (ax, ay), (bx, by) in itertools.pairwise(ring))
    return abs(twice) / 2 * _METERS * _METERS * cos(radians(ring[0][1] / SCALE))
