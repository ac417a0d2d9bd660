"""What these tests share: a center that takes call-backs, forms as browsers send them, words to look for."""

import html
import re
import time

import pytest

from programs import codes
from programs.models import Inquiry, Report
from programs.visitors import sending
from programs.visitors.contents import Wanted
from programs.visitors.sending import Kind
from tests.programs import factories

NAME, NUMBER, TIME = "Quillon Ferrisby", "602-555-0187", "Thursdays past six"
NOTE, WORDS = "Ring twice, then hang up", "The zebra-striped door is nailed shut"
STAFF_NOTE = "Spoke with their aunt Wilhelmina"
TRACES = (NAME, "6025550187", NUMBER, TIME, NOTE, WORDS, STAFF_NOTE)
WANTED = Wanted("me", NAME, "phone", NUMBER, "discreet", TIME, NOTE, "en")
A_MINUTE_AGO = -60


@pytest.fixture
def center(db):
    return factories.center(["iop"], name="Plain Harbor", slug="plain-harbor", takes_inquiries=True)


def ticket(kind, center, age=60):
    """A ticket as a form holds it that was opened so many seconds ago."""
    return sending.new_ticket(Kind(kind), center, at=time.time() - age)


def address(center, name):
    return f"{center.get_absolute_url()}{name}/"


def a_report(center, **changed):
    return {"ticket": ticket("report", center), "website": "", "what": "phone", "words": WORDS, **changed}


def a_request(center, **changed):
    """A call-back request as somebody fills it in."""
    return {
        "ticket": ticket("inquiry", center),
        "website": "",
        "whom": "me",
        "name": NAME,
        "way": "phone",
        "reach": NUMBER,
        "message": "discreet",
        "time": TIME,
        "note": NOTE,
        "consent": "on",
        **changed,
    }


def code_on(response):
    return re.search(r"<code>([0-9A-Z-]+)</code>", response.content.decode()).group(1)


def text_of(response):
    return html.unescape(response.content.decode())


def inquiry(center, wanted=WANTED, **fields):
    """A request as it lies in the table."""
    code = codes.new()
    assert sending.send_inquiry(center, code, wanted)
    rows = Inquiry.objects.filter(code_digest=codes.digest(code, Kind.INQUIRY))
    rows.update(**fields) if fields else None
    return rows.get()


def report(center, words=WORDS, kind="phone", **fields):
    code = codes.new()
    assert sending.send_report(center, code, kind, words)
    rows = Report.objects.filter(code_digest=codes.digest(code, Kind.REPORT))
    rows.update(**fields) if fields else None
    return rows.get()
