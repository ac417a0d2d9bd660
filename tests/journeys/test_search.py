"""Finding a program with a real browser: on a phone, without JavaScript, by keyboard, in the dark."""

import re

import pytest
from playwright.sync_api import Route, expect

from programs.models import Center, Program, Statement
from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory

FILTERED = "/programs/?place=85004&level=iop&pay=pay_medicaid&language=lang_spanish&time=time_evening"


@pytest.fixture
def site(live_server, transactional_db):
    ZipCodeFactory(zip="85004")
    for state in ("IL", "MO", "MA", "OH"):
        CityFactory(name="Springfield", state=state, zip_count=3)
    rich = factories.center(
        ["iop", "php"],
        name="Marigold Lane",
        yes=["pay_medicaid", "time_evening"],
        no=["lang_spanish"],
        is_sample=True,
    )
    for day in (0, 1, 3):
        factories.SessionFactory(program=Program.objects.get(center=rich, level="iop"), day=day)
    for number in range(22):
        factories.center(["iop", "outpatient"], name=f"Plain Center {number}", yes=["treats_mental_health"])
    return live_server.url


PAGES = {
    "start": "/programs/",
    "results": FILTERED,
    "must": FILTERED + "&must=payment&page=1",
    "second": "/programs/?place=85004&page=2",
    "nothing": "/programs/?place=85004&level=detox",
    "state": "/programs/?place=85004&radius=state&order=name",
    "choice": "/programs/?place=springfield",
    "wrong": "/programs/?place=8500",
    "order": "/programs/why-this-order/",
    "guide": "/guide/levels/",
    "center": "Marigold Lane",
    "plain": "Plain Center 3",
    "closed": "closed",
}


def address(site: str, name: str) -> str:
    path = PAGES[name]
    if name in ("center", "plain"):
        return f"{site}{Center.objects.get(name=path).get_absolute_url()}?{FILTERED.partition('?')[2]}"
    if name == "closed":
        return site + factories.center(["iop"], name="Long Gone", status="closed").get_absolute_url()
    return site + path


GONE = ("410 (Gone)",)


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False)])
def test_every_page_passes_axe_in_silence(site, page_at, axe, quiet, shot, width, dark):
    page = page_at(width, dark=dark)
    for name in PAGES:
        page.goto(address(site, name))
        shot(page, f"programs-{name}-{width}{'-dark' if dark else ''}")
        axe(page)
        quiet(page, allow=GONE)


def test_every_page_fits_320_pixels_and_every_control_a_finger(site, page_at, sideways, small_targets):
    page = page_at(320)
    for name in PAGES:
        page.goto(address(site, name))
        sideways(page)
        assert small_targets(page) == [], name


@pytest.mark.parametrize("js", [True, False])
def test_a_phone_finds_a_center_and_its_number_with_and_without_javascript(site, page_at, js):
    page = page_at(390, js=js)
    page.goto(f"{site}/programs/")
    page.get_by_label("ZIP code or city").fill("85004")
    page.get_by_label("Intensive outpatient (IOP)").check()
    page.get_by_role("button", name="Show programs").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "23 IOP programs within 25 miles of 85004, Phoenix, AZ"
    )
    # The first card is on the first screen: the filters are folded away.
    assert page.locator(".hit").first.bounding_box()["y"] < 600
    expect(page.locator("#filters")).to_be_hidden()
    page.get_by_role("link", name="Filters (1 on)").click()
    expect(page.locator("#filters")).to_be_visible()
    page.get_by_label(re.compile(r"^Medicaid \(1\)")).check()
    page.get_by_role("button", name="Show programs").first.click()
    expect(page.locator(".hit h3").first).to_have_text("Marigold Lane")
    expect(page.locator(".hit").first).to_contain_text("Meets 1 of 1: Medicaid")
    page.get_by_role("link", name="Marigold Lane", exact=True).click()
    expect(page.get_by_text("Meets: Medicaid")).to_be_visible()
    call = page.get_by_role("link", name="Call 602-555-0142")
    expect(call).to_have_attribute("href", "tel:+16025550142")
    page.get_by_role("link", name="Back to your list").click()
    expect(page.locator(".hit").first).to_contain_text("Meets 1 of 1: Medicaid")


def test_on_a_wide_screen_a_tick_changes_the_list_in_place_and_the_address(site, page_at, quiet, record_of):
    page = page_at(1280)
    page.goto(f"{site}/programs/?place=85004&level=iop")
    page.evaluate("window.stayed = true")
    page.get_by_label(re.compile(r"^Telehealth")).check()
    expect(page.locator(".filters .chips")).to_contain_text("Telehealth")
    assert "format=telehealth" in page.url
    assert page.evaluate("window.stayed")
    expect(page.get_by_label(re.compile(r"^Telehealth"))).to_be_focused()
    expect(page.get_by_role("status")).to_have_text("23 IOP programs within 25 miles of 85004, Phoenix, AZ")
    assert "IOP programs" in page.title()
    assert page.evaluate("Object.keys(localStorage).length + Object.keys(sessionStorage).length") == 0
    page.go_back()
    expect(page.locator(".filters .chips")).not_to_contain_text("Telehealth")
    quiet(page)


def test_a_list_that_is_refused_in_place_is_opened_as_a_page(site, page_at):
    """What comes instead of it, with whom to call, is a whole page."""
    page = page_at(1280)
    page.goto(f"{site}/programs/?place=85004&level=iop")
    refused: list[str] = []

    def answer(route: Route) -> None:
        if "hx-request" not in route.request.headers:
            return route.fulfill(status=503, body="<h1>Many people are here</h1>", content_type="text/html")
        refused.append(route.request.url)
        return route.fulfill(status=503, body="busy")

    page.route("**/programs/?**", answer)
    page.get_by_label(re.compile(r"^Telehealth")).check()
    expect(page.get_by_role("heading", level=1)).to_have_text("Many people are here")
    assert len(refused) == 1
    assert "format=telehealth" in page.url
    page.unroute("**/programs/?**")
    page.reload()
    expect(page.locator(".filters .chips")).to_contain_text("Telehealth")


@pytest.mark.parametrize("width", [390, 1280])
def test_whoever_loses_the_signal_is_told_and_tries_again(site, page_at, axe, shot, width):
    page = page_at(width)
    page.goto(f"{site}/programs/")
    page.get_by_label("ZIP code or city").fill("85004")
    lost = page.get_by_role("alert")
    expect(lost).to_be_hidden()
    page.route("**/programs/?**", lambda route: route.abort())
    page.get_by_role("button", name="Show programs").first.click()
    expect(lost).to_contain_text("Check your connection")
    expect(lost).to_be_in_viewport()
    axe(page)
    shot(page, f"search-lost-{width}")
    page.unroute("**/programs/?**")
    page.get_by_role("button", name="Show programs").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("23 centers")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_chip_takes_itself_off_and_a_wish_becomes_a_must(site, page_at):
    page = page_at(1280)
    page.goto(site + FILTERED)
    expect(page.get_by_role("heading", level=1)).to_contain_text("23 IOP programs")
    page.get_by_text("Is one of them a must?").click()
    page.get_by_role("link", name="Make it a must (Medicaid)").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1 IOP program ")
    page.get_by_role("link", name="Medicaid (take off)").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("23 IOP programs")
    assert "must" not in page.url


def test_a_wrong_zip_code_puts_the_keyboard_at_the_problem_and_leads_to_the_field(site, page_at):
    page = page_at(390, js=False)
    page.goto(f"{site}/programs/?place=8500")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    page.get_by_role("alert").get_by_role("link").click()
    assert page.evaluate("document.activeElement.id") == "id_place"


def test_a_search_can_be_made_with_the_keyboard_alone(site, page_at):
    page = page_at(1280)
    page.goto(f"{site}/programs/")
    page.get_by_label("ZIP code or city").focus()
    page.keyboard.type("85004")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("centers within 25 miles")
    page.locator(".hit h3 a").first.focus()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Levels of care here")).to_be_visible()


@pytest.mark.parametrize("locale", ["en-US", "es-US"])
def test_on_a_phone_the_first_card_is_in_sight_after_a_search(site, page_at, locale):
    page = page_at(390, locale=locale)
    prefix = "/es" if locale.startswith("es") else ""
    page.goto(f"{site}{prefix}{FILTERED}&format=telehealth&people=pop_women&age=age_adults")
    assert page.evaluate("scrollY") == 0
    for part in (".hit h3", ".hit .level", ".hit .lines > li"):
        box = page.locator(part).first.bounding_box()
        assert box["y"] + box["height"] <= 844, part


def test_an_order_is_chosen_and_stays_while_filters_change(site, page_at, quiet):
    page = page_at(1280)
    page.goto(site + FILTERED)
    page.get_by_text("Best fit first, then nearest").click()
    page.get_by_role("link", name="By name, A to Z").click()
    expect(page.locator(".orders summary")).to_have_text("By name, A to Z")
    assert "order=name" in page.url
    page.get_by_label(re.compile(r"^Telehealth")).check()
    expect(page.locator(".filters .chips")).to_contain_text("Telehealth")
    assert "order=name" in page.url
    page.get_by_role("link", name="Why? How this list is ordered").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Why this order")
    quiet(page)


def test_where_nothing_is_near_telehealth_in_the_state_is_one_tap_away(site, page_at, axe):
    factories.center(["detox"], name="Far Away Detox", yes=["telehealth"], lat=36.9, lon=-109.1)
    page = page_at(390)
    page.goto(f"{site}/programs/?place=85004&level=detox")
    axe(page)
    page.get_by_role("link", name="Care by telehealth from anywhere in Arizona").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 detox program in Arizona")
    expect(page.get_by_role("link", name="Far Away Detox", exact=True)).to_be_visible()
    axe(page)


def test_a_city_of_many_states_is_chosen_from_a_list(site, page_at):
    page = page_at(390)
    page.goto(f"{site}/programs/?place=springfield&level=iop")
    page.get_by_role("link", name="Springfield, MO").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("within 25 miles of Springfield, MO")
    assert "level=iop" in page.url


def test_a_center_that_nobody_described_prints_its_number_and_questions(site, page_at):
    Statement.objects.all().delete()
    page = page_at(1280)
    page.goto(address(site, "plain"))
    page.emulate_media(media="print")
    expect(page.get_by_text("What would I pay with my plan? Is there a deposit?")).to_be_visible()
    expect(page.get_by_text("602-555-0142", exact=True).locator("visible=true")).to_be_visible()
