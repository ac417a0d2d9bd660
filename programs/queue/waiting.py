"""Reads what waits, as far as an account may see it and do something about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from django.db.models import BigIntegerField, CharField, Count, F, Q, QuerySet, Value
from django.db.models.functions import TruncDate

from programs import models
from programs.expiring import expiring, never_confirmed
from programs.freshness import ASK_BEFORE, expires_on
from programs.queue.order import Entry, Kind, Why, merged
from programs.staff.access import may, reach
from programs.staff.roles import Act, Thing

DEPTH = 500
"""Rows that are read of a group of kinds, the oldest: nobody pages on farther in a day."""
LAPSE_SOON = timedelta(days=2)
LAPSED_LATELY = timedelta(days=14)
"""Openings are asked for anew from two days before they lapse until two weeks after."""
RIGHTS: Mapping[Kind, tuple[Act, Thing]] = MappingProxyType(
    {
        Kind.INQUIRY: (Act.CHANGE, Thing.INQUIRY),
        Kind.REPORT: (Act.CHANGE, Thing.REPORT),
        Kind.PROPOSAL: (Act.PUBLISH, Thing.PROPOSAL),
        Kind.OPENINGS: (Act.CHANGE, Thing.OPENINGS),
        Kind.FACTS: (Act.CHANGE, Thing.LISTING),
        Kind.DRAFT: (Act.PUBLISH, Thing.LISTING),
        Kind.REFUSED: (Act.CHANGE, Thing.IMPORT),
        Kind.DUPLICATE: (Act.CHANGE, Thing.DUPLICATE),
    }
)
"""Whoever may not do the work of a kind is not shown it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """All that waits for an account, in order. `cut`: kinds of which more may wait than was read."""

    entries: tuple[Entry, ...]
    cut: frozenset[Kind]


@dataclass(frozen=True, slots=True)
class _Source:
    """The rows of one kind, with `since` and `detail`. `to`: the way from a row to its center; "" for a
    center itself, None where there is none."""

    rows: Callable[[date], QuerySet[Any]]
    to: str | None


def kinds_of(user: Any) -> tuple[Kind, ...]:
    """The kinds of work the account may do."""
    return tuple(kind for kind, (act, thing) in RIGHTS.items() if may(user, act, thing))


def waiting(user: Any, *, today: date) -> Waiting:
    """What the account can do something about today: within its reach, of its kinds, not put off."""
    found: list[Why] = []
    cut: set[Kind] = set()
    for kinds in _together(kinds_of(user)):
        rows = _read([_awake(_reached(user, kind, today), _SOURCES[kind].to, today) for kind in kinds], kinds)
        found += rows
        cut |= set(kinds) if len(rows) == DEPTH else set()
    return Waiting(tuple(merged(found, today=today)), frozenset(cut))


def of_center(user: Any, center: models.Center, *, today: date) -> tuple[Why, ...]:
    """What waits for the account at one center, the most urgent first, put off or not."""
    found: list[Why] = []
    wanted = [kind for kind in kinds_of(user) if _SOURCES[kind].to is not None]
    for is_facts in (False, True):
        kinds = [kind for kind in wanted if (kind is Kind.FACTS) is is_facts]
        own = [_reached(user, kind, today).filter(**{_SOURCES[kind].to or "pk": center.pk}) for kind in kinds]
        found += _read(own, kinds) if own else []
    return tuple(why for entry in merged(found, today=today) for why in entry.whys)


def totals(*, today: date) -> dict[Kind, int]:
    """How many rows of each kind wait in the whole site, put off or not, whoever may see them."""
    return {kind: source.rows(today).count() for kind, source in _SOURCES.items()}


def lane(user: Any, *, today: date) -> QuerySet[models.Center]:
    """Centers no person ever confirmed, for when nothing else waits: those a directory dropped come first.

    They are not the work of a day: where nobody has confirmed anything yet, that is the whole directory.
    """
    if not may(user, *RIGHTS[Kind.FACTS]):
        return models.Center.objects.none()
    centers = _awake(reach(user, never_confirmed()), "", today)
    return centers.order_by(F("in_latest_edition").asc(nulls_last=True), "id")


def put_off(user: Any, *, today: date) -> QuerySet[models.Snooze]:
    """What somebody put off until a later day, the nearest day first."""
    return reach(user, models.Snooze.objects.filter(until__gt=today)).order_by("until", "center_id")


def _together(kinds: Iterable[Kind]) -> list[list[Kind]]:
    """Kinds that one query reads: those of which there are few at a time share one."""
    wanted = list(kinds)
    return [some for group in _GROUPS if (some := [kind for kind in group if kind in wanted])]


def _reached(user: Any, kind: Kind, today: date) -> QuerySet[Any]:
    return reach(user, _SOURCES[kind].rows(today))


def _awake(rows: QuerySet[Any], to: str | None, today: date) -> QuerySet[Any]:
    """Without those whose center was put off until a later day."""
    if to is None:
        return rows
    asleep = models.Snooze.objects.filter(until__gt=today).values("center_id")
    return rows.exclude(**{f"{to}__in" if to else "id__in": asleep})


def _read(branches: list[QuerySet[Any]], kinds: list[Kind]) -> list[Why]:
    """The oldest rows of these branches. Each branch has `since` and `detail`."""
    parts = [
        rows.order_by()
        .annotate(what=Value(kind, CharField()), at=_at(_SOURCES[kind].to))
        .values_list("what", "at", "since", "pk", "detail")
        for rows, kind in zip(branches, kinds, strict=True)
    ]
    rows = parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0]
    return [_why(*row) for row in rows.order_by("since")[:DEPTH]]


def _at(to: str | None) -> Any:
    """The id of a row's center, as a column."""
    if to is None:
        return Value(None, BigIntegerField())
    return F(f"{to}_id" if to else "pk")


def _why(kind: str, center: int | None, since: date, ref: int, detail: str | int) -> Why:
    if kind == Kind.FACTS:
        since = expires_on(since)
    return Why(Kind(kind), center, since, ref, str(detail))


_GROUPS = (
    (Kind.INQUIRY, Kind.REPORT, Kind.PROPOSAL, Kind.OPENINGS, Kind.DRAFT),
    (Kind.FACTS,),
    (Kind.REFUSED,),
    (Kind.DUPLICATE,),
)
_NOTHING = Value("", CharField())


def _inquiries(today: date) -> QuerySet[Any]:
    open_ones = (models.InquiryStatus.NEW, models.InquiryStatus.TRYING)
    rows = models.Inquiry.objects.filter(status__in=open_ones, do_not_call=False, purge_on__gt=today)
    return rows.annotate(since=TruncDate("due_at"), detail=_NOTHING)


def _reports(today: date) -> QuerySet[Any]:
    open_ones = (models.ReportStatus.NEW, models.ReportStatus.WORKING)
    rows = models.Report.objects.filter(status__in=open_ones, purge_on__gt=today)
    return rows.annotate(since=TruncDate("created_at"), detail=F("kind"))


def _proposals(today: date) -> QuerySet[Any]:
    rows = models.Proposal.objects.filter(status=models.ProposalStatus.WAITING)
    return rows.annotate(since=TruncDate("created_at"), detail=_NOTHING)


def _openings(today: date) -> QuerySet[Any]:
    soon_or_lately = Q(openings_until__range=(today - LAPSED_LATELY, today + LAPSE_SOON))
    rows = models.Program.objects.listed().filter(soon_or_lately, openings__isnull=False)
    return rows.annotate(since=F("openings_until"), detail=F("level"))


def _facts(today: date) -> QuerySet[Any]:
    return expiring(today + ASK_BEFORE).annotate(since=F("confirmed_on"), detail=_NOTHING)


def _drafts(today: date) -> QuerySet[Any]:
    rows = models.Center.objects.filter(status=models.CenterStatus.REVIEW)
    return rows.annotate(since=TruncDate("updated_at"), detail=_NOTHING)


def _duplicates(today: date) -> QuerySet[Any]:
    rows = models.DuplicatePair.objects.filter(status=models.PairStatus.OPEN)
    return rows.annotate(since=TruncDate("found_at"), detail=F("second__name"))


def _refused(today: date) -> QuerySet[Any]:
    """Imports with rows that nobody has mended yet; `detail` says how many."""
    unhandled = Count("refused_rows", filter=Q(refused_rows__handled_at=None))
    rows = models.ImportRun.objects.filter(undone_at=None).annotate(detail=unhandled)
    return rows.filter(detail__gt=0).annotate(since=TruncDate("finished_at"))


_SOURCES: Mapping[Kind, _Source] = MappingProxyType(
    {
        Kind.INQUIRY: _Source(_inquiries, "center"),
        Kind.REPORT: _Source(_reports, "center"),
        Kind.PROPOSAL: _Source(_proposals, "center"),
        Kind.OPENINGS: _Source(_openings, "center"),
        Kind.FACTS: _Source(_facts, ""),
        Kind.DRAFT: _Source(_drafts, ""),
        Kind.DUPLICATE: _Source(_duplicates, "first"),
        Kind.REFUSED: _Source(_refused, None),
    }
)
