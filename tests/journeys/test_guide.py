"""The guide in a browser: on a phone, by keyboard, without scripts, in both languages."""

import pytest

from tests.iopfinder.guide.test_words import PAGES, address

EVERY = {"first": "/guide/", **{code: address(code) for code in PAGES}}
# Every word of a drawing lies within it, and no two lie on each other.
LOOSE_WORDS = """
() => [...document.querySelectorAll(".figure-pic > svg")].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll("text")].map((el) => [el.textContent, el.getBoundingClientRect()]);
  const out = words.filter(([, b]) => b.left < frame.left - 1 || b.right > frame.right + 1
    || b.top < frame.top - 2 || b.bottom > frame.bottom + 2).map(([text]) => `outside: ${text}`);
  const over = words.flatMap(([a, one], i) => words.slice(i + 1)
    .filter(([, b]) => one.left < b.right - 1 && b.left < one.right - 1
      && one.top < b.bottom - 6 && b.top < one.bottom - 6)
    .map(([b]) => `over each other: ${a}, ${b}`));
  return [...out, ...over];
})
"""


@pytest.mark.parametrize(("width", "scheme", "prefix"), [(390, "dark", "/es"), (1280, "light", "")])
@pytest.mark.parametrize("name", EVERY)
def test_a_page_passes_axe_in_silence(live_server, page_at, axe, quiet, shot, name, width, scheme, prefix):
    page = page_at(width, dark=scheme == "dark")
    page.goto(live_server.url + prefix + EVERY[name])
    shot(page, f"guide-{name}-{width}-{scheme}{prefix.replace('/', '-')}")
    axe(page)
    quiet(page)


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize("name", EVERY)
def test_a_page_fits_320_pixels_every_control_a_finger_and_every_word_its_drawing(
    live_server, page_at, sideways, small_targets, name, prefix
):
    page = page_at(320)
    page.goto(live_server.url + prefix + EVERY[name])
    sideways(page)
    assert small_targets(page) == []
    for width in (320, 390, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(LOOSE_WORDS) == [], width


def test_the_keyboard_alone_leads_from_the_menu_through_the_guide_to_the_next_step(live_server, page_at):
    page = page_at(1280, js=False)
    page.goto(live_server.url + "/")
    for role, name, where in (
        ("link", "Guide", "/guide/"),
        ("link", "Ten questions to ask", "/guide/ten-questions/"),
        ("link", "Find programs to call", "/programs/"),
    ):
        target = page.get_by_role(role, name=name, exact=True).first
        for _ in range(120):
            page.keyboard.press("Tab")
            if target.evaluate("el => el === document.activeElement"):
                break
        page.keyboard.press("Enter")
        page.wait_for_url(live_server.url + where)


def test_someone_who_helps_finds_answers_calls_and_help_without_scripts(live_server, page_at):
    page = page_at(390, js=False)
    page.goto(live_server.url + "/families/")
    page.get_by_role("link", name="Deposits, guarantees, brokers, free flights").click()
    heading = page.get_by_role("heading", name="Deposits, guarantees, brokers, free flights")
    assert 0 <= heading.bounding_box()["y"] < 844
    page.get_by_role("link", name="All warning signs").click()
    assert page.url == live_server.url + "/guide/warning-signs/"
    page.get_by_role("link", name="See the ten questions to ask").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ten questions to ask"


def test_a_note_leads_to_its_source_and_back(live_server, page_at):
    page = page_at(390)
    page.goto(live_server.url + "/guide/paying/")
    page.locator(".guide-page section .notes a").first.click()
    assert "#source-" in page.url
    assert page.locator("li:target").count() == 1
    page.go_back()
    assert page.url == live_server.url + "/guide/paying/"


def test_a_drawing_says_in_words_what_it_shows(live_server, page_at):
    page = page_at(390)
    for name in PAGES:
        page.goto(live_server.url + EVERY[name])
        drawing = page.locator("figure svg[role=img]")
        assert drawing.count() == 1, name
        title = drawing.locator("title").text_content()
        caption = page.locator("figcaption").inner_text()
        assert caption.startswith(title), name
        assert len(caption) > 2 * len(title), name
