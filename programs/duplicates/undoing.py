"""Takes a merge back: every row as it was. Refuses where that would lose what somebody has done since."""

from collections.abc import Sequence
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from programs import listings
from programs.duplicates.ledger import STAFF, Entry, again, model_of, plain
from programs.duplicates.merging import DETAILS
from programs.models import Center, DirectoryEntry, DuplicatePair, Merge, Program, StaffMember
from programs.models.changes import because

LENIENT = frozenset({"is_listed", "details_from_id", "kept_columns", "in_latest_edition"})
"""Columns that follow from something else: what they say now stays, or is worked out anew."""


class CannotUndoError(Exception):
    """The merge cannot be taken back; nothing was changed.

    code: `undone` (already), `merged_on` (a center was merged again since), or `changed`, with `rows`: the
    rows and columns that were edited since.
    """

    def __init__(self, code: str, rows: Sequence[tuple[models.Model, str]] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.rows = rows


def undo(merge_id: int, *, by: Any) -> Merge:
    """Part two centers again, in one transaction. Raises CannotUndoError."""
    with transaction.atomic():
        record = Merge.objects.select_for_update().get(pk=merge_id)
        if record.undone_at is not None:
            raise CannotUndoError("undone")
        pair = (record.survivor_id, record.merged_id)
        centers = {
            one.pk: one for one in Center.objects.select_for_update().filter(pk__in=pair).order_by("pk")
        }
        if any(centers[one].merged_into_id not in (None, record.survivor_id) for one in pair):
            raise CannotUndoError("merged_on")
        if centers[record.survivor_id].merged_into_id is not None:
            raise CannotUndoError("merged_on")
        entries: list[Entry] = record.before["entries"]
        rows = _rows(entries)
        refused = [found for entry in entries for found in _lost(entry, rows)]
        if refused:
            raise CannotUndoError("changed", refused)
        stale = [row for entry in entries for row in _with_newer_edition(entry, rows)]
        with because(f"undo:merge:{record.pk}", by=by):
            for entry in reversed(entries):
                _put_back(entry, rows)
            for center in stale:
                _see_editions(center)
        record.undone_by, record.undone_at = by, timezone.now()
        record.save(update_fields=["undone_by", "undone_at"])
        listings.rebuild(pair)
    return record


Rows = dict[tuple[str, Any], models.Model]


def _rows(entries: Sequence[Entry]) -> Rows:
    """The rows that entries set, as they are now; those that are gone are not in it."""
    wanted: dict[str, set[Any]] = {}
    for entry in entries:
        if entry["after"] is not None and entry["table"] != STAFF:
            wanted.setdefault(entry["table"], set()).add(entry["pk"])
    found: Rows = {}
    for table, keys in wanted.items():
        model = model_of({"table": table})
        for row in model._default_manager.filter(pk__in=keys):
            found[table, row.pk] = row
    return found


def _lost(entry: Entry, rows: Rows) -> list[tuple[models.Model, str]]:
    """Columns of a row that would be overwritten although somebody has changed them since."""
    row = rows.get((entry["table"], entry["pk"]))
    if row is None or entry["after"] is None or isinstance(row, DuplicatePair):
        return []
    return [
        (row, name)
        for name, value in entry["after"].items()
        if plain(getattr(row, name)) != value and not _may_stay(row, name, entry["before"][name])
    ]


def _with_newer_edition(entry: Entry, rows: Rows) -> list[Center]:
    row = rows.get((entry["table"], entry["pk"]))
    after = entry["after"] or {}
    if not isinstance(row, Center) or "in_latest_edition" not in after:
        return []
    return [row] if row.in_latest_edition != after["in_latest_edition"] else []


def _may_stay(row: models.Model, name: str, before: Any) -> bool:
    """Nothing is lost where a newer value stays: a program had none before, or nobody sets it by hand."""
    is_detail = isinstance(row, Program) and any(name in names for names in DETAILS)
    return (is_detail and before in (None, "")) or name in LENIENT


def _put_back(entry: Entry, rows: Rows) -> None:
    if entry["table"] == STAFF:
        member = StaffMember.objects.filter(pk=entry["pk"]).first()
        if member is not None:
            member.centers.remove(entry["after"]["center"])
        return
    if entry["after"] is None:
        _insert(model_of(entry), entry["before"])
        return
    row = rows.get((entry["table"], entry["pk"]))
    if row is not None:  # Else it was deleted since: there is nothing to move back.
        _restore(row, entry)


def _restore(row: models.Model, entry: Entry) -> None:
    after = entry["after"]
    edited = {name for name, value in after.items() if plain(getattr(row, name)) != value}
    for names in DETAILS:
        if edited & set(names):  # What belongs together stays together.
            edited |= set(names)
    new = {name: again(type(row), name, entry["before"][name]) for name in after if name not in edited}
    if "kept_columns" in edited:
        chosen = set(after["kept_columns"]) - set(entry["before"]["kept_columns"])
        new["kept_columns"] = sorted(set(row.kept_columns) - chosen)  # type: ignore[attr-defined]
    for name, value in new.items():
        setattr(row, name, value)
    if new:
        row.save(update_fields=list(new))


def _see_editions(center: Center) -> None:
    """An import has spoken since: work out anew from the entries that are the center's own again."""
    latest = list(DirectoryEntry.objects.filter(center=center).values_list("in_latest", flat=True))
    center.in_latest_edition = any(latest) if latest else None
    center.save(update_fields=["in_latest_edition"])


def _insert(model: type[models.Model], columns: dict[str, Any]) -> None:
    """A row that was taken away, unless another has its place by now."""
    values = {name: again(model, name, value) for name, value in columns.items()}
    key = {model._meta.pk.attname: values[model._meta.pk.attname]}
    if isinstance(values.get("first_id"), int):
        taken = model._default_manager.filter(first_id=values["first_id"], second_id=values["second_id"])
    else:
        taken = model._default_manager.filter(**key)
    if not taken.exists():
        model(**values).save(force_insert=True)
        # Past the days that a row gives itself when it is saved.
        model._default_manager.filter(**key).update(**values)
