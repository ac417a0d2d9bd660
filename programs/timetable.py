"""A program's week: its hours, and where its sessions lie on a grid of seven days. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import time
from math import ceil, floor

DAYS = 7


@dataclass(frozen=True, slots=True, order=True)
class Slot:
    """One session: a day (0 is Monday) and times of its zone's clock. `kind` is a code such as "group".

    `zone`: an IANA name, "" where it does not matter. `telehealth`: None when nobody has said.
    """

    day: int
    starts: time
    ends: time
    kind: str
    zone: str = ""
    telehealth: bool | None = field(default=None, compare=False)

    @property
    def hours(self) -> float:
        return _hour(self.ends) - _hour(self.starts)


@dataclass(frozen=True, slots=True)
class Meeting:
    """Sessions of one kind at the same time of day, on one or several days."""

    days: tuple[int, ...]
    starts: time
    ends: time
    kind: str


@dataclass(frozen=True, slots=True)
class Block:
    """A session on the grid: `left` in days, `top` and `height` in hours below the first one shown."""

    slot: Slot
    left: int
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The hours from `first` to `last` (whole hours of the day) of seven days, with the sessions on it."""

    first: int
    last: int
    blocks: tuple[Block, ...]

    @property
    def marks(self) -> tuple[int, ...]:
        """Hours to label: every second, the first and never the last."""
        return tuple(range(self.first, self.last, 2))


def _hour(at: time) -> float:
    return at.hour + at.minute / 60


def hours_a_week(slots: Iterable[Slot]) -> float:
    """Hours of all sessions together; sessions that overlap are both counted."""
    return sum(slot.hours for slot in slots)


def meetings(slots: Iterable[Slot]) -> tuple[Meeting, ...]:
    """The sessions as a person would tell them: those at one time of one kind together, in order."""
    days: dict[tuple[time, time, str], set[int]] = {}
    for slot in slots:
        days.setdefault((slot.starts, slot.ends, slot.kind), set()).add(slot.day)
    found = [Meeting(tuple(sorted(on)), starts, ends, kind) for (starts, ends, kind), on in days.items()]
    return tuple(sorted(found, key=lambda one: (one.days, one.starts, one.ends, one.kind)))


def grid(slots: Sequence[Slot], *, least: int = 8) -> Grid:
    """The week around these sessions, at least `least` hours high. ValueError when there are none."""
    if not slots:
        raise ValueError("a week without sessions has no grid")
    first = floor(min(_hour(slot.starts) for slot in slots))
    last = ceil(max(_hour(slot.ends) for slot in slots))
    spare = max(0, least - (last - first))
    first = min(max(0, first - ceil(spare / 2)), 24 - max(least, last - first))
    last = max(last, first + least)
    blocks = tuple(Block(slot, slot.day, _hour(slot.starts) - first, slot.hours) for slot in sorted(slots))
    return Grid(first, last, blocks)
