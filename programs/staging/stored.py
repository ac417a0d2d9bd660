"""Keeps what was read between the steps of an import, and puts editions together again from it."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date
from typing import Any

from programs import bulk
from programs.facts import FactSet
from programs.importing import findtreatment, samhsa
from programs.importing.mapping import ListMapping, parse_mapping
from programs.importing.reading import Edition, File, Refused, ordered
from programs.importing.rows import Row
from programs.importing.source import Source
from programs.models import StagedImport, StagedRow
from programs.models.columns import NO, YES

REFUSED = "refused"
COLUMNS = (
    *("staged_id", "file", "number", "name", "outcome"),
    *("center_public_id", "changes", "values", "reason"),
)
_ROW = tuple(field.name for field in fields(Row) if field.name not in ("file", "number"))
Values = dict[str, Any]


def mapping_of(staged: StagedImport) -> ListMapping | None:
    """The mapping of an import, with the date of this very list; None for directories that need none."""
    if not staged.document:
        return None
    return parse_mapping(staged.document, staged.mapping.name if staged.mapping else "mapping")


def source_of(code: str, mapping: ListMapping | None) -> Source:
    if mapping is not None:
        return mapping.source
    known = (*samhsa.SOURCES, *findtreatment.TYPES.values())
    return next(source for source in known if source.code == code)


def keep_rows(staged: StagedImport, editions: Iterable[Edition]) -> int:
    """Store what was read of some rows. Returns how many there were."""
    return bulk.insert(StagedRow, COLUMNS, (row for one in editions for row in _read(staged, one)))


def _read(staged: StagedImport, edition: Edition) -> Iterator[tuple[Any, ...]]:
    source = edition.source.code
    for row in edition.rows:
        values = json.dumps(as_values(row) | {"source": source})
        yield (staged.pk, row.file[:200], row.number, row.name, "", None, "{}", values, "")
    for bad in edition.refused:
        name = str(bad.values.get("name1") or "")[:200]
        values = json.dumps({"source": source, "cells": {key: _cell(one) for key, one in bad.values.items()}})
        yield (staged.pk, bad.file[:200], bad.number, name, REFUSED, None, "{}", values, bad.reason[:300])


def as_values(row: Row) -> Values:
    """A row as JSON can hold it."""
    values = {name: getattr(row, name) for name in _ROW}
    values["facts"] = [*row.facts.yes, *row.facts.no]
    values["said_on"] = row.said_on.isoformat() if row.said_on else None
    return values


def as_row(file: str, number: int, values: Values) -> Row:
    """What `as_values` was made from."""
    kept = {name: values[name] for name in _ROW}
    masks = kept["facts"]
    kept["facts"] = FactSet(tuple(masks[: len(YES)]), tuple(masks[len(YES) : len(YES) + len(NO)]))
    kept["said_on"] = date.fromisoformat(kept["said_on"]) if kept["said_on"] else None
    kept["point"] = tuple(kept["point"]) if kept["point"] else None
    return Row(file=file, number=number, **kept)


def editions_of(staged: StagedImport) -> list[Edition]:
    """Everything that was read, as the engine takes it. One query for the rows."""
    mapping = mapping_of(staged)
    editions: dict[tuple[int, str], Edition] = {}
    years: dict[str, int] = {}
    for file in staged.progress["files"]:
        years[file["name"]] = file["edition"]
        for code in file["sources"]:
            key = (file["edition"], code)
            if key not in editions:
                source = source_of(code, mapping)
                day = mapping.day if mapping else None
                editions[key] = Edition(source, file["edition"], day=day, is_part=staged.is_part)
            editions[key].files.append(File(file["name"], file["sha256"], code, file["edition"]))
    rows = staged.rows.exclude(file="").values_list("file", "number", "outcome", "reason", "values")
    for name, number, outcome, reason, values in rows.iterator():
        edition = editions[years[name], values["source"]]
        if outcome == REFUSED:
            edition.refused.append(Refused(name, number, reason, values["cells"]))
        else:
            edition.rows.append(as_row(name, number, values))
    found = ordered(edition for edition in editions.values() if edition.read)
    if found:
        found[0].warnings += staged.progress["warnings"]
    return found


def _cell(value: object) -> str | int | float | bool | None:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
