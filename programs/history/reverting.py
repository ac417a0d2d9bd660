"""The way back: makes a row what an older copy of it says, as a new change in its history."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from programs import listings
from programs.history.differences import keys_of
from programs.models import Center, CenterStatus, DirectoryEntry, Program, Session, Statement
from programs.models.changes import because

TOGETHER = timedelta(minutes=5)
"""What went along with a row went at most this long before it."""
Coming = set[tuple[type[models.Model], Any]]
"""What is brought back together: tables and primary keys."""
_PARTS: dict[type[models.Model], tuple[tuple[type[models.Model], str], ...]] = {
    Center: ((Program, "center_id"), (Statement, "center_id"), (DirectoryEntry, "center_id")),
    Program: ((Session, "program_id"), (Statement, "program_id")),
}
"""What goes along when a row is deleted, in the order in which it can come back."""


class RevertError(Exception):
    """An older copy cannot be brought back. The text says why, to a reader."""


def revert(copy: Any, by: Any) -> Any:
    """Make the row what this copy says, bring it back if it is gone, and return it.

    A center or a program comes back with what went along with it. The change has the reason
    `revert:<history_id>`; listings are rebuilt. All in one transaction. RevertError: the database would
    refuse it, or it is for another page to take back; then nothing has changed.
    """
    model: Any = copy.instance_type
    try:
        with transaction.atomic(), because(f"revert:{copy.history_id}", by=by):
            current = model._base_manager.select_for_update().filter(pk=copy.instance.pk).first()
            centers = _centers_of(current) if current is not None else set()
            parts = {} if current is not None else {_key(part): part for part in _parts_of(copy)}
            coming = {_key(copy), *parts}
            row = _restore(copy, current, coming)
            for part in parts.values():
                _restore(part, None, coming)
            listings.rebuild(centers | _centers_of(row))
    except IntegrityError as error:
        raise RevertError(_("The database refuses this older copy: %s") % error) from error
    return row


def _restore(copy: Any, current: Any, coming: Coming) -> Any:
    row = copy.instance
    made_at = getattr(row, "created_at", None)
    if current is not None:
        _refuse_merging(row, current)
        if hasattr(row, "created_at"):
            row.created_at = current.created_at
    _mend_keys(row, coming)
    row._state.adding = current is None
    try:
        row.validate_unique()
        row.validate_constraints()
    except ValidationError as error:
        raise RevertError(" ".join(error.messages)) from error
    row.save(force_insert=current is None, force_update=current is not None)
    if current is None and made_at is not None:
        # It is as old as it was: saving has put today there.
        type(row)._base_manager.filter(pk=row.pk).update(created_at=made_at)
    for field in copy._history_m2m_fields:
        there = field.related_model._base_manager.filter(pk__in=keys_of(copy, field))
        getattr(row, field.name).set(there)
    return row


def _refuse_merging(row: Any, current: Any) -> None:
    if not isinstance(row, Center):
        return
    if current.status != row.status and CenterStatus.MERGED in (current.status, row.status):
        raise RevertError(_("This copy lies before or after a merge. Take the merge back instead."))


def _mend_keys(row: Any, coming: Coming) -> None:
    """Rows that a copy points at may be gone: what may be empty is, what may not is refused."""
    for field in row._meta.concrete_fields:
        key = getattr(row, field.attname) if isinstance(field, models.ForeignKey) else None
        related = field.related_model
        if key is None or (related, key) in coming or related._base_manager.filter(pk=key).exists():
            continue  # What comes back with it may come after it: keys are checked at the end.
        if not field.null:
            raise RevertError(
                _("This belonged to a row that is gone (%s). Bring that one back first.")
                % related._meta.verbose_name
            )
        setattr(row, field.attname, None)


def _parts_of(copy: Any) -> Iterator[Any]:
    """The last copies of what went in the same deletion, parts of parts included."""
    end = _end_of(copy)
    if end is None:
        return
    for part, column in _PARTS.get(copy.instance_type, ()):
        gone = part.history.filter(  # type: ignore[attr-defined]
            **{column: copy.instance.pk},
            history_type="-",
            history_user_id=end.history_user_id,
            history_change_reason=end.history_change_reason,
            history_date__range=(end.history_date - TOGETHER, end.history_date + TOGETHER),
        )
        last = {one.instance.pk: one for one in gone.order_by("history_id")}
        here = set(part._base_manager.filter(pk__in=last).values_list("pk", flat=True))
        for key, one in last.items():
            if key not in here:
                yield one
                yield from _parts_of(one)


def _key(copy: Any) -> tuple[type[models.Model], Any]:
    return copy.instance_type, copy.instance.pk


def _end_of(copy: Any) -> Any:
    """The copy that tells of the row's deletion; an older copy may be the one that comes back."""
    if copy.history_type == "-":
        return copy
    key = {copy.instance._meta.pk.attname: copy.instance.pk}
    return copy.instance_type.history.filter(**key, history_type="-").first()


def _centers_of(row: Any) -> set[int]:
    if isinstance(row, Center):
        return {row.pk}
    if isinstance(row, Program | Statement):
        return {row.center_id}
    return {row.program.center_id} if isinstance(row, Session) else set()
