"""Opens a workbook that a stranger may have sent, and reads its sheets row by row.

Everything that is wrong with a file as a whole is a `StructureError` with one clear line.
"""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

MAX_FILE = 50_000_000
"""Bytes of the file itself. The largest real edition has 2.2 million."""
MAX_UNPACKED = 150_000_000
"""Bytes of all its parts together once unpacked. The largest real edition has 12 million."""
MAX_PARTS = 1000
MAX_SHEETS = 20
MAX_COLUMNS = 100
MAX_BLANK = 1000
"""Blank rows in a row that are passed over. More, and the file is refused before they are all read."""
MAX_ROWS = 200_000
MAX_CELL = 10_000
"""Characters in a cell. The longest real one has 709."""

Cell = Any
Values = tuple[Cell, ...]
Tick = Callable[[int], object]
_PIECE = 1 << 20
_ITEM, _TEXT, _RUN = (f"{{{SHEET_MAIN_NS}}}{tag}" for tag in ("si", "t", "r"))


class StructureError(Exception):
    """A file that cannot be taken at all. The message is one line that names file, sheet, row or column."""


class Sheet:
    """One sheet: its name, its header as written, and its rows."""

    def __init__(self, file: str, worksheet: Any) -> None:
        self.file = file
        self.name: str = worksheet.title
        self._worksheet = worksheet
        # The size a file claims for its sheet may be wrong: read what is there.
        worksheet.reset_dimensions()
        first = next(worksheet.iter_rows(max_row=1, max_col=MAX_COLUMNS, values_only=True), ())
        while first and first[-1] is None:
            first = first[:-1]
        self.header: tuple[str, ...] = tuple(_heading(value) for value in first)

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
        blank = read = 0
        for number, values in enumerate(
            self._worksheet.iter_rows(min_row=2, max_col=len(self.header), values_only=True), 2
        ):
            if not any(values):
                blank += 1
                if blank > MAX_BLANK:
                    raise StructureError(
                        f"{self}: more than {MAX_BLANK:,} blank rows one after another (row {number:,}): "
                        "delete them and save the file again"
                    )
                continue
            blank = 0
            read += 1
            if read > MAX_ROWS:
                raise StructureError(f"{self}: more than {MAX_ROWS:,} rows")
            picked = tuple(values[i] for i in at)
            for place, value in zip(at, picked, strict=True):
                # The common cases, looked at here for speed: nothing, or short text that is no formula.
                if value is None or (value.__class__ is str and len(value) < 1000 and value[:1] != "="):
                    continue
                self._check(number, place, value)
            if tick and not read % 500:
                tick(500)
            yield number, picked

    def _check(self, number: int, place: int, value: Cell) -> None:
        if value is None or isinstance(value, int | float):
            return
        where = f"{self}, row {number:,}, column {self.header[place]}"
        if not isinstance(value, str) or (value.startswith("=") and self._is_formula(number, place)):
            what = "a formula" if isinstance(value, str) or "ormula" in type(value).__name__ else "a date"
            raise StructureError(f"{where}: {what} where text is expected: save the values, then try again")
        if len(value) > MAX_CELL:
            raise StructureError(f"{where}: a cell of more than {MAX_CELL:,} characters")

    def _is_formula(self, number: int, place: int) -> bool:
        cells = next(self._worksheet.iter_rows(min_row=number, max_row=number, max_col=place + 1))
        return bool(cells[place].data_type == "f")


class _Reader(ExcelReader):
    """openpyxl's reader with a shorter way through the table of texts, which took half of all reading."""

    def read_strings(self) -> None:
        table = self.package.find(SHARED_STRINGS)  # type: ignore[no-untyped-call]
        if table is None:
            return
        texts: list[str] = []
        with self.archive.open(table.PartName[1:]) as stream:
            for _, node in iterparse(stream):
                if node.tag == _ITEM:
                    texts.append(_text_of(node))
                    node.clear()
        self.shared_strings = texts


def _text_of(item: Any) -> str:
    """The text of a shared item, plain or in runs; how it is pronounced is left out."""
    parts = [node if node.tag == _TEXT else node.find(_TEXT) for node in item if node.tag in (_TEXT, _RUN)]
    return "".join(part.text or "" for part in parts if part is not None)


@contextmanager
def opened(path: Path) -> Iterator[list[Sheet]]:
    """The sheets of a workbook that was found safe to read. StructureError says why not.

    What goes wrong inside the XML while rows are read is a StructureError as well.
    """
    _check_file(path)
    workbook = None
    try:
        reader = _Reader(path, read_only=True, keep_links=False)
        reader.read()
        workbook = reader.wb
        if len(workbook.worksheets) > MAX_SHEETS:
            raise StructureError(f"{path.name}: more than {MAX_SHEETS} sheets")
        yield [Sheet(path.name, worksheet) for worksheet in workbook.worksheets]
    except DefusedXmlException as error:
        raise StructureError(f"{path.name}: holds XML entities, which no directory needs") from error
    except (ParseError, zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise StructureError(f"{path.name}: damaged or cut off inside the workbook ({error})") from error
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, OverflowError) as error:
        raise StructureError(f"{path.name}: not a workbook that can be read ({_line(error)})") from error
    finally:
        if workbook is not None:
            workbook.close()


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


def _heading(value: Cell) -> str:
    """A heading without regard to case and blanks: `Service Code Info` is `service_code_info`."""
    return re.sub(r"[\s_]+", "_", str(value if value is not None else "").strip().lower())


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
