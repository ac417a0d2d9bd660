"""SELECTs over the listings, put together by hand from `programs.expressions`.

The ORM takes longer to assemble such a statement than a database to answer it. What reaches the SQL is the
text of expressions and names of columns; every word of a visitor is a parameter.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import connections
from django.db.models import BooleanField
from django.db.models.base import ModelState

from programs.expressions import OneOf, OverListing, Sql
from programs.models import Listing
from programs.models.columns import SUMMER, WINTER

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Select:
    """columns: names of columns, or expressions. where: all must hold. by: the column to group by, or "".

    order, most: how many of it at most, the first in this order; 0 for all. Only inside of another (`Among`).
    """

    columns: Sequence[str | OverListing]
    where: Sequence[OverListing]
    by: str = ""
    order: Sequence[str | OverListing] = ()
    most: int = 0


class Among(OverListing):
    """True where a column has one of the values that another select finds."""

    conditional = True
    output_field = BooleanField()

    def __init__(self, column: str, select: Select) -> None:
        super().__init__()
        self.column, self.select = column, select

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (column,) = self._columns((self.column,), compiler)
        text, params = _written(self.select, compiler, connection)
        return f"({column} IN ({text}))", params


def fetch(*selects: Select) -> list[Row]:
    """The rows of all of these, in no order, as the driver hands them over: numbers and text are the same on
    both databases, a day is not. Every select has as many columns as the first. One query."""
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


def by_program(ids: Sequence[int]) -> dict[int, Listing]:
    """Listings by program, as `in_bulk` reads them, in half the time: twenty for each page of results.

    Those that are gone are left out. One query.
    """
    return {listing.program_id: listing for listing in listings([OneOf("program_id", ids)])}


def listings(where: Sequence[OverListing]) -> Iterator[Listing]:
    """Listings for which all of this holds, in no order. One query.

    What only a database looks at is deferred.
    """
    using = Listing.objects.db
    connection, told = connections[using], _told_otherwise(using)
    for row in fetch(Select(_COLUMNS, where)):
        # As Django takes one out of a pickle, and not as it makes one: that looks at each field again.
        listing = Listing.__new__(Listing)
        listing._state = ModelState()
        listing._state.db, listing._state.adding = using, False
        listing.__dict__.update(zip(_NAMES, row, strict=True))
        for name, convert, column in told:
            listing.__dict__[name] = convert(listing.__dict__[name], column, connection)
        yield listing


_FOR_THE_DATABASE = {*WINTER, *SUMMER, "cell", "tie"}
_FIELDS = [field for field in Listing._meta.concrete_fields if field.name not in _FOR_THE_DATABASE]
_COLUMNS = tuple(str(field.column) for field in _FIELDS)
_NAMES = tuple(field.attname for field in _FIELDS)
Convert = Callable[[Any, Any, Any], Any]


@cache
def _told_otherwise(using: str) -> tuple[tuple[str, Convert, Any], ...]:
    """What Django hands over as something else than the driver, by name, and what makes it that."""
    connection = connections[using]
    return tuple(
        (field.attname, convert, column)
        for field, column in ((field, field.cached_col) for field in _FIELDS)
        for convert in (*connection.ops.get_db_converters(column), *column.get_db_converters(connection))
    )


def _written(select: Select, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
    quote = connection.ops.quote_name
    params: list[Any] = []

    def texts(parts: Sequence[str | OverListing]) -> Iterator[str]:
        for part in parts:
            text, more = (quote(part), []) if isinstance(part, str) else part.as_sql(compiler, connection)
            params.extend(more)
            yield text

    # In the order in which the parts stand in the statement, for that is how their values are counted.
    columns, conditions = ", ".join(texts(select.columns)), " AND ".join(texts(select.where))
    by = f" GROUP BY {quote(select.by)}" if select.by else ""
    first = f" ORDER BY {', '.join(texts(select.order))} LIMIT {select.most:d}" if select.most else ""
    table = quote(Listing._meta.db_table)
    return f"SELECT {columns} FROM {table} WHERE {conditions}{by}{first}", params  # noqa: S608
