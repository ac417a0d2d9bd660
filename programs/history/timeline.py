"""All that happened to a center, an organization, a program or a staff member, as one list of events."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from django.db.models import CharField, Model, OuterRef, Q, QuerySet, Subquery, Value

from programs.history.authors import authors
from programs.history.differences import Difference, changes_between, pointed_at
from programs.history.named import Names
from programs.models import Center, Organization, Program, Session, StaffMember, Statement
from programs.staff.access import reach

SHOWN = 30
"""Copies on a page."""
TOGETHER = timedelta(seconds=60)
"""What one author did within this long is told as one event."""


class Entry(NamedTuple):
    """What happened to one row. `before`: the copy before this one, None for the first."""

    copy: Any
    before: Any
    subject: str
    differences: list[Difference]


class Event(NamedTuple):
    """What one author did at one time."""

    at: datetime
    author: str
    entries: list[Entry]


class Page(NamedTuple):
    events: list[Event]
    has_older: bool


def timeline(user: Any, model: type[Model], key: Any, *, page: int = 1) -> Page:
    """What happened to the row of this key and to all that belongs to it, newest first, as far as `user`
    reaches. `model` is one of `SOURCES`. The row itself may be gone. Some ten queries for any page.
    """
    own, *others = SOURCES[model](key)
    if not reach(user, own).exists():
        return Page([], False)
    # What is part of the row is reached with it; who runs a center, or what an organization runs, may not be.
    tables = [own, *(reach(user, rows) if rows.model in BESIDE else rows for rows in others)]
    parts = [_keys(rows) for rows in tables]
    found = parts[0].union(*parts[1:], all=True) if parts[1:] else parts[0]
    start = (page - 1) * SHOWN
    listed = list(found.order_by("-history_date", "table", "-history_id")[start : start + SHOWN + 1])
    entries = _entries(listed[:SHOWN], {rows.model._meta.model_name: rows.model for rows in tables})
    return Page(list(_events(entries)), len(listed) > SHOWN)


def _center(key: Any) -> Iterable[QuerySet[Any]]:
    own = Center.history.filter(id=key)
    programs = Program.history.filter(center_id=key)
    return (
        own,
        Organization.history.filter(id__in=own.order_by().values("organization_id")),
        programs,
        Session.history.filter(program_id__in=programs.order_by().values("id")),
        Statement.history.filter(center_id=key),
    )


SOURCES: Mapping[type[Model], Callable[[Any], Iterable[QuerySet[Any]]]] = {
    Center: _center,
    Organization: lambda key: (
        Organization.history.filter(id=key),
        Center.history.filter(organization_id=key),
    ),
    Program: lambda key: (
        Program.history.filter(id=key),
        Session.history.filter(program_id=key),
        Statement.history.filter(program_id=key),
    ),
    StaffMember: lambda key: (StaffMember.history.filter(user_id=key),),
}
"""By table: the copies of one of its rows, and those of what belongs to it."""
BESIDE = (Center.history.model, Organization.history.model)


def _keys(rows: QuerySet[Any]) -> Any:
    """When, which table, and which copy."""
    table = Value(rows.model._meta.model_name, output_field=CharField())
    return rows.order_by().annotate(table=table).values_list("history_date", "table", "history_id")


def _with_earlier(copies: Any, ids: Iterable[int]) -> dict[int, tuple[Any, Any]]:
    """By id: these copies, each with the one of the same row before it. One query."""
    pk = copies.instance_type._meta.pk.attname
    shown = copies._default_manager.filter(history_id__in=ids)
    same_row = {pk: OuterRef(pk), "history_id__lt": OuterRef("history_id")}
    earlier = copies._default_manager.filter(**same_row).order_by("-history_id").values("history_id")[:1]
    before = shown.order_by().annotate(before=Subquery(earlier)).values("before")
    found = copies._default_manager.filter(Q(history_id__in=ids) | Q(history_id__in=before))
    last: dict[Any, Any] = {}
    pairs = {}
    for copy in found.select_related("history_user").order_by("history_id"):
        pairs[copy.history_id] = (copy, last.get(getattr(copy, pk)))
        last[getattr(copy, pk)] = copy
    return pairs


def _entries(listed: list[tuple[Any, ...]], tables: Mapping[str | None, Any]) -> list[Entry]:
    wanted: dict[str, set[int]] = defaultdict(set)
    for _at, table, copy in listed:
        wanted[table].add(copy)
    found = {table: _with_earlier(tables[table], ids) for table, ids in wanted.items()}
    pairs = [found[table][copy] for _at, table, copy in listed]
    sides = [(copy, None) if copy.history_type == "-" else (before, copy) for copy, before in pairs]
    names = Names(
        [
            *(key for side in sides for key in pointed_at(*side)),
            *((Program, copy.program_id) for copy, _ in pairs if isinstance(copy.instance, Session)),
            *((_user_of(copy), copy.user_id) for copy, _ in pairs if isinstance(copy.instance, StaffMember)),
        ]
    )
    told = (changes_between(old, new, names) for old, new in sides)
    entries = [
        Entry(copy, before, _subject(copy, names), lines)
        for (copy, before), lines in zip(pairs, told, strict=True)
    ]
    # Saving a row again leaves a copy also where nothing a reader knows of has changed.
    return [one for one in entries if one.differences or one.copy.history_type != "~"]


def _user_of(copy: Any) -> Any:
    return copy._meta.get_field("user").related_model


def _subject(copy: Any, names: Names) -> str:
    """ "Program: IOP": what kind of row it is, and which."""
    row = copy.instance
    kind = str(row._meta.verbose_name)
    called = names.of(_user_of(copy), row.user_id) if isinstance(row, StaffMember) else str(row)
    if isinstance(row, Session):
        called = f"{called}, {names.of(Program, row.program_id)}"
    return f"{kind[:1].upper()}{kind[1:]}: {called}"


def _events(entries: list[Entry]) -> Iterator[Event]:
    """Entries in their order; a new event begins where the author changes or time has passed."""
    words = authors([one.copy for one in entries])
    breaks = [
        number
        for number, (one, following) in enumerate(pairwise(entries), start=1)
        if _who(one) != _who(following) or one.copy.history_date - following.copy.history_date > TOGETHER
    ]
    for start, end in pairwise([0, *breaks, len(entries)] if entries else []):
        yield Event(entries[start].copy.history_date, words[start], entries[start:end])


def _who(entry: Entry) -> tuple[Any, Any]:
    return entry.copy.history_user_id, entry.copy.history_change_reason
