"""The nearest centers known to offer a medicine: one of each, whatever levels of care they list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from programs import geo
from programs.criteria import RADII
from programs.expressions import Chord2, Known, serves
from programs.facts import FactSet
from programs.models import Listing

FAR = max(RADII)
"""Miles within which a place is still looked for."""
_ROWS_EACH = 12
"""Rows read for each center asked for. More programs than there are levels, twice over."""


@dataclass(frozen=True, slots=True)
class MedicinePlace:
    """A center. `listing` is one of its programs; `known` lays together what all of its rows read say."""

    listing: Listing
    miles: float
    known: FactSet


def nearest(
    point: geo.Point, offering: Iterable[str], *, ages: Iterable[str], limit: int
) -> tuple[MedicinePlace, ...]:
    """Centers with at least one of these facts within `FAR` miles, the nearest first. One query.

    ages: the same limit as in a search (`programs.expressions.serves`).
    """
    found = Listing.objects.filter(serves(ages), Known(offering), cell__in=list(geo.cells_within(point, FAR)))
    found = found.annotate(away=Chord2(geo.unit(point))).filter(away__lte=geo.chord2_of(FAR))
    rows = found.order_by("away", "center_id", "program_id")[: limit * _ROWS_EACH]
    return tuple(_centers(rows, limit))


def _centers(rows: Iterable[Listing], limit: int) -> Iterator[MedicinePlace]:
    for number, (_, group) in enumerate(groupby(rows, key=lambda row: row.center_id)):
        if number == limit:
            return
        listings = list(group)
        known = reduce(FactSet.beside, (listing.facts for listing in listings))
        away = listings[0].away  # type: ignore[attr-defined]
        yield MedicinePlace(listings[0], geo.miles_of(away), known)
