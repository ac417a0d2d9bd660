"""The pages around a private code, attacked: forged, replayed, oversized, guessed, sent twice."""

import html
import logging
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from assessment import codes, saved, take_along_views
from assessment.answers import COOKIE
from assessment.models import SavedAnswers
from programs.models import Tries
from tests.assessment.take_along.conftest import FULLEST, kept
from tests.assessment.test_privacy import everything_stored, traces
from tests.assessment.walking import Walker

pytestmark = pytest.mark.django_db
SAVE, BACK, ERASE = "/assessment/save/", "/assessment/come-back/", "/assessment/erase-saved/"


def ticket_of(response):
    return re.search(r'name="ticket" value="([^"]+)"', response.content.decode()).group(1)


def code_on(response):
    return re.search(r"<code>([0-9A-Z-]+)</code>", response.content.decode()).group(1)


def save(walker):
    """Keeps this person's answers as the page does; the code it shows."""
    response = walker.post(SAVE, {"ticket": ticket_of(walker.get(SAVE))})
    assert response.status_code == 200
    return code_on(response)


def test_a_person_keeps_answers_and_opens_them_on_another_device(walker):
    code = save(walker)
    other = Walker()
    response = other.post(BACK, {"code": code.lower().replace("-", " ")})
    assert (response.status_code, response["Location"]) == (303, "/assessment/check/")
    page = other.get("/assessment/check/")
    assert page.context["page"].open == 0
    assert other.get("/assessment/result/").status_code == 200


def test_answers_kept_midway_go_on_where_they_stopped():
    person = Walker()
    person.remember(kept({"who": "me", "age": "26_64", "focus": "both", "danger_now": ["none"]}))
    code = save(person)
    other = Walker()
    other.post(BACK, {"code": code})
    assert other.get("/assessment/check/").context["page"].forward == "/assessment/step-4/"


def test_who_comes_back_reads_the_safety_pages_again(distinct):
    code = save(distinct)
    other = Walker()
    other.post(BACK, {"code": code})
    assert other.get("/assessment/check/")["Location"] == "/assessment/pause/"


def test_the_answers_in_the_browser_stay_while_they_are_kept(walker):
    before = walker.get("/assessment/result/").content
    save(walker)
    assert walker.get("/assessment/result/").content[:2000] == before[:2000]


def test_keeping_again_gives_another_code(walker):
    assert save(walker) != save(walker)
    assert SavedAnswers.objects.count() == 2


def test_a_form_sent_twice_keeps_once_and_shows_the_same_code(walker):
    ticket = ticket_of(walker.get(SAVE))
    first, second = (walker.post(SAVE, {"ticket": ticket}) for _ in range(2))
    assert code_on(first) == code_on(second)
    assert SavedAnswers.objects.count() == 1


@pytest.mark.parametrize("ticket", ["", "x", "A" * 300, "A" * 5000, "Ä"])
def test_a_forged_ticket_keeps_nothing_and_leads_back(walker, ticket):
    response = walker.post(SAVE, {"ticket": ticket})
    assert (response.status_code, response["Location"]) == (303, SAVE)
    assert not SavedAnswers.objects.exists()


def test_looking_at_the_page_keeps_nothing(walker):
    walker.get(SAVE)
    walker.client.head(SAVE)
    assert not SavedAnswers.objects.exists()


def test_nobody_keeps_nothing(client):
    assert client.get(SAVE)["Location"] == "/assessment/"
    assert client.post(SAVE, {"ticket": saved.ticket(codes.new())})["Location"] == "/assessment/"
    assert not SavedAnswers.objects.exists()


def test_a_safety_page_comes_before_keeping():
    person = Walker()
    person.remember(kept({"who": "me", "age": "26_64", "focus": "both", "danger_now": ["violence_at_home"]}))
    assert person.get(SAVE)["Location"] == "/assessment/pause/"
    assert person.post(SAVE, {"ticket": saved.ticket(codes.new())})["Location"] == "/assessment/pause/"


OF_EACH = ("Content-Length", "X-Request-ID")


def seen_by(client, code):
    """The page for a code, without what differs by nature: the token, the code, the request's name."""
    response = client.post(BACK, {"code": code})
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    headers = {name: value for name, value in response.headers.items() if name not in OF_EACH}
    return response.status_code, text.replace(code, "CODE"), headers


def test_wrong_expired_and_erased_codes_get_the_same_page():
    never, expired, erased = (codes.new() for _ in range(3))
    saved.save(erased, FULLEST)
    saved.erase(erased)
    saved.save(expired, FULLEST, localdate() - timedelta(days=30))
    pages = [seen_by(Client(), code.shown) for code in (never, expired, erased)]
    assert pages[0] == pages[1] == pages[2]
    assert "Nothing is kept under this code" in pages[0][1]


def test_erasing_says_the_same_whether_anything_was_there(walker):
    there = save(walker)
    pages = [Client().post(ERASE, {"code": code}).content for code in (there, there, codes.new().shown)]
    assert pages[0] == pages[1] == pages[2]
    assert not SavedAnswers.objects.exists()


def test_after_erasing_the_code_opens_nothing(walker):
    code = save(walker)
    walker.post(ERASE, {"code": code})
    assert b"Nothing is kept" in Client().post(BACK, {"code": code}).content


@pytest.mark.parametrize(
    "typed", ["", "   ", "7QX2", "\x00" * 20, "A" * 81, "A" * 100_000, "<script>alert(1)</script>", "ß" * 20]
)
@pytest.mark.parametrize("address", [BACK, ERASE])
def test_what_is_no_code_gets_the_form_again_and_costs_no_derivation(client, address, typed, monkeypatch):
    monkeypatch.setattr(codes, "Argon2id", None)
    response = client.post(address, {"code": typed})
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "<script>alert" not in response.content.decode()
    assert not Tries.objects.exists()


@pytest.mark.parametrize("address", [BACK, ERASE, f"/es{BACK}"])
def test_a_code_in_the_address_is_dropped_unread(walker, address, monkeypatch):
    code = save(walker)
    monkeypatch.setattr(codes, "Argon2id", None)
    for response in (Client().get(f"{address}?code={code}"), Client().post(f"{address}?code={code}")):
        assert (response.status_code, response["Location"]) == (303, address)
    assert SavedAnswers.objects.count() == 1


def test_no_page_puts_a_code_into_an_address_a_header_or_a_log(walker, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("django", "django.request", "iopfinder", "iopfinder.request"):
        caplog.set_level(logging.DEBUG, logger=name)
    shown = walker.post(SAVE, {"ticket": ticket_of(walker.get(SAVE))})
    code = code_on(shown)
    opened = walker.post(BACK, {"code": code})
    erased = walker.post(ERASE, {"code": code})
    spelled = {code.lower(), code.replace("-", "").lower()}
    heads = [f"{one.headers} {one.cookies.output()}" for one in (shown, opened, erased)]
    lines = [f"{record.getMessage()} {record.__dict__}" for record in caplog.records]
    assert len(lines) >= 3
    for text in (*heads, *lines, *walker.visited):
        assert not any(one in text.lower() for one in spelled)
    pages = html.unescape(shown.content.decode())
    assert all(code not in address for address in re.findall(r'(?:href|action|src)="([^"]*)"', pages))


@pytest.mark.parametrize("address", [SAVE, BACK, ERASE])
def test_another_site_cannot_send_these_forms(address, walker):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = walker.client.cookies
    sent = {"ticket": saved.ticket(codes.new()), "code": codes.new().shown}
    assert strict.post(address, sent, headers={"origin": "https://evil.example"}).status_code == 403
    assert not SavedAnswers.objects.exists()
    assert not Tries.objects.exists()


def test_a_lost_draft_does_not_stand_in_the_way_of_a_code(walker):
    code = save(walker)
    other = Walker()
    other.client.cookies[COOKIE] = "damaged"
    assert b"Open your answers" in other.get(BACK).content
    other.client.cookies[COOKIE] = "damaged"
    assert other.post(BACK, {"code": code}).status_code == 303
    assert other.get("/assessment/check/").context["page"].open == 0


def test_the_page_says_when_other_answers_would_be_replaced(walker, client):
    assert b"take their place" in walker.get(BACK).content
    assert b"take their place" not in client.get(BACK).content


def test_every_page_is_kept_by_nobody(walker):
    code = save(walker)
    pages = [
        walker.get(SAVE),
        walker.post(SAVE, {"ticket": ticket_of(walker.get(SAVE))}),
        walker.get(BACK),
        walker.post(BACK, {"code": codes.new().shown}),
        walker.get(ERASE),
        walker.post(ERASE, {"code": code}),
    ]
    for page in pages:
        assert page["Cache-Control"] == "no-store, private"
        assert "noindex" in page["X-Robots-Tag"]
        title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL).group(1)
        assert re.fullmatch(
            r"(Please check · )?(Come back later|I have a code|Erase kept answers) · IOPFinder", title
        )


def test_guessing_is_stopped_and_other_networks_are_not(walker):
    code = save(walker)
    guesser = Client(REMOTE_ADDR="203.0.113.7")
    for _ in range(take_along_views.WRONG_CODES):
        assert guesser.post(BACK, {"code": codes.new().shown}).status_code == 200
    stopped = guesser.post(BACK, {"code": code})
    assert (stopped.status_code, stopped["Retry-After"]) == (429, "3600")
    assert Client(REMOTE_ADDR="203.0.113.7").post(ERASE, {"code": code}).status_code == 429
    assert SavedAnswers.objects.count() == 1
    assert Client(REMOTE_ADDR="203.0.113.8").post(BACK, {"code": code}).status_code == 303


def test_a_stopped_guess_costs_no_derivation(client, monkeypatch):
    monkeypatch.setattr(take_along_views, "WRONG_CODES", 0)
    monkeypatch.setattr(codes, "Argon2id", None)
    assert client.post(BACK, {"code": codes.new().shown}).status_code == 429


def test_right_codes_do_not_count(walker, monkeypatch):
    monkeypatch.setattr(take_along_views, "WRONG_CODES", 2)
    code = save(walker)
    for _ in range(6):
        assert Client().post(BACK, {"code": code}).status_code == 303


def test_keeping_is_limited_too(walker, monkeypatch):
    monkeypatch.setattr(take_along_views, "SAVES", 2)
    sent = [walker.post(SAVE, {"ticket": ticket_of(walker.get(SAVE))}).status_code for _ in range(3)]
    assert sent == [200, 200, 429]
    assert SavedAnswers.objects.count() == 2


def test_nothing_stored_tells_who_kept_or_tried(distinct):
    distinct.client.defaults["REMOTE_ADDR"] = "203.0.113.99"
    distinct.client.defaults["HTTP_USER_AGENT"] = "A very special browser"
    save(distinct)
    distinct.post(BACK, {"code": codes.new().shown})
    assert Tries.objects.count() == 2
    for table, text in everything_stored():
        if table == "programs_tries" or table.startswith("assessment_"):
            assert "203.0.113" not in text
            assert "special" not in text
            for trace in traces():
                if "_" in trace:
                    assert trace not in text.lower()
