"""Reads and plans an import step by step: each step is short, and committed whole or not at all.

`StagedImport.progress` says where it is. "step": look (at file "file"), survey (file "file"), read (from row
"start" of file "file"), whole (refused rows of file "file"), plan, done. "files": what is known of each file;
"tallies": what was met; then "warnings", "digest" of the plan and "seconds" that each kind of step took. Two
that work on one import at once do no harm: the slower one's step is dropped.
"""

import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from typing import Any

from django.db import transaction

from programs.importing.crawl import ChangedError
from programs.importing.load import state_boxes
from programs.importing.reading import MAX_REFUSED, Edition
from programs.importing.run import NoPlacesError, require_places
from programs.importing.workbook import StructureError
from programs.models import StagedFile, StagedImport, StagedRow
from programs.models.staging import StageStatus
from programs.staging import stored
from programs.staging.kinds import Kind, as_json, kind_of, tallies_of
from programs.staging.planning import plan_staged

ROWS = 2000
"""Rows that a step reads: about a second of work."""
MOST_ROWS = 60_000
"""Rows of one import in the browser. The command line takes more."""
SECONDS = 1.0
"""No new step is begun after this time: a request stays within about twice of it."""
Write = Callable[[StagedImport], object]


class GoneError(Exception):
    """The files are not there any more: somebody has discarded the import."""


class _Step:
    """One step: `staged` as it was read, its next `progress`, and what to write with it."""

    def __init__(self, staged: StagedImport) -> None:
        self.staged = staged
        self.progress: dict[str, Any] = {"step": "look", "file": 0, "files": [], "tallies": {}}
        self.progress |= deepcopy(staged.progress)
        self.names: list[str] = list(staged.files.values_list("name", flat=True))
        self.passed = 0
        self.write: Write = lambda locked: None

    def run(self) -> None:
        if self.progress["step"] == "plan":
            self.write = plan_staged(self.staged, self.progress)
            return
        kind = kind_of(self.names, stored.mapping_of(self.staged), state_boxes)
        with on_disk(self.staged, self.progress["file"]) as path:
            getattr(self, f"_{self.progress['step']}")(kind, path)

    def _look(self, kind: Kind, path: Path) -> None:
        if not self.progress["files"]:
            require_places()
        self.progress["files"] = [*self.progress["files"], kind.look(path, self.staged.year)]
        rows = sum(seen["rows"] for seen in self.progress["files"])
        if rows > MOST_ROWS:
            raise StructureError(f"more than {MOST_ROWS:,} rows: use the command line for such a list")
        if self._next_file("survey" if kind.surveys else "read") and not self.staged.is_part:
            kind.check(self.progress["files"])
        self.write = lambda locked: setattr(locked, "total", rows)

    def _survey(self, kind: Kind, path: Path) -> None:
        tallies = tallies_of(self.progress["tallies"])
        kind.survey(path, tallies)
        self.progress["tallies"] = as_json(tallies)
        self._next_file("read")

    def _read(self, kind: Kind, path: Path) -> None:
        seen = self.progress["files"][self.progress["file"]]
        start, tallies = self.progress.get("start", 0), tallies_of(self.progress["tallies"])
        part = kind.part(path, seen, start, ROWS, tallies)
        self.progress["tallies"] = as_json(tallies)
        self.progress["start"] = start + part.passed
        if part.passed < ROWS and self._next_file("whole"):
            self.progress["warnings"] = kind.warnings(self.progress["files"], tallies)
            self.progress["tallies"] = {}
        self.passed = part.passed
        self.write = lambda locked: _keep(locked, part.editions)

    def _whole(self, kind: Kind, path: Path) -> None:
        bad = self.staged.rows.filter(file=path.name, outcome=stored.REFUSED)
        numbers = set(bad.values_list("number", flat=True))
        found = kind.whole(path, numbers) if numbers else {}
        self._next_file("plan")
        self.write = lambda locked: _widen(locked, path.name, found)

    def _next_file(self, then: str) -> bool:
        """Go on with the next file; True and the next kind of step where there is none."""
        self.progress |= {"file": self.progress["file"] + 1, "start": 0}
        if self.progress["file"] < len(self.names):
            return False
        self.progress |= {"step": then, "file": 0}
        return True


def step(staged: StagedImport) -> StagedImport:
    """Do the next step of an import that is being read; the import as it is then."""
    before, begun = staged.progress, time.perf_counter()
    one = _Step(staged)
    kind_of_step = one.progress["step"]
    try:
        one.run()
    except GoneError:
        return StagedImport.objects.get(pk=staged.pk)
    except (StructureError, ChangedError, NoPlacesError) as error:
        return refuse(staged, str(error))
    seconds = defaultdict(float, one.progress.get("seconds", {}))
    seconds[kind_of_step] = round(seconds[kind_of_step] + time.perf_counter() - begun, 2)
    one.progress["seconds"] = dict(seconds)
    with transaction.atomic():
        locked = StagedImport.objects.select_for_update().get(pk=staged.pk)
        if locked.status != StageStatus.READING or locked.progress != before:
            return locked  # Somebody else has done this step, or discarded the import.
        one.write(locked)
        locked.progress = one.progress
        locked.read += one.passed
        locked.save()
    return locked


def work(staged: StagedImport, seconds: float = SECONDS) -> StagedImport:
    """Steps until the import is read and planned, or the time is over."""
    until = time.monotonic() + seconds
    while staged.status == StageStatus.READING and staged.progress.get("step") != "mapping":
        staged = step(staged)
        if time.monotonic() > until:
            break
    return staged


def refuse(staged: StagedImport, why: str) -> StagedImport:
    """The import cannot be taken: nothing of it stays but the reason."""
    with transaction.atomic():
        locked = StagedImport.objects.select_for_update().get(pk=staged.pk)
        if locked.status == StageStatus.READING:
            locked.status, locked.message = StageStatus.REFUSED, why
            locked.save()
            forget(locked)
    return locked


def forget(staged: StagedImport) -> None:
    """Take out the files and the rows of an import that is over."""
    staged.files.all().delete()
    rows = staged.rows.all()
    rows._raw_delete(rows.db)  # Nothing hangs on a staged row; the collector would read them all.


@contextmanager
def on_disk(staged: StagedImport, at: int) -> Iterator[Path]:
    """The file that was sent as number `at`, under its own name."""
    files = list(StagedFile.objects.filter(staged=staged).order_by("id")[at : at + 1])
    if not files:
        raise GoneError
    file = files[0]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / Path(file.name).name
        path.write_bytes(bytes(file.content))
        yield path


def _keep(staged: StagedImport, editions: list[Edition]) -> None:
    stored.keep_rows(staged, editions)
    if staged.rows.filter(outcome=stored.REFUSED).count() > MAX_REFUSED:
        staged.status = StageStatus.REFUSED
        staged.message = f"more than {MAX_REFUSED:,} rows cannot be taken"


def _widen(staged: StagedImport, file: str, found: dict[int, dict[str, object]]) -> None:
    """Give refused rows every cell that they have in their file."""
    rows = list(staged.rows.filter(file=file, outcome=stored.REFUSED, number__in=found))
    for row in rows:
        row.values = row.values | {"cells": found[row.number]}
    StagedRow.objects.bulk_update(rows, ["values"], batch_size=500)
