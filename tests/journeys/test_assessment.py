"""The whole assessment in a real browser, from the first question to a phone number to call."""

import re
import time
from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from assessment.answers import Draft, seal
from assessment.domain import load
from assessment.safety import SAFETY
from tests.assessment.directory import add_sample_directory
from tests.assessment.test_privacy import DISTINCT, WISHES, traces, wish_traces
from tests.assessment.walking import CALM

OUTSIDE = """
(svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll("text")].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
  }).map((text) => text.textContent);
}
"""
"""The lines of a drawing that stick out of it."""
TEXT_SIZE = """
(text) => parseFloat(getComputedStyle(text).fontSize) * text.ownerSVGElement.getScreenCTM().a
"""
"""How large the text of a drawing is, in pixels of the screen."""
SUICIDE = {"danger_now": ["suicide_plan_or_recent_attempt"]}


@pytest.fixture
def sample_directory(live_server):
    add_sample_directory()


@pytest.fixture
def remembered(live_server) -> Callable[[Page, dict], None]:
    """Puts answers into a page's browser as if they had been given a moment ago, every safety page read."""

    def put(page: Page, answers: dict) -> None:
        protocol = load()
        given = protocol.prune(protocol.partial(answers))
        page.context.add_cookies(
            [
                {
                    "name": settings.ANSWER_COOKIE_NAME,
                    "value": seal(Draft(dict(given), frozenset(SAFETY), True), time.time()),
                    "url": live_server.url,
                    "httpOnly": True,
                    "sameSite": "Lax",
                }
            ]
        )

    return put


def names(page: Page) -> list[str]:
    """The questions on this screen."""
    return page.eval_on_selector_all("main fieldset input", "all => [...new Set(all.map((one) => one.name))]")


def press(page: Page, button: str = "form[data-send] button[type=submit]") -> None:
    """Presses a button that leads to another page, and waits for it."""
    with page.expect_navigation():
        page.locator(button).first.click()


def fill(page: Page, answers: dict) -> None:
    for name in names(page):
        given = answers[name]
        for code in [given] if isinstance(given, str) else given:
            page.locator(f'label[for="{code_id(page, name, code)}"]').click()


def code_id(page: Page, name: str, code: str) -> str:
    return str(page.locator(f'input[name="{name}"][value="{code}"]').get_attribute("id"))


def screens(page: Page, origin: str, answers: dict) -> Iterator[Page]:
    """Every page on the way from the first question to the page of all answers, each before it is filled."""
    page.goto(f"{origin}/assessment/")
    yield page
    page.locator("main .acts a.btn-primary").click()
    for _ in range(60):
        yield page
        if "/pause/" in page.url:
            press(page, "main form[action$='/pause/'] button[type=submit]")
        elif "/step-" in page.url:
            fill(page, answers)
            press(page)
        else:
            return
    raise AssertionError("the walk does not end")


def walk(page: Page, origin: str, answers: dict | None = None) -> None:
    for _ in screens(page, origin, {**CALM, **(answers or {})}):
        pass


@pytest.mark.parametrize("js", [True, False], ids=["with scripts", "without scripts"])
def test_from_the_first_question_to_a_phone_number_on_a_phone(
    live_server, page_at, quiet, shot, sample_directory, js
):
    page = page_at(390, js=js)
    walk(page, live_server.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your answers")
    page.get_by_role("link", name="See what fits").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("is likely a good fit for you")
    page.locator("input[name=zip]:visible").first.fill("85004")
    with page.expect_navigation():
        page.get_by_role("button", name="See programs near me").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("of 85004 Phoenix, AZ")
    call = page.locator(".hit a[href^='tel:']").first
    expect(call).to_be_visible()
    assert page.url == f"{live_server.url}/assessment/programs/"
    shot(page, f"programs-{'js' if js else 'nojs'}")
    quiet(page)


@pytest.mark.parametrize(
    ("prefix", "who", "js"),
    [("/es", "me", False), ("/es", "someone_else", True), ("", "someone_else", False)],
)
def test_each_kind_of_person_gets_there_in_each_language(
    live_server, page_at, quiet, sample_directory, prefix, who, js
):
    page = page_at(390, js=js)
    language = prefix.strip("/") or "en"
    walk(page, f"{live_server.url}{prefix}", {"who": who})
    page.goto(f"{live_server.url}{prefix}/assessment/result/")
    assert page.locator("html").get_attribute("lang") == language
    other = page.locator(f"a[href='{prefix}/assessment/helping/']").count()
    assert bool(other) is (who == "someone_else")
    page.locator("#zip-first").fill("85004")
    with page.expect_navigation():
        page.locator(".zip button[type=submit]").click()
    assert page.url == f"{live_server.url}{prefix}/assessment/programs/"
    expect(page.locator(".hit a[href^='tel:']").first).to_be_visible()
    quiet(page)


def test_a_screen_reader_hears_how_far_it_is_and_what_to_do_now(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, {"who": "me", "age": "26_64", "focus": "both"})
    page.goto(f"{live_server.url}/assessment/step-3/")
    expect(page.get_by_role("progressbar")).to_have_accessible_name(re.compile(r"about \d+ screens left"))
    assert "Screen 3" in page.title()
    page.context.clear_cookies()
    given = load().partial({"who": "me", "age": "26_64", "focus": "both", **SUICIDE})
    unread = seal(Draft(dict(given)), time.time())
    page.context.add_cookies([{"name": settings.ANSWER_COOKIE_NAME, "value": unread, "url": live_server.url}])
    page.goto(f"{live_server.url}/assessment/step-4/")
    assert page.url.endswith("/pause/")
    assert page.title().startswith("Please read this first")
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(load().words("en").interrupt("suicide")[0])
    first = page.locator("main a[href^='tel:']").first
    expect(first).to_have_attribute("href", "tel:988")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_every_screen_passes_axe_and_fits(
    live_server, page_at, axe, quiet, sideways, small_targets, shot, scheme, width
):
    page = page_at(width, dark=scheme == "dark")
    for number, _ in enumerate(screens(page, live_server.url, {**CALM, **SUICIDE})):
        shot(page, f"screen-{number:02}-{width}-{scheme}")
        axe(page)
        sideways(page)
        assert small_targets(page) == []
    page.goto(f"{live_server.url}/assessment/result/")
    shot(page, f"emergency-{width}-{scheme}")
    axe(page)
    quiet(page)


ENDINGS = {
    "iop": {},
    "housing": {"home": "others_use", "urges": "some_days", "past_treatment": "none"},
    "opioids": {"substances": ["opioids"], "use_frequency": "daily", "home": "not_sure"},
    "teen": {"age": "13_17", "who": "someone_else"},
    "child": {"age": "under_13"},
    "violence": {"home": "unsafe"},
    "open": {"danger_now": ["not_sure"]},
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_ending_passes_axe_and_fits_320_pixels(
    live_server,
    page_at,
    axe,
    quiet,
    sideways,
    small_targets,
    shot,
    remembered,
    sample_directory,
    ending,
):
    page = page_at(390)
    remembered(page, {**CALM, **ENDINGS[ending]})
    for name in ("check", "result", "programs", "pause"):
        page.goto(f"{live_server.url}/assessment/{name}/")
        if name == "programs" and page.locator("#id_zip").count():
            page.locator("input[name=zip]:visible").first.fill("85004")
            with page.expect_navigation():
                page.get_by_role("button", name="See programs near me").first.click()
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            shot(page, f"{ending}-{name}-{scheme}")
            axe(page)
        page.set_viewport_size({"width": 320, "height": 700})
        sideways(page)
        assert small_targets(page) == []
        page.set_viewport_size({"width": 390, "height": 844})
    quiet(page)


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_the_helpers_page_passes_axe_and_fits_320_pixels(
    live_server, page_at, axe, quiet, sideways, small_targets, shot, prefix
):
    page = page_at(390)
    page.goto(f"{live_server.url}{prefix}/assessment/helping/")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        shot(page, f"helping-{prefix.strip('/') or 'en'}-{scheme}")
        axe(page)
    page.set_viewport_size({"width": 320, "height": 700})
    sideways(page)
    if not prefix:  # in Spanish the strip at the top gives up width for staying on one line
        assert small_targets(page) == []
    quiet(page)


@pytest.mark.parametrize("ending", ["iop", "housing", "opioids"])
def test_the_path_is_drawn_for_the_width_and_for_paper(live_server, page_at, remembered, ending):
    page = page_at(320)
    remembered(page, {**CALM, **ENDINGS[ending]})
    page.goto(f"{live_server.url}/assessment/result/")
    for width, shown, hidden in ((320, "tall", "wide"), (390, "tall", "wide"), (1280, "wide", "tall")):
        page.set_viewport_size({"width": width, "height": 800})
        expect(page.locator(f"svg.path-{shown}")).to_be_visible()
        expect(page.locator(f"svg.path-{hidden}")).to_be_hidden()
        assert page.locator(f"svg.path-{shown}").evaluate(OUTSIDE) == []
        smallest = page.locator(f"svg.path-{shown} text").first.evaluate(TEXT_SIZE)
        assert smallest >= 11.5
    page.emulate_media(media="print")
    expect(page.locator("svg.path-wide")).to_be_visible()
    expect(page.locator("svg.path-tall")).to_be_hidden()


def test_an_error_is_said_on_top_focused_and_leads_to_its_field(
    live_server, page_at, axe, quiet, shot, remembered
):
    page = page_at(390)
    remembered(
        page, {name: CALM[name] for name in ("who", "age", "focus", "danger_now", "care_now", "substances")}
    )
    page.goto(f"{live_server.url}/assessment/step-6/")
    press(page)
    shot(page, "error")
    expect(page.locator(".problem")).to_be_focused()
    axe(page)
    page.locator(".problem a").nth(1).click()
    expect(page.locator("#id_last_use_0")).to_be_focused()
    quiet(page)


def test_a_wrong_zip_code_is_said_on_top_focused_and_passes_axe(
    live_server, page_at, axe, quiet, shot, remembered
):
    page = page_at(390)
    remembered(page, CALM)
    page.goto(f"{live_server.url}/assessment/result/")
    page.locator("input[name=zip]:visible").first.fill("8500")
    with page.expect_navigation():
        page.get_by_role("button", name="See programs near me").first.click()
    expect(page.locator(".problem")).to_be_focused()
    shot(page, "wrong-zip")
    axe(page)
    quiet(page)


def test_the_keyboard_alone_leads_through(live_server, page_at, quiet):
    page = page_at(1280)
    page.goto(f"{live_server.url}/assessment/")
    tab_to(page, "Start the questions")
    page.keyboard.press("Enter")
    page.wait_for_url("**/step-1/")
    while "/step-" in page.url:
        before = page.url
        for name in names(page):
            tab_to_field(page, name)
            choose(page, name)
        tab_to(page, "Continue")
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, before=before: url != before)
    assert page.url.endswith("/check/")
    tab_to(page, "See what fits")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("is likely a good fit")
    quiet(page)


def tab_to(page: Page, words: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == words:
            return
    raise AssertionError(f"Tab does not reach {words!r}")


def tab_to_field(page: Page, name: str) -> None:
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == name:
            return
    raise AssertionError(f"Tab does not reach {name!r}")


def choose(page: Page, name: str) -> None:
    """The answer of CALM, by Space for boxes and by arrows for choices."""
    question = load().question(name)
    given = CALM[name]
    if question.many:
        for _ in range(question.options.index(given[0])):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
    else:
        page.keyboard.press("Space")
        for _ in range(question.options.index(given)):
            page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.checked")


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


def test_none_of_these_unticks_the_others(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, {name: CALM[name] for name in ("who", "age", "focus")})
    page.goto(f"{live_server.url}/assessment/step-3/")
    page.get_by_label("I plan to hurt someone").check()
    page.get_by_label("None of these").check()
    expect(page.get_by_label("I plan to hurt someone")).not_to_be_checked()
    page.get_by_label("I plan to hurt someone").check()
    expect(page.get_by_label("None of these")).not_to_be_checked()


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


def test_no_request_of_the_browser_carries_an_answer_in_its_address(
    live_server, page_at, record_of, quiet, sample_directory
):
    page = page_at(390)
    walk(page, live_server.url, DISTINCT)
    page.goto(f"{live_server.url}/assessment/result/")
    page.locator("#id_zip").fill(WISHES["zip"])
    page.get_by_text("Payment, language, women or men only").click()
    page.locator('input[name="payment"][value="pay_ihs"]').check()
    page.locator('select[name="language"]').select_option("lang_hmong")
    with page.expect_navigation():
        page.locator("#near form button[type=submit]").first.click()
    assert page.url.endswith("/assessment/programs/")
    asked = record_of(page).requests
    assert len(asked) > 40
    for address in asked:
        for trace in traces() | wish_traces():
            assert trace not in address.lower(), (trace, address)
    quiet(page)
