"""The official schemas of HSDS 3.0, read where they lie beside the repository; never copied."""

import json
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from tests.conftest import SHARED, required

FOLDER = SHARED / "data/hsds-3.0"


@cache
def validator(name: str) -> Any:
    """A validator for one file of the standard, formats included, drafts as 2020-12."""
    path = FOLDER / f"{name}.json"
    if not path.is_file():
        reason = f"needs the schemas of HSDS 3.0 beside the repository: {path}"
        if required("shared"):
            pytest.fail(reason)
        pytest.skip(reason)
    schema = json.loads(path.read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(_bare(schema), validate_formats=True)


def _bare(schema: Any) -> Any:
    """Without what describes tables: `name`, `path` and `constraints` there are no JSON Schema.

    A reference to another file of the standard is left open; those parts have their own test.
    """
    if isinstance(schema, dict):
        if "$ref" in schema:
            return {}
        return {key: _bare(value) for key, value in schema.items() if key not in _TABULAR}
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema


_TABULAR = {"datapackage_metadata", "datapackage_type", "tabular_required", "constraints", "core", "example"}


def complaints(name: str, item: dict[str, Any]) -> list[str]:
    """What the standard finds wrong in a document."""
    return [
        f"{'/'.join(map(str, error.instance_path))}: {error.message}"
        for error in validator(name).iter_errors(item)
    ]
