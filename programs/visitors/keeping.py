"""How long what visitors sent is kept, and how it goes.

Each row bears the day on which it goes (`purge_on`). From that day on no page shows it, whether or not the
nightly `manage.py purge_visitors` has run.
"""

import re
import time
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model, QuerySet
from django.utils.timezone import localdate

from programs.models import DoNotCall, Inquiry, Report

Row = TypeVar("Row", bound=Model)
# Seconds between tries to wipe what another connection still reads.
PATIENCE = (1, 2, 4, 8)


class NotTheOwnerError(Exception):
    """The rows are deleted, but PostgreSQL writes a table anew for its owner alone."""


@dataclass(frozen=True, slots=True)
class Gone:
    """How many rows went, or would go; and how many old versions the files hold on to, because another
    connection of the database still looks at the moment before."""

    reports: int
    inquiries: int
    do_not_call: int
    held: int = 0


def kept(rows: QuerySet[Row], today: date | None = None) -> QuerySet[Row]:
    """Those of these rows whose day has not come."""
    return rows.filter(purge_on__gt=today or localdate())


def days_of_report(*, handled: bool) -> timedelta:
    """How long a report is kept from now: some time after it was handled, twice as long where nobody did."""
    return timedelta(days=settings.REPORT_DAYS * (1 if handled else 2))


def days_of_inquiry() -> dict[str, int]:
    """How long a request is kept, for the page that says so: after it was closed, and at most."""
    return {"days": settings.INQUIRY_DAYS, "at_most": settings.INQUIRY_DAYS_AT_MOST}


def days() -> dict[str, int]:
    """Every number of days that the privacy page tells."""
    reports = {"report": days_of_report(handled=True).days, "unhandled": days_of_report(handled=False).days}
    return {**reports, **days_of_inquiry()}


def inquiry_goes_on(asked: date, closed: date | None = None) -> date:
    """The day on which a call-back request goes: soon after it was closed, never later than a set number of
    days after it came."""
    at_most = asked + timedelta(days=settings.INQUIRY_DAYS_AT_MOST)
    return at_most if closed is None else min(at_most, closed + timedelta(days=settings.INQUIRY_DAYS))


def purge(today: date | None = None, *, dry_run: bool = False) -> Gone:
    """Deletes every row whose day has come, and what the database still holds of deleted or withdrawn rows.
    Doing it twice is doing it once. NotTheOwnerError, after the first of both."""
    today = today or localdate()
    old = [model._default_manager.filter(purge_on__lte=today) for model in (Report, Inquiry, DoNotCall)]
    if dry_run:
        return Gone(*(rows.count() for rows in old))
    with transaction.atomic():
        reports, inquiries, do_not_call = (rows.delete()[0] for rows in old)
    return Gone(reports, inquiries, do_not_call, held=wipe())


def wipe() -> int:
    """Overwrites what deleted and changed rows left behind in the files of the database.

    SQLite overwrites deleted content at once (`secure_delete`, set with the connection), but its log of
    writes keeps older pages until it is emptied. PostgreSQL keeps old versions of rows until the table is
    written anew. Neither can be done inside a transaction. Returns how many versions are held all the same:
    PostgreSQL copies whatever a transaction begun before may still read (a backup, a long report), so what
    is held is tried again for some seconds.
    """
    if connection.in_atomic_block:
        return 0
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.fetchall()
        return 0
    held = _rewrite()
    for seconds in PATIENCE:
        if not held:
            break
        time.sleep(seconds)
        held = _rewrite()
    return held


def _rewrite() -> int:
    """Writes PostgreSQL's tables anew; how many dead versions it says it had to copy."""
    held = 0
    with connection.cursor() as cursor:
        for model in (Report, Inquiry, DoNotCall):
            cursor.connection.notices.clear()
            # nosemgrep: sql-built-by-hand - the table of a model, quoted
            cursor.execute(f"VACUUM (FULL, VERBOSE) {connection.ops.quote_name(model._meta.db_table)}")
            # The first number of the second line, whatever language the server speaks.
            counted = re.search(r"\n\D*(\d+)", cursor.connection.notices[-1])
            if counted is None:  # All it says is that it left the table alone.
                raise NotTheOwnerError
            held += int(counted[1])
    return held
