"""A content file, read: its tables, and the line to point at when something in it is wrong."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeVar

T = TypeVar("T")


class ContentError(ValueError):
    """A content file the loader refuses. ``str()`` names file, line where it is known, and problem."""

    def __init__(self, file: str, line: int | None, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}" if line else f"{file}: {problem}")
        self.file = file
        self.line = line


class Source:
    """One TOML file of a version's folder."""

    def __init__(self, path: Path) -> None:
        self.name = path.name
        try:
            self._text = path.read_text(encoding="utf-8")
            self.tables: dict[str, object] = tomllib.loads(self._text)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r"line (\d+)", str(error))
            raise ContentError(self.name, int(place[1]) if place else None, str(error)) from error
        except (OSError, UnicodeDecodeError) as error:
            raise ContentError(self.name, None, f"cannot be read ({type(error).__name__})") from error

    def refuse(self, problem: str, *words: str) -> NoReturn:
        """Raise :class:`ContentError` at the line where, one after the other, ``words`` are found."""
        raise ContentError(self.name, self.line(*words), problem)

    def line(self, *words: str) -> int | None:
        """The line of the last of ``words``, each looked for from the line of the one before.

        The line that gives an entry its id or code, or opens its table, comes before others that name it.
        """
        lines = [line.partition("# ")[0] for line in self._text.splitlines()]
        at, end, found = 0, len(lines), None
        for word in words:
            named = re.escape(word)
            own = re.compile(rf'^\s*((id|code)\s*=\s*"{named}"|\[{named}\]\s*$)')
            hit = _first(lines, own, at, end)
            if hit is not None:
                end = _first(lines, ENTRY, hit + 1, end) or end  # look no further than this entry
            else:
                hit = _first(lines, re.compile(rf"(?<![\w-]){named}(?![\w-])"), at, end)
            if hit is not None:
                at, found = hit, hit + 1
        return found

    def listed(self, key: str) -> list[Entry]:
        """The entries of a list of tables (``[[key]]``), each with its line; refused when there is none."""
        tables = self.tables.get(key)
        if not isinstance(tables, list) or not tables or not all(isinstance(one, dict) for one in tables):
            self.refuse(f"needs one or more [[{key}]]", key)
        return [Entry(self, key, table) for table in tables]

    def only(self, *keys: str) -> None:
        """Refuse any top-level table but these."""
        for key in self.tables:
            if key not in keys:
                self.refuse(f"{key} is not known here (known: {', '.join(keys)})", key)


ENTRY = re.compile(r"^\[\[?\w+\]")


def _first(lines: list[str], pattern: re.Pattern[str], at: int, end: int) -> int | None:
    return next((number for number in range(at, end) if pattern.search(lines[number])), None)


class Entry:
    """One table of a file, with typed look-ups that refuse what is missing, wrong or left over."""

    def __init__(
        self, source: Source, kind: str, table: Mapping[str, object], within: tuple[str, ...] = ()
    ) -> None:
        self.source = source
        self.kind = kind
        self.table = table
        self._within = within
        self._taken: set[str] = set()
        name = table.get("id", table.get("code"))
        self.id = name if isinstance(name, str) else ""

    def refuse(self, problem: str, *words: str) -> NoReturn:
        """Raise :class:`ContentError` at this entry, or at the first of ``words`` found after it."""
        start = (self.id or self.kind, *self._within)
        self.source.refuse(f"{self.kind} {self.id or '(without id)'}: {problem}", *start, *words)

    def text(self, key: str) -> str:
        """A text that must be there and say something."""
        value = self.optional(key, str, "")
        if not value.strip():
            self.refuse(f"{key} is missing", key)
        return value

    def code(self, key: str) -> str:
        """A code: lower-case letters, digits, underscores (and dots, for rules)."""
        value = self.text(key)
        if not re.fullmatch(r"[a-z0-9_.]+", value):
            self.refuse(f"{value!r} is not a code", key)
        return value

    def day(self, key: str) -> date:
        """A date that must be there."""
        value = self.table.get(key)
        self._taken.add(key)
        if type(value) is not date:
            self.refuse(f"{key} must be a date", key)
        return value

    def codes(self, key: str, *, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of codes, each once."""
        listed = self.optional(key, list, None if default is None else list(default))
        if listed is None or not all(isinstance(code, str) for code in listed):
            self.refuse(f"{key} must be a list of codes", key)
        if len(set(listed)) != len(listed):
            self.refuse(f"{key} names a code twice", key)
        return tuple(listed)

    def optional(self, key: str, kind: type[T], default: T | None) -> T:
        """A value of a type, or the default."""
        self._taken.add(key)
        value = self.table.get(key, default)
        if key in self.table and (
            not isinstance(value, kind) or isinstance(value, bool) is not (kind is bool)
        ):
            self.refuse(f"{key} must be of type {kind.__name__}", key)
        return value  # type: ignore[return-value]

    def known(self, key: str, codes: Sequence[str], names: Sequence[str]) -> None:
        """Refuse any of ``codes`` that is not among ``names``."""
        for code in codes:
            if code not in names:
                self.refuse(f"{key} names {code!r}, which is not known", key, code)

    def done(self) -> None:
        """Refuse keys nobody asked for: a misspelled key must not pass in silence."""
        for key in self.table:
            if key not in self._taken:
                self.refuse(f"{key} is not known here", key)
