"""What the site promises beside the forms: no answer gets in, no one else is asked, the days are true."""

import re

import pytest

from programs.models import Inquiry
from programs.visitors.contents import wanted_of
from tests.assessment.test_privacy import DISTINCT, WISHES, everything_stored, traces
from tests.assessment.walking import Walker
from tests.programs.visitors.conftest import a_request, address, code_on, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def answered():
    """Somebody with a result in this browser, every answer of which leaves a trace that can be looked for."""
    person = Walker()
    person.remember({key: tuple(one) if isinstance(one, list) else one for key, one in DISTINCT.items()})
    assert person.client.cookies
    return person


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_no_answer_is_in_a_form_or_in_what_is_kept(answered, center, prefix):
    path = f"{prefix}{address(center, 'call-back')}"
    shown = answered.get(path)
    sent = answered.client.post(path, a_request(center))
    told = answered.client.post(f"{prefix}/programs/your-code/", {"code": code_on(sent)})
    kept = str([getattr(wanted_of(Inquiry.objects.get()), name) for name in ("note", "time", "name", "whom")])
    for text in (text_of(shown), text_of(sent), text_of(told), kept):
        found = {trace for trace in traces() if "_" in trace and trace in text.lower()}
        assert found == set()
    stored = [text for table, text in everything_stored() if table in {"programs_inquiry", "programs_tries"}]
    assert stored
    assert not [text for text in stored if WISHES["zip"] in text]


def test_nobody_else_is_asked_or_told(client, center):
    pages = [client.get(address(center, name)) for name in ("report", "call-back")]
    pages.append(client.post(address(center, "call-back"), a_request(center)))
    for page in pages:
        text = page.content.decode()
        loaded = re.findall(r'<(?:script|img|link|iframe|form)[^>]+(?:src|href|action)="([^"]+)"', text)
        assert loaded
        assert not [one for one in loaded if one.startswith(("http:", "https:", "//"))]
        assert "form-action 'self'" in page["Content-Security-Policy"]


def test_the_network_a_request_came_from_is_stored_nowhere(center):
    person = Walker()
    person.client.defaults |= {"REMOTE_ADDR": "203.0.113.99", "HTTP_USER_AGENT": "A very special browser"}
    person.client.post(address(center, "call-back"), a_request(center))
    assert Inquiry.objects.exists()
    for _table, text in everything_stored():
        assert "203.0.113" not in text
        assert "very special" not in text


@pytest.mark.parametrize("path", ["/privacy/", "/es/privacy/"])
def test_the_privacy_page_tells_the_days_this_site_keeps_them(client, settings, path):
    settings.REPORT_DAYS, settings.INQUIRY_DAYS, settings.INQUIRY_DAYS_AT_MOST = 171, 23, 77
    page = text_of(client.get(path))
    for days in (171, 342, 23, 77):
        assert re.search(rf"\b{days} (days|días)", page), days


def test_both_pages_tell_the_same_days(client, center, settings):
    settings.INQUIRY_DAYS, settings.INQUIRY_DAYS_AT_MOST = 23, 77
    page = text_of(client.get(address(center, "call-back")))
    assert "23 days" in page
    assert "77 days" in page
