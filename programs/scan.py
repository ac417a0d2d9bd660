"""The one pass over all programs within the distance: a few numbers of each, to count and to rank by.

A row is a plain tuple, for there may be thousands. What a page of results shows of a program is read by its
key afterwards, for twenty of them.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from typing import Any

from django.db.models import FloatField, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from programs import geo
from programs.criteria import Order, SearchCriteria
from programs.expressions import Chord2, Clock, Fitness, Marks, NameKey
from programs.models import Listing
from programs.models.columns import NO, YES
from programs.taxonomy import BITS

Row = tuple[Any, ...]
"""One program: what the names below point at, and after that what only some searches read."""
PROGRAM, CENTER, LEVEL, MARKS, AWAY, TIE, FITNESS = 0, 1, 2, 6, 7, 8, 9
"""Where a row has the program, its center, its level's code, the marks of `programs.expressions.Marks`, the
squared chord, the tie breaker, and how well it fits the wishes. The words of what is known yes are 3 to 5."""
_NO = 10
FAR = 4.0
"""The squared chord to the far side of the earth: what has no known place comes last."""


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows, and where each has the days of its week: None where no hours are asked for."""

    rows: list[Row]
    week: int | None


def scan(near: QuerySet[Listing], criteria: SearchCriteria, clock: Clock, today: date) -> Scan:
    """These programs as rows. One query."""
    no = NO if criteria.ages else ()
    days = clock.columns if criteria.hours else ()
    rows = near.values_list(
        "program_id",
        "center_id",
        "level",
        *YES,
        Marks(today),
        _away(criteria),
        "tie",
        Fitness(criteria.wishes, clock),
        *no,
        *days,
        *_KEYS.get(criteria.order, ()),
    )
    return Scan(list(rows), _NO + len(no) if days else None)


def _away(criteria: SearchCriteria) -> Combinable:
    away = Chord2(geo.unit(criteria.point))
    # A program without a known place is in its state all the same.
    return Coalesce(away, Value(FAR), output_field=FloatField()) if criteria.state else away


_KEYS: dict[Order, tuple[Any, ...]] = {Order.CONFIRMED: ("said_on",), Order.NAME: (NameKey(),)}
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
    said_on = row[-1]
    return said_on is None, -said_on.toordinal() if said_on else 0, *_near(row)


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
