"""What was answered is there when it should be and gone when it should be: weak signals, Back, tabs."""

import time

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from assessment.answers import IDLE_SECONDS, Draft, seal
from assessment.domain import load
from tests.assessment.renewing import GONE
from tests.assessment.walking import CALM
from tests.journeys.answering import fill, press


def ticked(page: Page) -> list[str]:
    return page.locator("input:checked").evaluate_all("all => all.map((one) => one.value)")


both = pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])


def test_a_weak_signal_keeps_the_answer_and_says_so(live_server, page_at, axe, remembered):
    page = page_at(390)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    page.route("**/assessment/**", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("button", name="Continue").click()
    note = page.locator("[data-unsent]")
    expect(note).to_be_visible()
    expect(note).to_be_focused()
    expect(note).to_contain_text("Your answer is still here")
    assert page.locator("input:checked").evaluate_all("all => all.map((one) => one.value)") == [
        "26_64",
        "both",
    ]
    assert page.url.endswith("/step-2/")
    page.evaluate("window.scrollTo(0, 0)")  # the strip on top covers part of a choice otherwise
    axe(page)
    page.unroute("**/assessment/**")
    page.get_by_role("button", name="Try again").click()
    page.wait_for_url("**/step-3/")


def test_a_server_that_is_away_for_a_moment_keeps_the_answer_too(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    page.route("**/assessment/**", lambda route: route.fulfill(status=503, body="busy"))
    page.get_by_role("button", name="Continue").click()
    expect(page.locator("[data-unsent]")).to_be_visible()
    assert page.locator("input:checked").count() == 2


def test_without_scripts_back_leads_to_the_filled_form_when_sending_failed(live_server, page_at, remembered):
    page = page_at(390, js=False)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    page.route("**/send/", lambda route: route.abort("internetdisconnected"))
    page.locator("form[data-send] button[type=submit]").click()
    page.wait_for_url("chrome-error://**")
    page.unroute("**/send/")
    page.go_back()
    assert page.url.endswith("/step-2/")
    assert page.locator("input:checked").count() == 2
    press(page)
    assert page.url.endswith("/step-3/")


def test_without_scripts_a_lost_cookie_brings_the_answer_back(live_server, page_at, remembered):
    page = page_at(390, js=False)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    page.context.clear_cookies(name=settings.CSRF_COOKIE_NAME)
    press(page)
    expect(page.get_by_text("Not saved yet. Your answer is still here.")).to_be_visible()
    assert page.locator("input:checked").count() == 2
    press(page)
    assert page.url.endswith("/step-3/")


def test_after_forgetting_back_shows_no_answer(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, CALM)
    page.goto(f"{live_server.url}/assessment/check/")
    page.goto(f"{live_server.url}/assessment/result/")
    with page.expect_navigation():
        page.get_by_role("button", name="Forget my answers").first.click()
    assert settings.ANSWER_COOKIE_NAME not in {cookie["name"] for cookie in page.context.cookies()}
    page.go_back()
    page.wait_for_url("**/assessment/")
    expect(page.get_by_role("link", name="Start the questions")).to_be_visible()


def test_a_page_left_open_for_half_an_hour_leaves_by_itself(live_server, page_at, remembered):
    page = page_at(390)
    page.clock.install()
    remembered(page, CALM)
    page.goto(f"{live_server.url}/assessment/result/")
    page.clock.fast_forward("29:00")
    assert page.url.endswith("/result/")
    page.clock.fast_forward("01:01")
    page.wait_for_url("**/assessment/")


def test_the_language_changes_midway_and_no_answer_is_lost(live_server, page_at, remembered):
    page = page_at(390, js=False)
    remembered(page, CALM)
    page.goto(f"{live_server.url}/assessment/step-15/")
    page.locator('a[hreflang="es"]:visible').first.click()
    assert page.url.endswith("/es/assessment/step-15/")
    assert page.locator("input:checked").get_attribute("value") == CALM["home"]


@both
def test_back_shows_what_was_answered_also_after_it_was_changed_in_another_tab(
    live_server, page_at, remembered, js
):
    page = page_at(390, js=js)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    press(page)
    page.go_back()
    page.wait_for_url("**/step-2/")
    assert ticked(page) == ["26_64", "both"]
    page.go_forward()
    other = page.context.new_page()
    other.goto(f"{live_server.url}/assessment/change-2/")
    fill(other, {"age": "65_plus", "focus": "mental"})
    press(other)
    page.go_back()
    page.wait_for_url("**/step-2/")
    assert ticked(page) == ["65_plus", "mental"]


@both
def test_two_tabs_at_once_lose_nothing_of_each_other(live_server, page_at, remembered, js):
    page = page_at(390, js=js)
    remembered(page, CALM)
    page.goto(f"{live_server.url}/assessment/change-2/")
    other = page.context.new_page()
    other.goto(f"{live_server.url}/assessment/change-4/")
    fill(page, {"age": "65_plus", "focus": "both"})
    fill(other, {"care_now": "php"})
    press(page)
    press(other)
    words = load().words("en")
    for tab in (page, other):
        tab.goto(f"{live_server.url}/assessment/check/")
        for question, code in (("age", "65_plus"), ("care_now", "php")):
            label = words.question(question).options[code].label
            expect(tab.get_by_text(label, exact=True).first).to_be_visible()


@both
def test_back_after_forgetting_shows_none_of_the_ticks_the_browser_remembers(live_server, page_at, js):
    page = page_at(390, js=js)
    page.goto(f"{live_server.url}/assessment/step-1/")
    fill(page, {"who": "someone_else"})
    press(page)
    fill(page, {"age": "13_17", "focus": "mental"})
    press(page)
    fill(page, {"danger_now": ["plan_to_harm_others"]})
    with page.expect_navigation():
        page.get_by_role("button", name="Forget my answers").first.click()
    for _ in range(3):
        page.go_back()
        page.wait_for_timeout(300)
        assert ticked(page) == []
    assert page.url.endswith("/step-1/")


@both
def test_back_of_the_next_person_shows_none_of_the_ticks_of_the_one_before(live_server, page_at, js):
    page = page_at(390, js=js)
    for age, send in (("13_17", True), ("65_plus", False)):
        page.goto(f"{live_server.url}/assessment/step-1/")
        fill(page, {"who": "me"})
        press(page)
        fill(page, {"age": age, "focus": "mental"})
        if send:
            press(page)
            with page.expect_navigation():
                page.get_by_role("button", name="Forget my answers").first.click()
            time.sleep(1.1)  # two people begin at least a second apart
    for _ in range(5):
        page.go_back()
        page.wait_for_timeout(300)
        assert "13_17" not in ticked(page)


def test_the_language_changes_with_ticks_not_sent_yet_and_they_are_still_there(
    live_server, page_at, remembered, quiet
):
    page = page_at(390)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    with page.expect_navigation():
        page.locator('a[hreflang="es"]:visible').first.click()
    assert page.url.endswith("/es/assessment/step-2/")
    assert page.locator("html").get_attribute("lang") == "es"
    assert ticked(page) == ["26_64", "both"]
    assert page.locator(".problem").count() == 0
    press(page)
    assert page.url.endswith("/es/assessment/step-3/")
    quiet(page)


@both
def test_who_sends_an_answer_after_the_rest_has_lapsed_is_told_so(live_server, page_at, remembered, js):
    page = page_at(390, js=js)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    old = seal(Draft({"who": "me"}), time.time() - IDLE_SECONDS - 5)
    page.context.add_cookies([{"name": settings.ANSWER_COOKIE_NAME, "value": old, "url": live_server.url}])
    fill(page, CALM)
    press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Your answers were erased, to keep them private"
    )
    expect(page.get_by_role("link", name="Begin again")).to_be_visible()


@both
def test_new_questions_midway_keep_the_answers_and_say_what_is_lost(
    live_server, page_at, remembered, upgrade, axe, sideways, shot, js
):
    page = page_at(390, js=js)
    remembered(page, {**CALM, "home": "mostly_ok"})
    page.goto(f"{live_server.url}/assessment/change-2/")
    upgrade()
    fill(page, {"age": "65_plus", "focus": "both"})
    press(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("The questions were renewed")
    lost = load("iop-2026.1").words("en")
    for question in ("home", GONE):
        expect(page.get_by_text(lost.question(question).text)).to_be_visible()
    shot(page, f"renewed-{'js' if js else 'nojs'}")
    if js:
        axe(page)
        sideways(page)
    page.get_by_role("link", name="Check my answers so far").click()
    expect(page.get_by_text("2 questions are still open.")).to_be_visible()
    expect(page.get_by_text("65 or older")).to_be_visible()


def test_with_scripts_every_form_is_sent_with_a_length_in_whole_pieces(
    live_server, page_at, remembered, sample_directory
):
    page = page_at(390)
    sent: list[tuple[str, int]] = []
    page.on(
        "request",
        lambda asked: (
            sent.append((asked.url, len(asked.post_data or ""))) if asked.method == "POST" else None
        ),
    )
    for danger in ("none", "violence_at_home", "overdose_or_collapse"):
        remembered(page, {name: CALM[name] for name in ("who", "age", "focus")})
        page.goto(f"{live_server.url}/assessment/step-3/")
        fill(page, {"danger_now": [danger]})
        press(page)
        if danger != "none":
            press(page, "main form[action$='/pause/'] button[type=submit]")
    remembered(page, CALM)
    page.goto(f"{live_server.url}/assessment/result/")
    page.locator("#zip-first").fill("85004")
    press(page, ".zip button[type=submit]")
    ours = [(url, length) for url, length in sent if "/assessment/" in url]
    assert [url.rsplit("/assessment/", 1)[1] for url, _length in ours] == [
        "step-3/send/",
        "step-3/send/",
        "pause/",
        "step-3/send/",
        "pause/",
        "programs/",
    ]
    assert {length for _url, length in ours} == {2048}
