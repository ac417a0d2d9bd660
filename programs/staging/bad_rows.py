"""Hands refused rows back as a file of the kind they came in, with the reason beside each."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import xlsxwriter

from programs.importing import samhsa
from programs.importing.formulas import safe

WHY = "why it was refused"
CSV, JSON = "text/csv; charset=utf-8", "application/json"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class BadRow:
    """A refused row: its number in the file, the reason, and its cells by heading."""

    number: int
    reason: str
    cells: dict[str, Any]


@dataclass(frozen=True)
class Came:
    """How the file came. codes: what its code sheet listed, for a national workbook. sheet, delimiter: of a
    list."""

    name: str
    codes: Sequence[str] = field(default_factory=tuple)
    sheet: str = ""
    delimiter: str = ","


def bad_rows_file(came: Came, rows: Sequence[BadRow]) -> tuple[str, str, bytes]:
    """Name, type and content of the file. Mended, it can be imported as some rows of its list.

    No cell of it is a formula; the apostrophe that sees to it goes when the file is read again.
    """
    path = Path(came.name)
    kind = path.suffix.lower()
    name = f"{path.stem}-refused{kind}"
    if kind == ".json":
        return name, JSON, _json(rows)
    if kind == ".xlsx":
        return name, XLSX, _workbook(came, rows)
    return name, CSV, _lines(came, rows)


def _header(rows: Sequence[BadRow]) -> list[str]:
    return [*dict.fromkeys(name for row in rows for name in row.cells if name != WHY), WHY]


def _cells(row: BadRow, header: Sequence[str]) -> list[Any]:
    return [*(row.cells.get(name) for name in header[:-1]), row.reason]


def _lines(came: Came, rows: Sequence[BadRow]) -> bytes:
    text = io.StringIO(newline="")
    writer, header = csv.writer(text, delimiter=came.delimiter), _header(rows)
    writer.writerow(map(safe, header))
    for row in rows:
        writer.writerow(map(safe, _cells(row, header)))
    # A byte-order mark: spreadsheets know the encoding by it, and it says more than a mapping does.
    return text.getvalue().encode("utf-8-sig")


def _workbook(came: Came, rows: Sequence[BadRow]) -> bytes:
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    header = _header(rows)
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("Facilities List" if came.codes else (came.sheet or "Rows")[:31])
        for line, cells in enumerate([header, *(_cells(row, header) for row in rows)]):
            for column, value in enumerate(cells):
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(line, column, value)
                elif value is not None:
                    sheet.write_string(line, column, safe(value))
        if came.codes:
            codes = book.add_worksheet("Service Code Reference")
            codes.write_column(0, 0, [samhsa.CODE_COLUMN, *came.codes])
    return out.getvalue()


def _json(rows: Sequence[BadRow]) -> bytes:
    listed = [row.cells | {WHY: row.reason} for row in rows]
    page = {"page": 1, "totalPages": 1, "recordCount": len(listed), "rows": listed}
    return json.dumps(page, ensure_ascii=False, indent=1).encode()
