"""Killed midway, the old state is whole and the next run completes. Two at once: one after the other."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from programs.models import Center
from tests.conftest import ROOT
from tests.programs.importing.workbooks import facility, workbook

POINTS = [
    "apply._write_organizations",
    "apply._write_centers",
    "apply._write_entries",
    "apply._write_programs",
    "apply.listings.rebuild",
    "run._record",
    "run.tidy",
]
Rows = dict[str, list[tuple[Any, ...]]]
PATIENCE = 240
"""Seconds for a process that starts Django: on a machine that does much else, a minute was too short."""


class Database:
    """A database that other processes can open, with one edition in it."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "interrupted.sqlite3"
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
            self.url = f"sqlite:///{self.file}"
        else:
            at = connection.settings_dict
            host = str(at["HOST"]).replace("/", "%2F")
            self.url = f"postgres://{at['USER']}@{host}/{at['NAME']}"

    def start(self, *arguments: object, module: str = "") -> "subprocess.Popen[str]":
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        }
        command = ["-m", module] if module else ["manage.py", "import_directory", "--json"]
        return subprocess.Popen(
            [sys.executable, *command, *map(str, arguments)],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def fail(self, *arguments: object) -> "subprocess.Popen[str]":
        return self.start(*arguments, module="tests.programs.importing.failing")

    def rows(self) -> Rows:
        tables = [model._meta.db_table for model in apps.get_app_config("programs").get_models()]
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as file:
                return {
                    table: file.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for table in tables
                }
        with connection.cursor() as cursor:
            found: Rows = {}
            for table in tables:
                cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
                found[table] = cursor.fetchall()
            return found


@pytest.fixture
def database(transactional_db: None, places: None, tmp_path: Path) -> Database:
    call_command("import_directory", workbook(tmp_path, map(facility, range(1, 5))), stdout=StringIO())
    return Database(tmp_path)


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """An edition that changes, adds and drops rows."""
    rows = [facility(1, "OP * MC"), facility(2), *map(facility, range(5, 30))]
    return workbook(tmp_path, rows, year=2024)


@pytest.mark.parametrize("point", POINTS)
def test_a_killed_import_leaves_the_old_state_whole(database: Database, newer: Path, point: str) -> None:
    before = database.rows()
    killed = database.fail("kill", point, newer)
    out, _ = killed.communicate(timeout=PATIENCE)
    assert killed.returncode == -9
    assert out == ""
    committed = point == "run.tidy"
    assert (database.rows() == before) is not committed, "whole: either all of it or nothing"
    again = database.start(newer)
    out, err = again.communicate(timeout=PATIENCE)
    assert again.returncode == 0, err
    counts = json.loads(out)
    if committed:
        assert counts["unchanged"] == 27
    else:
        assert (counts["created"], counts["updated"]) == (25, 2)
    assert len(database.rows()["programs_center"]) == 29


def test_two_imports_at_once_run_one_after_the_other(database: Database, newer: Path) -> None:
    first = database.fail("wait", "apply._write_entries", newer)
    assert first.stdin
    assert first.stderr
    assert first.stderr.readline() == "reached\n", "the first is in the middle of its transaction"
    second = database.start(newer)
    assert second.stderr
    assert "waiting" in second.stderr.readline(), "the second says why nothing moves"
    first.stdin.write("go on\n")
    first_out, _ = first.communicate(timeout=PATIENCE)
    out, err = second.communicate(timeout=PATIENCE)
    assert (first.returncode, second.returncode) == (0, 0), err
    assert json.loads(first_out)["created"] == 25
    assert json.loads(out)["unchanged"] == 27, "the second saw what the first had written"
    assert len(database.rows()["programs_importrun"]) == 3


@pytest.mark.postgres_only
def test_an_import_throws_nobody_out_who_is_saving(database: Database, newer: Path) -> None:
    """Somebody has written a statement and goes on to its center, while the import wants both tables."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE programs_statement SET note = 'heard'")
        importing = database.start(newer)
        _wait_until_it_queues(cursor)
        cursor.execute("UPDATE programs_center SET name_detail = 'saved'")
    out, err = importing.communicate(timeout=PATIENCE)
    assert importing.returncode == 0, err
    assert json.loads(out)["created"] == 25
    assert Center.objects.filter(name_detail="saved").count() == 4


def _wait_until_it_queues(cursor: Any) -> None:
    """Until the import has the first table and asks for the next."""
    waiting = (
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'programs_statement'::regclass"
        " AND mode = 'ShareRowExclusiveLock'"
    )
    for _ in range(PATIENCE * 20):
        cursor.execute(waiting)
        if cursor.fetchone()[0]:
            return
        time.sleep(0.05)
    raise AssertionError("the import never came to the lock")
