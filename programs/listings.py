"""Writes the flat rows that the search reads, from centers, programs and statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import blake2b

from django.db import transaction

from programs import facts, geo
from programs.levels import LEVELS
from programs.models import Center, CenterStatus, Listing, Program, Statement
from programs.models.columns import fact_columns

CHUNK = 2000
"""Centers per round: bounds memory, and stays under SQLite's limit of variables."""


def tie(public_id_bytes: bytes) -> int:
    """A number that settles ties: spread evenly, the same on every machine, for sale to nobody."""
    return int.from_bytes(blake2b(public_id_bytes, digest_size=8).digest()) >> 1


def rebuild(center_ids: Iterable[int]) -> int:
    """Write the listings of these centers anew from what is stated. Returns the number of rows written.

    Centers that are not published, and programs nobody lists any more, lose their rows. Call it after
    every change to a center, its programs or its statements, in the same transaction.
    """
    ids = sorted(set(center_ids))
    written = 0
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            written += _rebuild_chunk(ids[start : start + CHUNK])
    return written


def rebuild_all() -> int:
    """Write every listing anew. Returns the number of rows written."""
    return rebuild(Center.objects.values_list("id", flat=True))


def _rebuild_chunk(ids: Sequence[int]) -> int:
    Listing.objects.filter(center_id__in=ids).delete()
    centers = Center.objects.in_bulk(
        list(Center.objects.filter(id__in=ids, status=CenterStatus.PUBLISHED).values_list("id", flat=True))
    )
    said: dict[int, list[Statement]] = defaultdict(list)
    for statement in Statement.objects.filter(center_id__in=ids):
        said[statement.center_id].append(statement)
    programs: dict[int, list[Program]] = defaultdict(list)
    for program in Program.objects.filter(center_id__in=list(centers), is_listed=True):
        programs[program.center_id].append(program)
    rows = [
        row
        for center_id, center in centers.items()
        for row in rows_of(center, programs[center_id], said[center_id])
    ]
    Listing.objects.bulk_create(rows, batch_size=500)
    return len(rows)


def rows_of(center: Center, programs: Sequence[Program], statements: Sequence[Statement]) -> list[Listing]:
    """The listings of one center, unsaved. Reads nothing from the database."""
    point = center.point
    x, y, z = geo.unit(point) if point else (None, None, None)
    levels = sum({1 << LEVELS.index(program.level) for program in programs})
    shared = [statement for statement in statements if statement.program_id is None]
    merged = facts.merge(statement.said for statement in shared)
    rows = []
    for program in programs:
        own = [statement for statement in statements if statement.program_id == program.pk]
        about = [*shared, *own]
        known = facts.merge(statement.said for statement in about) if own else merged
        newest = max(about, key=lambda statement: (statement.said_on, statement.pk or 0), default=None)
        rows.append(
            Listing(
                program=program,
                center=center,
                level=program.level,
                track=program.track,
                levels=levels,
                x=x,
                y=y,
                z=z,
                cell=geo.cell(point) if point else None,
                tie=tie(program.public_id.bytes),
                public_id=program.public_id,
                center_public_id=center.public_id,
                name=center.name,
                name_detail=center.name_detail,
                slug=center.slug,
                city=center.city,
                state=center.state,
                phone=center.phone,
                approximate=center.location != "exact",
                is_sample=center.is_sample,
                in_latest_edition=center.in_latest_edition,
                hours_per_week_min=program.hours_per_week_min,
                hours_per_week_max=program.hours_per_week_max,
                openings=program.openings,
                openings_until=program.openings_until,
                said_on=newest.said_on if newest else None,
                said_method=newest.method if newest else "",
                said_source=newest.source if newest else "",
                **fact_columns(known),
            )
        )
    return rows
