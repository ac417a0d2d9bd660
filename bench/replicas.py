"""Copies of the directory, so that one of any size can be measured. PostgreSQL only.

A copy of a center stands within about ten miles of it, with its organization, programs, statements and flat
rows. So the country does not grow, it becomes denser: fifty times the centers are fifty times the programs
around any ZIP code. That is the hard case; elsewhere a large directory is spread over more land.
Not copied: rows of imports, histories, accounts.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from programs import geo
from programs.models import Center, Listing, Organization, Program, Session, Statement

COPIED: tuple[type[models.Model], ...] = (Organization, Center, Program, Statement, Session, Listing)
JITTER = float(os.environ.get("BENCH_JITTER", "0.3"))
"""Degrees between the outermost copies of a place."""
_POINTS_TO: Mapping[str, type[models.Model]] = {
    "organization_id": Organization,
    "center_id": Center,
    "merged_into_id": Center,
    "program_id": Program,
    "details_from_id": Statement,
}


def grow(centers: int) -> int:
    """Copy the directory until it holds so many centers, then VACUUM ANALYZE. Returns how many it holds.

    It may be called again for more: copies are made of what was there before the first call, in the same
    order, so that the same directory becomes the same copies.
    """
    steps = _steps()
    originals = list(Center.objects.filter(id__lt=steps[Center]).order_by("id").values_list("id", flat=True))
    have = Center.objects.count()
    with transaction.atomic(), connection.cursor() as cursor:
        # Foreign keys of copies hold because those of the originals do: no need to look up each.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        rebuilt = _take_indexes(cursor)
        while have < centers:
            number, rest = divmod(have, len(originals))
            upto = originals[min(len(originals), rest + centers - have) - 1]
            after = originals[rest - 1] if rest else 0
            for model in COPIED:
                cursor.execute(_copying(model, number, steps, after, upto))
            have += min(len(originals) - rest, centers - have)
        for statement in rebuilt:
            cursor.execute(statement)
        for statement in connection.ops.sequence_reset_sql(no_style(), COPIED[:-1]):
            cursor.execute(statement)
    tidy()
    return have


def tidy() -> None:
    """What a server does by itself some time after a load: statistics, and pages known to be visible."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")


def _steps() -> dict[type[models.Model], int]:
    """For each table, the number that is added to an id for each copy: above every id of an original.

    Written down at the first call, for afterwards nobody could tell an original from a copy.
    """
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_steps (name text PRIMARY KEY, step bigint)")
        cursor.execute("SELECT name, step FROM bench_steps")
        known = dict(cursor.fetchall())
        for model in () if known else COPIED[:-1]:
            known[model.__name__] = (model._default_manager.aggregate(most=Max("pk"))["most"] or 0) + 1
            cursor.execute("INSERT INTO bench_steps VALUES (%s, %s)", [model.__name__, known[model.__name__]])
    return {model: known[model.__name__] for model in COPIED[:-1]}


def _take_indexes(cursor: Any) -> list[str]:
    """Drop every index of these tables that is no constraint; the statements that make them again."""
    tables = [model._meta.db_table for model in COPIED]
    cursor.execute(
        "SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i "
        "WHERE i.indrelid = ANY (SELECT t::regclass FROM unnest(%s) t) AND NOT i.indisunique",
        [tables],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [statement for _, statement in found]


def _copying(
    model: type[models.Model], number: int, steps: Mapping[type[models.Model], int], after: int, upto: int
) -> str:
    """The statement that makes copy `number` of all rows of centers with ids in (after, upto]."""
    table = model._meta.db_table
    made = dict(_columns(model, number, steps))
    names = ", ".join(f'"{name}"' for name in made)
    return (
        f"INSERT INTO {table} ({names}) SELECT {', '.join(made.values())} "
        f"FROM {table} o {_joined(model, number, steps)} WHERE {_of_centers(model, steps, after, upto)}"
    )


def _columns(
    model: type[models.Model], number: int, steps: Mapping[type[models.Model], int]
) -> Iterator[tuple[str, str]]:
    """Each column, and the expression that its copy has."""
    for field in model._meta.concrete_fields:
        column = str(field.column)
        if column in _POINTS_TO:
            yield column, f"o.{column} + {number * steps[_POINTS_TO[column]]}"
        elif field.primary_key:
            yield column, f"o.{column} + {number * steps[model]}"
        elif column in ("public_id", "center_public_id"):
            yield column, f"md5(o.{column}::text || '{number}')::uuid"
        elif model is Center and column in ("lat", "lon"):
            yield column, _jittered(column, number)
        elif model is Listing and column in _PLACE:
            yield column, _PLACE[column]
        elif model is Listing and column == "tie":
            digest = f"left(md5(o.public_id::text || '{number}'), 15)"
            yield column, f"('x0' || {digest})::bit(64)::bigint"
        else:
            yield column, f'o."{column}"'


def _jittered(column: str, number: int) -> str:
    """A latitude or longitude near the original's, the same in every run."""
    share = f"(hashint8(o.id * 1000 + {number} + {ord(column[1])}) & 65535) / 65535.0 - 0.5"
    return f"o.{column} + {JITTER} * ({share})"


_PLACE = {
    "x": "cos(radians(c.lat)) * cos(radians(c.lon))",
    "y": "cos(radians(c.lat)) * sin(radians(c.lon))",
    "z": "sin(radians(c.lat))",
    "cell": f"(floor((c.lat + 90) / {geo.CELL}) * {round(360 / geo.CELL)}"
    f" + mod(floor((c.lon + 180) / {geo.CELL})::int, {round(360 / geo.CELL)}))::int",
}
"""What `programs.listings` writes for the place of a center `c`, in SQL."""


def _joined(model: type[models.Model], number: int, steps: Mapping[type[models.Model], int]) -> str:
    if model is Listing:
        return f"JOIN {Center._meta.db_table} c ON c.id = o.center_id + {number * steps[Center]}"
    if model is Session:
        return f"JOIN {Program._meta.db_table} p ON p.id = o.program_id"
    return ""


def _of_centers(
    model: type[models.Model], steps: Mapping[type[models.Model], int], after: int, upto: int
) -> str:
    """The condition for rows that belong to originals in a range of ids. All organizations come at once."""
    between = f"> {after} AND {{}} <= {upto}"
    if model is Organization:
        # All of them, once for each copy of the directory.
        return f"o.id < {steps[Organization]}" if not after else "false"
    column = {Center: "o.id", Session: "p.center_id"}.get(model, "o.center_id")
    return f"{column} {between.format(column)}"
