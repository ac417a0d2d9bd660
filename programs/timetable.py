"""A program's week: its hours, and where its sessions lie on a grid of seven days. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import time

DAYS = 7
A_DAY = 24 * 60
"""Minutes."""
A_WEEK = DAYS * A_DAY


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


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A session on someone's clock: minutes since Monday 0:00, and how many it takes.

    On another zone's clock it may run past midnight, and on a Sunday into Monday.
    """

    starts: int
    minutes: int
    kind: str
    telehealth: bool | None = field(default=None, compare=False)

    @property
    def day(self) -> int:
        return self.starts // A_DAY

    @property
    def clock(self) -> tuple[int, int]:
        """Minutes since midnight at which it starts and ends; a session until midnight ends at 1,440."""
        starts = self.starts % A_DAY
        return starts, (starts + self.minutes - 1) % A_DAY + 1

    @property
    def pieces(self) -> Iterator[tuple[int, int, int]]:
        """The day, and the minutes since its midnight; two days for a session that runs past midnight."""
        starts, left, day = self.starts % A_DAY, self.minutes, self.day
        while left > 0:
            ends = min(A_DAY, starts + left)
            yield day % DAYS, starts, ends
            starts, left, day = 0, left - (ends - starts), day + 1


@dataclass(frozen=True, slots=True)
class Meeting:
    """Sessions of one kind at the same time of day, on one or several days. Minutes since midnight."""

    days: tuple[int, ...]
    starts: int
    ends: int
    kind: str
    telehealth: bool | None = None


@dataclass(frozen=True, slots=True)
class Block:
    """A session, or its part of a day, on the grid: `left` in days, `top` and `height` in hours below the
    first one shown."""

    span: Span
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


def meetings(spans: Iterable[Span]) -> tuple[Meeting, ...]:
    """The sessions as a person would tell them: those at one time of one kind together, in order."""
    days: dict[tuple[int, int, str, bool | None], set[int]] = {}
    for span in spans:
        days.setdefault((*span.clock, span.kind, span.telehealth), set()).add(span.day)
    found = [Meeting(tuple(sorted(on)), *when) for when, on in days.items()]
    return tuple(sorted(found, key=lambda one: (one.days, one.starts, one.ends, one.kind)))


def grid(spans: Sequence[Span], *, least: int = 8) -> Grid:
    """The week around these sessions, at least `least` hours high. ValueError when there are none."""
    if not spans:
        raise ValueError("a week without sessions has no grid")
    pieces = [(span, *piece) for span in sorted(spans) for piece in span.pieces]
    first = min(starts for _, _, starts, _ in pieces) // 60
    last = -(-max(ends for *_, ends in pieces) // 60)
    spare = max(0, least - (last - first))
    first = min(max(0, first - -(-spare // 2)), 24 - max(least, last - first))
    last = max(last, first + least)
    blocks = tuple(
        Block(span, day, starts / 60 - first, (ends - starts) / 60) for span, day, starts, ends in pieces
    )
    return Grid(first, last, blocks)
