"""Plans an import that was read: what each row would do. The one step that needs the whole directory."""

import json
from collections.abc import Callable, Iterator
from hashlib import blake2b
from typing import Any

from programs import bulk
from programs.facts import FactSet, unpack
from programs.importing.plan import Change, Plan
from programs.importing.rows import Row
from programs.importing.run import planned
from programs.importing.workbook import StructureError
from programs.models import StagedImport, StagedRow
from programs.models.staging import StageStatus
from programs.staging.stored import COLUMNS, as_values, editions_of

Differences = dict[str, Any]


def plan_staged(staged: StagedImport, progress: dict[str, Any]) -> Callable[[StagedImport], object]:
    """Plan, note the result in `progress`, and give what writes it."""
    editions = editions_of(staged)
    if not any(edition.rows for edition in editions):
        raise StructureError(_nothing(staged))
    found = planned(editions)
    progress |= {"step": "done", "digest": digest_of(found), "all_warnings": found.warnings}
    counts = {outcome.value: number for outcome, number in found.totals.items()}

    def write(locked: StagedImport) -> None:
        rows = locked.rows.exclude(outcome="refused")
        rows._raw_delete(rows.db)  # Nothing hangs on a staged row.
        bulk.insert(StagedRow, COLUMNS, _outcomes(locked, found))
        locked.counts = counts | {"vanished": found.vanished}
        locked.status = StageStatus.READY

    return write


def digest_of(found: Plan) -> str:
    """The same for the same plan, and another for any other: what was looked at is what is applied."""
    said = blake2b(digest_size=16)
    for change in found.changes:
        row = change.row
        where = (row.file, row.number) if row else ("", 0)
        said.update(repr((change.outcome, change.center, change.what, str(change.public_id), where)).encode())
        said.update(json.dumps(differences(change), default=str, sort_keys=True).encode())
    counted = sorted((name, sorted(counts.items())) for name, counts in found.outcomes.items())
    said.update(repr(counted).encode())
    return said.hexdigest()


def differences(change: Change) -> Differences:
    """What changes, as `StagedRow.changes` holds it."""
    found: Differences = {}
    if change.columns:
        found["columns"] = {name: [_text(old), _text(new)] for name, (old, new) in change.columns.items()}
    if change.kept:
        found["kept"] = {name: [_text(ours), _text(theirs)] for name, (ours, theirs) in change.kept.items()}
    if change.facts and change.outcome != "created":
        found["facts"] = _facts(*change.facts)
    notes = [word for word in change.what if word != "facts" and word not in change.columns]
    if notes:
        found["notes"] = notes
    return found


def _facts(old: FactSet, new: FactSet) -> dict[str, list[bool | None]]:
    codes = dict.fromkeys(code for mask in (old.yes, old.no, new.yes, new.no) for code in unpack(mask))
    pairs = {code: [old.value(code), new.value(code)] for code in codes}
    return {code: pair for code, pair in pairs.items() if pair[0] is not pair[1]}


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value or "")


def _outcomes(staged: StagedImport, found: Plan) -> Iterator[tuple[Any, ...]]:
    """Every row with what becomes of it, then the centers that are gone."""
    changes = {(change.row.file, change.row.number): change for change in found.changes if change.row}
    for edition in found.editions:
        for row in edition.rows:
            yield _outcome(staged, edition.source.code, row, changes.get((row.file, row.number)))
    gone = (change for change in found.changes if change.row is None)
    for number, change in enumerate(gone, 1):
        yield (staged.pk, "", number, change.center[:200], change.outcome, change.public_id, "{}", "{}", "")


def _outcome(staged: StagedImport, source: str, row: Row, change: Change | None) -> tuple[Any, ...]:
    values = json.dumps(as_values(row) | {"source": source})
    outcome = change.outcome if change else "unchanged"
    said = json.dumps(differences(change)) if change else "{}"
    center = change.public_id if change else None
    return (staged.pk, row.file, row.number, row.name, outcome, center, said, values, "")


def _nothing(staged: StagedImport) -> str:
    first = staged.rows.filter(outcome="refused").first()
    return f"no row that can be taken; the first: {first.reason}" if first else "no row that can be taken"
