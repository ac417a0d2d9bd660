"""Fixtures of the import room: accounts, files as a browser sends them, and an import taken to its end."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from programs.importing.run import run
from programs.models import ImportRun, StagedImport
from programs.staging.applying import apply_staged
from programs.staging.sent import begin
from programs.staging.work import work
from tests.programs.accounts import account, client_of
from tests.programs.importing.conftest import dump, places
from tests.programs.importing.workbooks import facility, workbook

__all__ = ["dump", "places"]


@pytest.fixture
def admin_account(db: None) -> User:
    return account("admin")


@pytest.fixture
def desk(admin_account: User) -> Client:
    return client_of(admin_account)


def sent(*paths: Path) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(path.name, path.read_bytes()) for path in paths]


def read(*paths: Path, **options: Any) -> StagedImport:
    """Files, sent and read and planned."""
    return work(begin(sent(*paths), by=options.pop("by", None), **options), seconds=float("inf"))


def applied(*paths: Path, **options: Any) -> ImportRun:
    staged = read(*paths, **options)
    assert staged.status == "ready", staged.message
    return apply_staged(staged, options.get("by"))


@pytest.fixture
def edition(places: None, tmp_path: Path) -> Callable[..., Path]:
    """A workbook of one year with these facilities, by number or as rows."""

    def make(rows: Iterable[Any], *, year: int = 2023, **options: Any) -> Path:
        listed = [row if isinstance(row, dict) else facility(row) for row in rows]
        folder = tmp_path / f"{year}-{options.get('directory', 'su')}"
        folder.mkdir(exist_ok=True)
        return workbook(folder, listed, year=year, **options)

    return make


@pytest.fixture
def four(edition: Callable[..., Path]) -> Path:
    """Four centers of 2023 are in the directory."""
    path = edition(range(1, 5))
    run([path])
    return path
