"""SQL over the listing's masks and unit vectors, the same on PostgreSQL and SQLite.

Each is one database expression instead of a tree of small ones: building the tree for a dozen wishes
costs more than the query itself.
"""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db.models import BooleanField, FloatField, Func, IntegerField, TextField

from programs import facts, week
from programs.criteria import OFFERS_IOP, TEENS, Wish
from programs.fit import POINTS_DOES_NOT, POINTS_MEETS, POINTS_UNKNOWN
from programs.levels import Level
from programs.models import Listing
from programs.models.columns import NO, WEEKS, YES
from programs.taxonomy import BY_CODE
from programs.week import Hours

Sql = tuple[str, list[Any]]


class OverListing(Func):
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


class Plain(OverListing):
    """Something that names no column and holds no value of a visitor: `NULL`, `count(*)`."""

    output_field = IntegerField()

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        return self.text, []


class Chord2(OverListing):
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


FAR = 4.0
"""The squared chord to the far side of the earth: what has no known place comes last."""


class ChordOrFar(Chord2):
    """The squared chord, FAR where the place is not known."""

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection)
        return f"COALESCE({sql}, {FAR})", params


class _Around(OverListing):
    """One expression, and something around it."""

    around = "{}"

    def __init__(self, part: OverListing) -> None:
        super().__init__()
        self.part = part

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        sql, params = self.part.as_sql(compiler, connection)
        return self.around.format(sql), [*params]


class Least(_Around):
    """The smallest of a group."""

    output_field = FloatField()
    around = "MIN({})"


class _Condition(OverListing):
    output_field = BooleanField()
    conditional = True


class InState(_Condition):
    """True in this state: two letters."""

    def __init__(self, state: str) -> None:
        super().__init__()
        self.state = state

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (column,) = self._columns(("state",), compiler)
        return f"({column} = %s)", [self.state]


class OneOf(_Condition):
    """True where a column of whole numbers has one of these."""

    def __init__(self, column: str, numbers: Iterable[int]) -> None:
        super().__init__()
        self.column, self.numbers = column, tuple(numbers)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (column,) = self._columns((self.column,), compiler)
        return f"({column} IN ({', '.join(f'{number:d}' for number in self.numbers)}))", []


class AtLevel(_Condition):
    """True at one of these levels of care; at none of them where not `at`."""

    def __init__(self, levels: Collection[Level], *, at: bool = True) -> None:
        super().__init__()
        self.levels, self.at = levels, at

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (column,) = self._columns(("level",), compiler)
        word = "IN" if self.at else "NOT IN"
        return f"({column} {word} ({', '.join(['%s'] * len(self.levels))}))", [*map(str, self.levels)]


class _Combined(_Condition):
    """Conditions that are one."""

    def __init__(self, *parts: OverListing) -> None:
        super().__init__()
        self.parts = parts

    def resolve_expression(self, query: Any = None, *_: Any, **__: Any) -> Any:
        clone = super().resolve_expression(query)
        clone.parts = tuple(part.resolve_expression(query) for part in self.parts)
        return clone

    def relabeled_clone(self, change_map: Any) -> Any:
        clone = super().relabeled_clone(change_map)
        clone.parts = tuple(part.relabeled_clone(change_map) for part in self.parts)
        return clone

    def _texts(self, compiler: Any, connection: Any) -> tuple[list[str], list[Any]]:
        written = [part.as_sql(compiler, connection) for part in self.parts]
        return [text for text, _ in written], [param for _, params in written for param in params]


class AnyOf(_Combined):
    """True where at least one of these holds; always where there is none."""

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        texts, params = self._texts(compiler, connection)
        return f"({' OR '.join(texts) or '1 = 1'})", params


class NoneOf(_Combined):
    """True where none of these holds."""

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        texts, params = self._texts(compiler, connection)
        return f"(NOT ({' OR '.join(texts)}))", params


class Flag(_Around):
    """1 where a condition holds, else 0."""

    output_field = IntegerField()
    around = "(CASE WHEN {} THEN 1 ELSE 0 END)"


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


class OpenNow(OverListing):
    """1 where the center has told of an open place that still holds on this day, else 0."""

    output_field = IntegerField()

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        openings, until = self._columns(("openings", "openings_until"), compiler)
        day = connection.ops.adapt_datefield_value(self.today)
        return f"(CASE WHEN {openings} > 0 AND {until} >= %s THEN 1 ELSE 0 END)", [day]


class HasOpening(OpenNow):
    """True where the center has told of an open place that still holds on this day."""

    output_field = BooleanField()  # type: ignore[assignment]  # a condition made from the parent's number
    conditional = True

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        sql, params = super().as_sql(compiler, connection)
        return f"({sql} = 1)", params


class Marks(OpenNow):
    """Two answers in one number: OPEN as `OpenNow`, IOP_UNSAID where nobody has said if it runs an IOP."""

    OPEN, IOP_UNSAID = 1, 2

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        is_open, params = super().as_sql(compiler, connection)
        unsaid = _iop_unsaid(self, compiler)
        return f"({is_open} + (CASE WHEN {unsaid} THEN {self.IOP_UNSAID:d} ELSE 0 END))", params


def _iop_unsaid(one: OverListing, compiler: Any) -> str:
    fact = BY_CODE[OFFERS_IOP]
    yes, no = one._columns((YES[fact.word], NO[fact.word]), compiler)
    return f"({yes} | {no}) & {1 << fact.bit:d} = 0"


class CountIopUnsaid(OverListing):
    """How many programs of a group are for mental health, and nobody has said if they run an IOP."""

    output_field = IntegerField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        fact = BY_CODE["treats_mental_health"]
        (yes,) = self._columns((YES[fact.word],), compiler)
        meant = f"{yes} & {1 << fact.bit:d} <> 0 AND {_iop_unsaid(self, compiler)}"
        return f"SUM(CASE WHEN {meant} THEN 1 ELSE 0 END)", []


class DayNumber(OverListing):
    """The day on which something was last said, as a number that grows by one a day; null if unknown."""

    output_field = FloatField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (column,) = self._columns(("said_on",), compiler)
        if connection.vendor == "postgresql":
            return f"({column} - DATE '2000-01-01')", []
        return f"julianday({column})", []


class NameKey(OverListing):
    """The name to sort by: A to Z whatever the case, by code points, the same on both databases."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        (name,) = self._columns(("name",), compiler)
        # SQLite compares so by itself; PostgreSQL would follow the language its server was set up in.
        plain = f'{name} COLLATE "C"' if connection.vendor == "postgresql" else name
        return f"LOWER({plain})", []


class Known(_Condition):
    """True where at least one of the facts is known yes (`value=True`) or known no (`value=False`)."""

    def __init__(self, codes: Iterable[str], value: bool = True) -> None:
        super().__init__()
        self.mask = facts.pack(codes)
        self.value = value

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        return _any_set(self._columns(YES if self.value else NO, compiler), self.mask)


def serves(ages: Iterable[str]) -> AnyOf:
    """The limit of age, of a search as of any list: true where one of these ages passes, or none is given.

    Teens pass where they are known to be served, any other age where it is not known to be refused.
    """
    return AnyOf(*(Known([age]) if age == TEENS else NoneOf(Known([age], value=False)) for age in ages))


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


class FitsWeek(_Condition):
    """True where a timetable is known and none of its sessions clashes with these hours."""

    def __init__(self, hours: Hours, clock: Clock) -> None:
        super().__init__()
        self.names, self.taken = clock.columns, clock.taken(hours)

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        sql, params = _clashing(self._columns(self.names, compiler), self.taken)
        return f"({sql} = 0)", params


class Fitness(OverListing):
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
