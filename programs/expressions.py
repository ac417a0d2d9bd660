"""SQL over the listing's masks and unit vectors, the same on PostgreSQL and SQLite.

Each is one database expression instead of a tree of small ones: building the tree for a dozen wishes
costs more than the query itself.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, FloatField, Func, IntegerField

from programs import facts
from programs.criteria import Wish
from programs.fit import POINTS_DOES_NOT, POINTS_MEETS, POINTS_UNKNOWN
from programs.models.columns import NO, YES

Sql = tuple[str, list[Any]]


class Chord2(Func):
    """The squared chord between the listing and a point, summed as `programs.geo.chord2` sums it."""

    output_field = FloatField()

    def __init__(self, origin: tuple[float, float, float]) -> None:
        super().__init__(F("x"), F("y"), F("z"))
        self.origin = origin

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        columns = [compiler.compile(column)[0] for column in self.source_expressions]
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


class _OverMasks(Func):
    """Something computed from the six mask columns."""

    def __init__(self) -> None:
        super().__init__(*(F(name) for name in (*YES, *NO)))

    def _columns(self, compiler: Any) -> tuple[list[str], list[str]]:
        names = [compiler.compile(column)[0] for column in self.source_expressions]
        return names[: len(YES)], names[len(YES) :]


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


class Known(_OverMasks):
    """True where at least one of the facts is known yes (`value=True`) or known no (`value=False`)."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, codes: Iterable[str], value: bool = True) -> None:
        super().__init__()
        self.mask = facts.pack(codes)
        self.value = value

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        yes, no = self._columns(compiler)
        return _any_set(yes if self.value else no, self.mask)


class Fitness(_OverMasks):
    """`programs.fit.Fit.score` and, among equal scores, `Fit.meets`, as one number to order by."""

    output_field = IntegerField()

    def __init__(self, wishes: tuple[Wish, ...]) -> None:
        super().__init__()
        self.wishes = wishes

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        yes, no = self._columns(compiler)
        # More wishes than can be met at once, so that one point of score outweighs any number of them.
        point = len(self.wishes) + 1
        terms: list[str] = []
        params: list[Any] = []
        for wish in self.wishes:
            mask = facts.pack(wish.any_of)
            is_met, met_params = _any_set(yes, mask)
            is_refused, refused_params = _all_set(no, mask)
            met = f"WHEN {is_met} THEN {POINTS_MEETS * point + 1:d}"
            refused = f"WHEN {is_refused} THEN {POINTS_DOES_NOT * point:d}"
            terms.append(f"(CASE {met} {refused} ELSE {POINTS_UNKNOWN * point:d} END)")
            params += [*met_params, *refused_params]
        return f"({' + '.join(terms) or '0'})", params
