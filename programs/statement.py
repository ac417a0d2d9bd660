"""SELECTs over the listings, put together by hand from `programs.expressions`.

The ORM takes longer to assemble such a statement than a database to answer it. What reaches the SQL is the
text of expressions and names of columns; every word of a visitor is a parameter.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connections

from programs.expressions import OverListing
from programs.models import Listing

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Select:
    """columns: names of columns, or expressions. where: all must hold. by: the column to group by, or ""."""

    columns: Sequence[str | OverListing]
    where: Sequence[OverListing]
    by: str = ""


def fetch(*selects: Select) -> list[Row]:
    """The rows of all of these, in no order, as the driver hands them over: ask for numbers and text alone,
    a day differs between databases. Every select has as many columns as the first. One query."""
    using = Listing.objects.db
    connection = connections[using]
    compiler = Listing.objects.using(using).query.get_compiler(connection=connection)
    texts: list[str] = []
    params: list[Any] = []
    for select in selects:
        text, more = _written(select, compiler, connection)
        texts.append(text)
        params += more
    with connection.cursor() as cursor:
        # Put together from the texts of expressions, which hold no word of a visitor.
        cursor.execute(" UNION ALL ".join(texts), params)  # nosemgrep: sql-built-by-hand
        rows: list[Row] = cursor.fetchall()
    return rows


def _written(select: Select, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    columns: list[str] = []
    params: list[Any] = []
    for one in select.columns:
        text, more = (quote(one), []) if isinstance(one, str) else one.as_sql(compiler, connection)
        columns.append(text)
        params += more
    conditions = []
    for condition in select.where:
        text, more = condition.as_sql(compiler, connection)
        conditions.append(text)
        params += more
    by = f" GROUP BY {quote(select.by)}" if select.by else ""
    table = quote(Listing._meta.db_table)
    text = f"SELECT {', '.join(columns)} FROM {table} WHERE {' AND '.join(conditions)}{by}"  # noqa: S608
    return text, params
