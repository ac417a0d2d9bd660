"""Hours a week on a scale with the usual bands of the levels: a picture, drawn once for a center.

The same is told in words beside it, so nobody needs to see it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext, pgettext

from programs.labels import level_shorts
from programs.levels import LEVELS, Band, Level, band

_WIDTH = 384
_LEFT = 4
_HIGH = 32
_ROW = 28
"""Height of a mark above the scale: its words and the space below them."""
_LEAST = 40
"""Hours at the end of the scale, if nothing is longer."""
_LETTER = 10.5
"""Width of a bold letter on a phone, rather too much: words are kept within the picture."""


@dataclass(frozen=True, slots=True)
class Stated:
    """What a program states: its level and its hours a week, from and to (equal when there is one number)."""

    level: Level
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A level's band on the scale. `here`: a program of that level is offered; else it is drawn pale."""

    level: str
    x: float
    width: float
    words: str
    text_x: float
    here: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """A program's hours above the scale: a stroke from `x` to `x2`, its words, and the line down to it from
    `foot`, just under the words."""

    x: float
    x2: float
    text_x: float
    text_y: float
    middle: float
    foot: float
    words: str


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    words: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Scale:
    """The picture. `top`: where the scale begins, under the marks. words_y: the words on it; text_y: the
    hours below it."""

    width: int
    height: float
    top: float
    thick: float
    words_y: float
    text_y: float
    segments: tuple[Segment, ...]
    marks: tuple[Mark, ...]
    ticks: tuple[Tick, ...]


def scale(stated: Sequence[Stated], here: frozenset[Level], *, teen: bool) -> Scale | None:
    """The picture of these hours, one mark a level; None when none is stated at a level with a band.

    The higher level's mark is the lower on the picture: so no line to the scale runs through words.
    """
    every = (_together(level, stated) for level in reversed(LEVELS))
    shown = [one for one in every if one and band(one.level, teen=teen)]
    if not shown:
        return None
    longest = max(one.high for one in shown)
    end = max(_LEAST, -(-longest // 10) * 10)
    unit = _WIDTH / end
    top = len(shown) * _ROW + 6
    return Scale(
        width=_WIDTH + 2 * _LEFT,
        height=top + _HIGH + 24,
        top=top,
        thick=_HIGH,
        words_y=top + _HIGH / 2 + 5,
        text_y=top + _HIGH + 18,
        segments=tuple(_segment(level, unit, end, here, teen) for level in LEVELS if band(level, teen=teen)),
        marks=tuple(_mark(one, row, unit, top) for row, one in enumerate(shown)),
        ticks=tuple(_ticks(unit, end, teen)),
    )


def _together(level: Level, stated: Sequence[Stated]) -> Stated | None:
    """All programs of a level as one."""
    same = [one for one in stated if one.level is level]
    if not same:
        return None
    return Stated(level, min(one.low for one in same), max(one.high for one in same))


def _of(level: Level, teen: bool) -> Band:
    found = band(level, teen=teen)
    if found is None:
        raise ValueError(f"{level} runs day and night")
    return found


def _segment(level: Level, unit: float, end: float, here: frozenset[Level], teen: bool) -> Segment:
    usual = _of(level, teen)
    x, width = _LEFT + usual.low * unit, ((usual.high or end) - usual.low) * unit
    words = {
        Level.OUTPATIENT: "< %(high)d",
        Level.IOP: "%(level)s %(low)d–%(last)d",
        Level.PHP: "%(level)s %(low)d+",
    }[level] % {
        "level": level_shorts()[level],
        "low": usual.low,
        "high": usual.high or end,
        "last": (usual.high or end) - 1,
    }
    return Segment(level.value, x, width, words, x + width / 2, level in here)


def _mark(one: Stated, row: int, unit: float, top: float) -> Mark:
    x, x2 = _LEFT + one.low * unit, _LEFT + one.high * unit
    hours = f"{one.low:g}" if one.low == one.high else f"{one.low:g}–{one.high:g}"
    words = gettext("%(level)s here: %(hours)s") % {"level": level_shorts()[one.level], "hours": hours}
    half = len(words) * _LETTER / 2
    middle = (x + x2) / 2
    text_x = min(max(middle, _LEFT + half), _LEFT + _WIDTH - half)
    text_y = top - 14 - _ROW * row
    return Mark(x, x2, text_x, text_y, middle, text_y + 4, words)


def _ticks(unit: float, end: float, teen: bool) -> list[Tick]:
    low, high = _of(Level.IOP, teen).low, _of(Level.PHP, teen).low
    last = pgettext("short, below a scale", "%(hours)d hours a week") % {"hours": end}
    return [
        Tick(_LEFT, "0", "start"),
        Tick(_LEFT + low * unit, f"{low:g}", "middle"),
        Tick(_LEFT + high * unit, f"{high:g}", "middle"),
        Tick(_LEFT + end * unit, last, "end"),
    ]
