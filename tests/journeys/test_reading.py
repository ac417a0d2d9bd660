"""How pages read on paper, with text twice as large, and in the reader's own few colors."""

import pytest

from programs.models import Program
from tests.journeys.test_pages import PAGES
from tests.programs import factories
from tests.programs.factories import ZipCodeFactory

SHOWN = (
    "node => node.checkVisibility({ checkVisibilityCSS: true }) && node.getBoundingClientRect().height > 0"
)


@pytest.fixture
def center(live_server, transactional_db):
    """The address of a center that says no to some things and has a week to draw."""
    ZipCodeFactory(zip="85004")
    made = factories.center(["iop", "php"], yes=["pay_medicaid"], no=["wrap_child_care", "pay_medicare"])
    for day in (0, 2, 4):
        factories.SessionFactory(
            program=Program.objects.get(center=made, level="php"), day=day, starts="10:30", ends="14:30"
        )
    return live_server.url + made.get_absolute_url()


def test_what_a_center_refuses_is_printed_under_its_heading(center, page_at, shot):
    page = page_at(800)
    page.goto(center)
    page.emulate_media(media="print")
    shot(page, "center-print")
    summary = page.locator("main details > summary")
    assert summary.inner_text() == "What it says it does not offer"
    assert summary.evaluate(SHOWN)
    refused = page.locator("main details dd", has_text="Child care")
    assert refused.evaluate(SHOWN)
    assert summary.bounding_box()["y"] < refused.bounding_box()["y"]


@pytest.mark.parametrize("width", [320, 390])
def test_text_twice_as_large_still_fits_a_phone(center, live_server, large_text, sideways, shot, width):
    page = large_text(width)
    wide = []
    for name, address in [*PAGES.items(), ("center", None)]:
        page.goto(live_server.url + address if address else center)
        assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == "32px"
        shot(page, f"large-{name}-{width}")
        over = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        if over > 0:
            wide.append((name, over))
    assert wide == []


def test_the_start_of_a_session_stays_inside_its_bar(center, page_at, shot):
    for width in (390, 1280):
        page = page_at(width)
        page.goto(center)
        shot(page, f"center-week-{width}")
        bars = page.locator(".week-grid .blk").evaluate_all("all => all.map(b => b.getBBox().width)")
        words = page.locator(".week-grid .on").evaluate_all("all => all.map(w => w.getBBox().width)")
        assert len(bars) == len(words) == 3
        assert all(word <= bar for word, bar in zip(words, bars, strict=True)), (words, bars)


def test_footnotes_are_as_big_as_a_finger(live_server, page_at, shot):
    for width in (390, 1280):
        page = page_at(width)
        page.goto(live_server.url + "/guide/levels/")
        shot(page, f"guide-notes-{width}")
        notes = page.locator(".notes a:visible")
        sizes = notes.evaluate_all(
            "all => all.map(a => a.getBoundingClientRect()).map(b => [b.width, b.height])"
        )
        assert len(sizes) >= 25
        assert all(wide >= 43.9 and high >= 43.9 for wide, high in sizes)


def test_without_colors_the_first_button_still_differs(page_at, shot, live_server, transactional_db):
    page = page_at(1280)
    page.emulate_media(forced_colors="active")
    page.goto(live_server.url + "/guide/levels/")
    shot(page, "forced-guide")
    fills = [
        page.locator(f"main .btn-{kind}").first.evaluate("b => getComputedStyle(b).backgroundColor")
        for kind in ("primary", "outline-primary")
    ]
    assert fills[0] != fills[1]
