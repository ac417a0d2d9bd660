"""The nearest centers known to offer a medicine: one of each, whatever levels of care they list."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import groupby

from django.db.models import Min

from programs import geo
from programs.criteria import RADII
from programs.expressions import Chord2, Known, Near, OneOf, serves
from programs.facts import FactSet
from programs.models import Listing

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
    away = Chord2(geo.unit(point))
    offered = Listing.objects.filter(serves(ages), Known(offering))
    # Which centers, the index alone tells; rows are read of these few.
    near = offered.filter(OneOf("cell", geo.cells_within(point, FAR)), Near(away.origin, geo.chord2_of(FAR)))
    few = near.values("center_id").annotate(away=Min(away)).order_by("away", "center_id")[:limit]
    rows = offered.filter(center_id__in=few.values("center_id"))
    return tuple(_centers(rows.annotate(away=away).order_by("away", "center_id", "program_id")))


def _centers(rows: Iterable[Listing]) -> Iterator[MedicinePlace]:
    for _, group in groupby(rows, key=lambda row: row.center_id):
        listings = list(group)
        known = reduce(FactSet.beside, (listing.facts for listing in listings))
        away = listings[0].away  # type: ignore[attr-defined]
        yield MedicinePlace(listings[0], geo.miles_of(away), known)
