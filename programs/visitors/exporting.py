"""Reports and call-back requests as a file, for who may take them out. Each time is written down."""

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any

from django.contrib.admin.models import LogEntry
from django.db import transaction

from programs.importing.formulas import safe
from programs.models import ExportLog, Inquiry, Report
from programs.sealing import BrokenSealError
from programs.visitors.contents import wanted_of, words_of
from programs.visitors.handling import EXPORTED, entries

BROKEN = "(does not open)"
_REPORT = ("center", "what", "words", "status", "answer", "reported")
_INQUIRY = (
    "center",
    "status",
    "asked",
    "due",
    "do not call",
    "for",
    "name",
    "by",
    "reach",
    "message",
    "time",
)
_CONTACT = ("whom", "name", "way", "reach", "message", "time")


def reports(rows: Iterable[Report], user: Any) -> str:
    """CSV of reports with their words. No cell starts a formula."""
    found = list(rows)
    lines = [
        (one.center, one.kind, _opened(words_of, one), one.status, one.answer, _day(one.created_at))
        for one in found
    ]
    ExportLog.objects.create(by=user, what="reports", file_format="csv", rows=len(found))
    return _csv(_REPORT, lines)


def inquiries(rows: Iterable[Inquiry], user: Any) -> str:
    """CSV of call-back requests with how to reach people, but for those who are not to be called. Notes stay
    behind. That contact details were taken out is written down beside each request."""
    found = list(rows)
    lines = [
        (
            one.center,
            one.status,
            _day(one.created_at),
            _day(one.due_at),
            "yes" if one.do_not_call else "no",
            *_contact(one),
        )
        for one in found
    ]
    with transaction.atomic():
        ExportLog.objects.create(by=user, what="call-back requests", file_format="csv", rows=len(found))
        LogEntry.objects.bulk_create(entries(found, user, [EXPORTED]))
    return _csv(_INQUIRY, lines)


def _contact(row: Inquiry) -> tuple[str, ...]:
    if row.do_not_call:
        return ("",) * len(_CONTACT)
    wanted = _opened(wanted_of, row)
    if isinstance(wanted, str) or wanted is None:
        return (wanted or "",) * len(_CONTACT)
    return tuple(getattr(wanted, name) for name in _CONTACT)


def _opened(read: Callable[[Any], Any], row: Report | Inquiry) -> Any:
    try:
        return read(row)
    except BrokenSealError:
        return BROKEN


def _day(at: Any) -> str:
    return f"{at:%Y-%m-%d}"


def _csv(head: Iterable[str], lines: Iterable[Iterable[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe(cell) for cell in line] for line in lines)
    return out.getvalue()
