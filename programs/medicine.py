"""The nearest centers known to offer a medicine: one of each, whatever levels of care they list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from programs import geo
from programs.criteria import RADII
from programs.expressions import Chord2, Known, Least, Near, OneOf, serves
from programs.facts import FactSet
from programs.models import Listing
from programs.statement import Among, Select, listings

FAR = max(RADII)
"""Miles within which a place is still looked for."""


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
    here = geo.unit(point)
    offered = (serves(ages), Known(offering))
    near = (OneOf("cell", geo.cells_within(point, FAR)), Near(here, geo.chord2_of(FAR)))
    # Which centers, the index alone tells; rows are read of these few.
    order = (Least(Chord2(here)), "center_id")
    few = Select(("center_id",), (*near, *offered), by="center_id", order=order, most=limit)
    rows = [(_away(row, here), row) for row in listings((*offered, Among("center_id", few)))]
    rows.sort(key=lambda one: (one[0], one[1].center_id, one[1].program_id))
    return tuple(_centers(rows))


def _away(row: Listing, here: tuple[float, float, float]) -> float:
    """The squared chord, as the database has it to the last bit. Only for what lies at a known place."""
    if row.x is None or row.y is None or row.z is None:
        raise ValueError(f"{row} has no place")
    return geo.chord2((row.x, row.y, row.z), here)


def _centers(rows: Iterable[tuple[float, Listing]]) -> Iterator[MedicinePlace]:
    for (away, _), group in groupby(rows, key=lambda one: (one[0], one[1].center_id)):
        own = [listing for _, listing in group]
        known = reduce(FactSet.beside, (listing.facts for listing in own))
        yield MedicinePlace(own[0], geo.miles_of(away), known)
