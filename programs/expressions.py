"""SQL over the listing's masks and unit vectors, the same on PostgreSQL and SQLite.

Each is one database expression instead of a tree of small ones: building the tree for a dozen wishes
costs more than the query itself.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import BooleanField, F, FloatField, Func, SmallIntegerField

from programs import facts
from programs.criteria import Wish
from programs.fit import POINTS_DOES_NOT, POINTS_MEETS
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


class Points(_OverMasks):
    """The sum over the wishes of `meets` where one is met and `does_not` where it is known not to be."""

    output_field = SmallIntegerField()

    def __init__(self, wishes: tuple[Wish, ...], meets: int, does_not: int) -> None:
        super().__init__()
        self.wishes = wishes
        self.meets = meets
        self.does_not = does_not

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> Sql:  # type: ignore[override]
        yes, no = self._columns(compiler)
        terms: list[str] = []
        params: list[Any] = []
        for wish in self.wishes:
            mask = facts.pack(wish.any_of)
            is_met, met_params = _any_set(yes, mask)
            is_refused, refused_params = _all_set(no, mask)
            refused = f"WHEN {is_refused} THEN {self.does_not:d}"
            terms.append(f"(CASE WHEN {is_met} THEN {self.meets:d} {refused} ELSE 0 END)")
            params += [*met_params, *refused_params]
        return f"({' + '.join(terms) or '0'})", params


def score(wishes: tuple[Wish, ...]) -> Points:
    """`programs.fit.Fit.score` in SQL."""
    return Points(wishes, POINTS_MEETS, POINTS_DOES_NOT)


def meets(wishes: tuple[Wish, ...]) -> Points:
    """`programs.fit.Fit.meets` in SQL."""
    return Points(wishes, 1, 0)
