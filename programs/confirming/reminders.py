"""Asks centers to confirm their listing before what a person confirmed there turns old.

One mail for each center and each time that something turns old. The link is stored before its mail goes out
and marked afterwards: a run that is stopped between the two never sends that mail again, but names it.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from programs.confirming import links, sending
from programs.expiring import expiring
from programs.freshness import ASK_BEFORE, expires_on
from programs.models import Center, CenterLink, Proposal, ProposalStatus

BATCH = 200
"""Mails of one run: a mail server takes a sender that never stops for a machine gone wrong."""
GIVE_UP = 5
"""Failures in a row after which the mail server itself is taken to be down."""


@dataclass(frozen=True, slots=True)
class Due:
    """A center to be asked, and the day on which the oldest of what it confirmed turns old."""

    center_id: int
    expires_on: date


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one center. why: "" where the mail went out, or would have in a dry run."""

    center_id: int
    why: str = ""
    skipped: bool = False


class ServerDownError(Exception):
    """The mail server refused several mails in a row; the rest of the run was not tried."""


def due(today: date) -> list[Due]:
    """Centers to be asked today, those first whose facts turn old first. Five queries.

    Not among them: whoever was asked since those facts came within three weeks of turning old, was asked
    within the last three weeks, holds a link that still works, or has answered and waits for us.
    """
    centers = expiring(today + ASK_BEFORE).filter(is_sample=False).exclude(email="").order_by()
    found = [Due(one.pk, expires_on(one.confirmed_on)) for one in centers.only("pk")]  # type: ignore[attr-defined]
    asked, busy = _last_asked(), _busy()
    wanted = [
        one
        for one in found
        if one.center_id not in busy and _is_new(one.expires_on, asked.get(one.center_id), today)
    ]
    return sorted(wanted, key=lambda one: (one.expires_on, one.center_id))


def _is_new(expires: date, asked: date | None, today: date) -> bool:
    """Whether these facts came within three weeks of turning old after the center was last asked.

    Asked less than three weeks ago, it waits: what comes due meanwhile holds longer than that.
    """
    return asked is None or (asked < expires - ASK_BEFORE and asked + ASK_BEFORE <= today)


def _last_asked() -> dict[int, date]:
    """By center, the day of its last reminder; one that the mail server did not take is none."""
    rows = CenterLink.objects.filter(is_reminder=True).exclude(sent_at=None, revoked_at__isnull=False)
    newest = rows.order_by().values("center_id").annotate(at=Max("created_at"))
    return {row["center_id"]: timezone.localdate(row["at"]) for row in newest}


def _busy() -> set[int]:
    """Centers with a link that works, or with an answer that waits for us."""
    open_links = links.still_open(CenterLink.objects.order_by())
    waiting = Proposal.objects.filter(status=ProposalStatus.WAITING).order_by()
    return {
        *open_links.values_list("center_id", flat=True),
        *waiting.values_list("center_id", flat=True),
    }


def send_all(wanted: list[Due], today: date) -> Iterator[Outcome]:
    """Sends to one center after the other, over one connection. ServerDownError ends it early."""
    connection = get_connection()
    failures = 0
    try:
        for one in wanted:
            outcome = _send(one, today, connection)
            failures = failures + 1 if outcome.why else 0
            yield outcome
            if failures == GIVE_UP:
                raise ServerDownError
    finally:
        _close(connection)


def _send(one: Due, today: date, connection: BaseEmailBackend) -> Outcome:
    made = _claim(one, today)
    if made is None:
        return Outcome(one.center_id, skipped=True)
    try:
        sending.send(*made, connection)
    except sending.NotSentError as error:
        # What the server said to one address may have ended the conversation: begin the next one anew.
        _close(connection)
        return Outcome(one.center_id, why=str(error))
    return Outcome(one.center_id)


@transaction.atomic
def _claim(one: Due, today: date) -> tuple[CenterLink, str] | None:
    """A reminder's link, stored. None where another run, or a person, was faster: one at a time asks here."""
    center = Center.objects.select_for_update().get(pk=one.center_id)
    rows = CenterLink.objects.filter(center=center)
    midnight = timezone.make_aware(datetime.combine(today - ASK_BEFORE + timedelta(days=1), time()))
    asked = rows.filter(is_reminder=True, created_at__gte=midnight).exclude(
        sent_at=None, revoked_at__isnull=False
    )
    if not center.email or asked.exists() or links.still_open(rows).exists():
        return None
    return links.make(center, is_reminder=True)


def interrupted() -> list[int]:
    """Centers whose reminder was begun and never marked as sent: it may or may not have gone out."""
    an_hour_ago = timezone.now() - timedelta(hours=1)
    rows = CenterLink.objects.filter(
        is_reminder=True, sent_at=None, revoked_at=None, used_at=None, created_at__lt=an_hour_ago
    )
    recent = rows.filter(expires_at__gt=timezone.now())
    return list(recent.order_by("center_id").values_list("center_id", flat=True))


def _close(connection: BaseEmailBackend) -> None:
    with suppress(OSError):
        connection.close()
