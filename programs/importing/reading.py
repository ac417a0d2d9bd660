"""Reads workbooks into editions: rows found good, rows refused, warnings. Touches no database."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from pathlib import Path

from programs.importing import samhsa
from programs.importing.formulas import plain
from programs.importing.rows import Row, RowError, read_row
from programs.importing.source import Reader, Source, codes_in, rank, table_of, told
from programs.importing.workbook import Sheet, StructureError, Tick, Values, opened

FIRST_EDITION = 1990
MAX_REFUSED = 10_000
"""Refused rows of a file. More, and it is no directory that somebody could mend row by row."""
KEPT = 1000
"""Characters that are kept of a refused row's cell. The longest real one has 709."""
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")

Watch = Callable[[str], Tick]
"""Told the name of a file that is about to be read; gives a function to be told rows read."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that is not taken: where it stands, why, and its columns as they were."""

    file: str
    number: int
    reason: str
    values: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class File:
    """A workbook that was read, as the import history keeps it."""

    name: str
    sha256: str
    source: str
    edition: int

    def as_dict(self) -> dict[str, object]:
        return {"name": self.name, "sha256": self.sha256, "source": self.source, "edition": self.edition}


@dataclass(slots=True)
class Edition:
    """One directory of one year, from one or more files. `day`: when it was made, if that is known.

    `is_part`: these are some rows of it, such as mended ones: what they do not name has not vanished.
    """

    source: Source
    year: int
    files: list[File] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    day: date | None = None
    is_part: bool = False

    @property
    def read(self) -> int:
        return len(self.rows) + len(self.refused)

    @property
    def said_on(self) -> date:
        """Its day, or else the first of its year: a directory must never look fresher than it is."""
        return self.day or date(self.year, 1, 1)

    @property
    def title(self) -> str:
        """Kept beside each row where the code of the source does not say whose list it is."""
        return self.source.title if table_of(self.source.code)[1] else ""

    def day_of(self, row: Row) -> date:
        return row.said_on or self.said_on

    def is_said(self, row: Row, digest: str, said_on: date, title: str) -> bool:
        """Whether a row of this edition says just what was said before."""
        return (row.digest, self.day_of(row), self.title) == (digest, said_on, title)

    def __str__(self) -> str:
        return f"{self.source.title}, {self.year}"


Tallies = dict[str, Counter[str]]
"""What was met while rows were read, and how often: enough to say the warnings once all parts are read."""


@dataclass(slots=True)
class Part:
    """Some rows of one file. `editions`: what they say; `passed`: how many rows were gone over."""

    editions: list[Edition]
    tallies: Tallies
    passed: int = 0


def read_files(
    paths: Iterable[Path], *, year: int | None = None, watch: Watch | None = None
) -> list[Edition]:
    """All files as editions, the oldest first. StructureError when any of the files cannot be taken.

    `year` is the edition of all files; without it, the year in a file's name.
    """
    editions: dict[tuple[int, str], Edition] = {}
    for path in paths:
        found = _read_file(path, year, watch)
        known = editions.setdefault((found.year, found.source.code), found)
        if known is not found:
            known.files += found.files
            known.rows += found.rows
            known.refused += found.refused
            known.warnings += found.warnings
    return ordered(editions.values())


def ordered(editions: Iterable[Edition]) -> list[Edition]:
    """The oldest first, and of one day the most trusted first."""
    return sorted(editions, key=lambda edition: (edition.said_on, rank(edition.source.code)))


def year_of(path: Path) -> int | None:
    """The last year that stands in a file's name."""
    years = _YEAR.findall(path.stem)
    return int(years[-1]) if years else None


def _read_file(path: Path, year: int | None, watch: Watch | None) -> Edition:
    part = read_part(path, year, watch=watch)
    edition = part.editions[0]
    if not edition.rows:
        raise StructureError(f"{path.name}: no row that can be taken ({len(edition.refused)} refused)")
    edition.warnings += about_codes(path.name, edition.source, part.tallies)
    return edition


def read_part(
    path: Path, year: int | None, *, start: int = 0, most: int | None = None, watch: Watch | None = None
) -> Part:
    """Up to `most` rows of a workbook after the first `start`, and the codes that were met."""
    with opened(path) as sheets:
        facilities = _sheet(path.name, sheets, samhsa.FACILITIES, "Facilities List")
        codes = _sheet(path.name, sheets, samhsa.CODES, "Service Code Reference")
        # Headers first: a missing column is told before thousands of rows are read.
        facilities.columns(samhsa.COLUMNS)
        listed = {str(code).strip().upper() for _, (code,) in codes.rows((samhsa.CODE_COLUMN,)) if code}
        source = told(samhsa.SOURCES, listed)
        if source is None:
            known = " or ".join(code for one in samhsa.SOURCES for code in sorted(one.told_by))
            raise StructureError(f"{codes}: tells no directory that is known (no code {known}, or both)")
        edition = Edition(source, _edition_year(path, year))
        edition.files.append(File(path.name, file_digest(path), source.code, edition.year))
        part = Part([edition], {"listed": Counter(listed), "used": Counter()})
        rows = facilities.rows(samhsa.COLUMNS, watch(path.name) if watch else None)
        _read_rows(part, path.name, facilities, islice(rows, start, None if most is None else start + most))
    return part


def glance(path: Path, year: int | None) -> tuple[Edition, int]:
    """The edition a workbook holds, without its rows, and how many there are. Every row was gone over."""
    edition = read_part(path, year, most=0).editions[0]
    with opened(path) as sheets:
        facilities = _sheet(path.name, sheets, samhsa.FACILITIES, "Facilities List")
        return edition, sum(1 for _ in facilities.rows(samhsa.COLUMNS))


def _read_rows(part: Part, file: str, sheet: Sheet, rows: Iterable[tuple[int, Values]]) -> None:
    edition = part.editions[0]
    reader = Reader(edition.source, part.tallies["listed"])
    used = part.tallies["used"]
    for number, values in rows:
        part.passed += 1
        told = (plain(value) if isinstance(value, str) else value for value in values)
        raw = dict(zip(samhsa.COLUMNS, told, strict=True))
        codes = codes_in(str(raw["service_code_info"] or ""))
        try:
            edition.rows.append(read_row(file, number, raw, reader, codes))
        except RowError as error:
            edition.refused.append(Refused(file, number, str(error), cut(raw)))
            if len(edition.refused) > MAX_REFUSED:
                raise StructureError(
                    f"{sheet}: more than {MAX_REFUSED:,} rows cannot be taken; the last: {error}"
                ) from error
        else:
            used.update(codes)


def cut(raw: Mapping[str, object]) -> dict[str, object]:
    """A row's cells, none longer than is kept: a few shared texts could else fill the disk many times."""
    return {
        column: value[:KEPT] if isinstance(value, str) and len(value) > KEPT else value
        for column, value in raw.items()
    }


def about_codes(file: str, source: Source, tallies: Tallies) -> list[str]:
    """One warning for each code that says nothing: not in the sheet, or new to us."""
    warnings = []
    listed, used = tallies["listed"], tallies["used"]
    for code in sorted(used.keys() | listed):
        rows = f"{used[code]:,} rows" if used[code] != 1 else "1 row"
        if code not in listed:
            warnings.append(f"{file}: code {code} is not in the code sheet: taken as unknown in {rows}")
        elif code not in source.known:
            warnings.append(f"{file}: code {code} is new: taken as unknown in {rows}")
    return warnings


def _sheet(file: str, sheets: list[Sheet], wanted: str, title: str) -> Sheet:
    for sheet in sheets:
        if re.sub(r"[^a-z0-9]", "", sheet.name.lower()) == wanted:
            return sheet
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
    raise StructureError(f"{file}: no sheet “{title}” (there is: {names})")


def _edition_year(path: Path, year: int | None) -> int:
    found = year or year_of(path)
    if found is None:
        raise StructureError(f"{path.name}: no year in the file's name: say --edition YEAR")
    latest = date.today().year + 1
    if not FIRST_EDITION <= found <= latest:
        raise StructureError(f"{path.name}: edition {found} is not between {FIRST_EDITION} and {latest}")
    return found


def file_digest(path: Path) -> str:
    """SHA-256 of a file, as the import history keeps it."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
