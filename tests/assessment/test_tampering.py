"""What somebody could try, by malice or by two open tabs: a clear page, nothing lost that can be kept."""

import time

import pytest

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


def test_a_new_version_of_the_questions_midway_is_said_and_one_can_begin_again(monkeypatch):
    walker = begun()
    sealed = walker.client.cookies[COOKIE].value
    body = stored._open(stored.urlsafe_b64decode(sealed.encode()))
    renewed = body.replace(load().version.encode(), b"iop-1999.1")
    nonce = b"\0" * stored._NONCE
    box = stored.AESGCM(stored._key(stored.settings.SECRET_KEY)).encrypt(nonce, renewed, stored._PURPOSE)
    for address in ("step-4/", "check/", "result/", "pause/"):
        walker.client.cookies[COOKIE] = stored.urlsafe_b64encode(nonce + box).decode()
        page = walker.get(f"/assessment/{address}").content.decode()
        assert "The questions were renewed" in page
        assert "Begin again" in page
    assert walker.get("/assessment/step-1/").status_code == 200


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
