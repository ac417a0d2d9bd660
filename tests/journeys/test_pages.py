"""Every public page as it is before a person has entered anything, at two widths, in light and dark."""

import gzip

import pytest

PAGES = {
    "home": "/",
    "crisis": "/crisis/",
    "privacy": "/privacy/",
    "about": "/about/",
    "families": "/families/",
    "home-es": "/es/",
    "start": "/assessment/",
    "search": "/programs/",
    "why-order": "/programs/why-this-order/",
    "levels": "/guide/levels/",
    "guide": "/guide/",
    "guide-page": "/guide/ten-questions/",
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


def test_the_menu_on_a_phone_opens_without_scripts_and_fits(live_server, page_at, axe, sideways, shot):
    page = page_at(320, js=False)
    page.goto(live_server.url + "/")
    page.locator("header summary").click()
    assert page.locator("header .menu-links").get_by_role("link", name="For families").is_visible()
    sideways(page)
    with_scripts = page_at(390)
    with_scripts.goto(live_server.url + "/")
    with_scripts.locator("header summary").click()
    shot(with_scripts, "menu-390-light")
    axe(with_scripts)
    with_scripts.keyboard.press("Escape")
    assert not with_scripts.locator("header .menu-links").is_visible()


def test_the_language_switch_leads_to_the_same_page(live_server, page_at):
    page = page_at(1280, js=False)
    page.goto(live_server.url + "/families/?from=home")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Español").click()
    assert page.url == live_server.url + "/es/families/?from=home"
    assert page.locator("html").get_attribute("lang") == "es"


def test_the_first_visit_is_light(live_server, page_at):
    page = page_at(390)
    sizes = []
    page.on("response", lambda response: sizes.append(len(gzip.compress(response.body()))))
    page.goto(live_server.url + "/", wait_until="networkidle")
    assert len(sizes) <= 4
    assert sum(sizes) <= 75_000
