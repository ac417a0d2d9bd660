"""Says what an import did: as lines for people, as one object for programs, as a file of refused rows."""

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from programs.importing.formulas import safe
from programs.importing.plan import Change, Outcome
from programs.importing.reading import Refused
from programs.importing.run import Result

SHOWN = 10
"""Changes of each kind that a summary names."""
WORDS = {
    Outcome.CREATED: "new centers",
    Outcome.JOINED: "joined to a center that is listed elsewhere",
    Outcome.UPDATED: "updated",
    Outcome.UNCHANGED: "unchanged",
    Outcome.DUPLICATE: "left out as duplicates",
    Outcome.REFUSED: "refused",
}


def as_dict(result: Result) -> dict[str, int | str | None]:
    """Exactly eight keys. The six outcomes add up to `read`; `import_id` is None on a dry run."""
    return {
        "read": result.plan.read,
        **result.counts,
        "import_id": str(result.import_id) if result.import_id else None,
    }


def lines(result: Result) -> Iterator[str]:
    """A summary to read: each edition, then, on a dry run, the first changes of each kind."""
    plan = result.plan
    for edition in plan.editions:
        counts = plan.outcomes[str(edition)]
        yield f"{edition}: {edition.read:,} rows read"
        for outcome, words in WORDS.items():
            if counts[outcome]:
                yield f"  {counts[outcome]:>8,} {words}"
    if plan.vanished:
        yield f"{plan.vanished:,} rows of earlier editions are not in the latest one (kept, and marked so)"
    if result.import_id is None:
        yield from _preview(plan.changes)
        yield "Dry run: nothing was written."
    else:
        yield f"Imported {plan.read:,} rows, {len(plan.touched):,} centers touched. Import {result.import_id}"


def _preview(changes: Sequence[Change]) -> Iterator[str]:
    kinds = dict.fromkeys(change.outcome for change in changes)
    for kind in kinds:
        some = [change for change in changes if change.outcome == kind]
        yield f"{kind}:"
        for change in some[:SHOWN]:
            yield f"  {change.center}" + (f" ({', '.join(change.what)})" if change.what else "")
        if len(some) > SHOWN:
            yield f"  … and {len(some) - SHOWN:,} more"


def write_refused(path: Path, refused: Sequence[Refused]) -> None:
    """A CSV to mend and import again: where the row stands, why it was refused, and its columns.

    Cells that a spreadsheet would run as formulas begin with an apostrophe.
    """
    columns = tuple(dict.fromkeys(column for row in refused for column in row.values))
    with path.open("w", newline="", encoding="utf-8-sig") as stream:
        writer = csv.writer(stream)
        writer.writerow(("file", "row", "reason", *columns))
        for row in refused:
            values = (safe(row.values.get(column)) for column in columns)
            writer.writerow((safe(row.file), row.number, safe(row.reason), *values))
