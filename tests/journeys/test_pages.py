"""Every public page that needs no data, at two widths, in light and dark."""

import pytest

PAGES = {
    "home": "/",
    "crisis": "/crisis/",
    "privacy": "/privacy/",
    "about": "/about/",
    "families": "/families/",
    "home-es": "/es/",
    "missing": "/there-is-no-such-page/",
}
MISSING = ("404 (Not Found)",)


@pytest.fixture(params=[390, 1280])
def width(request):
    return request.param


@pytest.fixture(params=["light", "dark"])
def scheme(request):
    return request.param


@pytest.mark.parametrize("name", PAGES)
def test_a_page_passes_axe_in_silence(live_server, page_at, axe, quiet, shot, name, width, scheme):
    page = page_at(width, dark=scheme == "dark")
    page.goto(live_server.url + PAGES[name])
    shot(page, f"{name}-{width}-{scheme}")
    axe(page)
    quiet(page, allow=MISSING if name == "missing" else ())


@pytest.mark.parametrize("name", PAGES)
def test_a_page_fits_320_pixels_and_every_control_a_finger(
    live_server, page_at, sideways, small_targets, name
):
    page = page_at(320)
    page.goto(live_server.url + PAGES[name])
    sideways(page)
    assert small_targets(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    assert small_targets(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_first_tab_is_quick_exit_and_the_second_skips_to_the_page(live_server, page_at, name):
    page = page_at(1280)
    page.goto(live_server.url + PAGES[name])
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "exit"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
