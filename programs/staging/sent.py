"""Takes files in: what was sent waits in the database, so that any process can go on with it."""

import hashlib
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from django.db import transaction

from programs.models import SavedMapping, StagedFile, StagedImport
from programs.staging.documents import dated

MOST_BYTES = 25_000_000
"""Bytes of one file."""
MOST_FILES = 60
MOST_IN_ALL = 100_000_000
TABLES = (".csv", ".txt", ".tsv", ".xlsx")
KINDS = (*TABLES, ".json")


class Sent(Protocol):
    """A file as a form hands it over."""

    @property
    def name(self) -> str | None: ...
    def read(self, num_bytes: int | None = ...) -> bytes: ...


class NotTakenError(Exception):
    """Files that cannot be taken. The message names each and says why."""


def begin(
    files: Sequence[Any],
    *,
    by: Any,
    mapping: SavedMapping | None = None,
    day: date | None = None,
    needs_mapping: bool = False,
    year: int | None = None,
    is_part: bool = False,
) -> StagedImport:
    """Keep files for an import. `needs_mapping`: it waits until somebody has said what its columns mean.

    NotTakenError where a file has the wrong kind, is empty, or two have one name.
    """
    wrong = [why for file in files if (why := _wrong(file, mapping is not None or needs_mapping))]
    names = [file.name for file in files]
    wrong += [f"{name}: sent twice" for name in sorted({name for name in names if names.count(name) > 1})]
    if wrong:
        raise NotTakenError("; ".join(wrong))
    document = mapping.document if mapping else ""
    with transaction.atomic():
        staged = StagedImport.objects.create(
            by=by,
            mapping=mapping,
            document=dated(document, day) if document and day else document,
            year=year,
            is_part=is_part,
            progress={"step": "mapping"} if needs_mapping else {},
        )
        for file in files:
            content = file.read()
            digest = hashlib.sha256(content).hexdigest()
            StagedFile.objects.create(staged=staged, name=file.name, sha256=digest, content=content)
    return staged


def _wrong(file: Any, is_list: bool) -> str:
    """Why a file cannot be taken, as far as its name, its size and its first bytes tell; "" where it can."""
    kind = Path(file.name).suffix.lower()
    kinds = TABLES if is_list else (".xlsx", ".json")
    if kind not in KINDS:
        return f"{file.name}: the name must end in {', '.join(kinds)}"
    if kind not in kinds:
        return f"{file.name}: needs a column mapping" if kind in TABLES else f"{file.name}: is no list"
    if len(file.name) > 150:
        return f"{file.name[:40]}…: the name is too long"
    if not file.size:
        return f"{file.name}: the file is empty"
    start = file.read(4)
    file.seek(0)
    if kind == ".xlsx" and start != b"PK\x03\x04":
        return f"{file.name}: not a workbook"
    if kind != ".xlsx" and start == b"PK\x03\x04":
        return f"{file.name}: a workbook or an archive, not what its name says"
    return ""
