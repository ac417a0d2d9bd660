"""Something wrong here: told once, kept sealed, looked up by code; and what machines and attackers get."""

import logging
import re
import threading

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from programs import codes
from programs.models import Report
from programs.visitors import sending, views
from programs.visitors.contents import words_of
from programs.visitors.sending import Kind
from tests.programs import factories
from tests.programs.visitors.conftest import (
    TRACES,
    WORDS,
    a_report,
    address,
    code_on,
    report,
    text_of,
    ticket,
)

pytestmark = pytest.mark.django_db
BY_CODE = "/programs/your-code/"


def seen_by(client, code):
    """The page for a code, without what differs by nature: the CSRF token and the code itself."""
    response = client.post(BY_CODE, {"code": code})
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return response.status_code, text.replace(code, "CODE")


def test_a_report_is_kept_sealed_and_its_code_shows_what_became_of_it(client, center):
    sent = client.post(address(center, "report"), a_report(center))
    kept = Report.objects.get()
    assert (kept.center, kept.kind, kept.status) == (center, "phone", "new")
    assert words_of(kept) == WORDS
    assert WORDS.encode() not in bytes(kept.sealed)
    code = code_on(sent)
    assert "Nobody has looked into it yet" in text_of(client.post(BY_CODE, {"code": code.lower()}))
    Report.objects.update(status="fixed", answer="The number is right now. <b>")
    page = client.post(BY_CODE, {"code": code})
    assert "We put it right" in text_of(page)
    assert "The number is right now. &lt;b&gt;" in page.content.decode()


def test_words_may_be_left_out(client, center):
    client.post(address(center, "report"), a_report(center, words=""))
    assert words_of(Report.objects.get()) == ""


def test_a_report_without_words_is_as_long_as_one_with_some(center):
    assert len(report(center, "").sealed) == len(report(center, "x" * 500).sealed)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"what": ""}, "Choose what is wrong"),
        ({"what": "gossip"}, "Choose one of the answers"),
        ({"words": "x" * 1001}, "at most 1,000"),
        ({"ticket": ""}, "stayed open for long"),
        ({"ticket": "A" * 300}, "stayed open for long"),
        ({"ticket": "Ä"}, "stayed open for long"),
        ({"website": "https://spam.example"}, "too fast"),
    ],
    ids=str,
)
def test_what_is_not_right_is_said_and_nothing_is_kept(client, center, changed, said):
    page = text_of(client.post(address(center, "report"), a_report(center, **changed)))
    assert said in page
    assert not Report.objects.exists()
    if "words" not in changed:
        assert WORDS in page


def test_a_form_filled_within_seconds_is_shown_again_and_goes_through_later(client, center):
    quick = a_report(center, ticket=ticket("report", center, age=1))
    page = client.post(address(center, "report"), quick)
    assert "too fast" in text_of(page)
    assert page.context["form"].ticket_value == quick["ticket"]
    assert not Report.objects.exists()


def test_a_form_that_stayed_open_too_long_goes_through_when_sent_again(client, center):
    old = a_report(center, ticket=ticket("report", center, age=sending.LASTS + 5))
    page = client.post(address(center, "report"), old)
    fresh = page.context["form"].ticket_value
    assert fresh != old["ticket"]
    assert sending.ticket_of(fresh, Kind.REPORT, center)


def test_a_ticket_of_another_center_or_form_is_none(client, center):
    other = factories.center(["iop"], takes_inquiries=True)
    for wrong in (ticket("report", other), ticket("inquiry", center)):
        client.post(address(center, "report"), a_report(center, ticket=wrong))
    assert not Report.objects.exists()


def test_sent_twice_it_is_kept_once_and_shows_the_same_code(client, center):
    sent = a_report(center)
    first = client.post(address(center, "report"), sent)
    second = client.post(address(center, "report"), {**sent, "words": "changed"})
    assert code_on(first) == code_on(second)
    assert words_of(Report.objects.get()) == WORDS


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_make_one(center):
    sent, answers = a_report(center), []
    start = threading.Barrier(8)

    def send():
        start.wait()
        try:
            answers.append(Client().post(address(center, "report"), sent))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Report.objects.count() == 1
    assert len({code_on(answer) for answer in answers}) == 1
    assert len(answers) == 8


def test_one_network_sends_so_many_in_an_hour_and_others_are_not_stopped(center, monkeypatch):
    monkeypatch.setattr(views, "REPORTS", 2)
    sent = [
        Client(REMOTE_ADDR="203.0.113.7").post(address(center, "report"), a_report(center)).status_code
        for _ in range(3)
    ]
    assert sent == [200, 200, 429]
    other = Client(REMOTE_ADDR="203.0.113.8").post(address(center, "report"), a_report(center))
    assert other.status_code == 200
    assert Report.objects.count() == 3


def test_codes_that_never_were_lapsed_or_were_typed_wrong_look_alike(client, center):
    lapsed, never = codes.new(), codes.new()
    sending.send_report(center, lapsed, "phone", WORDS)
    Report.objects.update(purge_on="2020-01-01")
    assert seen_by(Client(), lapsed.shown) == seen_by(Client(), never.shown)
    assert "Nothing is kept under this code" in seen_by(Client(), never.shown)[1]


def test_guessing_codes_is_stopped(center):
    code = codes.new()
    sending.send_report(center, code, "phone", WORDS)
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(views.WRONG_CODES):
        assert guesser.post(BY_CODE, {"code": codes.new().shown}).status_code == 200
    assert guesser.post(BY_CODE, {"code": code.shown}).status_code == 429
    assert guesser.post(f"{BY_CODE}withdraw/", {"code": code.shown}).status_code == 429
    assert Client(REMOTE_ADDR="203.0.113.8").post(BY_CODE, {"code": code.shown}).status_code == 200


def test_right_codes_do_not_count(center, monkeypatch):
    monkeypatch.setattr(views, "WRONG_CODES", 1)
    code = codes.new()
    sending.send_report(center, code, "phone", WORDS)
    assert [Client().post(BY_CODE, {"code": code.shown}).status_code for _ in range(4)] == [200] * 4


@pytest.mark.parametrize("status", ["draft", "review", "closed"])
def test_only_a_published_page_takes_reports(client, center, status):
    sent = a_report(center)
    type(center).objects.update(status=status)
    assert client.get(address(center, "report")).status_code == 404
    assert client.post(address(center, "report"), sent).status_code == 404
    assert not Report.objects.exists()


def test_an_old_name_leads_to_the_page(client, center):
    old = address(center, "report").replace("plain-harbor", "older-name")
    response = client.get(old)
    assert (response.status_code, response["Location"]) == (301, address(center, "report"))


def test_what_is_put_behind_the_address_is_dropped_unread(client, center):
    for path in (address(center, "report"), BY_CODE):
        response = client.get(f"{path}?code={codes.new().shown}")
        assert (response.status_code, response["Location"]) == (303, path)


def test_another_site_cannot_send_it(center):
    strict = Client(enforce_csrf_checks=True)
    refused = strict.post(
        address(center, "report"), a_report(center), headers={"origin": "https://evil.example"}
    )
    assert refused.status_code == 403
    assert not Report.objects.exists()


def test_nobody_keeps_these_pages_and_no_search_engine_lists_them(client, center):
    pages = [
        client.get(address(center, "report")),
        client.post(address(center, "report"), a_report(center)),
        client.get(address(center, "call-back")),
        client.get(BY_CODE),
        client.post(BY_CODE, {"code": codes.new().shown}),
    ]
    for page in pages:
        assert "no-store" in page["Cache-Control"]
        assert "noindex" in page["X-Robots-Tag"]
        assert "session" not in page.cookies


def test_the_centers_page_leads_there_and_may_still_be_kept(client, center):
    page = client.get(center.get_absolute_url())
    assert f'href="{address(center, "report")}"' in page.content.decode()
    assert not page.cookies
    assert "no-store" not in page["Cache-Control"]
    assert client.get(center.get_absolute_url(), headers={"if-none-match": page["ETag"]}).status_code == 304


def test_no_log_line_address_or_header_holds_what_was_written(client, center, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("django", "django.request", "iopfinder", "iopfinder.request"):
        caplog.set_level(logging.DEBUG, logger=name)
    sent = client.post(address(center, "report"), a_report(center))
    looked = client.post(BY_CODE, {"code": code_on(sent)})
    lines = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    lines += [f"{one.headers} {one.cookies.output()}" for one in (sent, looked)]
    assert len(lines) >= 4
    for line in lines:
        for trace in (*TRACES, code_on(sent)):
            assert trace.lower() not in line.lower()


def test_in_spanish_every_page_is_there(client, center):
    with override("es"):
        path = reverse("programs:report", kwargs={"slug": center.slug, "short_id": center.short_id})
    assert path.startswith("/es/")
    assert client.get(path).status_code == 200
    assert client.post(path, a_report(center)).status_code == 200
    assert client.get(f"/es{BY_CODE}").status_code == 200
