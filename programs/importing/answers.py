"""Reads one answer of the national locator: a page of facilities as JSON. Pure."""

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from programs.importing.workbook import StructureError

ROW = dict[str, Any]
"""A facility; its keys without case and signs: `typeFacility` and `type_facility` are `typefacility`."""


class CutOffError(Exception):
    """An answer that is no JSON, or ends in the middle: worth asking again."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page: its number from 1, how many pages and records there are, and its rows."""

    number: int
    total_pages: int
    record_count: int
    rows: list[ROW]


def read_page(body: bytes) -> Page:
    """CutOffError when it is no JSON at all, StructureError when it is JSON of another shape."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CutOffError(f"not JSON ({len(body):,} bytes)") from error
    if not isinstance(found, dict):
        raise StructureError("the locator's answer is not an object: its format has changed")
    answer = _plain_keys(found)
    page, pages, records = (_number(answer, key, found) for key in ("page", "totalpages", "recordcount"))
    rows = answer.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise StructureError(
            f"the locator's answer has no list of rows ({_keys(found)}): its format has changed"
        )
    return Page(page, pages, records, [_plain_keys(row) for row in rows])


@lru_cache(maxsize=10_000)
def plain_key(key: str) -> str:
    return re.sub(r"[^a-z0-9]", "", key.lower())


def _plain_keys(found: dict[str, Any]) -> ROW:
    """Of several spellings of one key the first that holds something."""
    plain: ROW = {}
    for key, value in found.items():
        if plain.get(plain_key(key)) is None:
            plain[plain_key(key)] = value
    return plain


def _number(answer: ROW, key: str, found: dict[str, Any]) -> int:
    value = answer.get(key)
    if isinstance(value, bool) or not str(value).isdecimal():
        raise StructureError(
            f"the locator's answer has no number under {key} ({_keys(found)}): its format has changed"
        )
    return int(str(value))


def _keys(found: dict[str, Any]) -> str:
    return f"there is: {', '.join(sorted(found))[:200] or 'nothing'}"
