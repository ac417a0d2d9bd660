"""Streams the cells of a sheet, and the table of shared texts, out of a workbook's XML.

openpyxl finds the parts (see `workbook`); this reads them. Its own reader took two thirds of an import, hands
formulas and blank rows on one object at a time, and cannot stop early.
"""

from collections.abc import Iterator
from typing import IO, Any, Protocol
from xml.parsers import expat

Cell = str | int | float | bool | None
_PIECE = 1 << 16
_DIGITS = "0123456789"
MAX_COLUMN = 16_384
"""The last column a sheet can have."""


MAX_TEXTS = 2_000_000
"""Texts in the table of shared texts: more than ten for each row a sheet may have."""


class ForbiddenError(Exception):
    """The XML declares a document type or entities, which no workbook needs and bombs are made of."""


class FormulaError(Exception):
    """A cell holds a formula."""

    def __init__(self, row: int, column: int) -> None:
        super().__init__(f"formula in row {row}, column {column + 1}")
        self.row, self.column = row, column


def texts(stream: IO[bytes]) -> list[str]:
    """The shared texts of a workbook, in order: plain or in runs, without how they are pronounced."""
    reader = _Texts()
    for _ in _fed(stream, reader):
        pass
    return reader.found


def rows(stream: IO[bytes], shared: list[str]) -> Iterator[tuple[int, dict[int, Cell]]]:
    """The rows that a sheet's XML holds: the number (from 1), and the filled cells by column (from 0).

    Rows come as they are read: stop, and the rest of the sheet is never parsed. Dates are numbers.
    FormulaError on the first formula, IndexError or ValueError where the sheet contradicts itself.
    """
    reader = _Rows(shared)
    try:
        for _ in _fed(stream, reader):
            yield from reader.take()
    except FormulaError:
        # A piece of XML is read ahead: rows that stand before the formula come first.
        yield from reader.take()
        raise


class _Handlers(Protocol):
    def start(self, name: str, attributes: dict[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def data(self, text: str) -> None: ...


def _fed(stream: IO[bytes], handlers: _Handlers) -> Iterator[None]:
    """Feed XML to handlers piece by piece. ForbiddenError when it declares anything of its own."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _forbid
    parser.StartElementHandler = handlers.start
    parser.EndElementHandler = handlers.end
    parser.CharacterDataHandler = handlers.data
    while piece := stream.read(_PIECE):
        parser.Parse(piece, False)
        yield
    parser.Parse(b"", True)
    yield


def _forbid(*_: Any) -> None:
    raise ForbiddenError


class _Texts:
    """What expat calls while it reads the table of shared texts."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._text: list[str] = []
        self._keep = False
        self._spoken = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        tag = _tag(name)
        if tag == "si":
            self._text = []
        elif tag == "t":
            self._keep = not self._spoken
        elif tag == "rPh":
            self._spoken += 1

    def end(self, name: str) -> None:
        tag = _tag(name)
        if tag == "t":
            self._keep = False
        elif tag == "si":
            self.found.append("".join(self._text))
            if len(self.found) > MAX_TEXTS:
                raise ValueError(f"more than {MAX_TEXTS:,} shared texts")
        elif tag == "rPh":
            self._spoken -= 1

    def data(self, text: str) -> None:
        if self._keep:
            self._text.append(text)


class _Rows:
    """What expat calls while it reads a sheet."""

    def __init__(self, shared: list[str]) -> None:
        self._shared = shared
        self._done: list[tuple[int, dict[int, Cell]]] = []
        self._row = 0
        self._cells: dict[int, Cell] = {}
        self._column = -1
        self._kind = "n"
        self._text: list[str] = []
        self._keep = False
        self._spoken = 0
        self._columns: dict[str, int] = {}

    def take(self) -> list[tuple[int, dict[int, Cell]]]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = _tag(name)
        if tag == "c":
            at = attributes.get("r")
            self._column = self._column + 1 if at is None else self._place(at.rstrip(_DIGITS))
            if self._column >= MAX_COLUMN:
                raise ValueError(f"row {self._row} has more than {MAX_COLUMN:,} cells")
            self._kind = attributes.get("t", "n")
            self._text = []
        elif tag == "v" or tag == "t":
            self._keep = not self._spoken
        elif tag == "row":
            number = int(attributes.get("r", self._row + 1))
            if number <= self._row:
                raise ValueError(f"row {number} comes after row {self._row}")
            self._row, self._column, self._cells = number, -1, {}
        elif tag == "f":
            raise FormulaError(self._row, self._column)
        elif tag == "rPh":
            self._spoken += 1

    def end(self, name: str) -> None:
        tag = _tag(name)
        if tag == "v" or tag == "t":
            self._keep = False
        elif tag == "c":
            if self._text:
                self._cells[self._column] = self._value("".join(self._text))
        elif tag == "row":
            self._done.append((self._row, self._cells))
        elif tag == "rPh":
            self._spoken -= 1

    def data(self, text: str) -> None:
        if self._keep:
            self._text.append(text)

    def _value(self, text: str) -> Cell:
        if self._kind == "s":
            at = int(text)
            if at < 0:
                raise IndexError(f"no shared text {at}")
            return self._shared[at]
        if self._kind == "n":
            return int(text) if text.lstrip("-").isdigit() else float(text)
        return text == "1" if self._kind == "b" else text

    def _place(self, letters: str) -> int:
        """The column of A, B, … AA, counted from 0."""
        known = self._columns.get(letters)
        if known is None:
            known = 0
            for letter in letters:
                if not "A" <= letter <= "Z":
                    raise ValueError(f"no column is called {letters[:10]}")
                known = known * 26 + ord(letter) - 64
                if known > MAX_COLUMN:
                    raise ValueError(f"no column is called {letters[:10]}")
            known -= 1
            self._columns[letters] = known
        return known


def _tag(name: str) -> str:
    """The name of an element without a prefix that some programs write."""
    return name.rpartition(":")[2] if ":" in name else name
