"""Asking for a call: consent, what is refused, one request however often it is sent, and withdrawing it."""

import hashlib
import re
import threading
from datetime import UTC, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.db import DatabaseError, connection
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from programs import checks
from programs.models import Center, DoNotCall, Inquiry
from programs.visitors import do_not_call, due, sending, views
from programs.visitors.contents import wanted_of
from tests.programs import factories
from tests.programs.visitors.conftest import (
    NOTE,
    NUMBER,
    TRACES,
    WANTED,
    a_request,
    address,
    code_on,
    inquiry,
    text_of,
    ticket,
)

pytestmark = pytest.mark.django_db
BY_CODE = "/programs/your-code/"


def test_a_request_is_kept_sealed_with_what_was_agreed_to(client, center):
    assert client.post(address(center, "call-back"), a_request(center)).status_code == 200
    kept = Inquiry.objects.get()
    assert wanted_of(kept) == WANTED
    assert kept.consent_version == f"{sending.CONSENT}/en"
    for trace in TRACES:
        assert trace.encode() not in bytes(kept.sealed)


def test_the_language_it_was_asked_in_is_kept_for_who_calls(client, center):
    client.post(f"/es{address(center, 'call-back')}", a_request(center))
    kept = Inquiry.objects.get()
    assert kept.consent_version == f"{sending.CONSENT}/es"
    assert wanted_of(kept).language == "es"


AGREED = {
    ("2026-11", "en"): "61607ffe0d10581e",
    ("2026-11", "es"): "3221199622b0f72a",
}
"""The words people agreed to, by version and language. Other words are another version: add it here."""


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_words_people_agree_to_are_those_of_their_version(language):
    named = {"name": "NAME", "days": 30, "at_most": 90, "site_name": "SITE", "site_runner": "RUNNER"}
    with override(language):
        words = " ".join(re.sub("<[^>]+>", " ", render_to_string("visitors/_consent.html", named)).split())
    assert hashlib.sha256(words.encode()).hexdigest()[:16] == AGREED[sending.CONSENT, language], words


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"consent": ""}, "Without your agreement"),
        ({"whom": ""}, "Choose who the call is for"),
        ({"name": " "}, "Write a name"),
        ({"name": "x" * 81}, "at most 80"),
        ({"way": ""}, "Choose phone or e-mail"),
        ({"way": "pigeon"}, "Choose one of the answers"),
        ({"reach": ""}, "Write the number or address"),
        ({"reach": "123"}, "no US phone number"),
        ({"reach": "someone@example.org"}, "no US phone number"),
        ({"way": "email"}, "no e-mail address"),
        ({"way": "email", "reach": "a@example.org", "message": "none"}, "always stays in your inbox"),
        ({"message": ""}, "what they may leave"),
        ({"time": "x" * 101}, "at most 100"),
        ({"note": "x" * 501}, "at most 500"),
        ({"website": "x"}, "too fast"),
        ({"ticket": "x"}, "stayed open for long"),
    ],
    ids=str,
)
def test_what_is_not_right_is_said_and_nothing_is_kept(client, center, changed, said):
    page = client.post(address(center, "call-back"), a_request(center, **changed))
    assert said in text_of(page)
    assert not Inquiry.objects.exists()


def test_an_e_mail_address_will_do(client, center):
    sent = a_request(center, way="email", reach="quillon@example.org", message="discreet")
    client.post(address(center, "call-back"), sent)
    assert wanted_of(Inquiry.objects.get()).reach == "quillon@example.org"


def test_the_form_begins_empty_whatever_the_browser_holds(client, center):
    page = client.get(address(center, "call-back"))
    fields = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    assert {name for name, value in fields.items() if value} == set()


@pytest.mark.parametrize(
    "fields",
    [
        {"takes_inquiries": False},
        {"is_sample": True},
        {"status": "closed"},
        {"status": "draft"},
        {"status": "review"},
    ],
    ids=str,
)
def test_it_is_offered_only_where_a_published_center_takes_requests(client, center, fields):
    sent = a_request(center)
    Center.objects.update(**fields)
    center.refresh_from_db()
    assert client.get(address(center, "call-back")).status_code == 404
    assert client.post(address(center, "call-back"), sent).status_code == 404
    assert not Inquiry.objects.exists()
    assert b"/call-back/" not in client.get(center.get_absolute_url()).content


def test_a_merged_center_takes_none(client, center):
    sent = a_request(center)
    Center.objects.filter(pk=center.pk).update(status="merged", merged_into=factories.CenterFactory())
    assert client.post(address(center, "call-back"), sent).status_code == 404


def test_a_center_takes_none_until_somebody_says_so():
    assert factories.CenterFactory().takes_inquiries is False


def test_the_centers_page_offers_it_where_it_is_on(client, center):
    assert address(center, "call-back").encode() in client.get(center.get_absolute_url()).content


def test_a_request_cannot_be_turned_to_another_center(client, center):
    other = factories.center(["iop"], takes_inquiries=True)
    client.post(address(other, "call-back"), a_request(center))
    client.post(address(other, "call-back"), {**a_request(center), "center": other.pk})
    assert not Inquiry.objects.exists()


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one(center):
    sent, answers = a_request(center), []
    start = threading.Barrier(8)

    def send():
        start.wait()
        try:
            answers.append(Client().post(address(center, "call-back"), sent))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Inquiry.objects.count() == 1
    assert len(answers) == 8
    assert len({code_on(answer) for answer in answers}) == 1


def test_sent_twice_it_counts_once(center, monkeypatch):
    monkeypatch.setattr(views, "INQUIRIES", 2)
    sent = a_request(center)
    same = [Client().post(address(center, "call-back"), sent).status_code for _ in range(5)]
    assert same == [200] * 5
    more = [Client().post(address(center, "call-back"), a_request(center)).status_code for _ in range(2)]
    assert more == [200, 429]


def test_withdrawing_erases_what_was_written_at_once(client, center):
    code = code_on(client.post(address(center, "call-back"), a_request(center)))
    Inquiry.objects.update(sealed_notes=b"sealed")
    assert "Withdraw" in text_of(client.post(BY_CODE, {"code": code}))
    assert "Withdrawn and erased" in text_of(client.post(f"{BY_CODE}withdraw/", {"code": code}))
    kept = Inquiry.objects.get()
    assert (bytes(kept.sealed), bytes(kept.sealed_notes), kept.status) == (b"", b"", "withdrawn")
    assert kept.purge_on <= kept.closed_at.date() + timedelta(days=30)
    assert wanted_of(kept) is None
    again = client.post(f"{BY_CODE}withdraw/", {"code": code})
    assert "Withdrawn and erased" in text_of(again)
    assert "You withdrew this request" in text_of(client.post(BY_CODE, {"code": code}))


def test_withdrawing_needs_the_code_in_a_form(client, center):
    inquiry(center)
    assert client.get(f"{BY_CODE}withdraw/").status_code == 405
    client.post(f"{BY_CODE}withdraw/", {"code": "7QX2"})
    assert "Nothing is kept" in text_of(
        client.post(f"{BY_CODE}withdraw/", {"code": sending.codes.new().shown})
    )
    assert Inquiry.objects.get().status == "new"


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("2026-11-18T20:00", "2026-11-19"),  # a Wednesday
        ("2026-11-20T20:00", "2026-11-23"),  # a Friday
        ("2026-11-21T20:00", "2026-11-23"),  # a Saturday
        ("2026-11-23T05:00", "2026-11-23"),  # Monday in Greenwich, Sunday in Phoenix
    ],
)
def test_it_is_due_on_the_next_working_day_on_the_clock_of_the_center(center, asked, day):
    factories.ZipCodeFactory()
    zone = due.zone_at(center)
    found = due.next_working_day(zone, datetime.fromisoformat(asked).replace(tzinfo=UTC))
    assert (str(zone), found.isoformat()) == ("America/Phoenix", f"{day}T17:00:00-07:00")


def test_a_zone_is_found_where_the_zip_is_not_known():
    assert str(due.zone_at(factories.CenterFactory(state="NY", zip="99999"))) == "America/New_York"
    lost = factories.CenterFactory(state="ZZ", zip="99998", lat=None, lon=None, location="unknown")
    assert str(due.zone_at(lost)) == "America/Chicago"


def test_who_asked_not_to_be_called_is_known_again_however_the_number_is_written(client, center):
    do_not_call.remember(center, WANTED)
    client.post(address(center, "call-back"), a_request(center, reach="+1 (602) 555 0187"))
    assert Inquiry.objects.get().do_not_call
    assert "has your request" in text_of(client.post(address(center, "call-back"), a_request(center)))


def test_what_is_known_of_them_tells_neither_number_nor_other_centers(center):
    other = factories.center(["iop"], takes_inquiries=True)
    do_not_call.remember(center, WANTED)
    do_not_call.remember(other, WANTED)
    digests = {row.digest for row in DoNotCall.objects.all()}
    assert len(digests) == 2
    plain = {hashlib.sha256(text.encode()).hexdigest() for text in (NUMBER, "+16025550187", "6025550187")}
    assert not digests & plain
    do_not_call.forget(other, WANTED)
    assert do_not_call.is_known(center, WANTED)
    assert not do_not_call.is_known(other, WANTED)


def test_it_holds_after_centers_were_merged_and_after_the_key_was_changed(center, settings):
    do_not_call.remember(center, WANTED)
    survivor = factories.CenterFactory()
    assert not do_not_call.is_known(survivor, WANTED)
    Center.objects.filter(pk=center.pk).update(status="merged", merged_into=survivor)
    assert do_not_call.is_known(survivor, WANTED)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a new one", [settings.SECRET_KEY]
    assert do_not_call.is_known(survivor, WANTED)
    settings.SECRET_KEY_FALLBACKS = []
    assert not do_not_call.is_known(survivor, WANTED)


def test_another_contact_is_not_held_back(center):
    do_not_call.remember(center, WANTED)
    assert not inquiry(center, wanted=type(WANTED)(**{**_fields(), "reach": "602-555-0188"})).do_not_call


def _fields():
    return {name: getattr(WANTED, name) for name in WANTED.__slots__}


def test_contents_cannot_be_printed_by_accident():
    assert NOTE not in repr(WANTED)
    assert NUMBER not in repr([WANTED])


def test_the_page_says_it_is_no_emergency_line(client, center):
    page = text_of(client.get(address(center, "call-back")))
    assert "not an emergency line" in page
    assert 'href="tel:988"' in page


def test_a_ticket_cannot_be_kept_in_stock_for_ever(client, center):
    old = ticket("inquiry", center, age=sending.LASTS + 1)
    client.post(address(center, "call-back"), a_request(center, ticket=old))
    assert not Inquiry.objects.exists()


def hints():
    return [message.id for message in checks.someone_answers_for_call_backs(None, databases=["default"])]


def test_a_deployment_is_told_when_nobody_answers_for_call_backs(center, settings):
    settings.SITE_RUNNER, settings.SITE_CONTACT = "Example County", ""
    assert hints() == ["programs.W001"]
    settings.SITE_CONTACT = "site@example.org"
    assert hints() == []
    settings.SITE_CONTACT = ""
    Center.objects.update(takes_inquiries=False)
    assert hints() == []


def test_the_check_needs_no_tables(settings, monkeypatch):
    settings.SITE_RUNNER = ""
    broken = Mock(side_effect=DatabaseError)
    monkeypatch.setattr(Center.objects, "published", broken)
    assert hints() == []
    assert broken.called
