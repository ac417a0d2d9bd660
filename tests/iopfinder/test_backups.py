"""The operator's commands for backups: on SQLite here; `ops/rehearse-backup` does the same on PostgreSQL."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils.timezone import localdate

from iopfinder.management.commands.database_digest import Command as Digest
from programs.models import Center, Organization, Report, ZipCode
from programs.visitors.contents import seal_words
from tests.conftest import ROOT
from tests.programs.factories import ZipCodeFactory
from tests.programs.factories import center as listed_center

CODE = "a" * 64


def digest() -> Any:
    out = StringIO()
    call_command(Digest(), stdout=out)
    return json.loads(out.getvalue())


def whole() -> str:
    out = StringIO()
    call_command("backup_is_whole", stdout=out, stderr=out)
    return out.getvalue()


def report(center: Center, sealed: bytes) -> Report:
    return Report.objects.create(
        center=center,
        code_digest=CODE,
        form_digest="b" * 64,
        kind="phone",
        sealed=sealed,
        purge_on=localdate(),
    )


@pytest.mark.django_db(transaction=True)
def test_a_digest_tells_a_changed_row_from_one_that_was_only_moved() -> None:
    first = Organization.objects.create(name="A")
    Organization.objects.create(name="B")
    before = digest()
    assert before["tables"]["programs_organization"][0] == 2
    first.name = "C"
    first.save()
    after = digest()
    changed = {name for name, found in after["tables"].items() if found != before["tables"][name]}
    assert changed == {"programs_organization", "programs_historicalorganization"}
    assert after["migrations"] == before["migrations"]
    assert "programs.0001_initial" in after["migrations"]


@pytest.mark.django_db
def test_a_database_that_is_whole_says_what_it_holds() -> None:
    ZipCodeFactory()
    center = listed_center(yes=["pay_medicaid"])
    report(center, seal_words("the door is shut", CODE))
    assert "Whole: 1 published centers, 1 programs, 1 rows of the search, 1 reports" in whole()


@pytest.mark.django_db
def test_what_does_not_open_is_counted_and_an_empty_one_is_refused() -> None:
    ZipCodeFactory()
    report(listed_center(), b"not sealed by this site")
    with pytest.raises(CommandError, match="1 reports or requests do not open: is SECRET_KEY"):
        whole()
    Report.objects.all().delete()
    ZipCode.objects.all().delete()
    with pytest.raises(CommandError, match="this is an empty database"):
        whole()


@pytest.fixture
def operator(tmp_path: Path) -> dict[str, str]:
    return {
        **{name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "KEEP_DAYS")},
        "DEBUG": "1",
        "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        "DATABASE_URL": f"sqlite:///{tmp_path}/site one.sqlite3".replace(" ", "%20"),
        "BACKUPS": f"{tmp_path}/backups",
        "VENV": str(Path(sys.executable).parent.parent),
    }


def ops(operator: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [f"ops/{words[0]}", *words[1:]], cwd=ROOT, env=operator, capture_output=True, text=True
    )


def rows(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as database:
        return list(database.iterdump())


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_backup_comes_back_as_it_was_and_old_ones_go(operator: dict[str, str], tmp_path: Path) -> None:
    site, folder = tmp_path / "site one.sqlite3", tmp_path / "backups"
    with closing(sqlite3.connect(site)) as copy:
        connection.connection.backup(copy)
    there = rows(site)
    folder.mkdir()
    for name, days in (
        ("iopfinder-20200101T000000Z.sqlite3", 31),
        ("iopfinder-20200102T000000Z.sqlite3", 29),
    ):
        (folder / name).touch()
        at = (folder / name).stat().st_mtime - days * 86_400
        os.utime(folder / name, (at, at))
    made = ops(operator, "backup")
    assert made.returncode == 0, made.stderr
    file = Path(made.stdout.strip())
    assert {one.name for one in folder.iterdir()} == {file.name, "iopfinder-20200102T000000Z.sqlite3"}
    assert file.stat().st_mode & 0o077 == 0
    with closing(sqlite3.connect(site)) as database, database:
        database.execute("CREATE TABLE later (id INTEGER)")
    refused = ops(operator, "restore", str(file))
    assert refused.returncode == 3
    assert "To lose it" in refused.stderr
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"SQLite format 3\0" + bytes(5000))
    for name in (str(broken), str(tmp_path / "none")):
        assert ops(operator, "restore", name, "--replace").returncode != 0
    assert "later" in str(rows(site))
    back = ops(operator, "restore", str(file), "--replace")
    assert back.returncode == 0, back.stderr
    assert rows(site) == there
