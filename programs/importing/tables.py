"""Opens a CSV or a workbook that somebody's mapping describes, and reads it row by row. Pure.

Everything that is wrong with a file as a whole is a `StructureError` that names file, line and column.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from programs.importing import workbook
from programs.importing.formulas import plain as plain_cell
from programs.importing.sheets import Cell
from programs.importing.workbook import MAX_CELL, MAX_FILE, MAX_ROWS, StructureError, heading, opened

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
TOO_LONG = "\0too long"
"""Stands in a row, under this name, that has more cells than the header."""

Values = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is written. encoding: of a CSV without a byte-order mark. sheet: of one with several."""

    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str = ""


class Table:
    """A table with a header in its first row. Headings are compared without case, blanks and underscores."""

    def __init__(self, title: str, source: "workbook.Sheet | _Lines") -> None:
        self._title, self._source = title, source

    def __str__(self) -> str:
        return self._title

    @property
    def headings(self) -> tuple[str, ...]:
        """The headings as they are written, blank ones included."""
        return self._source.written

    def rows(self, columns: tuple[str, ...]) -> Iterator[tuple[int, Values]]:
        """The columns with these headings, of every row that is not blank, and its number in the file.

        StructureError when a column is missing or there twice, before any row is read.
        """
        plain = tuple(heading(column) for column in columns)
        for number, values in self._source.rows(plain):
            told = (plain_cell(value) if isinstance(value, str) else value for value in values)
            row = dict(zip(columns, told, strict=False))
            if len(values) > len(columns):
                row[TOO_LONG] = values[-1]
            yield number, row


@contextmanager
def opened_table(path: Path, layout: Layout) -> Iterator[Table]:
    """The table in a file whose name ends in .csv, .txt, .tsv or .xlsx."""
    if path.suffix.lower() == ".xlsx":
        with opened(path) as sheets:
            sheet = _sheet(path.name, sheets, layout.sheet)
            yield Table(str(sheet), sheet)
        return
    if path.suffix.lower() not in (".csv", ".txt", ".tsv"):
        raise StructureError(f"{path.name}: the name must end in .csv, .txt, .tsv or .xlsx")
    yield Table(path.name, _Lines(path.name, _text(path, layout.encoding), layout.delimiter))


class _Lines:
    """The rows of a CSV, as `workbook.Sheet` gives those of a sheet."""

    def __init__(self, file: str, text: str, delimiter: str) -> None:
        self._file = file
        self._reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        self._line = 0
        self.written = tuple(cell.strip() for cell in next(self._read(), []))
        self._header = [heading(cell) for cell in self.written]

    def rows(self, wanted: tuple[str, ...]) -> Iterator[tuple[int, tuple[Cell, ...]]]:
        at = self._columns(wanted)
        taken = 0
        for cells in self._read():
            if not any(cell.strip() for cell in cells):
                continue
            taken += 1
            if taken > MAX_ROWS:
                raise StructureError(f"{self._file}: more than {MAX_ROWS:,} rows")
            picked = tuple(cells[column] if column < len(cells) else "" for column in at)
            self._check_cells(wanted, picked)
            beyond = [cell for cell in cells[len(self._header) :] if cell.strip()]
            yield self._line, (*picked, *beyond[:1])

    def _read(self) -> Iterator[list[str]]:
        """Rows; `_line` is the first line of the one that was read."""
        while True:
            self._line = self._reader.line_num + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise StructureError(f"{self._file}, line {self._line:,}: {error}") from error
            yield cells

    def _columns(self, wanted: tuple[str, ...]) -> list[int]:
        missing = [name for name in wanted if name not in self._header]
        if missing:
            there = ", ".join(name for name in self._header if name)[:300] or "nothing"
            raise StructureError(
                f"{self._file}, line 1: missing column: {', '.join(missing)} (there is: {there})"
            )
        double = sorted({name for name in wanted if self._header.count(name) > 1})
        if double:
            raise StructureError(f"{self._file}, line 1: column occurs more than once: {', '.join(double)}")
        return [self._header.index(name) for name in wanted]

    def _check_cells(self, names: tuple[str, ...], cells: tuple[str, ...]) -> None:
        for name, cell in zip(names, cells, strict=True):
            if len(cell) > MAX_CELL:
                raise StructureError(
                    f"{self._file}, line {self._line:,}, column {name}: more than {MAX_CELL:,} characters"
                )


def _sheet(file: str, sheets: list[workbook.Sheet], wanted: str) -> workbook.Sheet:
    """The sheet of that name, or the only one."""
    for sheet in sheets:
        if wanted and heading(sheet.name) == heading(wanted):
            return sheet
    if not wanted and len(sheets) == 1:
        return sheets[0]
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
    why = f"no sheet “{wanted}”" if wanted else "several sheets: say which in file.sheet of the mapping"
    raise StructureError(f"{file}: {why} (there is: {names})")


def _text(path: Path, encoding: str) -> str:
    """The whole file as text; a byte-order mark says more than the mapping."""
    if path.is_dir():
        raise StructureError(f"{path}: a folder, not a file")
    if not path.is_file():
        raise StructureError(f"{path}: no such file")
    if path.stat().st_size > MAX_FILE:
        raise StructureError(f"{path.name}: larger than {MAX_FILE // 1_000_000} MB")
    data = path.read_bytes()
    if not data.strip():
        raise StructureError(f"{path.name}: the file is empty")
    used = next((name for mark, name in _MARKS if data.startswith(mark)), encoding)
    try:
        return data.decode(used)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise StructureError(
            f"{path.name}, line {line:,}: not written in {used}: say the right file.encoding in the mapping"
        ) from error
