"""The API as an OpenAPI 3.1 document, and as lines for the page about it. Parameters come from the forms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import override

from programs.api.endpoints import ENDPOINTS, Endpoint
from programs.api.pages import NDJSON
from programs.api.refusals import PROBLEM
from programs.api.schemas import SCHEMAS, Schema, page_of, ref

VERSION = "1.0"
WRITTEN = r"^[^\x00]*$"
"""Any text that a database can hold."""
_REFUSALS = {
    "400": "What was asked has a mistake.",
    "429": "Too many requests.",
    "404": "There is no such thing.",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter: its name, its kind in words, what it means, and its choices if there are few."""

    name: str
    kind: str
    about: str
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Described:
    """One address for the page about the API."""

    path: str
    summary: str
    parameters: tuple[Parameter, ...]


def document(root: str) -> dict[str, Any]:
    """The document for an installation at this address."""
    with override("en"):
        paths = {f"/api/{one.path}": {"get": _operation(one)} for one in ENDPOINTS}
    lists = {f"{one.answer}Page": page_of(one.answer) for one in ENDPOINTS if one.is_list}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{settings.SITE_NAME}: programs for substance use and mental health",
            "version": VERSION,
            "description": "Open Referral HSDS 3.0, and a search. Read only. What is not stated is unknown.",
        },
        "servers": [{"url": root}],
        "paths": paths,
        "components": {"schemas": SCHEMAS | lists},
    }


def _operation(one: Endpoint) -> dict[str, Any]:
    answer = ref(f"{one.answer}Page" if one.is_list else one.answer)
    content: dict[str, Any] = {"application/json": {"schema": answer}}
    if one.is_list:
        content[NDJSON] = {"schema": {"type": "string"}}
    refusals = {
        status: {"description": about, "content": {PROBLEM: {"schema": ref("Problem")}}}
        for status, about in _REFUSALS.items()
        if status != "404" or one.is_list or "{id}" in one.path or one.name == "search"
    }
    return {
        "operationId": one.name,
        "summary": one.summary,
        "tags": [one.group],
        "parameters": [*_in_path(one), *(_in_query(name, field) for name, field in _fields(one))],
        "responses": {"200": {"description": one.summary, "content": content}} | refusals,
    }


def _fields(one: Endpoint) -> Iterator[tuple[str, forms.Field]]:
    yield from one.form.base_fields.items()


def _in_path(one: Endpoint) -> list[dict[str, Any]]:
    if "{id}" not in one.path:
        return []
    return [{"name": "id", "in": "path", "required": True, "schema": {"type": "string", "format": "uuid"}}]


def _in_query(name: str, field: forms.Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "in": "query", "schema": _schema(field)}
    found["required"] = name == "place"
    about = str(field.help_text or field.label or "")
    if about:
        found["description"] = about
    if found["schema"]["type"] == "array":
        found |= {"style": "form", "explode": True}
    return found


def _schema(field: forms.Field) -> Schema:
    """What a field takes. ValueError for a kind of field that nobody described yet."""
    if isinstance(field, forms.MultipleChoiceField):
        return {"type": "array", "items": {"type": "string", "enum": _choices(field)}}
    if isinstance(field, forms.ChoiceField):
        known = _choices(field)
        is_number = all(choice.isdecimal() for choice in known)
        return (
            {"type": "integer", "enum": [int(one) for one in known]}
            if is_number
            else {"type": "string", "enum": known}
        )
    if isinstance(field, forms.NullBooleanField):
        return {"type": "boolean"}
    if isinstance(field, forms.IntegerField):
        return {"type": "integer", "minimum": field.min_value, "maximum": field.max_value}
    if isinstance(field, forms.UUIDField):
        return {"type": "string", "format": "uuid"}
    if isinstance(field, forms.DateTimeField):
        return {"type": "string", "format": "date-time"}
    if isinstance(field, forms.RegexField):
        return {"type": "string", "pattern": field.regex.pattern}
    if isinstance(field, forms.CharField):
        return {"type": "string", "pattern": WRITTEN} | (
            {"maxLength": field.max_length} if field.max_length else {}
        )
    if isinstance(field.widget, forms.MultipleHiddenInput):
        return {"type": "array", "items": {"type": "string"}}
    raise ValueError(f"no schema for a {type(field).__name__}")


def _choices(field: forms.ChoiceField) -> list[str]:
    said: Iterable[tuple[Any, Any]] = field.choices  # type: ignore[assignment]  # as the form shows them
    return [str(value) for value, _ in said if str(value)]


@lru_cache(maxsize=1)
def described() -> dict[str, tuple[Described, ...]]:
    """Every address for the page about the API, by group. In English, as the API is."""
    groups: dict[str, list[Described]] = {}
    with override("en"):
        for one in ENDPOINTS:
            parameters = tuple(_told(name, field) for name, field in _fields(one))
            groups.setdefault(one.group, []).append(Described(f"/api/{one.path}", one.summary, parameters))
    return {name: tuple(found) for name, found in groups.items()}


def _told(name: str, field: forms.Field) -> Parameter:
    schema = _schema(field)
    inner = schema.get("items", schema)
    kind = str(inner.get("format") or inner["type"])
    kind = f"{kind}, repeatable" if schema["type"] == "array" else kind
    choices = tuple(str(one) for one in inner.get("enum", ()))
    return Parameter(name, kind, str(field.help_text or field.label or ""), choices)
