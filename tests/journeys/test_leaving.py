"""Leaving quickly in a real browser: by button, by Esc, and without scripts."""

import time

import pytest
from django.conf import settings

from assessment import views as assessment_views
from iopfinder import views as site_views

AWAY = "https://www.weather.gov/"


@pytest.fixture
def reader(page_at, live_server):
    """A page with an answer cookie in its browser; the weather site is played by the test."""

    def open_page(*, js=True):
        page = page_at(390, js=js)
        page.context.route(
            f"{AWAY}**", lambda route: route.fulfill(content_type="text/html", body="<h1>Sunny</h1>")
        )
        page.goto(live_server.url + "/")
        page.goto(live_server.url + "/families/")
        page.context.add_cookies(
            [
                {
                    "name": settings.ANSWER_COOKIE_NAME,
                    "value": "sealed",
                    "url": live_server.url,
                    "httpOnly": True,
                }
            ]
        )
        return page

    return open_page


def holds_no_answers(page):
    return settings.ANSWER_COOKIE_NAME not in {cookie["name"] for cookie in page.context.cookies()}


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_the_button_erases_and_leaves(reader, js):
    page = reader(js=js)
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url(AWAY)
    assert page.get_by_role("heading", name="Sunny").is_visible()
    assert holds_no_answers(page)


def test_escape_three_times_erases_and_leaves(reader):
    page = reader()
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url(AWAY)
    assert holds_no_answers(page)


def test_escape_twice_or_slowly_stays(reader, live_server):
    page = reader()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    page.wait_for_timeout(1700)
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert page.url == live_server.url + "/families/"
    assert not holds_no_answers(page)


def test_back_does_not_return_to_the_page_that_was_left(reader, live_server):
    page = reader()
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url(AWAY)
    page.go_back()
    assert page.url == live_server.url + "/"


def test_what_the_browser_stored_is_gone(reader, live_server):
    page = reader()
    page.evaluate("localStorage.setItem('note', 'private'); sessionStorage.setItem('note', 'private')")
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url(AWAY)
    page.goto(live_server.url + "/")
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_screen_is_blank_at_once_even_when_the_server_is_silent(reader):
    page = reader()
    page.context.route("**/leave/", lambda route: None)
    page.get_by_role("button", name="Quick exit").click(no_wait_after=True)
    page.wait_for_url(AWAY, timeout=3000)
    page.context.unroute_all(behavior="ignoreErrors")


def test_the_visit_sends_the_outside_no_address_of_ours(reader):
    page = reader()
    sent = []
    page.on("request", lambda request: sent.append(request) if request.url == AWAY else None)
    page.get_by_role("button", name="Quick exit").click()
    page.wait_for_url(AWAY)
    assert "referer" not in sent[0].all_headers()


def slowly(monkeypatch, module, name, seconds):
    """The server takes its time over this step."""
    real = getattr(module, name)

    def slow(*args, **kwargs):
        time.sleep(seconds)
        return real(*args, **kwargs)

    monkeypatch.setattr(module, name, slow)


@pytest.fixture
def answering(page_at, live_server):
    """A page on the second screen with the next answer chosen; the weather comes when `weather` is called."""
    page = page_at(390)
    waiting = []
    page.context.route(f"{AWAY}**", lambda route: waiting.append(route))

    def weather():
        for route in waiting:
            route.fulfill(content_type="text/html", body="<h1>Sunny</h1>")

    page.goto(live_server.url + "/assessment/step-1/")
    page.locator('label[for="id_who_0"]').click()
    with page.expect_navigation():
        page.locator("form[data-send] button[type=submit]").click()
    assert page.url.endswith("/step-2/")
    assert not holds_no_answers(page)
    for group in page.locator("main fieldset").all():
        group.locator("label").first.click()
    return page, weather


@pytest.mark.parametrize("how", ["button", "escape"])
@pytest.mark.parametrize(
    ("answer", "leave", "wait"), [(0.3, 0, 600), (0.4, 0.8, 1500), (0.8, 0, 1600), (1.2, 2, 2600)]
)
def test_an_answer_on_its_way_undoes_nothing(answering, monkeypatch, how, answer, leave, wait):
    page, weather = answering
    slowly(monkeypatch, assessment_views, "_after", answer)
    slowly(monkeypatch, site_views, "forget", leave)
    page.locator("form[data-send] button[type=submit]").click(no_wait_after=True)
    page.wait_for_timeout(100)
    if how == "button":
        page.get_by_role("button", name="Quick exit").click(no_wait_after=True)
    else:
        for _ in range(3):
            page.keyboard.press("Escape")
    page.wait_for_timeout(wait)
    weather()
    page.wait_for_url(AWAY)
    assert page.get_by_role("heading", name="Sunny").is_visible()
    assert page.context.cookies() == []


def test_the_next_screen_on_its_way_undoes_nothing(answering, monkeypatch):
    page, weather = answering
    slowly(monkeypatch, assessment_views, "_render_screen", 0.6)
    page.locator("form[data-send] button[type=submit]").click(no_wait_after=True)
    page.wait_for_timeout(300)
    page.get_by_role("button", name="Quick exit").click(no_wait_after=True)
    page.wait_for_timeout(1500)
    weather()
    page.wait_for_url(AWAY)
    assert page.context.cookies() == []
