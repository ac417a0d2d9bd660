"""A program's week as a picture, laid over the visitor's own, and the same in words beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext

from programs.timetable import DAYS, Block, Grid, Slot, Span, grid, meetings
from programs.week import HALF, Against, Hours, against, by_day, runs
from programs.week_words import clash_lines, clock, fit_words, meeting_words, zone_words

_DAY = 48
"""Width of a day on the grid, in units of the picture."""
_HOUR = 22
_LEFT = 76
_TOP = 34


@dataclass(frozen=True, slots=True)
class Drawn:
    """A rectangle of the picture, with the word on it."""

    x: float
    y: float
    width: float
    height: float
    text: str = ""
    text_x: float = 0
    text_y: float = 0


@dataclass(frozen=True, slots=True)
class Week:
    """The picture of a week and, for those who do not see it, the same in words.

    free, work: what the visitor marked, below the sessions. fits: how many sessions fit, as a sentence, ""
    where no hours are marked; clashes: which do not. note: on whose clock all this is, where that matters.
    is_best: of the tracks of a level, this one fits best.
    """

    width: int
    height: int
    days: tuple[Drawn, ...]
    hours: tuple[Drawn, ...]
    free: tuple[Drawn, ...]
    work: tuple[Drawn, ...]
    sessions: tuple[Drawn, ...]
    clashing: tuple[Drawn, ...]
    told: tuple[str, ...]
    fits: str = ""
    clashes: tuple[str, ...] = ()
    note: str = ""
    held: Against | None = None
    is_best: bool = False


def drawn_week(sessions: Sequence[Span], hours: Hours | None = None, *, note: str = "") -> Week | None:
    """The week of a program's sessions on the visitor's clock (`programs.week.spans`); None without any.

    hours: what the visitor marked, if anything. note: see `clock_note`.
    """
    if not sessions:
        return None
    week = grid(sessions)
    tall = (week.last - week.first) * _HOUR
    held = against(hours, sessions) if hours else None
    off = {clash.span for clash in held.clashes} if held else set()
    return Week(
        width=_LEFT + DAYS * _DAY + 6,
        height=_TOP + tall + 8,
        days=tuple(_day(day, tall) for day in range(DAYS)),
        hours=tuple(_mark(week, hour) for hour in week.marks),
        free=tuple(_marked(week, hours.free and hours.open)) if hours else (),
        work=tuple(_marked(week, hours.work)) if hours else (),
        sessions=tuple(_session(block) for block in week.blocks if block.span not in off),
        clashing=tuple(_session(block) for block in week.blocks if block.span in off),
        told=tuple(meeting_words(meeting) for meeting in meetings(sessions)),
        fits=_sentence(held),
        clashes=clash_lines(held) if held else (),
        note=note,
        held=held,
    )


def clock_note(slots: Sequence[Slot], zone: str) -> str:
    """A sentence on whose clock the times are, where sessions are kept in another zone than the visitor's."""
    theirs = sorted({zone_words(slot.zone) for slot in slots if slot.zone and slot.zone != zone})
    mine = zone_words(zone)
    if not mine or not theirs:
        return ""
    told = gettext("Times are on your clock, %(mine)s. The program keeps %(theirs)s time.")
    return told % {"mine": mine, "theirs": ", ".join(theirs)}


def _sentence(held: Against | None) -> str:
    return f"{fit_words(held)}." if held else ""


def _day(day: int, tall: int) -> Drawn:
    x = _LEFT + day * _DAY
    return Drawn(x, _TOP, _DAY, tall, str(WEEKDAYS_ABBR[day]), x + _DAY / 2, 22)


def _mark(week: Grid, hour: int) -> Drawn:
    y = _TOP + (hour - week.first) * _HOUR
    return Drawn(_LEFT, y, DAYS * _DAY, 0, clock(hour * 60), _LEFT - 6, y + 5)


def _marked(week: Grid, marked: int) -> Iterator[Drawn]:
    """What the visitor marked, as far as the grid shows it."""
    for day, of_day in enumerate(by_day(marked)):
        for first, last in runs(of_day):
            starts = max(first * HALF / 60, week.first)
            ends = min((last + 1) * HALF / 60, week.last)
            if starts < ends:
                y = _TOP + (starts - week.first) * _HOUR
                yield Drawn(_LEFT + day * _DAY + 0.5, y, _DAY - 1, (ends - starts) * _HOUR)


def _session(block: Block) -> Drawn:
    x, y = _LEFT + block.left * _DAY + 4, _TOP + block.top * _HOUR
    height = block.height * _HOUR
    starts = block.span.clock[0] if block.left == block.span.day else 0
    # With its minutes, or "8" would read as eight hours.
    text = f"{starts // 60 % 12 or 12}:{starts % 60:02d}"
    return Drawn(x, y, _DAY - 8, height, text, x + (_DAY - 8) / 2, y + min(height - 4, 18))
