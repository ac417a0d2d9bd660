"""Killed anywhere, nothing is half loaded: the import goes on where it was, or is discarded."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from programs.staging.sent import begin
from programs.staging.work import step
from tests.programs.importing.test_interrupted import Database, Rows
from tests.programs.importing.workbooks import facility, workbook
from tests.programs.staging.conftest import sent

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = [
    ("look", "work", "staging.kinds.glance"),
    ("read", "work", "staging.stored.keep_rows"),
    ("plan", "work", "staging.planning.bulk.insert"),
    ("done", "apply", "importing.apply.listings.rebuild"),
    ("done", "apply", "importing.run._record"),
    ("done", "apply", "staging.applying.forget"),
]
STAGED = ("programs_stagedimport", "programs_stagedfile", "programs_stagedrow")


@pytest.fixture
def database_at(transactional_db: None, places: None, tmp_path: Path) -> Any:
    """A database that other processes can open, with an import that has come as far as this step."""

    def make(until: str) -> Database:
        call_command("import_directory", workbook(tmp_path, map(facility, range(1, 5))), stdout=StringIO())
        rows = [facility(1, "OP * MC"), facility(2), *map(facility, range(5, 30)), facility(30, zip="x")]
        staged = begin(sent(workbook(tmp_path, rows, year=2024)), by=None)
        while staged.progress.get("step", "look") != until:
            staged = step(staged)
        return Database(tmp_path)

    return make


def run(database: Database, *arguments: str) -> int:
    started = database.start(*arguments, module="tests.programs.staging.failing")
    _, said = started.communicate(timeout=240)
    assert started.returncode in (0, -9), said
    return started.returncode


def directory(rows: Rows) -> Rows:
    return {table: found for table, found in rows.items() if table not in STAGED}


@pytest.mark.parametrize(("until", "what", "point"), POINTS, ids=[point for _, _, point in POINTS])
def test_a_killed_import_goes_on_where_it_was(database_at, until, what, point):
    database = database_at(until)
    before = database.rows()
    assert run(database, what, point) == -9
    assert database.rows() == before, "whole: either all of a step or nothing"
    if what == "work":
        assert run(database, "work") == 0
        assert directory(database.rows()) == directory(before), "reading and planning write no center"
    assert run(database, "apply") == 0
    after = database.rows()
    assert (len(after["programs_center"]), len(after["programs_importrun"])) == (29, 2)
    assert len(after["programs_refusedrow"]) == 1
    assert not after["programs_stagedrow"]
    assert not after["programs_stagedfile"]


def test_a_killed_import_is_discarded(database_at):
    database = database_at("read")
    before = database.rows()
    assert run(database, "work", "staging.stored.keep_rows") == -9
    assert run(database, "discard") == 0
    after = database.rows()
    assert directory(after) == directory(before)
    assert not after["programs_stagedrow"]
    assert not after["programs_stagedfile"]
