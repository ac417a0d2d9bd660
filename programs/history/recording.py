"""Keeps copies of rows that were written past `save`: one statement a table, however many rows."""

import json
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.utils import timezone

from programs.models.changes import author_now, because

__all__ = ["CHANGED", "CREATED", "DELETED", "because", "record", "update"]

CREATED, CHANGED, DELETED = "+", "~", "-"
_PIECE = 5000
"""Rows that one UPDATE names at most."""


def record(
    model: type[models.Model],
    rows: "models.QuerySet[Any] | Iterable[Any]",
    kind: str = CHANGED,
    *,
    reason: str | None = None,
    by: Any = None,
) -> int:
    """Copy rows, as they are now, into the history of their table. Returns how many.

    `rows`: a queryset of the table, or primary keys. `kind`: "+" after creating, "~" after changing, "-"
    before deleting past the ORM (`delete()` keeps its own copies). `reason` and `by` are those of the block
    `because` where they are not given. Call it in the transaction that writes the rows.
    """
    kept = model.history.model  # type: ignore[attr-defined]
    if kept._history_m2m_fields:
        raise TypeError(f"{model.__name__} has many-to-many columns: save its rows one by one")
    try:
        within, params = _within(rows)
    except EmptyResultSet:
        return 0
    quote = connection.ops.quote_name
    columns = [quote(str(field.column)) for field in model._meta.concrete_fields]
    extra = ("history_date", "history_type", "history_change_reason", "history_user_id")
    now, at = author_now(), connection.ops.adapt_datetimefield_value(timezone.now())
    author = by if by is not None else now.by
    values = (at, kind, reason or now.reason, None if author is None else author.pk)
    # Names of our own tables and columns, quoted; values go by parameter.
    sql = (
        f"INSERT INTO {quote(kept._meta.db_table)} ({', '.join([*columns, *map(quote, extra)])}) "  # noqa: S608
        f"SELECT {', '.join(columns)}, %s, %s, %s, %s FROM {quote(model._meta.db_table)} "
        f"WHERE {quote(str(model._meta.pk.column))} {within}"
    )
    with connection.cursor() as cursor:
        # nosemgrep: sql-built-by-hand - tables and columns come from the models, quoted
        cursor.execute(sql, [*values, *params])
        return int(cursor.rowcount)


def update(rows: "models.QuerySet[Any]", *, reason: str | None = None, by: Any = None, **values: Any) -> int:
    """As `QuerySet.update`, with a copy of each changed row in its history. Returns how many."""
    keys = list(rows.values_list("pk", flat=True))
    manager = rows.model._base_manager
    for start in range(0, len(keys), _PIECE):
        manager.filter(pk__in=keys[start : start + _PIECE]).update(**values)
    return record(rows.model, keys, CHANGED, reason=reason, by=by)


def _within(rows: "models.QuerySet[Any] | Iterable[Any]") -> tuple[str, tuple[Any, ...]]:
    """What a primary key must be, as SQL with its parameters. EmptyResultSet where there is nothing."""
    if isinstance(rows, models.QuerySet):
        keys = rows if rows.query.is_sliced else rows.order_by()
        sql, params = keys.values("pk").query.sql_with_params()
        return f"IN ({sql})", params
    listed = list(rows)
    if not listed:
        raise EmptyResultSet
    if connection.vendor == "postgresql":
        return "= ANY(%s)", (listed,)
    # One parameter, however many keys: SQLite bounds how many a statement may have.
    return "IN (SELECT value FROM json_each(%s))", (json.dumps(listed),)
