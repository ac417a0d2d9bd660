"""What somebody could try, by malice or by two open tabs: a clear page, nothing lost that can be kept.

Questions renewed midway have a module of their own: test_renewal. The same in a real browser:
tests/journeys/test_keeping.py.
"""

import time

import pytest
from django.test import override_settings

from assessment import answers as stored
from assessment.answers import COOKIE, IDLE_SECONDS, Draft, seal
from assessment.domain import load
from tests.assessment.walking import CALM, Walker, fields

pytestmark = pytest.mark.django_db

UNSAFE = {"danger_now": ["suicide_plan_or_recent_attempt"]}
ADDRESSES = ("step-2/", "step-9/", "change-4/", "check/", "result/", "programs/", "print/", "summary.pdf")


def cookie_of(walker):
    return walker.client.cookies[COOKIE].value


def begun(**more):
    """Somebody in the middle of the questions."""
    walker = Walker()
    answers = {name: CALM[name] for name in ("who", "age", "focus", "danger_now", "care_now", "substances")}
    walker.remember({**answers, **more})
    return walker


def refused(walker, address):
    """The page says what happened, leads on, and takes the useless cookie away."""
    response = walker.get(f"/assessment/{address}")
    page = response.content.decode()
    assert response.status_code == 200
    assert "We could not read your answers" in page
    assert "Nothing was sent to anyone" in page
    assert "Begin again" in page
    assert response.cookies[COOKIE].value == ""


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_forged_cookie_gets_a_clear_page_at_every_address(address):
    with override_settings(SECRET_KEY="somebody else's key"):
        forged = seal(Draft({"who": "me", "age": "26_64"}), time.time())
    walker = Walker()
    walker.client.cookies[COOKIE] = forged
    refused(walker, address)


@pytest.mark.parametrize("length", [1, 16, 40, 300, -1])
def test_a_truncated_cookie_gets_a_clear_page(length):
    walker = begun()
    walker.client.cookies[COOKIE] = cookie_of(walker)[:length]
    refused(walker, "check/")


@pytest.mark.parametrize("how", ["plain", "script"])
def test_a_form_sent_with_a_forged_cookie_is_told_so_and_not_half_saved(how):
    walker = Walker()
    walker.client.cookies[COOKIE] = "forged"
    if how == "script":  # told to send it the plain way, so that the page is seen
        headers = {"accept": "application/json"}
        told = walker.client.post("/assessment/step-1/send/", {"who": "me"}, headers=headers)
        assert (told.status_code, cookie_of(walker)) == (409, "forged")
    response = walker.client.post("/assessment/step-1/send/", {"who": "me"})
    assert "We could not read your answers" in response.content.decode()
    assert response.cookies[COOKIE].value == ""


def test_an_older_cookie_brings_back_the_older_answers_and_their_safety_pages():
    walker = begun(**UNSAFE)
    older = cookie_of(walker)
    walker.go_on()
    assert walker.get("/assessment/step-7/")["Location"] != "/assessment/pause/"
    walker.client.cookies[COOKIE] = older
    for address in ADDRESSES:
        assert walker.get(f"/assessment/{address}")["Location"] == "/assessment/pause/", address


def test_an_older_cookie_is_worth_nothing_after_half_an_hour():
    walker = begun()
    walker.client.cookies[COOKIE] = seal(Draft({"who": "me"}), time.time() - IDLE_SECONDS - 1)
    page = walker.get("/assessment/check/")
    assert "erased, to keep them private" in page.content.decode()


def test_a_cookie_cut_out_of_two_is_refused():
    one, two = cookie_of(begun()), cookie_of(begun(**UNSAFE))
    walker = Walker()
    walker.client.cookies[COOKIE] = one[: len(one) // 2] + two[len(two) // 2 :]
    assert "We could not read your answers" in walker.get("/assessment/check/").content.decode()


@pytest.mark.parametrize("size", [4097, 100_000])
def test_an_oversized_cookie_is_refused_before_it_is_opened(size, monkeypatch):
    def opened(sealed):
        raise AssertionError("opened")

    monkeypatch.setattr(stored, "_open", opened)
    walker = Walker()
    walker.client.cookies[COOKIE] = "A" * size
    assert "We could not read your answers" in walker.get("/assessment/check/").content.decode()


def test_answers_to_questions_that_do_not_apply_are_neither_kept_nor_counted():
    walker = Walker()
    walker.walk({"substances": ["none"], "focus": "mental"})
    before = walker.get("/assessment/result/").context["page"]
    asked = {name for step in walker.steps for name in step}
    assert "use_frequency" not in asked
    for number in range(1, len(walker.steps) + 1):
        page = walker.get(f"/assessment/change-{number}/")
        shown = {name: CALM[name] for name in fields(page)}
        walker.client.post(
            page.context["page"].send,
            {**shown, "substances": "none", "focus": "mental", "use_frequency": "daily", "home": "unsafe"}
            if "home" not in shown
            else shown,
        )
    after = walker.get("/assessment/result/").context["page"]
    assert (after.level, after.scale, after.reasons) == (before.level, before.scale, before.reasons)


def test_every_screen_ahead_leads_back_to_the_first_open_one():
    walker = begun()
    first = walker.get("/assessment/step-99/")["Location"]
    assert first.startswith("/assessment/step-")
    number = int(first.strip("/").rsplit("-", 1)[1])
    for ahead in range(number + 1, 20):
        assert walker.get(walker.step(ahead))["Location"] == first
        sent = walker.client.post(f"/assessment/step-{ahead}/send/", {"home": "safe_sober"})
        assert sent["Location"] == first
    for address in ("result/", "programs/", "print/", "summary.pdf", "summary.json"):
        assert walker.get(f"/assessment/{address}").status_code in {302, 303}


def test_two_tabs_that_answer_different_screens_both_keep_their_answers():
    walker = Walker()
    walker.walk()
    one = walker.get("/assessment/change-2/").context["page"].send
    two = walker.get("/assessment/change-4/").context["page"].send
    walker.client.post(one, {"age": "65_plus", "focus": "both"})
    walker.client.post(two, {"care_now": "php"})
    shown = walker.get("/assessment/check/").content.decode()
    words = load().words("en")
    assert words.question("age").options["65_plus"].label in shown
    assert words.question("care_now").options["php"].label in shown


def test_a_tab_whose_screen_is_gone_leads_on_and_loses_nothing():
    walker = Walker()
    walker.walk()
    tab = walker.get("/assessment/change-6/")
    assert "use_frequency" in fields(tab)
    kept = walker.get("/assessment/check/").content.decode()
    walker.client.post("/assessment/change-5/send/", {"substances": ["none"]})
    sent = walker.client.post(
        tab.context["page"].send, {"use_frequency": "daily", "last_use": "within_2_days", "heavy_days": "yes"}
    )
    assert sent.status_code in {200, 303}
    now = walker.get("/assessment/check/").content.decode()
    words = load().words("en")
    assert words.question("use_frequency").text not in now
    assert words.question("home").options["safe_sober"].label in kept
    assert words.question("home").options["safe_sober"].label in now


def test_a_tab_opened_in_another_language_saves_the_same_answers():
    walker = Walker()
    walker.walk()
    send = walker.get("/assessment/change-15/").context["page"].send
    walker.client.post(f"/es{send}", {"home": "mostly_ok"})
    assert load().words("en").question("home").options["mostly_ok"].label in (
        walker.get("/assessment/check/").content.decode()
    )
