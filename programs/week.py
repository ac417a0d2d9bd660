"""A person's week against a program's: free hours, hours of work or class, and the sessions that clash. Pure.

A week has 336 half hours; bit `48 * day + half hour` stands for one of them (day 0 is Monday). What a person
marks is such a number, so that a program fits when none of the half hours its sessions touch is taken. That
is the same as looking at every minute, since people mark whole half hours (a test looks at every minute).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from programs.timetable import DAYS, Slot, Span

HALF = 30
"""Minutes of the smallest part of a week that a person can mark."""
HALVES_A_DAY = 24 * 60 // HALF
HALVES_A_WEEK = DAYS * HALVES_A_DAY
ALL = (1 << HALVES_A_WEEK) - 1
"""Every half hour of the week."""
_DAY_MASK = (1 << HALVES_A_DAY) - 1

# -- What a person marks ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Hours:
    """The half hours a person marked. With nothing marked free, all that is not work or class is free.

    ValueError when nothing is marked, or a bit is no half hour of a week.
    """

    free: int = 0
    work: int = 0

    def __post_init__(self) -> None:
        if not (self.free | self.work):
            raise ValueError("a week with nothing marked says nothing")
        if not (0 <= self.free <= ALL and 0 <= self.work <= ALL):
            raise ValueError("not half hours of a week")

    @property
    def open(self) -> int:
        """Half hours in which the person can come: what is work or class is not free, whatever else it is."""
        return (self.free or ALL) & ~self.work

    @property
    def taken(self) -> int:
        return ALL & ~self.open


def between(day: int, starts: int, ends: int) -> int:
    """The half hours that a span of a day touches; minutes since midnight, the end not included."""
    first, last = starts // HALF, -(-ends // HALF)
    return ((1 << (last - first)) - 1) << (day * HALVES_A_DAY + first)


def _on(days: Iterable[int], first: int, last: int) -> int:
    return sum(between(day, first * 60, last * 60) for day in days)


PARTS = MappingProxyType(
    {
        "mornings": _on(range(5), 6, 12),
        "afternoons": _on(range(5), 12, 17),
        "evenings": _on(range(5), 17, 23),
        "weekends": _on((5, 6), 6, 23),
    }
)
"""Parts of a week that can be marked as a whole; of weekdays, but for the last."""

# -- The week in an address ---------------------------------------------------------------------

NAMES = ("mo", "tu", "we", "th", "fr", "sa", "su")
_RUN = r"(mo|tu|we|th|fr|sa|su)(?:-(mo|tu|we|th|fr|sa|su))?"
_PART = re.compile(rf"((?:{_RUN})+)((?:\.\d{{1,4}}-\d{{1,4}})+)")
_READABLE = 120
LONGEST = 200
"""Characters anyone may send as a week; `token` makes 120 at most."""


def token(half_hours: int) -> str:
    """The week as a short text for an address ("mo-fr.17-22_sa.830-12"); "" for nothing.

    A week too checkered to be told in 120 characters is an "x" with 84 hexadecimal digits.
    """
    same: dict[int, list[int]] = {}
    for day in range(DAYS):
        if of_day := half_hours >> (day * HALVES_A_DAY) & _DAY_MASK:
            same.setdefault(of_day, []).append(day)
    parts = [f"{_days(days)}.{'.'.join(_ranges(of_day))}" for of_day, days in same.items()]
    text = "_".join(parts)
    return text if len(text) <= _READABLE else f"x{half_hours:0{HALVES_A_WEEK // 4}x}"


def runs(of_day: int) -> list[tuple[int, int]]:
    """The half hours of a day as runs without a gap: (first, last), the last included."""
    return _runs(half for half in range(HALVES_A_DAY) if of_day >> half & 1)


def _runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1] = (found[-1][0], number)
        else:
            found.append((number, number))
    return found


def _days(days: Iterable[int]) -> str:
    text = ""
    for first, last in _runs(days):
        long = last - first > 1
        text += f"{NAMES[first]}-{NAMES[last]}" if long else "".join(NAMES[first : last + 1])
    return text


def _ranges(of_day: int) -> list[str]:
    return [f"{_clock(first)}-{_clock(last + 1)}" for first, last in runs(of_day)]


def _clock(half: int) -> str:
    hour, rest = divmod(half, 2)
    return f"{hour}30" if rest else str(hour)


def half_hours(text: str) -> int:
    """The week that a token tells. ValueError when it is no token."""
    if not text:
        return 0
    if re.fullmatch(rf"x[0-9a-f]{{{HALVES_A_WEEK // 4}}}", text):
        return int(text[1:], 16)
    marked = 0
    for part in text.split("_"):
        match = _PART.fullmatch(part)
        if match is None:
            raise ValueError(f"not a week: {text!r}")
        for of_range in match[4].strip(".").split("."):
            starts, ends = map(_half, of_range.split("-"))
            if not 0 <= starts < ends <= HALVES_A_DAY:
                raise ValueError(f"not hours of a day: {of_range!r}")
            for day in _days_of(match[1]):
                marked |= between(day, starts * HALF, ends * HALF)
    return marked


def _half(clock: str) -> int:
    hour, minutes = (clock, "0") if len(clock) < 3 else (clock[:-2], clock[-2:])
    if int(minutes) % HALF or int(minutes) > HALF:
        raise ValueError(f"not a half hour: {clock!r}")
    return int(hour) * 2 + int(minutes) // HALF


def _days_of(text: str) -> list[int]:
    days: list[int] = []
    for first, last in re.findall(_RUN, text):
        low, high = NAMES.index(first), NAMES.index(last or first)
        if low > high:
            raise ValueError(f"not days in order: {text!r}")
        days += range(low, high + 1)
    return days


# -- Time zones ---------------------------------------------------------------------------------

SEASONS = (date(2026, 1, 15), date(2026, 7, 15))
"""A day of winter time and one of summer time: every zone of the US changes on the same Sundays."""
_CHANGES = "America/New_York"


@lru_cache(maxsize=1024)
def offset(zone: str, on: date) -> int:
    """Minutes by which clocks of a zone are ahead of UTC at noon of a day. `zone`: an IANA name."""
    ahead = datetime.combine(on, time(12), ZoneInfo(zone)).utcoffset()
    assert ahead is not None
    return ahead // timedelta(minutes=1)


def season(on: date) -> int:
    """0 in winter time, 1 in summer time (of the zones that have it)."""
    return int(offset(_CHANGES, on) != offset(_CHANGES, SEASONS[0]))


def turned(marked: int, minutes: int) -> int:
    """The week as a clock sees it that is so far ahead; minutes are whole half hours.

    What leaves Sunday night enters Monday morning.
    """
    by = minutes // HALF % HALVES_A_WEEK
    return (marked << by | marked >> (HALVES_A_WEEK - by)) & ALL


def by_day(marked: int) -> tuple[int, ...]:
    """The seven days of a week, 48 bits each: as wide as a column of the database can hold."""
    return tuple(marked >> (day * HALVES_A_DAY) & _DAY_MASK for day in range(DAYS))


# -- Sessions -----------------------------------------------------------------------------------


def touches(span: Span) -> int:
    """Every half hour a session touches."""
    first, last = span.starts // HALF, -(-(span.starts + span.minutes) // HALF)
    return turned((1 << (last - first)) - 1, first * HALF)


def spans(slots: Iterable[Slot], zone: str, on: date) -> tuple[Span, ...]:
    """Sessions on the clock of a zone in the week of a day, in order. Without a zone, on their own clocks."""
    found = []
    for slot in slots:
        starts = (slot.day * 24 + slot.starts.hour) * 60 + slot.starts.minute
        length = (slot.ends.hour - slot.starts.hour) * 60 + slot.ends.minute - slot.starts.minute
        if zone and slot.zone and zone != slot.zone:
            starts = (starts + offset(zone, on) - offset(slot.zone, on)) % (HALVES_A_WEEK * HALF)
        found.append(Span(starts, length, slot.kind, slot.telehealth))
    return tuple(sorted(found))


def touched(sessions: Iterable[Span]) -> int:
    """Every half hour that one of the sessions touches."""
    marked = 0
    for one in sessions:
        marked |= touches(one)
    return marked


def seasons(slots: Sequence[Slot]) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The half hours of UTC that sessions touch, by day, in winter and in summer; None without sessions.

    Two numbers a day instead of one, because the zones do not all change their clocks: seen from Phoenix, a
    session in New York moves. On UTC every zone's week can be held against every other's.
    """
    if not slots:
        return None
    winter, summer = (by_day(touched(spans(slots, "UTC", on))) for on in SEASONS)
    return winter, summer


def taken_by_day(hours: Hours, zone: str, on: date) -> tuple[int, ...]:
    """The half hours of UTC, by day, in which a person of this zone cannot come in the week of a day."""
    return by_day(turned(hours.taken, -offset(zone, on)))


# -- One held against the other -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Clash:
    """A session the person cannot come to. `work`: because of work or class, not only outside free hours."""

    span: Span
    work: bool


@dataclass(frozen=True, slots=True)
class Against:
    """A program's week held against a person's: the sessions that fit, and those that clash."""

    fits: tuple[Span, ...]
    clashes: tuple[Clash, ...]

    @property
    def count(self) -> int:
        return len(self.fits) + len(self.clashes)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(sorted((*self.fits, *(clash.span for clash in self.clashes))))


def against(hours: Hours, sessions: Iterable[Span]) -> Against:
    """Each session on the person's clock: it fits when every half hour it touches is open."""
    fits: list[Span] = []
    clashes: list[Clash] = []
    for one in sessions:
        if touches(one) & hours.taken:
            clashes.append(Clash(one, bool(touches(one) & hours.work)))
        else:
            fits.append(one)
    return Against(tuple(fits), tuple(clashes))


def best_track(held: Sequence[Against | None]) -> int | None:
    """Which of several tracks fits a week best: the fewest clashes, then the most sessions, then the first.

    Tracks without a timetable are None and never best. None when no track has one.
    """
    known = [number for number, one in enumerate(held) if one is not None and one.count]

    def order(number: int) -> tuple[int, int, int]:
        one = held[number]
        assert one is not None
        return len(one.clashes), -len(one.fits), number

    return min(known, key=order, default=None)


# -- Sessions as text, for the flat row ---------------------------------------------------------

_TELEHEALTH = {None: "", True: "1", False: "0"}
_TOLD = {text: told for told, text in _TELEHEALTH.items()}


def written(slots: Iterable[Slot]) -> str:
    """Sessions as one line of text, in order; `read` gives them back."""
    return ";".join(
        f"{slot.day},{slot.starts:%H%M},{slot.ends:%H%M},{slot.kind},{_TELEHEALTH[slot.telehealth]},{slot.zone}"
        for slot in sorted(slots)
    )


def read(text: str) -> tuple[Slot, ...]:
    """The sessions that `written` wrote. ValueError when it did not."""
    if not text:
        return ()
    found = []
    for line in text.split(";"):
        day, starts, ends, kind, telehealth, zone = line.split(",")
        found.append(Slot(int(day), _time(starts), _time(ends), kind, zone, _TOLD[telehealth]))
    return tuple(found)


def _time(text: str) -> time:
    return time(int(text[:2]), int(text[2:]))
