"""The one pass over all programs within the distance: a few numbers of each, to count and to rank by.

A row is a plain tuple, for there may be thousands. What a page of results shows of a program is read by its
key afterwards, for twenty of them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any

from programs import geo
from programs.criteria import Order, SearchCriteria
from programs.expressions import (
    AtLevel,
    ChordOrFar,
    Clock,
    CountIopUnsaid,
    DayNumber,
    Fitness,
    Marks,
    NameKey,
    OverListing,
    Plain,
)
from programs.models.columns import NO, YES
from programs.statement import Row, Select, fetch
from programs.taxonomy import BITS

# A row is one program: what the names below point at, and after that what only some searches read.
PROGRAM, CENTER, LEVEL, MARKS, AWAY, TIE, FITNESS = 0, 1, 2, 6, 7, 8, 9
"""Where a row has the program, its center, its level's code, the marks of `programs.expressions.Marks`, the
squared chord, the tie breaker, and how well it fits the wishes. The words of what is known yes are 3 to 5."""
_NO = 10


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows, and where each has the days of its week: None where no hours are asked for.

    others: for each level of which there are no rows, how many programs within all limits but the level, and
    how many of those are for mental health and have not said if they run an IOP.
    """

    rows: list[Row]
    week: int | None
    others: Mapping[str, tuple[int, int]]


def scan(
    around: Sequence[OverListing],
    passing: Sequence[OverListing] | None,
    criteria: SearchCriteria,
    clock: Clock,
    today: date,
) -> Scan:
    """The programs for which all of `around` holds, as rows. One query.

    passing: the other limits but the level. Where they are given and a level is asked for, programs at other
    levels are only counted: a page of results shows no more of them than how many there are.
    """
    columns = _columns(criteria, clock, today)
    week = _NO + (len(NO) if criteria.ages else 0) if criteria.hours else None
    if passing is None or not criteria.levels:
        return Scan(fetch(Select(columns, around)), week, {})
    asked = Select(columns, [*around, AtLevel(criteria.levels)])
    elsewhere = [*around, *passing, AtLevel(criteria.levels, at=False)]
    rest = (_NOTHING,) * (len(columns) - len(_COUNTED))
    rows = fetch(asked, Select((*_COUNTED, *rest), elsewhere, by="level"))
    others = {row[LEVEL]: (row[_PROGRAMS], row[_UNSAID]) for row in rows if row[PROGRAM] is None}
    return Scan([row for row in rows if row[PROGRAM] is not None], week, others)


_NOTHING = Plain("NULL")
_COUNTED = (_NOTHING, _NOTHING, "level", Plain("COUNT(*)"), CountIopUnsaid())
_PROGRAMS, _UNSAID = 3, 4
"""Where a row that counts a level has what it counted."""


def _columns(criteria: SearchCriteria, clock: Clock, today: date) -> tuple[str | OverListing, ...]:
    return (
        "program_id",
        "center_id",
        "level",
        *YES,
        Marks(today),
        ChordOrFar(geo.unit(criteria.point)),
        "tie",
        Fitness(criteria.wishes, clock),
        *(NO if criteria.ages else ()),
        *(clock.columns if criteria.hours else ()),
        *_KEYS.get(criteria.order, ()),
    )


_KEYS: dict[Order, tuple[OverListing, ...]] = {Order.CONFIRMED: (DayNumber(),), Order.NAME: (NameKey(),)}
"""What an order sorts by besides, the last of a row."""


def yes(row: Row) -> int:
    """All that is known yes, as one integer: bit `word * BITS + bit`."""
    whole: int = row[3] | row[4] << BITS | row[5] << 2 * BITS
    return whole


def no(row: Row) -> int:
    """All that is known no, as one integer. Only where ages are asked for."""
    whole: int = row[_NO] | row[_NO + 1] << BITS | row[_NO + 2] << 2 * BITS
    return whole


def _fit(row: Row) -> tuple[Any, ...]:
    return -row[FITNESS], row[AWAY], row[TIE], row[PROGRAM]


def _near(row: Row) -> tuple[Any, ...]:
    return row[AWAY], row[TIE], row[PROGRAM]


def _confirmed(row: Row) -> tuple[Any, ...]:
    day = row[-1]
    return day is None, -(day or 0), *_near(row)


def _name(row: Row) -> tuple[Any, ...]:
    return row[-1], *_near(row)


_ORDERS: dict[Order, Callable[[Row], tuple[Any, ...]]] = {
    Order.FIT: _fit,
    Order.NEAR: _near,
    Order.CONFIRMED: _confirmed,
    Order.NAME: _name,
}
"""What `programs.orders.key` sorts by, of a row."""


def ranked(rows: Iterable[Row], criteria: SearchCriteria, size: int) -> list[Row]:
    """One page of these rows in the order that was asked for; of a center the program that fits best."""
    if criteria.by_center:
        leads: dict[int, Row] = {}
        for row in rows:
            lead = leads.get(row[CENTER])
            if lead is None or _fit(row) < _fit(lead):
                leads[row[CENTER]] = row
        rows = leads.values()
    start = (criteria.page - 1) * size
    return nsmallest(start + size, rows, key=_ORDERS[criteria.order])[start:]
