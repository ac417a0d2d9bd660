"""Writes a mapping as TOML, in the form that `programs.importing.mapping` reads. Pure."""

import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

Tables = dict[str, Any]
"""A mapping as `tomllib` reads it: tables, and lists of tables under "yes_no" and "words"."""
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def document_of(tables: Mapping[str, Any]) -> str:
    """The TOML document of a mapping. Tables that hold nothing are left out."""
    parts = [
        _table(f"[{name}]", table) for name, table in tables.items() if isinstance(table, dict) and table
    ]
    parts += [
        _table(f"[[{name}]]", table)
        for name, several in tables.items()
        if isinstance(several, list)
        for table in several
    ]
    return "\n".join(parts)


def tables_of(document: str) -> Tables:
    """What a document says, without judging it. ValueError where it is no TOML."""
    return tomllib.loads(document.replace("\r\n", "\n"))


def dated(document: str, day: date) -> str:
    """The same mapping for a list of another day."""
    tables = tables_of(document)
    tables["list"] = {**tables.get("list", {}), "date": day}
    return document_of(tables)


def _table(head: str, table: Mapping[str, Any]) -> str:
    lines = [head, *(f"{_key(name)} = {_value(value)}" for name, value in table.items())]
    return "\n".join(lines) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{_key(name)} = {_value(one)}' for name, one in value.items())} }}"
    if isinstance(value, int | float):
        return str(value)
    return _text(str(value))


def _text(text: str) -> str:
    """JSON's strings are TOML's, but for one sign."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
