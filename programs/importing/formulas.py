"""Cells that no spreadsheet takes for a formula, and the way back. Pure."""

import re

_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What makes a cell a formula, also as full-width signs."""
_BLANK = re.compile(r"[ \xa0\xad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]*")
"""What a spreadsheet passes over before it looks for a formula, or may one day."""


def safe(value: object) -> str:
    """Text for a cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if _is_formula(text) else text


def plain(cell: str) -> str:
    """What a cell of `safe` said: a list that was mended and comes back is read as it was."""
    return cell[1:] if cell[:1] == "'" and _is_formula(cell[1:]) else cell


def _is_formula(text: str) -> bool:
    return _BLANK.sub("", text, count=1).startswith(_FORMULA)
