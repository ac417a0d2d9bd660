"""The map in a real browser: by hand and by keyboard, with and without JavaScript, asking nobody else."""

import re
import struct
import zlib

import pytest
from playwright.sync_api import Page, expect

from programs.models import Center
from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory

LIST = "/programs/?place=85004&radius=25"
MAP_FILES = ("leaflet", "map.css", "map_view", "/programs/map/")


@pytest.fixture
def site(live_server, transactional_db):
    ZipCodeFactory(zip="85004")
    CityFactory(name="Phoenix", lat=33.5, lon=-112.1, zip_count=40)
    CityFactory(name="Tempe", lat=33.38, lon=-111.93, zip_count=5)
    for number in range(3):
        factories.center(["iop"], name=f"Center in one ZIP {number}", lat=33.46, lon=-112.06, location="zip")
    for number in range(9):
        spot = {"lat": 33.45 + 0.03 * (number - 4), "lon": -112.0 + 0.04 * number, "location": "exact"}
        factories.center(["iop", "php"], name=f"Center {number}", yes=["pay_medicaid"], **spot)
    return live_server.url


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    page.get_by_role("button", name=re.compile("Show the map|Mostrar el mapa")).click()
    expect(page.locator(".map-button").first).to_be_visible()
    return page


def told_numbers(page: Page) -> list[int]:
    """Every number that a pin of the map names, from what is read aloud."""
    labels = page.locator(".map-button").evaluate_all("all => all.map((one) => one.ariaLabel)")
    return sorted(int(number) for label in labels for number in re.findall(r"(?:^|; |: )(\d+)\. ", label))


@pytest.mark.parametrize(
    ("width", "dark", "prefix"),
    [(390, True, ""), (390, False, "/es"), (1280, False, ""), (1280, True, "/es")],
)
def test_the_map_opens_in_the_list_in_silence_and_passes_axe(
    site, page_at, axe, quiet, shot, width, dark, prefix
):
    page = opened(page_at(width, dark=dark), site + prefix + LIST)
    axe(page)
    page.locator(".map-button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    shot(page, f"map-list-{width}{'-dark' if dark else ''}{prefix.replace('/', '-')}")
    axe(page)
    quiet(page)
    center = Center.objects.get(name="Center 4")
    opened(page, f"{site}{prefix}{center.get_absolute_url()}?place=85004")
    axe(page)
    quiet(page)


def test_nothing_of_the_map_is_asked_for_before_the_reader_asks(site, page_at, record_of):
    page = page_at(1280)
    page.goto(site + LIST)
    expect(page.locator(".hit").first).to_be_visible()
    page.wait_for_load_state("networkidle")
    asked = record_of(page).requests
    assert [url for url in asked if any(piece in url for piece in MAP_FILES)] == []
    page.get_by_role("button", name="Show the map").click()
    expect(page.locator(".map-button").first).to_be_visible()
    for piece in MAP_FILES:
        assert any(piece in url for url in asked), piece


@pytest.mark.parametrize("width", [390, 1280])
def test_every_card_has_its_pin_and_every_pin_its_card(site, page_at, width):
    page = opened(page_at(width), site + LIST)
    cards = page.locator(".hit > div > .pin").all_inner_texts()
    assert told_numbers(page) == sorted(map(int, cards))
    found: dict[str, str] = {}
    for button in page.locator(".map-button").all():
        button.click()
        card = page.get_by_role("dialog")
        # The map still glides to make room for the card: a click would meet what was there before.
        expect(page.locator(".leaflet-pan-anim")).to_have_count(0)
        for item in card.get_by_role("listitem").all():
            found[item.locator(".pin").inner_text()] = item.get_by_role("link").inner_text()
        card.get_by_role("button", name="Close").click()
        expect(page.get_by_role("dialog")).to_have_count(0)
    names = [link.inner_text() for link in page.locator(".hit h3 a").all()]
    assert found == dict(zip(cards, names, strict=True))


def test_the_map_is_worked_with_the_keyboard_alone(site, page_at, quiet):
    page = page_at(1280)
    page.goto(site + LIST)
    page.get_by_role("button", name="Show the map").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".map-button").first).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("region", name="Map. Move it")).to_be_focused()
    before = page.locator(".map-button").first.bounding_box()
    page.keyboard.press("ArrowDown")
    page.wait_for_function(
        "y => Math.abs(document.querySelector('.map-button').getBoundingClientRect().y - y) > 20",
        arg=before["y"],
    )
    page.keyboard.press("Tab")
    pin = page.locator(".map-button").first
    expect(pin).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(pin).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    link = page.get_by_role("dialog").get_by_role("link").first
    expect(link).to_be_focused()
    name = link.inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    quiet(page)


def test_zooming_in_parts_pins_that_shared_a_mark_and_keeps_those_of_one_zip_code_together(site, page_at):
    page = opened(page_at(390), site + LIST)
    few = page.locator(".map-button").count()
    closer = page.get_by_role("button", name="Zoom in")
    while closer.get_attribute("aria-disabled") == "false":
        closer.click()
    assert page.locator(".map-button").count() > few
    together = page.locator(".map-button.is-approximate")
    expect(together).to_have_count(1)
    expect(together).to_have_accessible_name(re.compile("Programs .*in one ZIP.*in one ZIP.*in one ZIP"))


def test_the_map_stays_open_when_a_tick_changes_the_list_and_can_be_put_away(site, page_at, quiet):
    page = opened(page_at(1280), f"{site}{LIST}&level=iop")
    page.get_by_label(re.compile("^Day program")).first.check()
    expect(page.get_by_role("region", name="What you asked for")).to_contain_text("PHP")
    expect(page.locator(".hit")).to_have_count(20)
    # The map of the list before stays until the new one is there.
    for _ in range(100):
        if told_numbers(page) == list(range(1, 21)):
            break
        page.wait_for_timeout(100)
    assert told_numbers(page) == list(range(1, 21))
    page.get_by_role("button", name="Hide the map").click()
    expect(page.locator(".map")).to_have_count(0)
    expect(page.get_by_role("button", name="Show the map")).to_have_attribute("aria-expanded", "false")
    quiet(page)


@pytest.mark.parametrize("dark", [False, True])
def test_without_javascript_the_map_is_a_picture_with_the_list_beside_it(
    site, page_at, quiet, shot, sideways, dark
):
    page = page_at(390, js=False, dark=dark)
    page.goto(site + LIST)
    cards = page.locator(".hit > div > .pin").all_inner_texts()
    page.get_by_role("link", name="Show the map").click()
    shot(page, f"map-picture-390{'-dark' if dark else ''}")
    expect(page.locator(".map-still")).to_be_visible()
    assert page.locator(".map-still path.map-land").get_attribute("d").startswith("M")
    assert page.locator(".map-list .pin").all_inner_texts() == cards
    sideways(page)
    quiet(page)
    page.locator(".map-list a").first.click()
    expect(page.get_by_role("heading", name="Levels of care here")).to_be_visible()
    page.go_back()
    page.get_by_role("link", name="Back to your list").click()
    expect(page.locator(".hit").first).to_be_visible()


@pytest.mark.parametrize("js", [True, False])
def test_a_page_with_a_map_fits_320_pixels_and_every_control_a_finger(
    site, page_at, js, sideways, small_targets, axe
):
    page = page_at(320, js=js)
    page.goto(site + LIST.replace("/programs/", "/programs/map/"))
    expect(page.locator(".map-button" if js else ".map-still").first).to_be_visible()
    sideways(page)
    assert small_targets(page) == []
    if js:
        page.locator(".map-button").last.click()
        expect(page.get_by_role("dialog")).to_be_visible()
        sideways(page)
        assert small_targets(page) == []
        axe(page)


def test_when_the_map_cannot_move_its_picture_stays(site, page_at):
    page = page_at(1280)
    page.route("**/leaflet.js", lambda route: route.abort())
    page.goto(site + LIST.replace("/programs/", "/programs/map/"))
    expect(page.locator(".map-still")).to_be_visible()
    expect(page.locator(".map-list a")).to_have_count(12)


def pixel() -> bytes:
    """A picture of one gray pixel, as PNG."""
    pieces = (
        (b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(b"\0\x80")),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in pieces
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def test_an_operators_pictures_are_let_in_and_nobody_elses(site, page_at, record_of, settings):
    settings.MAP_TILE_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_TILE_ORIGIN = "https://tiles.example.org"
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    policy = directives | {"img-src": ["'self'", settings.MAP_TILE_ORIGIN]}
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": policy}
    page = page_at(1280)
    page.route(re.compile("^https://"), lambda route: route.fulfill(body=pixel(), content_type="image/png"))
    opened(page, site + LIST)
    expect(page.locator("img.leaflet-tile-loaded").first).to_be_attached()
    assert record_of(page).origins == {site, settings.MAP_TILE_ORIGIN}
    assert record_of(page).complaints == []
    blocked = page.evaluate(
        """() => new Promise((told) => {
          document.addEventListener("securitypolicyviolation", (event) => told(event.blockedURI));
          new Image().src = "https://other.example.org/1.png";
        })"""
    )
    assert blocked.startswith("https://other.example.org")
