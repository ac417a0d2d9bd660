"""The orders a visitor may choose from, as keys to sort by. Pure.

`programs.search` writes the same in SQL; tests hold the two together on the whole directory. Each order is
total: two programs never share a key, so that a list is the same whenever it is asked for.
"""

from dataclasses import dataclass
from datetime import date

from programs.criteria import Order
from programs.fit import Fit, rank

NEVER = date.min
"""Stands for the day of what nobody has said: it comes last."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an order may look at, and nothing else. `said_on`: the day of the newest word on the program."""

    fit: Fit
    chord2: float
    said_on: date | None
    name: str
    tie: int
    program_id: int


def key(order: Order, one: Standing) -> tuple[object, ...]:
    """Sorts by this order, smallest first. Names by their code points, whatever the case of A to Z."""
    nearest = (one.chord2, one.tie, one.program_id)
    if order is Order.FIT:
        return rank(one.fit, chord2=one.chord2, tie=one.tie, program_id=one.program_id)
    if order is Order.CONFIRMED:
        return (-(one.said_on or NEVER).toordinal(), *nearest)
    if order is Order.NAME:
        return (one.name.encode().lower(), *nearest)
    return nearest
