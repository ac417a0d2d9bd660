"""The real workbooks of 2023, read where they lie. Figures from their code sheets and rows."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count

from programs.importing.reading import Edition, read_files
from programs.importing.run import run
from programs.models import Center, DirectoryEntry, Listing, Program, Statement
from tests.conftest import ROOT
from tests.programs import loads

pytestmark = pytest.mark.directory

SECONDS, MEGABYTES = 60, 400


@pytest.fixture(scope="module")
def editions(directory_files: dict[str, Path]) -> dict[str, Edition]:
    return {edition.source.code: edition for edition in read_files(directory_files.values())}


@pytest.fixture(scope="module")
def directory(
    django_db_setup: None, django_db_blocker: Any, directory_files: dict[str, Path]
) -> Iterator[dict[str, int]]:
    """Both directories, imported once for all tests of this module; what the import counted."""
    with django_db_blocker.unblock():
        block = transaction.atomic()
        block.__enter__()
        call_command("load_places", verbosity=0)
        counts = run(list(directory_files.values())).counts
        loads.settle()
        yield counts
        transaction.set_rollback(True)
        block.__exit__(None, None, None)


def test_every_row_is_read_and_none_is_refused(editions: dict[str, Edition]) -> None:
    assert {code: (len(one.rows), len(one.refused)) for code, one in editions.items()} == {
        "samhsa_su": (12_744, 0),
        "samhsa_mh": (8_707, 0),
    }
    assert {one.year for one in editions.values()} == {2023}


def test_no_code_of_the_real_editions_is_unknown(editions: dict[str, Edition]) -> None:
    assert [one.warnings for one in editions.values()] == [[], []]


@pytest.mark.parametrize(
    ("source", "fact", "yes", "no"),
    [
        ("samhsa_su", "offers_iop", 5736, 6866),
        ("samhsa_su", "offers_php", 1874, 10728),
        ("samhsa_su", "offers_residential", 3055, 9547),
        ("samhsa_su", "pay_medicaid", 9493, 3002),
        ("samhsa_su", "pay_medicare", 5808, 6687),
        ("samhsa_su", "med_methadone", 1481, 11263),
        ("samhsa_su", "lang_spanish", 2794, 9950),
        ("samhsa_mh", "offers_iop", 0, 0),
        ("samhsa_mh", "offers_detox", 0, 0),
        ("samhsa_mh", "pay_medicaid", 7647, 1035),
        ("samhsa_mh", "cond_eating", 1351, 7356),
    ],
)
def test_what_the_editions_say(
    editions: dict[str, Edition], source: str, fact: str, yes: int, no: int
) -> None:
    said = [row.facts.value(fact) for row in editions[source].rows]
    assert (said.count(True), said.count(False)) == (yes, no)


def test_detox_is_told_by_any_of_its_codes(editions: dict[str, Edition]) -> None:
    """2,838 rows have DT; nine more have outpatient or inpatient detox without it."""
    said = [row.facts.value("offers_detox") for row in editions["samhsa_su"].rows]
    assert said.count(True) == 2847


def test_phones_are_as_printed(editions: dict[str, Edition]) -> None:
    rows = editions["samhsa_su"].rows
    assert any("888-PARNEXT" in row.intake_phones for row in rows)
    assert not any("999-999-9999" in row.phone + row.intake_phones for row in rows)
    assert sum(not row.phone for row in rows) == 1


def test_keys_are_nearly_as_many_as_rows(editions: dict[str, Edition]) -> None:
    """Ten pairs in one, two in the other differ in suite or phone alone; no key is shared by three."""
    for code, pairs in (("samhsa_su", 10), ("samhsa_mh", 2)):
        rows = editions[code].rows
        assert len(rows) - len({row.key for row in rows}) == pairs


@pytest.mark.django_db
def test_both_directories_become_one(directory: dict[str, int]) -> None:
    assert directory == {
        "created": 18_597,
        "updated": 0,
        "unchanged": 0,
        "joined": 2_854,
        "duplicate": 0,
        "refused": 0,
    }
    assert Center.objects.count() == 18_597
    assert DirectoryEntry.objects.count() == Statement.objects.count() == 21_451
    per_center = Center.objects.annotate(times=Count("entries")).values_list("times", flat=True)
    assert set(per_center) == {1, 2}


@pytest.mark.django_db
def test_programs_are_counted_once_a_center(directory: dict[str, int]) -> None:
    levels = dict(Program.objects.values_list("level").annotate(Count("id")))
    assert levels["iop"] == 5_736, "only one directory can say it"
    assert levels["detox"] == 2_847
    assert Listing.objects.count() == sum(levels.values()) == Program.objects.count()


@pytest.mark.django_db
def test_all_places_are_approximate(directory: dict[str, int]) -> None:
    located = dict(Center.objects.values_list("location").annotate(Count("id")))
    assert "exact" not in located
    assert located["zip"] > 18_500


@pytest.mark.django_db
def test_the_same_files_again_change_nothing(
    directory: dict[str, int], directory_files: dict[str, Path], dump: Callable[[], Any]
) -> None:
    before = dump()
    again = run(list(directory_files.values()))
    assert again.counts["unchanged"] == 21_451
    assert not again.plan.touched
    assert dump() == before


MEASURED = """
import pathlib, re, sys, time, django
django.setup()
from django.core.management import call_command
call_command("import_directory", *sys.argv[1:], json=True)
# Not getrusage: its peak begins with what the parent held when it forked.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", pathlib.Path("/proc/self/status").read_text())
print(time.process_time(), int(peak[1]) / 1024)
"""


@pytest.mark.sqlite_only
def test_it_stays_within_its_budget(directory_files: dict[str, Path], tmp_path: Path) -> None:
    """As a process of its own on a new SQLite file; processor time, for other work may share the machine."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite:///{tmp_path}/budget.sqlite3",
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
    }

    def python(*arguments: object) -> list[str]:
        command = [sys.executable, *map(str, arguments)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        return done.stdout.splitlines()

    python("manage.py", "migrate", "-v0")
    python("manage.py", "load_places", "-v0")
    seconds = []
    for outcome in ("created", "unchanged"):
        counted, measured = python("-c", MEASURED, *directory_files.values())
        assert json.loads(counted)[outcome] > 18_000
        took, megabytes = map(float, measured.split())
        assert megabytes < MEGABYTES
        seconds.append(took)
    assert seconds[0] < SECONDS
    assert seconds[1] < 0.6 * seconds[0], "a run that changes nothing is about half the work"
