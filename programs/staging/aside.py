"""Reads and applies imports in a process of its own, which steps back behind those that serve pages.

Thousands of rows are work for the processor. Done in a process that serves pages, everybody waits there who
is served by it; beside it, only who waits for the same processor, and those go first.
"""

import subprocess
import sys
from typing import Any

from django.conf import settings

from programs.importing.run import BusyError
from programs.models import ImportRun, StagedImport
from programs.staging.applying import ChangedSinceError, NotReadyError, apply_staged
from programs.staging.work import SECONDS, work

STRETCH = 4.0
"""No new step is begun after this time: several to each process, which takes a second to start."""
NICE = 5
"""How far it steps back: less than a command does, for somebody waits before the page."""
APPLIED = "applied"
REFUSALS: dict[str, type[Exception]] = {
    "not ready": NotReadyError,
    "changed since": ChangedSinceError,
    "busy": BusyError,
}
"""What the process says that did not apply: see `words_of`."""


class BrokenOffError(Exception):
    """The process ended before it had said how: it was killed, or the database is away."""


def go_on(staged: StagedImport) -> None:
    """The next steps of reading. BrokenOffError: those that were done are kept."""
    if settings.IMPORTS_ASIDE:
        _run(staged, "--seconds", str(STRETCH))
    else:
        work(staged, SECONDS)


def apply(staged: StagedImport, by: Any) -> ImportRun:
    """As `applying.apply_staged`, and BrokenOffError: it was written or not. Look, or ask again."""
    if not settings.IMPORTS_ASIDE:
        return apply_staged(staged, by)
    said = _run(staged, "--apply-for", str(by.pk))
    if said in REFUSALS:
        raise REFUSALS[said]
    return ImportRun.objects.get(staged=staged)


def words_of(staged: StagedImport, by: Any) -> str:
    """Apply here, and say how it ended in words that `apply` understands in another process."""
    try:
        apply_staged(staged, by)
    except tuple(REFUSALS.values()) as error:
        return next(words for words, kind in REFUSALS.items() if isinstance(error, kind))
    return APPLIED


def _run(staged: StagedImport, *options: str) -> str:
    """The last line that `manage.py work_imports` prints about this import."""
    words = ["work_imports", "--only", str(staged.public_id), "--nice", str(NICE), *options]
    # An identifier that we found in the database, and words of our own; no shell.
    done = subprocess.run(  # noqa: S603
        [sys.executable, "manage.py", *words],
        cwd=settings.BASE_DIR,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BrokenOffError(f"work_imports ended with {done.returncode}")
    return done.stdout.strip().rpartition("\n")[2]
