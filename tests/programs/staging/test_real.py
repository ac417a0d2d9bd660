"""The real workbooks of 2023 in the browser's way: read in steps, applied, and taken back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from programs.importing.run import run
from programs.importing.undoing import undo
from programs.models import Center, ImportRun, Listing
from programs.staging.applying import apply_staged
from programs.staging.sent import begin
from programs.staging.work import work
from tests.programs.staging.conftest import sent
from tests.programs.staging.test_undo import directory

pytestmark = [pytest.mark.directory, pytest.mark.django_db]


def test_both_directories_are_applied_and_taken_back(
    directory_files: dict[str, Path], dump: Callable[[], Any]
) -> None:
    call_command("load_places", verbosity=0)
    run([directory_files["su"]])
    before = directory(dump)
    staged = work(begin(sent(*directory_files.values()), by=None), seconds=float("inf"))
    assert (staged.status, staged.read, staged.total) == ("ready", 21_451, 21_451)
    assert staged.counts == {
        "created": 5_853,
        "updated": 0,
        "unchanged": 12_744,
        "joined": 2_854,
        "duplicate": 0,
        "refused": 0,
        "vanished": 0,
    }
    applied = apply_staged(staged, None)
    assert Center.objects.count() == 18_597
    assert Listing.objects.count() > len(before["Listing"])
    done = undo(applied, None)
    assert (done.deleted, done.restored, done.left) == (5_853, 2_854, [])
    assert directory(dump) == before
    assert ImportRun.objects.exclude(undone_at=None).get() == applied
