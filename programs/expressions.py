"""SQL over the listing's masks and unit vectors, the same on PostgreSQL and SQLite.

Each is one database expression instead of a tree of small ones: building the tree for a dozen wishes
costs more than the query itself.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import BooleanField, FloatField, Func, IntegerField, Q, TextField

from programs import facts, week
from programs.criteria import OFFERS_IOP, TEENS, Wish
from programs.fit import POINTS_DOES_NOT, POINTS_MEETS, POINTS_UNKNOWN
from programs.models import Listing
from programs.models.columns import NO, WEEKS, YES
from programs.taxonomy import BY_CODE
from programs.week import Hours

Sql = tuple[str, list[Any]]


class _OverListing(Func):
    """Something computed from columns of the listing, which must be the table the query starts from.

    It names its columns itself: a dozen references that Django resolves one by one cost as much as the query.
    """

    alias = Listing._meta.db_table

    def resolve_expression(self, query: Any = None, *_: Any, **__: Any) -> Any:
        clone = self.copy()
        clone.alias = query.get_initial_alias()
        return clone

    def relabeled_clone(self, change_map: Any) -> Any:
        clone = self.copy()
        clone.alias = change_map.get(self.alias, self.alias)
        return clone

    def get_db_converters(self, connection: Any) -> list[Any]:
        """None: both drivers hand over numbers and text as what they are, thousands of them for a search."""
        return []

    def _columns(self, names: tuple[str, ...], compiler: Any) -> list[str]:
        # In a subquery the table has an alias, which is written without quotes.
        table, quote = compiler.quote_name_unless_alias(self.alias), compiler.connection.ops.quote_name
        return [f"{table}.{quote(name)}" for name in names]


class Chord2(_OverListing):
    """The squared chord between the listing and a point, summed as `programs.geo.chord2` sums it."""

    output_field = FloatField()

    def __init__(self, origin: tuple[float, float, float]) -> None:
        super().__init__()
        self.origin = origin

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        columns = self._columns(("x", "y", "z"), compiler)
        sql = " + ".join(f"({column} - %s) * ({column} - %s)" for column in columns)
        return f"({sql})", [value for value in self.origin for _ in range(2)]


class Near(Chord2):
    """True where the squared chord is at most `limit`."""

    output_field = BooleanField()  # type: ignore[assignment]  # a condition made from the parent's number
    conditional = True

    def __init__(self, origin: tuple[float, float, float], limit: float) -> None:
        super().__init__(origin)
        self.limit = limit

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection)
        return f"({sql} <= %s)", [*params, self.limit]


def _any_set(columns: list[str], mask: facts.Mask) -> Sql:
    """At least one bit of the mask is set."""
    used = [(column, word) for column, word in zip(columns, mask, strict=True) if word]
    sql = " OR ".join(f"({column} & %s) <> 0" for column, _ in used)
    return f"({sql})", [word for _, word in used]


def _all_set(columns: list[str], mask: facts.Mask) -> Sql:
    """Every bit of the mask is set."""
    used = [(column, word) for column, word in zip(columns, mask, strict=True) if word]
    sql = " AND ".join(f"({column} & %s) = %s" for column, _ in used)
    return f"({sql})", [word for _, word in used for _ in range(2)]


class OpenNow(_OverListing):
    """1 where the center has told of an open place that still holds on this day, else 0."""

    output_field = IntegerField()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        openings, until = self._columns(("openings", "openings_until"), compiler)
        day = connection.ops.adapt_datefield_value(self.today)
        return f"(CASE WHEN {openings} > 0 AND {until} >= %s THEN 1 ELSE 0 END)", [day]


class Marks(OpenNow):
    """Two answers in one number: OPEN as `OpenNow`, IOP_UNSAID where nobody has said if it runs an IOP."""

    OPEN, IOP_UNSAID = 1, 2

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        is_open, params = super().as_sql(compiler, connection)
        fact = BY_CODE[OFFERS_IOP]
        yes, no = self._columns((YES[fact.word], NO[fact.word]), compiler)
        unsaid = f"(CASE WHEN ({yes} | {no}) & {1 << fact.bit:d} = 0 THEN {self.IOP_UNSAID:d} ELSE 0 END)"
        return f"({is_open} + {unsaid})", params


class NameKey(_OverListing):
    """The name to sort by: A to Z whatever the case, by code points, the same on both databases."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (name,) = self._columns(("name",), compiler)
        # SQLite compares so by itself; PostgreSQL would follow the language its server was set up in.
        plain = f'{name} COLLATE "C"' if connection.vendor == "postgresql" else name
        return f"LOWER({plain})", []


class Known(_OverListing):
    """True where at least one of the facts is known yes (`value=True`) or known no (`value=False`)."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, codes: Iterable[str], value: bool = True) -> None:
        super().__init__()
        self.mask = facts.pack(codes)
        self.value = value

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        return _any_set(self._columns(YES if self.value else NO, compiler), self.mask)


def serves(ages: Iterable[str]) -> Q:
    """The limit of age, of a search as of any list: true where one of these ages passes, or none is given.

    Teens pass where they are known to be served, any other age where it is not known to be refused.
    """
    passes = Q()
    for age in ages:
        passes |= Q(Known([TEENS])) if age == TEENS else ~Q(Known([age], value=False))
    return passes


class Clock:
    """Which clock a visitor's hours are told on: a zone's, in the week of a day."""

    def __init__(self, zone: str, on: date) -> None:
        self.zone, self.on = zone, on
        self.columns = WEEKS[week.season(on)]

    def taken(self, hours: Hours) -> tuple[int, ...]:
        """What is taken of the half hours that `columns` hold."""
        return week.taken_by_day(hours, self.zone, self.on)


def _clashing(columns: list[str], taken: tuple[int, ...]) -> Sql:
    """The half hours in which a session and the visitor's life clash: 0 for none, null if unknown."""
    sql = " | ".join(f"({column} & %s)" for column in columns)
    return f"({sql})", list(taken)


class FitsWeek(_OverListing):
    """True where a timetable is known and none of its sessions clashes with these hours."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, hours: Hours, clock: Clock) -> None:
        super().__init__()
        self.names, self.taken = clock.columns, clock.taken(hours)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        sql, params = _clashing(self._columns(self.names, compiler), self.taken)
        return f"({sql} = 0)", params


class Fitness(_OverListing):
    """`programs.fit.Fit.score` and, among equal scores, `Fit.meets`, as one number to order by."""

    output_field = IntegerField()

    def __init__(self, wishes: tuple[Wish, ...], clock: Clock) -> None:
        super().__init__()
        self.wishes = wishes
        self.clock = clock

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        yes, no = self._columns(YES, compiler), self._columns(NO, compiler)
        # More wishes than can be met at once, so that one point of score outweighs any number of them.
        point = len(self.wishes) + 1
        terms: list[str] = []
        params: list[Any] = []
        for wish in self.wishes:
            if wish.hours is not None:
                clashing, taken = _clashing(
                    self._columns(self.clock.columns, compiler), self.clock.taken(wish.hours)
                )
                is_met, met_params = f"{clashing} = 0", taken
                is_refused, refused_params = f"{clashing} <> 0", taken
            else:
                mask = facts.pack(wish.any_of)
                is_met, met_params = _any_set(yes, mask)
                is_refused, refused_params = _all_set(no, mask)
            met = f"WHEN {is_met} THEN {POINTS_MEETS * point + 1:d}"
            refused = f"WHEN {is_refused} THEN {POINTS_DOES_NOT * point:d}"
            terms.append(f"(CASE {met} {refused} ELSE {POINTS_UNKNOWN * point:d} END)")
            params += [*met_params, *refused_params]
        return f"({' + '.join(terms) or '0'})", params
