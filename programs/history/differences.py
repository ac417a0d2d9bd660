"""What differs between two copies of a row, in words: never a number of a row, a mask or a code."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time
from typing import Any, NamedTuple

from django.db.models import Field, ForeignKey, Model
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from programs.facts import FactSet
from programs.history.named import Names
from programs.models import DirectoryEntry, Program, Session, Statement
from programs.models.columns import NO, YES
from programs.taxonomy import FACTS
from programs.words import FACT_LABELS, GROUP_LABELS

UNTOLD = frozenset(
    {
        *YES,
        *NO,
        *("id", "public_id", "user", "slug", "created_at", "updated_at", "details_from", "entered_by"),
        *("key", "digest", "statement", "kept_columns", "location", "is_sample"),
    }
)
"""Columns that tell a reader nothing, or are told in another way."""
PARENTS: Mapping[type[Model], frozenset[str]] = {
    Program: frozenset({"center"}),
    Session: frozenset({"program"}),
    Statement: frozenset({"center"}),
    DirectoryEntry: frozenset({"center"}),
}
"""Where a row belongs: no news of one that was made or is gone, as it is shown there."""
NOTHING = "–"
EMPTY: tuple[Any, ...] = (None, "", [])


class Difference(NamedTuple):
    """One line: what it is about, and its value before and after, in words."""

    label: str
    before: str
    after: str


def changes_between(old: Any, new: Any, names: Names | None = None) -> list[Difference]:
    """What differs between two copies of one row, or two states of it.

    `old` or `new` may be None: a row that was just made, or is gone, has its values on one side alone.
    Give `names` where many are compared: they are then read at once.
    """
    here = new if new is not None else old
    assert here is not None
    names = names or Names(pointed_at(old, new))
    found = []
    for field in _differing(old, new):
        words = [_words(field, _value(one, field), names) for one in (old, new)]
        if words[0] != words[1]:
            found.append(Difference(_label(field), *words))
    return [*found, *_facts(old, new), *_many(here, old, new, names)]


def pointed_at(old: Any, new: Any) -> Iterator[tuple[type[Model], Any]]:
    """The rows whose names `changes_between` will need."""
    for field in _differing(old, new):
        if isinstance(field, ForeignKey):
            for one in (old, new):
                yield field.related_model, _value(one, field)


def _differing(old: Any, new: Any) -> Iterator["Field[Any, Any]"]:
    here = new if new is not None else old
    model = getattr(here, "instance_type", type(here))
    skipped = UNTOLD | PARENTS.get(model, frozenset()) if old is None or new is None else UNTOLD
    for field in model._meta.concrete_fields:
        if field.name not in skipped and not _same(_value(old, field), _value(new, field)):
            yield field


def _value(one: Any, field: "Field[Any, Any]") -> Any:
    return None if one is None else getattr(one, field.attname)


def _label(field: "Field[Any, Any]") -> str:
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


def _same(before: Any, after: Any) -> bool:
    return bool(before == after) or (before in EMPTY and after in EMPTY)


def _words(field: "Field[Any, Any]", value: Any, names: Names) -> str:
    if value in EMPTY:
        return NOTHING
    if isinstance(field, ForeignKey):
        return names.of(field.related_model, value)
    if field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
    if isinstance(value, date):
        return date_format(value, "DATE_FORMAT")
    if isinstance(value, time):
        return time_format(value, "TIME_FORMAT")
    if isinstance(value, float):
        return f"{value:.5f}"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)


def _facts(old: Any, new: Any) -> list[Difference]:
    if not hasattr(old if new is None else new, YES[0]):
        return []
    before, after = _said(old), _said(new)
    if before == after:
        return []
    words = {True: _("yes"), False: _("no"), None: _("unknown")}
    return [
        Difference(
            f"{GROUP_LABELS[fact.group]}: {FACT_LABELS[fact.code]}",
            words[before.value(fact.code)],
            words[after.value(fact.code)],
        )
        for fact in FACTS
        if before.value(fact.code) != after.value(fact.code)
    ]


def _said(copy: Any) -> FactSet:
    if copy is None:
        return FactSet()
    return FactSet(tuple(getattr(copy, name) for name in YES), tuple(getattr(copy, name) for name in NO))


def _many(here: Any, old: Any, new: Any, names: Names) -> list[Difference]:
    """Many-to-many columns, as lists of names; many become a number."""
    found = []
    for field in _many_of(here):
        before, after = (set() if one is None else keys_of(one, field) for one in (old, new))
        if before != after:
            words = [
                _listed([names.of(field.related_model, key) for key in keys]) for keys in (before, after)
            ]
            found.append(Difference(_label(field), *words))
    return found


def _many_of(one: Any) -> Any:
    model = getattr(one, "instance_type", type(one))
    return model.history.model._history_m2m_fields if hasattr(model, "history") else ()


def keys_of(one: Any, field: Any) -> set[Any]:
    """The rows that a copy's many-to-many column named, or that the row itself names now."""
    rows = getattr(one, field.name)
    key = f"{field.m2m_reverse_field_name()}_id" if hasattr(one, "history_id") else "pk"
    return set(rows.values_list(key, flat=True))


def _listed(names: list[str]) -> str:
    shown = sorted(names)[:10]
    rest = len(names) - len(shown)
    text = ", ".join(shown) or NOTHING
    return text if not rest else text + ngettext(" and %d more", " and %d more", rest) % rest
