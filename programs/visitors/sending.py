"""Takes in what visitors send, once each, and finds it again by its code."""

from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.timezone import localdate, now

from programs import codes
from programs.codes import Code, Ticket
from programs.models import Center, CenterStatus, Inquiry, InquiryStatus, Report
from programs.visitors import do_not_call
from programs.visitors.contents import Wanted, seal_wanted, seal_words
from programs.visitors.due import next_working_day, zone_at
from programs.visitors.keeping import days_of_report, inquiry_goes_on, kept

CONSENT = "2026-11"
"""The version of what people agree to; a test holds it to the words on the page, in each language."""
LASTS = 12 * 60 * 60
"""Seconds a form may stay open before it is sent."""
QUICK = 3
"""Seconds in which no person fills a form in."""
_PURPOSE = b"iopfinder visitors 1"


class Kind(StrEnum):
    REPORT = "report"
    INQUIRY = "inquiry"


def takes_inquiries(center: Center) -> bool:
    """Whether people may ask this center to call them back."""
    return center.takes_inquiries and center.status == CenterStatus.PUBLISHED and not center.is_sample


def new_ticket(kind: Kind, center: Center, at: float | None = None) -> str:
    """For a form about one center: the code it will be kept under, locked."""
    return codes.ticket(codes.new(), _PURPOSE, _bound(kind, center), at)


def ticket_of(sent: str, kind: Kind, center: Center) -> Ticket | None:
    """The ticket that came back; None where it is too old, or of another form or center."""
    return codes.ticket_of(sent, _PURPOSE, _bound(kind, center), lasts=LASTS)


def is_there(kind: Kind, code: Code) -> bool:
    """Whether this very form has arrived before."""
    rows = Report.objects if kind is Kind.REPORT else Inquiry.objects
    return rows.filter(code_digest=codes.digest(code, kind)).exists()


def send_report(center: Center, code: Code, kind: str, words: str) -> bool:
    """Keeps a report under this code. False where that was done already; what was kept first stays."""
    digest = codes.digest(code, Kind.REPORT)
    row = Report(
        center=center,
        code_digest=digest,
        form_digest=codes.digest(code, "form of a report"),
        kind=kind,
        sealed=seal_words(words, digest),
        purge_on=localdate() + days_of_report(handled=False),
    )
    return _once(row)


def send_inquiry(center: Center, code: Code, wanted: Wanted) -> bool:
    """Keeps a call-back request under this code. False where that was done already."""
    digest = codes.digest(code, Kind.INQUIRY)
    row = Inquiry(
        center=center,
        code_digest=digest,
        form_digest=codes.digest(code, "form of an inquiry"),
        sealed=seal_wanted(wanted, digest),
        consent_version=f"{CONSENT}/{wanted.language}",
        due_at=next_working_day(zone_at(center)),
        do_not_call=do_not_call.is_known(center, wanted),
        purge_on=inquiry_goes_on(localdate()),
    )
    return _once(row)


def found(code: Code) -> Report | Inquiry | None:
    """What is kept under this code. A code never given out and one whose day has come take the same steps."""
    reports = kept(Report.objects.filter(code_digest=codes.digest(code, Kind.REPORT)))
    inquiries = kept(Inquiry.objects.filter(code_digest=codes.digest(code, Kind.INQUIRY)))
    report, inquiry = (rows.select_related("center").first() for rows in (reports, inquiries))
    return report or inquiry


def withdraw(code: Code, at: datetime | None = None) -> bool:
    """Erases what was asked under this code, and what was written down about it. False where nothing is."""
    at = at or now()
    with transaction.atomic():
        rows = kept(Inquiry.objects.select_for_update())
        inquiry = rows.filter(code_digest=codes.digest(code, Kind.INQUIRY)).first()
        if inquiry is None:
            return False
        if inquiry.status != InquiryStatus.WITHDRAWN:
            inquiry.status, inquiry.closed_at = InquiryStatus.WITHDRAWN, at
            inquiry.sealed = inquiry.sealed_notes = b""
            inquiry.purge_on = inquiry_goes_on(inquiry.created_at.date(), at.date())
            inquiry.save()
    return True


def _once(row: Report | Inquiry) -> bool:
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        if not type(row)._default_manager.filter(code_digest=row.code_digest).exists():
            raise
        return False
    return True


def _bound(kind: Kind, center: Center) -> bytes:
    return f"{kind}|{center.public_id.hex}".encode()
