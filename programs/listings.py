"""Writes the flat rows that the search reads, from centers, programs and statements."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from programs import bulk, facts, geo, week
from programs.levels import LEVELS
from programs.models import Center, CenterStatus, Listing, Program, Session, Statement
from programs.models.columns import NO, SUMMER, WINTER, YES
from programs.timetable import Slot

CHUNK = 2000
"""Centers per round: bounds memory, and stays under SQLite's limit of variables."""

_FROM_PROGRAM = (
    "level",
    "track",
    "hours_per_week_min",
    "hours_per_week_max",
    "openings",
    "openings_until",
)
_FROM_CENTER = (
    "name",
    "name_detail",
    "slug",
    "city",
    "state",
    "phone",
    "is_sample",
    "in_latest_edition",
)
COLUMNS = (
    "program_id",
    *_FROM_PROGRAM,
    "public_id",
    "center_id",
    "center_public_id",
    *_FROM_CENTER,
    "levels",
    "x",
    "y",
    "z",
    "cell",
    "tie",
    "approximate",
    "said_on",
    "said_method",
    "said_source",
    *YES,
    *NO,
    "sessions",
    *WINTER,
    *SUMMER,
)
"""Every column of `Listing`, in the order of `rows_of`."""
_PROGRAM = ("id", "center_id", "public_id", *_FROM_PROGRAM)
_CENTER = ("id", "public_id", "lat", "lon", "location", *_FROM_CENTER)
_SESSION = ("program_id", "day", "starts", "ends", "kind", "time_zone", "telehealth")
_NO_WEEK = ("", *(None for _ in (*WINTER, *SUMMER)))
_STATEMENT = ("id", "center_id", "program_id", "source", "method", "said_on", "is_current", *YES, *NO)


def tie(public_id_bytes: bytes) -> int:
    """A number that settles ties: spread evenly, the same on every machine, for sale to nobody."""
    return int.from_bytes(blake2b(public_id_bytes, digest_size=8).digest()) >> 1


def rebuild(center_ids: Iterable[int], *, changed: bool = True) -> int:
    """Write the listings of these centers anew from what is stated. Returns the number of rows written.

    Centers that are not published, and programs nobody lists any more, lose their rows. Call it after
    every change to a center, its programs or its statements, in the same transaction.

    changed: whether something was said anew, so that the centers' pages count as changed today.
    """
    ids = sorted(set(center_ids))
    written = 0
    with transaction.atomic():
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            written += _rebuild_chunk(some)
            if changed:
                Center.objects.filter(id__in=some).update(updated_at=timezone.now())
    return written


def rebuild_all() -> int:
    """Write every listing anew; what the pages say stays the same. Returns the number of rows written."""
    return rebuild(Center.objects.values_list("id", flat=True), changed=False)


def _rebuild_chunk(ids: Sequence[int]) -> int:
    Listing.objects.filter(center_id__in=ids).delete()
    said: dict[int, list[Any]] = defaultdict(list)
    for statement in _read(Statement, _STATEMENT, center_id__in=ids):
        said[statement.center_id].append(statement)
    programs: dict[int, list[Any]] = defaultdict(list)
    for program in _read(Program, _PROGRAM, center_id__in=ids, is_listed=True):
        programs[program.center_id].append(program)
    slots: dict[int, list[Slot]] = defaultdict(list)
    for program_id, *slot in _read(Session, _SESSION, program__center_id__in=ids):
        slots[program_id].append(Slot(*slot))
    centers = _read(Center, _CENTER, id__in=ids, status=CenterStatus.PUBLISHED)
    rows = (row for center in centers for row in rows_of(center, programs[center.id], said[center.id], slots))
    return bulk.insert(Listing, COLUMNS, rows)


def _read(model: type[Model], columns: Sequence[str], **wanted: Any) -> Iterable[Any]:
    """Rows as named tuples, which cost far less than instances of the models."""
    return model._default_manager.filter(**wanted).order_by().values_list(*columns, named=True)


def rows_of(
    center: Any, programs: Sequence[Any], statements: Sequence[Any], slots: Mapping[int, Sequence[Slot]]
) -> list[tuple[Any, ...]]:
    """The listings of one center, as values of `COLUMNS`. Reads nothing from the database.

    Takes instances of the models, or anything else that has their attributes; and the sessions by program.
    """
    point = None if center.lat is None or center.lon is None else geo.Point(center.lat, center.lon)
    place = (*geo.unit(point), geo.cell(point)) if point else (None, None, None, None)
    levels = sum({1 << LEVELS.index(program.level) for program in programs})
    shared = [statement for statement in statements if statement.program_id is None]
    merged = facts.merge(_said(statement) for statement in shared)
    rows = []
    for program in programs:
        own = [statement for statement in statements if statement.program_id == program.id]
        about = [*shared, *own]
        known = facts.merge(_said(statement) for statement in about) if own else merged
        newest = max(about, key=lambda one: (one.is_current, one.said_on, one.id or 0), default=None)
        rows.append(
            (
                program.id,
                *(getattr(program, name) for name in _FROM_PROGRAM),
                program.public_id,
                center.id,
                center.public_id,
                *(getattr(center, name) for name in _FROM_CENTER),
                levels,
                *place,
                tie(program.public_id.bytes),
                center.location != "exact",
                newest.said_on if newest else None,
                newest.method if newest else "",
                newest.source if newest else "",
                *known.yes,
                *known.no,
                *_week(slots.get(program.id, ())),
            )
        )
    return rows


def _week(slots: Sequence[Slot]) -> tuple[Any, ...]:
    """The columns of a timetable."""
    seasons = week.seasons(slots)
    return (week.written(slots), *seasons[0], *seasons[1]) if seasons else _NO_WEEK


def _said(statement: Any) -> facts.Said:
    masks = tuple(getattr(statement, name) for name in (*YES, *NO))
    known = facts.FactSet(masks[: len(YES)], masks[len(YES) :])
    return facts.Said(
        known,
        statement.source,
        statement.method,
        statement.said_on,
        is_current=statement.is_current,
        number=statement.id or 0,
    )
