"""Reached by everyone: screen reader, keyboard alone, one thumb, text twice as large."""

import re
import time

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from assessment.answers import Draft, seal
from assessment.domain import load
from tests.assessment.walking import CALM
from tests.journeys.answering import fill, names, press, screens

SUICIDE = {"danger_now": ["suicide_plan_or_recent_attempt"]}
BROKEN_WORDS = """
() => {
  document.querySelectorAll("main details").forEach((fold) => { fold.open = true; });
  const broken = [];
  for (const level of document.querySelectorAll("main .level, main .scale b, main h1, main h2, main .btn")) {
    const walker = document.createTreeWalker(level, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      for (const word of text.data.matchAll(/[\\p{L}\\p{N}’]+/gu)) {
        const range = document.createRange();
        range.setStart(text, word.index);
        range.setEnd(text, word.index + word[0].length);
        const boxes = [...range.getClientRects()].filter((box) => box.width);
        const lines = new Set(boxes.map((box) => Math.round(box.top)));
        if (lines.size > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}
"""
"""Words of names, headings and buttons that go on in the next line."""
COVERED = """
(el) => {
  const box = (el.labels?.[0] ?? el).getBoundingClientRect();
  const x = box.left + box.width / 2;
  const seen = (y) => {
    const top = document.elementFromPoint(x, y);
    return top && (top === el || el.contains(top) || [...(el.labels ?? [])].some((one) => one.contains(top)));
  };
  return !seen(box.top + 3) || !seen(box.bottom - 3);
}
"""
"""Whether something lies over the upper or lower edge of what has the focus (WCAG 2.4.12)."""


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


def test_no_screen_says_that_no_screens_are_left(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, CALM)
    total = len(load().path(load().partial(CALM)))
    for prefix, last in (("", "last screen"), ("/es", "última pantalla")):
        page.goto(f"{live_server.url}{prefix}/assessment/step-{total}/")
        expect(page.get_by_role("progressbar")).to_have_accessible_name(re.compile(f"{last}$"))
        page.goto(f"{live_server.url}{prefix}/assessment/step-{total - 1}/")
        name = page.locator("#far").inner_text()
        assert re.search(r"\b1\b", name)
        assert not re.search(r"\b0\b", name)


def test_that_an_answer_is_being_sent_is_seen_and_heard(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, {"who": "me"})
    page.goto(f"{live_server.url}/assessment/step-2/")
    fill(page, CALM)
    held = []
    page.route("**/send/", lambda route: held.append(route))
    button = page.locator("form[data-send] button[type=submit]")
    expect(button).to_have_text("Continue")
    with page.expect_request("**/send/"):
        button.click(no_wait_after=True)
    expect(button).to_have_text("Sending")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.locator("[role=status][data-say]")).to_have_text("Sending")
    button.press("Enter")  # a second press sends nothing
    page.wait_for_timeout(200)
    assert len(held) == 1
    held[0].abort("internetdisconnected")
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.locator("[role=status][data-say]")).to_have_text("")
    expect(button).to_have_text("Try again")


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


def test_none_of_these_unticks_the_others(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, {name: CALM[name] for name in ("who", "age", "focus")})
    page.goto(f"{live_server.url}/assessment/step-3/")
    page.get_by_label("I plan to hurt someone").check()
    page.get_by_label("None of these").check()
    expect(page.get_by_label("I plan to hurt someone")).not_to_be_checked()
    page.get_by_label("I plan to hurt someone").check()
    expect(page.get_by_label("None of these")).not_to_be_checked()
    expect(page.locator("[role=status][data-say]")).to_have_text("The other choices were taken out.")


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


def test_what_has_the_focus_is_never_covered(live_server, page_at, remembered):
    page = page_at(390)
    remembered(page, CALM)
    for number in (3, 5, 12):
        page.goto(f"{live_server.url}/assessment/step-{number}/")
        for key in ["Tab"] * 30 + ["Shift+Tab"] * 30:
            page.keyboard.press(key)
            focused = page.evaluate_handle("document.activeElement").as_element()
            if focused.evaluate("el => !!el.closest('main fieldset')"):
                assert not focused.evaluate(COVERED), (number, focused.evaluate("el => el.outerHTML"))


@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_one_thumb_reaches_the_next_step_on_every_screen(live_server, page_at, small_targets, prefix):
    """Continue lies in the lower half of the window when the screen opens, and in view, without scrolling."""
    page = page_at(390)
    seen = 0
    for _ in screens(page, f"{live_server.url}{prefix}", {**CALM, **SUICIDE}):
        assert small_targets(page) == []
        if "/step-" in page.url:
            box = page.locator("form[data-send] button[type=submit]").bounding_box()
            assert box["y"] >= 844 / 2, page.url
            assert box["y"] + box["height"] <= 844, page.url
            assert box["width"] >= 390 * 0.8
            seen += 1
    assert seen == 18


@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_text_twice_as_large_fits_320_pixels_and_breaks_no_word(
    live_server, large_text, remembered, sideways, shot, prefix
):
    page = large_text(320)
    remembered(page, {**CALM, "substances": ["opioids"], "use_frequency": "daily"})
    steps = [f"step-{number}" for number in (1, 2, 3, 5, 6, 12, 15, 18)]
    found = {}
    for name in ("", *steps, "check", "result", "print", "save", "come-back", "helping", "pause"):
        page.goto(f"{live_server.url}{prefix}/assessment/{name}{'/' if name else ''}")
        shot(page, f"large-{prefix.strip('/')}-{name}-320")
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        found[name] = (max(over, 0), page.evaluate(BROKEN_WORDS))
    assert {name: one for name, one in found.items() if one != (0, [])} == {}


@pytest.mark.parametrize("prefix", ["", "/es"], ids=["English", "Spanish"])
def test_links_of_one_name_lead_to_one_place(live_server, page_at, remembered, sample_directory, prefix):
    page = page_at(390)
    remembered(page, {**CALM, "home": "not_sure", "urges": "not_sure"})
    pages = ("", "step-5/", "check/", "result/", "programs/", "print/", "save/", "come-back/", "helping/")
    for name in pages:
        page.goto(f"{live_server.url}{prefix}/assessment/{name}")
        if name == "programs/":
            page.locator("#zip-first").fill("85004")
            with page.expect_navigation():
                page.locator(".zip button[type=submit]").click()
        places: dict[str, set[str]] = {}
        for link in page.get_by_role("link").all():
            said = link.get_attribute("aria-label") or " ".join(str(link.text_content()).split())
            places.setdefault(said, set()).add(str(link.get_attribute("href")))
        assert {said: found for said, found in places.items() if len(found) > 1} == {}, name
