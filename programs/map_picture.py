"""The picture of a map: which pins share a mark, and which labels find room. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from programs.geo import Point
from programs.outlines.drawing import Frame

WIDTH, HEIGHT = 480, 384
"""The picture, in units that are pixels on most screens."""
CITIES = 7
"""Names of cities in the picture, at most."""
APART = (58, 34)
"""Units between two pins, sideways and up; nearer ones share a mark."""
BESIDE = (0, -27, 27)
"""Units a label may be moved up or down for want of room."""
_LETTER = 8.5
"""Units a letter of a label takes."""

Spot = tuple[Point | None, str]
"""The place searched around, if any, and its label."""
Taken = list[tuple[float, float, float, float]]
"""What stands already: middle x and y, and how far it reaches to the side and up."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A program on the map. `mark`: its number in the list. levels: codes and labels.

    where: city and distance as on its card.
    """

    mark: str
    point: Point
    approximate: bool
    name: str
    url: str
    levels: tuple[tuple[str, str], ...]
    where: str

    @property
    def label(self) -> str:
        """All of it in one line, for who listens."""
        said = ", ".join((self.name, *(label for _, label in self.levels), self.where))
        return f"{self.mark}. {said}" if self.mark.isdigit() else said


@dataclass(frozen=True, slots=True)
class Ring:
    """So many miles around. path: for the outlines' drawing; north: where its label stands."""

    label: str
    path: str
    north: Point


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in the picture: `text` at x, y. `half`: half the width of its shape."""

    text: str
    x: float
    y: float
    half: float = 0
    approximate: bool = False

    @property
    def width(self) -> float:
        return 2 * self.half


@dataclass(frozen=True, slots=True)
class Still:
    """What stands upon the outlines in the picture, in its units."""

    pins: tuple[Mark, ...]
    cities: tuple[Mark, ...]
    rings: tuple[Mark, ...]
    middle: tuple[float, float] | None
    middle_label: Mark | None


def still(
    pins: Sequence[Pin], rings: Sequence[Ring], cities: Iterable[tuple[str, Point]], middle: Spot, view: Frame
) -> Still:
    """Pins, labels and rings of the picture, none upon another."""
    marks = tuple(_shared(pins, view))
    taken: Taken = [(mark.x, mark.y, mark.half, 16.0) for mark in marks]
    point, label = middle
    here = view.at(point.lat, point.lon) if point else None
    taken += [(*here, 12.0, 12.0)] if here else []
    place = _label(label, *here, taken, BESIDE[1:]) if here else None
    told = [
        _label(ring.label, *view.at(ring.north.lat, ring.north.lon), taken, (0,)) for ring in reversed(rings)
    ]
    names: list[Mark] = []
    for name, spot in cities:
        if len(names) < CITIES and (mark := _label(name, *view.at(spot.lat, spot.lon), taken, BESIDE)):
            names.append(mark)
    return Still(marks, tuple(names), tuple(mark for mark in told if mark), here, place)


def _label(text: str, x: float, y: float, taken: Taken, steps: Iterable[int]) -> Mark | None:
    """The label at the first step up or down where nothing stands and all of it is in the picture, if any."""
    half = _LETTER * len(text) / 2
    for beside in (y + step for step in steps):
        seen = half < x < WIDTH - half and 12 < beside < HEIGHT - 12
        free = all(
            abs(x - ox) >= half + across or abs(beside - oy) >= 10 + up for ox, oy, across, up in taken
        )
        if seen and free:
            taken.append((x, beside, half, 10))
            return Mark(text, x, beside, half)
    return None


def _shared(pins: Iterable[Pin], view: Frame) -> Iterator[Mark]:
    """One mark for pins that would cover each other, with all their numbers; in the order of the list."""
    groups: list[tuple[float, float, list[Pin]]] = []
    for pin in pins:
        x, y = view.at(pin.point.lat, pin.point.lon)
        near = next(
            (group for gx, gy, group in groups if abs(gx - x) < APART[0] and abs(gy - y) < APART[1]), None
        )
        if near is None:
            groups.append((x, y, [pin]))
        else:
            near.append(pin)
    for x, y, group in groups:
        text = numbers([pin.mark for pin in group])
        half = max(15.0, 4.5 * len(text) + 8)
        inside = min(max(x, half + 2), WIDTH - half - 2)
        yield Mark(text, inside, y, half, any(pin.approximate for pin in group))


def numbers(marks: Sequence[str]) -> str:
    """Numbers as few as can be: "1–4, 7"; after two pieces, "1–4, 7 …". As static/js/map_view.js does."""
    if not all(mark.isdigit() for mark in marks):
        return marks[0]
    pieces: list[list[int]] = []
    for number in sorted(map(int, marks)):
        if pieces and number == pieces[-1][-1] + 1:
            pieces[-1].append(number)
        else:
            pieces.append([number])
    told = [str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in pieces]
    return ", ".join(told[:2]) + (" …" if len(told) > 2 else "")
