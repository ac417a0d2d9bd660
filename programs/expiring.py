"""Which centers have to be asked again, because what a person confirmed there turns old."""

from datetime import date

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from programs.freshness import HOLDS_FOR
from programs.models import Center, Statement, StatementMethod
from programs.taxonomy import WORDS


def expiring(before: date) -> QuerySet[Center]:
    """Published centers where something a person confirmed is old by that day, and nobody has repeated it.

    Each has `confirmed_on`, the day of the oldest such statement; `programs.freshness.expires_on` tells when
    that one turns old. A statement is repeated when one newer statement says something of all its facts.
    What only a directory says counts for nothing here: its editions have days of their own.
    """
    speaking = spoken().filter(said_on__lt=before - HOLDS_FOR).exclude(Exists(_repeated()))
    oldest = speaking.filter(center=OuterRef("pk")).order_by("said_on").values("said_on")[:1]
    return (
        Center.objects.published()
        .filter(id__in=speaking.values("center_id"))
        .annotate(confirmed_on=Subquery(oldest))
    )


def never_confirmed() -> QuerySet[Center]:
    """Published centers of which no person ever said anything: all that is known stands in a directory."""
    return Center.objects.published().exclude(Exists(spoken().filter(center=OuterRef("pk"))))


def spoken() -> QuerySet[Statement]:
    """What people said: coordinators who asked, and centers themselves."""
    return Statement.objects.order_by().exclude(method=StatementMethod.DIRECTORY)


def _repeated() -> QuerySet[Statement]:
    """Newer statements of people that say something, yes or no, of every fact of the outer one."""
    newer = Q(said_on__gt=OuterRef("said_on")) | Q(said_on=OuterRef("said_on"), id__gt=OuterRef("id"))
    of_the_same = Q(program=None) | Q(program=OuterRef("program"))
    found = spoken().filter(newer, of_the_same, center=OuterRef("center"))
    for word in range(WORDS):
        # The stubs know the operations on bits with numbers only.
        mine = F(f"yes_{word}").bitor(F(f"no_{word}"))  # type: ignore[arg-type]
        both = mine.bitor(OuterRef(f"yes_{word}")).bitor(OuterRef(f"no_{word}"))  # type: ignore[arg-type]
        found = found.filter(Exact(both, mine))
    return found
