"""Which centers have to be asked again, because what a person confirmed there turns old."""

from collections.abc import Iterable
from datetime import date
from functools import reduce
from operator import or_

from django.db.models import Case, Exists, F, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import Exact

from programs.freshness import HOLDS_FOR
from programs.models import Center, Statement, StatementMethod
from programs.models.columns import NO, YES
from programs.taxonomy import WORDS

_Said = tuple[date, int, int | None, tuple[int, ...]]
"""Day, id, program, and a mask of the facts a statement is about."""


def expiring(before: date) -> QuerySet[Center]:
    """Published centers where something a person confirmed is old by that day, and nobody has repeated it.

    Each has `confirmed_on`, the day of the oldest such statement; `programs.freshness.expires_on` tells when
    that one turns old. A statement is repeated when newer ones say something, yes or no, of all its facts.
    What only a directory says counts for nothing here: its editions have days of their own.
    """
    old = spoken().filter(said_on__lt=before - HOLDS_FOR).exclude(Exists(_repeated()))
    days = _repeated_in_parts(old, before - HOLDS_FOR)
    others = [When(pk=center, then=Value(day)) for center, day in days.items() if day]
    oldest = Min("statements__said_on")
    return (
        Center.objects.published()
        .filter(statements__in=old)
        .exclude(id__in=[center for center, day in days.items() if day is None])
        .annotate(confirmed_on=Case(*others, default=oldest) if others else oldest)
    )


def never_confirmed() -> QuerySet[Center]:
    """Published centers of which no person ever said anything: all that is known stands in a directory."""
    return Center.objects.published().exclude(Exists(spoken().filter(center=OuterRef("pk"))))


def spoken() -> QuerySet[Statement]:
    """What people said of all that visitors see: coordinators who asked, and centers themselves."""
    said = Statement.objects.order_by().exclude(method=StatementMethod.DIRECTORY)
    return said.filter(Q(program=None) | Q(program__is_listed=True))


def _newer() -> QuerySet[Statement]:
    """What people said after the outer statement of the same: of its program, or of its whole center."""
    later = Q(said_on__gt=OuterRef("said_on")) | Q(said_on=OuterRef("said_on"), id__gt=OuterRef("id"))
    of_the_same = Q(program=None) | Q(program=OuterRef("program"))
    return spoken().filter(later, of_the_same, center=OuterRef("center"))


def _repeated() -> QuerySet[Statement]:
    """Of `_newer` those that alone say something of every fact of the outer statement."""
    found = _newer()
    for word in range(WORDS):
        # The stubs know the operations on bits with numbers only.
        mine = F(f"yes_{word}").bitor(F(f"no_{word}"))  # type: ignore[arg-type]
        both = mine.bitor(OuterRef(f"yes_{word}")).bitor(OuterRef(f"no_{word}"))  # type: ignore[arg-type]
        found = found.filter(Exact(both, mine))
    return found


def _repeated_in_parts(old: QuerySet[Statement], limit: date) -> dict[int, date | None]:
    """The few centers where several newer statements repeat an old one together: the day of the oldest that
    they do not repeat; None where they repeat all.

    Only PostgreSQL can join masks of many rows into one, so this is worked out here.
    """
    centers = old.filter(Exists(_newer())).values("center_id")
    said: dict[int, list[_Said]] = {}
    columns = ("said_on", "id", "program_id", *YES, *NO)
    for center, *row in spoken().filter(center_id__in=centers).values_list("center_id", *columns):
        about = tuple(yes | no for yes, no in zip(row[3 : 3 + WORDS], row[3 + WORDS :], strict=True))
        said.setdefault(center, []).append((row[0], row[1], row[2], about))
    days = {center: _oldest(statements, limit) for center, statements in said.items()}
    return {center: together for center, (alone, together) in days.items() if alone != together}


def _oldest(said: Iterable[_Said], limit: date) -> tuple[date | None, date | None]:
    """The days of the oldest statement before `limit` that no newer one repeats alone, and that all newer
    ones do not repeat together."""
    newer: list[_Said] = []
    alone = together = None
    for one in sorted(said, key=lambda one: one[:2], reverse=True):
        after = [about for _, _, program, about in newer if program in (None, one[2])]
        if one[0] < limit and not any(_covers(about, one[3]) for about in after):
            alone = one[0]
            if not (after and _covers(tuple(reduce(or_, word) for word in zip(*after, strict=True)), one[3])):
                together = one[0]
        newer.append(one)
    return alone, together


def _covers(about: tuple[int, ...], mine: tuple[int, ...]) -> bool:
    return not any(word & ~other for word, other in zip(mine, about, strict=True))
