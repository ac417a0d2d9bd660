"""A glimpse of a file before anybody has said what its columns mean: its header, first rows, and words."""

import csv
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from programs.importing.tables import Layout, opened_table
from programs.importing.workbook import StructureError, heading, opened

SHOWN = 5
LOOKED = 2000
"""Rows that are looked through for words."""
MOST_WORDS = 40
_SAMPLE = 20_000


@dataclass(frozen=True)
class Glimpse:
    """What stands in a file: how it is written, its sheets, headings, and its first rows."""

    layout: Layout
    sheets: tuple[str, ...]
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def guess(path: Path) -> tuple[Layout, tuple[str, ...]]:
    """How a file is probably written, and the names of its sheets. StructureError for a broken one."""
    if path.suffix.lower() == ".xlsx":
        with opened(path) as sheets:
            names = tuple(sheet.name for sheet in sheets)
            return Layout(sheet=names[0] if len(names) > 1 else ""), names
    data = path.read_bytes()
    encoding = "utf-8"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "cp1252"
        text = data.decode(encoding, errors="replace")
    first = next(csv.reader([text[:_SAMPLE].partition("\n")[0]], delimiter="\0"), [""])
    line = first[0] if first else ""
    delimiter = max(",;\t|", key=lambda sign: (line.count(sign), sign == ","))
    return Layout(encoding, delimiter), ()


def glimpse(path: Path, layout: Layout, sheets: tuple[str, ...] = ()) -> Glimpse:
    """The header and the first rows of a file. StructureError where it cannot be read so."""
    with opened_table(path, layout) as table:
        headings = usable(table.headings)
        if not headings:
            raise StructureError(f"{path.name}: the first row holds no headings")
        rows = tuple(
            tuple("" if values[name] is None else str(values[name]) for name in headings)
            for _, values in islice(table.rows(headings), SHOWN)
        )
    return Glimpse(layout, sheets, headings, rows)


def usable(headings: tuple[str, ...]) -> tuple[str, ...]:
    """Headings by which a column can be found: not blank, and there once."""
    plain = [heading(one) for one in headings]
    return tuple(one for one, key in zip(headings, plain, strict=True) if key and plain.count(key) == 1)


def words_of(path: Path, layout: Layout, column: str, separator: str) -> list[str]:
    """The words of a column in the first rows, the most frequent first."""
    counted: Counter[str] = Counter()
    with opened_table(path, layout) as table:
        for _, values in islice(table.rows((column,)), LOOKED):
            cell = "" if values[column] is None else str(values[column])
            parts = cell.split(separator) if separator else [cell]
            counted.update(part.strip() for part in parts if part.strip())
    return [word for word, _ in counted.most_common(MOST_WORDS)]
