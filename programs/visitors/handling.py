"""What staff do with reports and call-back requests: change them once, and leave a trace without contents.

The trace is Django's own log of the admin: who, when, which row, and a code of what was done. Names, numbers,
words and notes are never in it, so that it may outlive the row.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils.timezone import localdate, now

from programs.models import Inquiry, InquiryStatus, Report, ReportStatus
from programs.visitors import do_not_call
from programs.visitors.contents import Note, Wanted, notes_of, seal_notes, wanted_of
from programs.visitors.keeping import days_of_report, inquiry_goes_on, kept

DONE = (ReportStatus.FIXED, ReportStatus.UNCHANGED)
OPENED, EXPORTED = "contact opened", "contact exported"
_STATE = ("status", "assignee_id", "due_at", "do_not_call", "answer", "handled_by_id")
Row = TypeVar("Row", Report, Inquiry)


class ChangedMeanwhileError(Exception):
    """Somebody else changed the row since the page was made. `row`: as it is now."""

    def __init__(self, row: Report | Inquiry) -> None:
        super().__init__(str(row.pk))
        self.row = row


@dataclass(frozen=True, slots=True)
class Done:
    """One line of the trace."""

    at: datetime
    by: str
    what: str


def mark(row: Report | Inquiry) -> str:
    """What a page was made of, as a short digest: a form brings it back, and it must still be true."""
    state = [str(getattr(row, name, "")) for name in _STATE] + [bytes(row.sealed_notes).hex()]
    return hashlib.sha256("|".join(state).encode()).hexdigest()[:20]


def change_inquiry(pk: int, user: Any, wish: Mapping[str, Any]) -> Inquiry:
    """Writes what a valid form of the desk says. ChangedMeanwhileError; BrokenSealError where a note or
    do-not-call needs what is sealed, and it does not open."""
    with transaction.atomic():
        row = _held(Inquiry, pk, wish["mark"])
        done: list[str] = []
        _set(row, "status", wish["status"], done, f"status {row.status} {wish['status']}")
        _set(row, "assignee_id", wish["assignee"] and wish["assignee"].pk, done, "assignee")
        _set(row, "due_at", wish["due_at"], done, "due")
        if row.do_not_call != wish["do_not_call"]:
            wanted = _there(row)
            (do_not_call.remember if wish["do_not_call"] else do_not_call.forget)(row.center, wanted)
            _set(row, "do_not_call", wish["do_not_call"], done, f"do_not_call {int(wish['do_not_call'])}")
        if row.status != InquiryStatus.CLOSED:
            row.closed_at = None
        elif row.closed_at is None:
            row.closed_at = now()
        row.purge_on = inquiry_goes_on(row.created_at.date(), row.closed_at and row.closed_at.date())
        _add_note(row, user, wish["note"], done)
        _write(row, user, done)
    return row


def change_report(pk: int, user: Any, wish: Mapping[str, Any]) -> Report:
    """Writes what a valid form of the desk says. ChangedMeanwhileError; BrokenSealError."""
    with transaction.atomic():
        row = _held(Report, pk, wish["mark"])
        done: list[str] = []
        _set(row, "status", wish["status"], done, f"status {row.status} {wish['status']}")
        _set(row, "answer", wish["answer"], done, "answer")
        if done:
            row.handled_by = user
        is_done = row.status in DONE
        row.handled_at = (row.handled_at or now()) if is_done else None
        since = row.handled_at or row.created_at
        row.purge_on = since.date() + days_of_report(handled=is_done)
        _add_note(row, user, wish["note"], done)
        _write(row, user, done)
    return row


def open_contact(row: Inquiry, user: Any) -> tuple[Wanted | None, tuple[Note, ...]]:
    """How to reach the person, and what was written down; that it was looked at is written down first.
    BrokenSealError."""
    trace(row, user, [OPENED])
    return wanted_of(row), notes_of(row)


def trace(row: Report | Inquiry, user: Any, codes: Iterable[str]) -> None:
    """Writes down who did what to a row, as codes."""
    LogEntry.objects.bulk_create(entries([row], user, codes))


def entries(rows: Iterable[Report | Inquiry], user: AbstractBaseUser, codes: Iterable[str]) -> list[LogEntry]:
    codes = tuple(codes)
    return [
        LogEntry(
            user_id=user.pk,
            content_type=ContentType.objects.get_for_model(type(row)),
            object_id=str(row.pk),
            object_repr=f"#{row.pk}",
            action_flag=CHANGE,
            change_message=code,
        )
        for row in rows
        for code in codes
    ]


def trace_of(row: Report | Inquiry) -> list[Done]:
    """What was done to a row, newest first. One query."""
    found = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(type(row)), object_id=str(row.pk)
    )
    told = found.select_related("user").order_by("-action_time", "-id")
    return [Done(one.action_time, one.user.get_username(), one.change_message) for one in told]


def _held(model: type[Row], pk: int, sent_mark: str) -> Row:
    """The row, locked, as the page showed it."""
    row: Row = kept(model._default_manager.select_for_update()).get(pk=pk)
    if mark(row) != sent_mark or row.status == InquiryStatus.WITHDRAWN:
        raise ChangedMeanwhileError(row)
    return row


def _there(row: Inquiry) -> Wanted:
    wanted = wanted_of(row)
    if wanted is None:
        raise ChangedMeanwhileError(row)
    return wanted


def _set(row: Report | Inquiry, name: str, value: Any, done: list[str], code: str) -> None:
    if getattr(row, name) != value:
        setattr(row, name, value)
        done.append(code)


def _add_note(row: Report | Inquiry, user: Any, text: str, done: list[str]) -> None:
    if text:
        row.sealed_notes = seal_notes((*notes_of(row), Note(now(), user.get_username(), text)), row)
        done.append("note")


def _write(row: Report | Inquiry, user: Any, done: list[str]) -> None:
    if done:
        row.save()
        trace(row, user, done)


def overdue(row: Inquiry) -> bool:
    """Whether a call is late."""
    return row.status in (InquiryStatus.NEW, InquiryStatus.TRYING) and row.due_at < now()


def goes_in(row: Report | Inquiry) -> int:
    """Days until it is erased."""
    return (row.purge_on - localdate()).days
