"""Opens a workbook that a stranger may have sent, and reads its sheets row by row.

Everything that is wrong with a file as a whole is a `StructureError` with one clear line.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from xml.etree.ElementTree import ParseError
from xml.parsers.expat import ExpatError

from defusedxml import DefusedXmlException
from openpyxl.packaging.relationship import get_rels_path
from openpyxl.reader.excel import ExcelReader, _find_workbook_part  # type: ignore[attr-defined]
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS

from programs.importing import sheets
from programs.importing.sheets import Cell, ForbiddenError, FormulaError

MAX_FILE = 50_000_000
"""Bytes of the file itself. The largest real edition has 2.2 million."""
MAX_UNPACKED = 150_000_000
"""Bytes of all its parts together once unpacked. The largest real edition has 12 million."""
MAX_PARTS = 1000
MAX_FRAME = 1_000_000
"""Bytes of a part that says what the workbook is made of: these are read as a whole."""
MAX_SHEETS = 20
MAX_COLUMNS = 100
MAX_BLANK = 1000
"""Blank rows in a row that are passed over. More, and the file is refused before they are all read."""
MAX_ROWS = 200_000
MAX_CELL = 10_000
"""Characters in a cell. The longest real one has 709."""

Values = tuple[Cell, ...]
_Row = tuple[int, dict[int, Cell]]
Tick = Callable[[int], object]
_PIECE = 1 << 20


class StructureError(Exception):
    """A file that cannot be taken at all. The message is one line that names file, sheet, row or column."""


class Sheet:
    """One sheet: its name, its header as written, and its rows."""

    def __init__(self, file: str, name: str, stream: Callable[[], Iterator[_Row]]) -> None:
        self.file, self.name = file, name
        self._stream = stream
        # By its own number: a sheet whose first row is blank has no header.
        number, first = next(self._stream(), (1, {}))
        width = min(max(first, default=-1) + 1, MAX_COLUMNS) if number == 1 else 0
        self.written: tuple[str, ...] = tuple(_plain(first.get(at)) for at in range(width))
        self.header: tuple[str, ...] = tuple(map(heading, self.written))

    def __str__(self) -> str:
        return f"{self.file}, sheet “{self.name}”"

    def columns(self, wanted: tuple[str, ...]) -> tuple[int, ...]:
        """Where the wanted columns lie. StructureError when one is missing or there twice."""
        missing = [name for name in wanted if name not in self.header]
        if missing:
            raise StructureError(f"{self}: missing column: {', '.join(missing)}")
        double = sorted({name for name in self.header if name and self.header.count(name) > 1})
        if double:
            raise StructureError(f"{self}: column occurs more than once: {', '.join(double)}")
        return tuple(self.header.index(name) for name in wanted)

    def rows(self, wanted: tuple[str, ...], tick: Tick | None = None) -> Iterator[tuple[int, Values]]:
        """The wanted columns of every row that is not blank, with its number in the sheet (from 2)."""
        at = self.columns(wanted)
        last = read = 0
        try:
            for number, cells in self._stream():
                picked = tuple([cells.get(column) for column in at])
                if number - last > MAX_BLANK + 1:
                    raise StructureError(
                        f"{self}: more than {MAX_BLANK:,} blank rows one after another (row {number:,}): "
                        "delete them and save the file again"
                    )
                if number == 1 or not any(map(_filled, picked)):
                    last = max(last, 1)
                    continue
                last = number
                read += 1
                self._check_size(number, read, picked)
                if tick and not read % 500:
                    tick(500)
                yield number, picked
        except FormulaError as error:
            raise self._formula(error) from error

    def _check_size(self, number: int, read: int, values: Values) -> None:
        if read > MAX_ROWS:
            raise StructureError(f"{self}: more than {MAX_ROWS:,} rows")
        if any(value.__class__ is str and len(value) > MAX_CELL for value in values):
            raise StructureError(f"{self}, row {number:,}: a cell of more than {MAX_CELL:,} characters")

    def _formula(self, error: FormulaError) -> StructureError:
        named = self.header[error.column] if 0 <= error.column < len(self.header) else ""
        where = f"column {named or error.column + 1}"
        return StructureError(
            f"{self}, row {error.row:,}, {where}: a formula: save the sheet as values, then try again"
        )


class _Reader(ExcelReader):
    """openpyxl's reader, for what a workbook is made of. What its sheets hold, `sheets` reads."""

    def read(self) -> None:
        self.parts: list[tuple[str, str]] = []
        self._small(ARC_CONTENT_TYPES)
        self.read_manifest()
        book = _find_workbook_part(self.package).PartName[1:]
        self._small(book)
        self._small(get_rels_path(book))  # type: ignore[no-untyped-call]
        self.read_strings()
        self.read_workbook()
        for sheet, relation in self.parser.find_sheets():
            if relation.target in self.valid_files and relation.Type.endswith("/worksheet"):
                self.parts.append((sheet.name, relation.target))

    def _small(self, part: str) -> None:
        if part in self.archive.namelist() and self.archive.getinfo(part).file_size > MAX_FRAME:
            name = Path(str(self.archive.filename)).name
            raise StructureError(f"{name}: its part {part[:80]} is larger than {MAX_FRAME // 1_000_000} MB")

    def read_strings(self) -> None:
        table = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if table is not None:
            with self.archive.open(table.PartName[1:]) as stream:
                self.shared_strings = sheets.texts(stream)

    def rows_of(self, part: str) -> Iterator[_Row]:
        with self.archive.open(part) as stream:
            yield from sheets.rows(stream, self.shared_strings)


@contextmanager
def opened(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of a workbook that was found safe to read. StructureError says why not.

    What goes wrong inside the XML while rows are read is a StructureError as well.
    """
    _check_file(path)
    name = path.name
    reader = None
    try:
        reader = _Reader(path, read_only=True, keep_links=False)
        reader.read()
        if len(reader.parts) > MAX_SHEETS:
            raise StructureError(f"{name}: more than {MAX_SHEETS} sheets")
        yield [Sheet(name, title, partial(reader.rows_of, part)) for title, part in reader.parts]
    except (ForbiddenError, DefusedXmlException) as error:
        raise StructureError(f"{name}: holds XML entities, which no directory needs") from error
    except FormulaError as error:
        raise StructureError(f"{name}: {error}: save the sheet as values, then try again") from error
    except (ParseError, ExpatError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise StructureError(f"{name}: damaged or cut off inside the workbook ({_line(error)})") from error
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OSError) as error:
        raise StructureError(f"{name}: not a workbook that can be read ({_line(error)})") from error
    finally:
        if reader is not None:
            reader.archive.close()


def _check_file(path: Path) -> None:
    """Refuse by what can be told without reading any XML: kind, size, parts, and what they unpack to."""
    if path.is_dir():
        raise StructureError(f"{path}: a folder, not a workbook")
    if not path.is_file():
        raise StructureError(f"{path}: no such file")
    if path.suffix.lower() != ".xlsx":
        raise StructureError(f"{path.name}: the name must end in .xlsx")
    try:
        size = path.stat().st_size
        if size == 0:
            raise StructureError(f"{path.name}: the file is empty")
        if size > MAX_FILE:
            raise StructureError(f"{path.name}: larger than {MAX_FILE // 1_000_000} MB")
        with zipfile.ZipFile(path) as archive:
            _check_parts(path.name, archive)
    except zipfile.BadZipFile as error:
        raise StructureError(f"{path.name}: not a workbook, or one that is cut off") from error
    except OSError as error:
        raise StructureError(f"{path.name}: cannot be read ({error.strerror or error})") from error


def _check_parts(name: str, archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise StructureError(f"{name}: more than {MAX_PARTS} parts inside")
    too_big = f"{name}: unpacks to more than {MAX_UNPACKED // 1_000_000} MB"
    if sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise StructureError(too_big)
    unpacked = 0
    for part in parts:
        # Read for the true size and the checksum: the declared size is only a claim.
        try:
            with archive.open(part) as stream:
                while piece := stream.read(_PIECE):
                    unpacked += len(piece)
                    if unpacked > MAX_UNPACKED:
                        raise StructureError(too_big)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise StructureError(f"{name}: damaged or cut off ({part.filename})") from error
        except (RuntimeError, NotImplementedError) as error:
            raise StructureError(f"{name}: encrypted or packed in a way that is not read") from error


def heading(value: Cell) -> str:
    """A heading without regard to case and blanks: `Service Code Info` is `service_code_info`."""
    return re.sub(r"[\s_]+", "_", str(value if value is not None else "").strip().lower())


def _filled(value: Cell) -> bool:
    return value is not None and (value.__class__ is not str or not str(value).isspace())


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _plain(value: Cell) -> str:
    return "" if value is None else str(value).strip()
