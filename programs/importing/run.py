"""One import from files to database."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.db import OperationalError, connection, transaction

from programs import history
from programs.importing.apply import apply
from programs.importing.load import load, load_entries
from programs.importing.matching import settled
from programs.importing.plan import Outcome, Plan, plan
from programs.importing.reading import Edition, Refused, Watch, read_files
from programs.importing.state import State
from programs.models import ImportRun, RefusedRow, ZipCode

LOCK = 0x10F_F1D
"""Number of the PostgreSQL advisory lock that imports hold one after another."""
PATIENCE = 300.0
"""Seconds to wait for another import before giving up."""

_AT_MOST, _STEP_BACK = "250ms", 0.1
"""How long we queue for a table, less than the second after which PostgreSQL looks for deadlocks; then
seconds in which those who came after us go first."""
_NOT_AVAILABLE = "55P03"

Say = Callable[[str], object]


class NoPlacesError(Exception):
    """The table of ZIP codes is empty: no center could be placed."""


class BusyError(Exception):
    """Another process has kept the database for longer than we wait."""


@dataclass(frozen=True, slots=True)
class Result:
    """What an import did or, on a dry run (import_id is None), would do."""

    plan: Plan
    import_id: UUID | None

    @property
    def refused(self) -> list[Refused]:
        return [row for edition in self.plan.editions for row in edition.refused]

    @property
    def counts(self) -> dict[str, int]:
        return {outcome.value: number for outcome, number in self.plan.totals.items()}


def run(
    paths: Sequence[Path],
    *,
    year: int | None = None,
    dry_run: bool = False,
    by: Any = None,
    watch: Watch | None = None,
    say: Say = lambda line: None,
) -> Result:
    """Import workbooks. All are read and checked before anything is written.

    `year`: the edition, where the files' names do not tell it. `by`: the account that asked for it.
    Raises StructureError (a file cannot be taken), NoPlacesError, BusyError; the database is then as it was.
    """
    require_places()
    return take(read_files(paths, year=year, watch=watch), dry_run=dry_run, by=by, say=say)


def take(
    editions: list[Edition], *, dry_run: bool = False, by: Any = None, say: Say = lambda line: None
) -> Result:
    """Plan editions (oldest first), whatever they were read from, and write them unless it is a dry run."""
    if dry_run:
        return Result(planned(editions), None)
    with alone(say):
        found = planned(editions)
        say("Writing …")
        public_id = write(found, by)
    if found.touched:
        tidy()
    return Result(found, public_id)


def planned(editions: list[Edition]) -> Plan:
    """What these editions would change in the directory as it is now."""
    return plan(_state(editions), editions)


def write(found: Plan, by: Any) -> UUID:
    """Write a plan that was made inside the same `alone`. Returns the id of the import."""
    public_id = uuid4()
    with history.because(f"import:{public_id}", by=by):
        apply(found)
    _record(found, by, public_id)
    return public_id


def require_places() -> None:
    """NoPlacesError where no center could be placed."""
    if not ZipCode.objects.exists():
        raise NoPlacesError("no ZIP codes in the database: run load_places first")


def _state(editions: list[Edition]) -> State:
    """What the plan needs: little where it will find nothing new, or else everything."""
    known = load_entries()
    return known if all(settled(known, edition) for edition in editions) else load()


def _record(found: Plan, by: Any, public_id: UUID) -> None:
    """Every import is in the history, also one that changed nothing."""
    record = ImportRun.objects.create(
        public_id=public_id,
        by=by,
        files=[file.as_dict() for edition in found.editions for file in edition.files],
        read=found.read,
        vanished=found.vanished,
        warnings=found.warnings,
        **{outcome.value: found.totals[outcome] for outcome in Outcome},
    )
    RefusedRow.objects.bulk_create(
        RefusedRow(
            run=record,
            file=row.file[:200],
            row_number=row.number,
            reason=row.reason[:300],
            values={column: _plain(value) for column, value in row.values.items()},
        )
        for edition in found.editions
        for row in edition.refused
    )


@contextmanager
def alone(say: Say) -> Iterator[None]:
    """A transaction in which nobody else writes centers. Waits for another import, and says so.

    Work that was read before stays valid: nothing has been loaded yet when the lock is held.
    """
    deadline = time.monotonic() + PATIENCE
    told = False
    while True:
        entered = False
        try:
            with transaction.atomic():
                if connection.vendor == "postgresql":
                    _lock_postgres(say)
                entered = True
                yield
            return
        except OperationalError as error:
            if entered or "lock" not in str(error).lower():
                raise  # Not "database is locked", nor a deadlock on the way into the transaction.
            if time.monotonic() > deadline:
                raise BusyError("another process is writing to the database: try again later") from error
            if not told:
                say("Another process is writing to the database: waiting …")
                told = True
            time.sleep(0.2)


def _lock_postgres(say: Say) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            say("Another import is running: waiting …")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        # Coordinators may read, and save again in a moment: what we load must not change under us.
        while not _all_tables(cursor):
            time.sleep(_STEP_BACK)


def _all_tables(cursor: Any) -> bool:
    """Whether we have all three tables now. Else none of them: whoever is saving has one of them and may want
    another, and would be thrown out if we waited for theirs while we hold it."""
    try:
        with transaction.atomic():
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_AT_MOST])
            cursor.execute(
                "LOCK TABLE programs_center, programs_program, programs_statement IN SHARE ROW EXCLUSIVE MODE"
            )
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != _NOT_AVAILABLE:
            raise
        return False
    return True


def tidy() -> None:
    """Fresh statistics, and visible pages for index-only scans, after a load."""
    if connection.in_atomic_block:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE) programs_listing")
            cursor.execute("ANALYZE programs_center, programs_program, programs_statement")
        else:
            cursor.execute("PRAGMA optimize")


def _plain(value: object) -> object:
    """What JSON can hold."""
    return value if value is None or isinstance(value, str | int | float | bool | list | dict) else str(value)
