"""Reads files of a state's or an agency's list as an edition, by their mapping. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from programs.importing.coordinates import Box, Verdict, checked
from programs.importing.mapping import INTAKES, ListMapping, plain_word
from programs.importing.readable import readable
from programs.importing.reading import (
    MAX_REFUSED,
    Edition,
    File,
    Part,
    Refused,
    Tallies,
    Watch,
    cut,
    file_digest,
)
from programs.importing.rows import Row, RowError, clean_website, make_row, readable_phone
from programs.importing.sheets import Cell
from programs.importing.source import Reader
from programs.importing.tables import TOO_LONG, Values, opened_table
from programs.importing.workbook import StructureError
from programs.states import state_code

_SERIAL = date(1899, 12, 30)
"""Day 0 of workbooks, which hold dates as numbers."""
_SEPARATOR = "\x1f"
_FORMATS = ("%m/%d/%Y", "%Y-%m-%d", "%m-%d-%Y")
_OURS = {"name1": "name", "name2": "name_detail"}
"""Columns of a row that go by another name in a mapping."""
_VERDICTS = {
    Verdict.SWAPPED: "latitude and longitude were swapped: put right",
    Verdict.REFUSED: "position outside the state: the middle of the ZIP code is taken",
}


class _Reading:
    """One list being read."""

    def __init__(self, mapping: ListMapping, boxes: Mapping[str, Box]) -> None:
        self.mapping, self._boxes = mapping, boxes
        source = mapping.source
        self.edition = Edition(source, mapping.day.year, day=mapping.day)
        self._reader = Reader(source, source.known)
        self.tallies: Tallies = {name: Counter() for name in ("unknown", "left out", "positions")}
        self.passed = 0

    def file(
        self, path: Path, watch: Watch | None = None, *, start: int = 0, most: int | None = None
    ) -> None:
        tick = watch(path.name) if watch else None
        edition = self.edition
        with opened_table(path, self.mapping.layout) as table:
            rows = table.rows(self.mapping.headings)
            for number, values in islice(rows, start, None if most is None else start + most):
                self.passed += 1
                if tick:
                    tick(1)
                try:
                    row = self._row(path.name, number, values)
                except RowError as error:
                    values.pop(TOO_LONG, None)
                    edition.refused.append(Refused(path.name, number, str(error), cut(values)))
                    if len(edition.refused) > MAX_REFUSED:
                        raise StructureError(
                            f"{table}: more than {MAX_REFUSED:,} rows cannot be taken; the last: {error}"
                        ) from error
                else:
                    edition.rows += [row] if row else []
        edition.files.append(File(path.name, file_digest(path), edition.source.code, edition.year))

    def finish(self) -> Edition:
        edition, title = self.edition, self.mapping.source.title
        if not edition.rows:
            first = f"; the first: {edition.refused[0].reason}" if edition.refused else ""
            raise StructureError(f"{title}: no row that can be taken ({len(edition.refused)} refused{first})")
        edition.warnings += about_words(title, self.tallies)
        return edition

    def _row(self, file: str, number: int, values: Values) -> Row | None:
        """A row; None for one that the mapping leaves out."""
        if TOO_LONG in values:
            raise RowError(f"more cells than the header has columns: {str(values[TOO_LONG])[:60]}")
        cells = {heading: "" if value is None else _cell(value) for heading, value in values.items()}
        for column, taken in self.mapping.only.items():
            if plain_word(cells[column]) not in taken:
                self.tallies["left out"][f"{column}{_SEPARATOR}{cells[column].strip()[:60]}"] += 1
                return None
        raw = self._raw(values, cells)
        unknown: Counter[tuple[str, str]] = Counter()
        facts = self._reader.facts(self.mapping.codes(cells, unknown))
        said_on = self._said_on(values)
        point, verdict = checked(
            self._one(cells, "latitude"), self._one(cells, "longitude"), self._boxes.get(str(raw["state"]))
        )
        try:
            row = make_row(
                file, number, raw, facts, said_on=said_on, website=self._website(cells), point=point
            )
        except RowError as error:
            raise RowError(self._theirs(str(error))) from error
        self.tallies["unknown"].update(
            {f"{column}{_SEPARATOR}{word}": times for (column, word), times in unknown.items()}
        )
        self.tallies["positions"][verdict.value] += 1
        return row

    def _raw(self, values: Values, cells: Mapping[str, str]) -> dict[str, object]:
        """The columns of a workbook's row; text that is all capitals made readable."""
        given = self._one(cells, "state")
        found: dict[str, object] = {
            "name1": readable(self._one(cells, "name").strip(), initials=True),
            "name2": readable(self._one(cells, "name_detail").strip(), initials=True),
            "street1": readable(self._one(cells, "street1").strip()),
            "street2": readable(self._one(cells, "street2").strip()),
            "city": readable(self._one(cells, "city").strip()),
            "state": self.mapping.state or state_code(given) or given,
            "zip": self._one(cells, "zip").strip(),
            "phone": readable_phone(self._one(cells, "phone")),
        }
        intakes = [readable_phone(cells[one]) for one in self.mapping.columns.get("intake_phones", ())]
        keys = ("intake1", "intake2", "intake1a", "intake2a")[:INTAKES]
        return found | dict.fromkeys(keys, "") | dict(zip(keys, intakes, strict=False))

    def _one(self, cells: Mapping[str, str], name: str) -> str:
        headings = self.mapping.columns.get(name)
        return cells[headings[0]] if headings else ""

    def _website(self, cells: Mapping[str, str]) -> str | None:
        """None where this list never speaks of websites and positions."""
        if self.mapping.columns.keys().isdisjoint(("website", "latitude")):
            return None
        return clean_website(self._one(cells, "website"))

    def _said_on(self, values: Values) -> date | None:
        headings = self.mapping.columns.get("date")
        value = values[headings[0]] if headings else None
        if headings is None or value is None or not str(value).strip():
            return None
        day = read_day(value)
        if day is None:
            raise RowError(f"column “{headings[0]}”: not a date (M/D/YYYY): {str(value)[:20]}")
        if day > self.mapping.day:
            raise RowError(f"column “{headings[0]}”: {day} is after the date of the list, {self.mapping.day}")
        return day

    def _theirs(self, reason: str) -> str:
        """A reason with the name that their column has."""
        ours, _, rest = reason.partition(" ")
        headings = self.mapping.columns.get(_OURS.get(ours, ours))
        return f"column “{headings[0]}”: {ours} {rest}" if headings else reason


def read_mapped(
    paths: Iterable[Path], mapping: ListMapping, *, boxes: Mapping[str, Box], watch: Watch | None = None
) -> list[Edition]:
    """All files of one list as one edition. StructureError when any of them cannot be taken."""
    reading = _Reading(mapping, boxes)
    for path in paths:
        reading.file(path, watch)
    return [reading.finish()]


def read_mapped_part(
    path: Path,
    mapping: ListMapping,
    *,
    boxes: Mapping[str, Box],
    start: int = 0,
    most: int | None = None,
) -> Part:
    """Up to `most` rows of a file after the first `start`, and the words and positions that were met."""
    reading = _Reading(mapping, boxes)
    reading.file(path, start=start, most=most)
    return Part([reading.edition], reading.tallies, reading.passed)


def about_words(title: str, tallies: Tallies) -> list[str]:
    """Warnings about a list: rows left out, words nobody told us about, positions that cannot be."""
    words = (
        ("left out", "column “{}” is “{}” in {}: left out"),
        ("unknown", "column “{}”: unknown word “{}”: taken as unknown in {}"),
    )
    found = [
        f"{title}: {said.format(*met.split(_SEPARATOR, 1), _rows(times))}"
        for kind, said in words
        for met, times in sorted(tallies[kind].items())
    ]
    positions = tallies["positions"]
    return found + [
        f"{title}: {said} in {_rows(positions[verdict])}"
        for verdict, said in _VERDICTS.items()
        if positions[verdict]
    ]


def read_day(value: Cell) -> date | None:
    """A day as people in the United States write it (3/1/2026), as 2026-03-01, or as a workbook's number."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _SERIAL + timedelta(days=int(value)) if 1 <= value < 200_000 else None
    text = str(value).replace("T", " ").split()
    for form in _FORMATS:
        try:
            return datetime.strptime(text[0], form).date()
        except (ValueError, IndexError):
            continue
    return None


def _cell(value: Cell) -> str:
    """Whole numbers of a workbook without their decimals."""
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
