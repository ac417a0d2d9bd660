"""Saying where, with a real browser: proposals while typing, the browser's own location, and no script."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory

HERE = {"latitude": 33.4512345, "longitude": -112.0698765}


@pytest.fixture
def site(live_server, transactional_db):
    ZipCodeFactory(zip="85004")
    for state, count in (("IL", 12), ("MO", 11), ("MA", 9)):
        CityFactory(name="Springfield", state=state, zip_count=count)
    factories.center(["iop"], name="Marigold Lane")
    return live_server.url


def field(page):
    return page.get_by_role("combobox", name="ZIP code or city")


def proposed(page):
    return page.get_by_role("listbox", name="Places").get_by_role("option")


def test_a_place_is_chosen_with_the_keyboard_and_heard(site, page_at, axe, quiet, small_targets):
    page = page_at(390)
    page.goto(f"{site}/programs/")
    field(page).press_sequentially("springf")
    expect(page.get_by_role("status").first).to_have_text(
        "Places found: 3. Choose with the up and down arrow keys."
    )
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    axe(page)
    assert small_targets(page) == []
    tall = page.evaluate("[...document.querySelectorAll('.place-list > li')].map((one) => one.offsetHeight)")
    assert len(tall) == 3
    assert min(tall) >= 44
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    chosen = page.locator(".place-list [aria-selected=true]")
    expect(chosen).to_have_text("Springfield, MO")
    assert field(page).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    page.keyboard.press("Enter")
    expect(field(page)).to_have_value("Springfield, MO")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 center within 25 miles of Springfield, MO")
    quiet(page)


def test_the_list_goes_round_closes_with_escape_and_keeps_what_was_typed(site, page_at):
    page = page_at(1280)
    page.goto(f"{site}/programs/")
    field(page).press_sequentially("springf")
    expect(proposed(page)).to_have_count(3)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".place-list [aria-selected=true]")).to_have_text("Springfield, MA")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".place-list [aria-selected=true]")).to_have_text("Springfield, IL")
    page.keyboard.press("Escape")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("springf")
    assert field(page).get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(field(page)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Tab")
    expect(field(page)).to_have_attribute("aria-expanded", "false")
    expect(field(page)).to_have_value("springf")


def test_a_finger_chooses_a_place_and_what_was_asked_is_not_asked_again(site, page_at, record_of):
    page = page_at(390)
    page.goto(f"{site}/programs/?place=85004")
    page.get_by_role("link", name="Filters").click()
    field(page).fill("springf")
    proposed(page).get_by_text("Springfield, MA").click()
    expect(field(page)).to_have_value("Springfield, MA")
    expect(proposed(page)).to_have_count(0)
    for _ in range(2):
        field(page).fill("springf")
        expect(proposed(page)).to_have_count(3)
    asked = [url for url in record_of(page).requests if "/programs/places/" in url]
    assert asked == [f"{site}/programs/places/?q=springf"]


def test_the_field_of_a_changed_list_proposes_too(site, page_at, quiet):
    page = page_at(1280)
    page.goto(f"{site}/programs/?place=85004")
    page.get_by_label(re.compile(r"^Telehealth")).check()
    expect(page.locator(".filters .chips")).to_contain_text("Telehealth")
    field(page).fill("springf")
    expect(proposed(page)).to_have_count(3)
    quiet(page)


@pytest.mark.parametrize("width", [390, 1280])
def test_near_me_sends_a_location_rounded_to_about_a_mile_and_only_when_pressed(
    site, page_at, record_of, width
):
    page = page_at(width)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(HERE)
    page.add_init_script(
        "const ask = Geolocation.prototype.getCurrentPosition; window.asked = 0;"
        "Geolocation.prototype.getCurrentPosition = function (...all)"
        " { window.asked += 1; return ask.apply(this, all); };"
    )
    page.goto(f"{site}/programs/")
    field(page).focus()
    assert page.evaluate("window.asked") == 0
    page.get_by_role("button", name="Near me").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("1 center within 25 miles of a point near 85004, Phoenix, AZ")
    sent = [parse_qs(urlsplit(url).query).get("place") for url in record_of(page).requests]
    assert [place for place in sent if place] == [["33.45, -112.07"]]
    assert not any(re.search(r"33\.\d{3}|112\.\d{3}", url) for url in record_of(page).requests)
    stored = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }])")
    assert "33." not in stored


def test_a_browser_that_keeps_its_location_leads_to_the_field(site, page_at, axe, quiet):
    page = page_at(390)
    page.goto(f"{site}/programs/")
    page.get_by_role("button", name="Near me").click()
    told = page.locator("[data-near] [role=status]")
    expect(told).to_have_text("Your browser keeps your location to itself. Type a ZIP code or city instead.")
    axe(page)
    quiet(page)


def test_a_location_far_from_every_place_is_told_so(site, page_at):
    page = page_at(390)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": 48.85, "longitude": 2.35})
    page.goto(f"{site}/programs/")
    page.get_by_role("button", name="Near me").click()
    expect(page.get_by_role("alert")).to_contain_text("We know no place near that location.")
    expect(page.get_by_role("button", name="Near me")).to_be_visible()


def test_without_a_script_the_field_is_plain_and_nothing_promises_more(site, page_at):
    page = page_at(390, js=False)
    page.goto(f"{site}/programs/")
    expect(page.get_by_role("button", name="Near me")).to_have_count(0)
    page.get_by_role("textbox", name="ZIP code or city").fill("Sprngfield, MO")
    page.get_by_role("button", name="Show programs").first.click()
    page.get_by_role("link", name="Springfield, MO").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("1 center within 25 miles of Springfield, MO")
