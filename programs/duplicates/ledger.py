"""What a merge does to rows, written down as it is done: enough to do it backwards.

An entry names a table and a row, and of the columns that were set what they held before and after. A row that
was taken away has no `after`. Values are JSON, and come back as they were to the microsecond.
"""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models

Entry = dict[str, Any]
STAFF = "staffmember.centers"
"""The one entry that is no row: which account was given the survivor beside the merged center."""


class Ledger:
    """Sets, removes, and remembers. Reason and author of what it saves are those of `because` around it."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def set(self, row: models.Model, **values: Any) -> None:
        """Set columns (by attname) that differ, and save those."""
        before = {name: getattr(row, name) for name in values}
        changed = {name: value for name, value in values.items() if before[name] != value}
        if not changed:
            return
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(update_fields=list(changed))
        self.entries.append(
            _named(row)
            | {
                "before": {name: plain(before[name]) for name in changed},
                "after": {name: plain(value) for name, value in changed.items()},
            }
        )

    def remove(self, row: models.Model) -> None:
        """Delete a row of which nothing hangs, whole as it is."""
        columns = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
        self.entries.append(
            _named(row) | {"before": {name: plain(value) for name, value in columns.items()}, "after": None}
        )
        row.delete()

    def give(self, member: Any, center: int) -> None:
        """Let an account of a center reach another one too."""
        member.centers.add(center)
        self.entries.append({"table": STAFF, "pk": member.pk, "before": None, "after": {"center": center}})


def model_of(entry: Entry) -> type[models.Model]:
    return apps.get_model("programs", entry["table"])


def plain(value: Any) -> Any:
    """A column's value as JSON."""
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal | UUID):
        return str(value)
    return value


def again(model: type[models.Model], name: str, value: Any) -> Any:
    """The value that `plain` made JSON of."""
    field = next(one for one in model._meta.concrete_fields if one.attname == name)
    target = getattr(field, "target_field", field)
    return value if isinstance(field, models.JSONField) else target.to_python(value)


def _named(row: models.Model) -> Entry:
    return {"table": row._meta.model_name, "pk": row.pk}
