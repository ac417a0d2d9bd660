"""Applies an import that was looked at: in one transaction, and only as it was shown."""

from typing import Any

from django.db import transaction

from programs.importing.run import alone, planned, tidy, write
from programs.models import ImportRun, StagedImport
from programs.models.staging import StageStatus
from programs.staging.planning import digest_of
from programs.staging.stored import editions_of
from programs.staging.work import forget


class ChangedSinceError(Exception):
    """The directory is not as it was when the import was planned: look at it again."""


class NotReadyError(Exception):
    """The import is not waiting to be applied: it was applied, discarded, or is still being read."""


def apply_staged(staged: StagedImport, by: Any) -> ImportRun:
    """Write what the preview showed, all of it or nothing. Raises BusyError as `run.take` does.

    ChangedSinceError: nothing was written, and the import is being planned anew.
    """
    editions = editions_of(staged)
    try:
        with alone(lambda line: None):
            locked = StagedImport.objects.select_for_update().get(pk=staged.pk)
            if locked.status != StageStatus.READY:
                raise NotReadyError
            found = planned(editions)
            if digest_of(found) != locked.progress["digest"]:
                raise ChangedSinceError
            run = ImportRun.objects.get(public_id=write(found, by))
            locked.run, locked.status = run, StageStatus.APPLIED
            locked.save()
            forget(locked)
    except ChangedSinceError:
        plan_anew(staged)
        raise
    if found.touched:
        tidy()
    return run


def plan_anew(staged: StagedImport) -> None:
    """Have the next step plan the rows that were read once more."""
    progress = staged.progress | {"step": "plan"}
    StagedImport.objects.filter(pk=staged.pk, status=StageStatus.READY).update(
        status=StageStatus.READING, progress=progress
    )


def discard(staged: StagedImport) -> bool:
    """Take an import out that was not applied. False where there was nothing to discard."""
    open_ones = StagedImport.objects.filter(pk=staged.pk, status__in=(StageStatus.READING, StageStatus.READY))
    with transaction.atomic():
        done = open_ones.update(status=StageStatus.DISCARDED) == 1
        if done:
            forget(staged)
    return done
