"""Takes a whole import back, by the copies that the histories keep of every row it wrote.

The unit is a center. One that nobody has touched since is as it was before the import, and gone where the
import had created it. One that somebody has worked on since stays as it is, with all that the import said
about it, and is named. Docs: docs/importing.md.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, ManyToOneRel, Max, Model, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from programs import history, listings
from programs.importing.apply import overwrite
from programs.importing.run import alone, tidy
from programs.models import (
    Center,
    DirectoryEntry,
    ImportRun,
    Listing,
    Organization,
    Program,
    Session,
    Statement,
)

_CENTER_OF: dict[Any, str] = {
    Center: "id",
    Program: "center_id",
    Statement: "center_id",
    DirectoryEntry: "center_id",
}
"""What an import writes beside organizations, in the order in which rows need each other."""
_PIECE = 500
_STAYS = frozenset({"id", "created_at", "updated_at"})
"""Not restored: a page that changes back has changed, and who keeps a copy of it must learn so."""


class NotUndoableError(Exception):
    """It was undone already, or a later import was laid over it: that one comes first."""


@dataclass(slots=True)
class Undone:
    """What became of an import that was taken back: how many centers; the names of those that were left."""

    deleted: int = 0
    restored: int = 0
    left: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Wrote:
    """What an import did to one table: rows it created, rows it changed with the id of the copy from before
    (None: there is none), and the center of each."""

    created: set[int] = field(default_factory=set)
    changed: dict[int, int | None] = field(default_factory=dict)
    center_of: dict[int, int] = field(default_factory=dict)


Wrote = dict[Any, _Wrote]


def newest() -> ImportRun | None:
    """The import that may be undone: the last that changed anything and was not undone."""
    changed = Q(created__gt=0) | Q(updated__gt=0) | Q(joined__gt=0) | Q(vanished__gt=0)
    return ImportRun.objects.filter(changed, undone_at=None).order_by("-finished_at", "-id").first()


def undo(run: ImportRun, by: Any) -> Undone:
    """Take an import back, in one transaction. NotUndoableError, or BusyError as `run.take`."""
    with alone(lambda line: None):
        locked = ImportRun.objects.select_for_update().get(pk=run.pk)
        last = newest()
        if last is None or last.pk != locked.pk:
            raise NotUndoableError
        reason = f"import:{locked.public_id}"
        with history.because(f"undo:{locked.public_id}", by=by):
            done = _take_back({model: _wrote(model, reason) for model in _CENTER_OF}, reason)
        locked.undone_at, locked.undone_by = timezone.now(), by
        locked.warnings = [*locked.warnings, *(f"left when undone: {name}" for name in done.left)]
        locked.save()
        locked.refused_rows.filter(handled_at=None).update(handled_at=locked.undone_at, handled_by=by)
    tidy()
    return done


def _wrote(model: Any, reason: str) -> _Wrote:
    """What an import did to a table, from its copies there."""
    kept = model.history.model.objects
    before = kept.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    found = _Wrote()
    rows = kept.filter(history_change_reason=reason).order_by("history_id")
    columns = ("id", "history_type", _CENTER_OF[model], "before")
    copies = rows.annotate(before=Subquery(before.values("history_id")[:1])).values_list(*columns)
    for pk, kind, center, earlier in copies.iterator():
        found.center_of[pk] = center
        if kind == history.CREATED:
            found.created.add(pk)
        elif pk not in found.created:
            found.changed.setdefault(pk, earlier)
    return found


def _take_back(wrote: Wrote, reason: str) -> Undone:
    centers = {center for one in wrote.values() for center in one.center_of.values()}
    left = (_touched_since(reason) | _needed(wrote, reason) | _without_copies(wrote)) & centers
    free = centers - left
    gone = wrote[Center].created & free
    names = [str(center) for some in _pieces(left) for center in Center.objects.filter(id__in=some)]
    done = Undone(len(gone), len(free) - len(gone), sorted(names))
    for some in _pieces(gone):
        Listing.objects.filter(center_id__in=some).delete()
    for model in reversed(_CENTER_OF):
        one = wrote[model]
        _delete(model, [pk for pk in one.created if one.center_of[pk] in free])
    for model in _CENTER_OF:
        one = wrote[model]
        _restore(model, [copy for pk, copy in one.changed.items() if copy and one.center_of[pk] in free])
    _delete(Organization, _given_up(reason))
    listings.rebuild(free - gone)
    return done


def _touched_since(reason: str) -> set[int]:
    """Centers that somebody has changed after the import: they, their programs, statements or timetables."""
    undone = ImportRun.objects.exclude(undone_at=None).values_list("public_id", flat=True)
    passing = {f"{kind}:{public_id}" for public_id in undone for kind in ("import", "undo")} | {reason}
    last = [
        model.history.filter(history_change_reason=reason).aggregate(at=Max("history_date"))["at"]
        for model in _CENTER_OF
    ]
    since = max((at for at in last if at is not None), default=None)
    if since is None:
        return set()
    found: set[int] = set()
    for model, center in _CENTER_OF.items():
        later = model.history.filter(history_date__gt=since).exclude(history_change_reason__in=passing)
        found.update(later.values_list(center, flat=True).distinct())
    sessions = Session.history.filter(history_date__gt=since).values("program_id")
    found.update(Program.objects.filter(id__in=sessions).values_list("center_id", flat=True))
    return found


def _needed(wrote: Wrote, reason: str) -> set[int]:
    """Centers with a created row on which something hangs that the import did not create: a report."""
    found: set[int] = set()
    for model in (Center, Program, Statement):
        created = model.history.filter(history_change_reason=reason, history_type=history.CREATED)
        for relation in _relations(model):
            name, own = relation.field.name, wrote.get(relation.related_model)
            hanging = relation.related_model._base_manager.filter(**{f"{name}__in": created.values("id")})
            for pk, on in hanging.order_by().values_list("pk", f"{name}_id").iterator():
                if own is None or pk not in own.created:
                    found.add(wrote[model].center_of[on])
    return found


def _relations(model: type[Model]) -> Iterator[ManyToOneRel]:
    """Every foreign key to a table, but those of what is derived and of the histories."""
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and not _is_copied(relation.related_model):
            yield relation


def _is_copied(model: Any) -> bool:
    """Whether a table only repeats what stands in others."""
    return model is Listing or model.__name__.startswith("Historical")


def _without_copies(wrote: Wrote) -> set[int]:
    """Centers of rows that were changed and have no way back: no copy, or its organization is gone."""
    found = {one.center_of[pk] for one in wrote.values() for pk, copy in one.changed.items() if copy is None}
    missing = ~Exists(Organization.objects.filter(id=OuterRef("organization_id")))
    for some in _pieces(copy for copy in wrote[Center].changed.values() if copy):
        copies = Center.history.filter(missing, history_id__in=some)
        found.update(copies.values_list("id", flat=True))
    return found


def _restore(model: Any, copies: list[int]) -> None:
    """Write rows as these copies have them."""
    columns = [one.attname for one in model._meta.concrete_fields]
    names = [one.name for one in model._meta.concrete_fields if one.name not in _STAYS]
    for some in _pieces(copies):
        kept = model.history.filter(history_id__in=some).values(*columns)
        rows = [model(**values) for values in kept]
        overwrite(rows, names)
        history.record(model, [row.pk for row in rows])


def _delete(model: Any, ids: Iterable[int]) -> None:
    """Past the collector, which would look for what hangs on every row: that was looked for before."""
    for some in _pieces(ids):
        history.record(model, some, history.DELETED)
        rows: QuerySet[Any] = model._base_manager.filter(id__in=some)
        rows._raw_delete(rows.db)


def _given_up(reason: str) -> list[int]:
    """Organizations that the import created, that nobody has changed since, and that have no center left."""
    copies = Organization.history
    created = copies.filter(history_change_reason=reason, history_type=history.CREATED).values("id")
    others = copies.filter(id=OuterRef("id")).exclude(history_change_reason=reason)
    empty = Organization.objects.filter(~Exists(others), id__in=created)
    for relation in _relations(Organization):
        hanging = relation.related_model._base_manager.filter(**{relation.field.name: OuterRef("id")})
        empty = empty.filter(~Exists(hanging))
    return list(empty.values_list("id", flat=True))


def _pieces(ids: Iterable[int]) -> Iterator[list[int]]:
    listed = sorted(ids)
    return (listed[at : at + _PIECE] for at in range(0, len(listed), _PIECE))
