"""Reads the tables of a TOML file strictly: wrong type, missing key and unknown key are errors. Pure."""

import re
from collections.abc import Iterator
from typing import Any

from programs.taxonomy import BY_CODE

_MISSING: Any = object()


class SampleError(Exception):
    """A sample file says something that cannot be loaded. The text names the file and the place in it."""


class Fields:
    """One table of a file. Take every key it may hold, then call `end`."""

    def __init__(self, raw: Any, where: str) -> None:
        if not isinstance(raw, dict):
            raise SampleError(f"{where}: not a table")
        self._raw = dict(raw)
        self.where = where

    def fail(self, reason: str) -> SampleError:
        return SampleError(f"{self.where}: {reason}")

    def _take(self, key: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = self._raw.pop(key, _MISSING)
        if value is _MISSING:
            if default is _MISSING:
                raise self.fail(f"{key} is missing")
            return default
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.fail(f"{key} = {value!r} is of the wrong type")
        return value

    def text(self, key: str, default: str = _MISSING, *, like: str = "", longest: int = 200) -> str:
        """A text of at most `longest` characters that matches the pattern `like`, or `default`."""
        value: str = self._take(key, str, default)
        if value == default:
            return value
        if len(value) > longest or value != value.strip() or not value:
            raise self.fail(f"{key} = {value!r} is empty, longer than {longest} or has blanks around it")
        if like and not re.fullmatch(like, value):
            raise self.fail(f"{key} = {value!r} does not look right")
        return value

    def one_of(self, key: str, known: Any, default: str = _MISSING) -> str:
        """A text that is one of `known`, or `default`."""
        value = self.text(key, default)
        if value != default and value not in known:
            raise self.fail(f"{key} = {value!r} is none of {', '.join(map(str, known))}")
        return value

    def number(self, key: str, default: int | None = _MISSING, *, low: int = 0, high: int = 10_000) -> Any:
        """A whole number within `low` and `high`, or `default`."""
        value = self._take(key, int, default)
        if value is not None and not low <= value <= high:
            raise self.fail(f"{key} = {value} is not within {low} and {high}")
        return value

    def span(self, key: str, *, high: float) -> tuple[float | None, float | None]:
        """`[from, to]` in order, both within 0 and `high`; (None, None) when the key is not there."""
        value = self._take(key, list, None)
        if value is None:
            return None, None
        numbers = [part for part in value if isinstance(part, int | float) and not isinstance(part, bool)]
        if len(value) != 2 or len(numbers) != 2 or not 0 <= numbers[0] <= numbers[1] <= high:
            raise self.fail(f"{key} = {value!r} is not [from, to] within 0 and {high:g}")
        return numbers[0], numbers[1]

    def point(self, key: str) -> tuple[float, float] | None:
        """`[latitude, longitude]` in degrees with a decimal point; None when the key is not there."""
        value = self._take(key, list, None)
        if value is None:
            return None
        if [type(part) for part in value] != [float, float] or abs(value[0]) > 90 or abs(value[1]) > 180:
            raise self.fail(f"{key} = {value!r} is not [latitude, longitude]")
        return value[0], value[1]

    def texts(self, key: str, *, like: str = "") -> tuple[str, ...]:
        """A list of texts, each matching `like`; () when the key is not there."""
        value = self._take(key, list, [])
        for part in value:
            if not isinstance(part, str) or (like and not re.fullmatch(like, part)):
                raise self.fail(f"{key}: {part!r} does not look right")
        return tuple(value)

    def facts(self, key: str) -> tuple[str, ...]:
        """A list of fact codes, each known and named once."""
        codes = self.texts(key)
        for code in codes:
            if code not in BY_CODE:
                raise self.fail(f"{key}: unknown fact code {code!r}")
        if len(set(codes)) < len(codes):
            raise self.fail(f"{key}: a fact code stands there twice")
        return codes

    def table(self, key: str) -> "Fields | None":
        """The table under this key, or None."""
        value = self._take(key, dict, None)
        return None if value is None else Fields(value, f"{self.where}, {key}")

    def tables(self, key: str, name: str) -> Iterator["Fields"]:
        """The tables of a list; each is called by its text `name`, or by its number."""
        for number, raw in enumerate(self._take(key, list, []), start=1):
            called = raw.get(name, number) if isinstance(raw, dict) else number
            yield Fields(raw, f"{self.where}, {key} {called}")

    def end(self) -> None:
        """Fails when the table holds a key that nobody took."""
        if self._raw:
            raise self.fail(f"unknown key {', '.join(sorted(self._raw))}")
