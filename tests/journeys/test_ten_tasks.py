"""Ten things people come for, each done on a phone by the keyboard alone, within so many actions.

The number beside each task is a promise: whoever makes a page longer finds it broken here. An action is
what `tests.journeys.hands` says it is. Every task begins on the home page.
"""

import re
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.assessment.walking import CALM
from tests.journeys.answering import names
from tests.journeys.hands import Hands, at_most
from tests.programs.factories import ZipCodeFactory

MORE_ZIPS = (
    ("85701", "Tucson", "AZ", 32.2170, -110.9709),
    ("43203", "Columbus", "OH", 39.9727, -82.9698),
    ("43215", "Columbus", "OH", 39.9671, -83.0044),
)


@pytest.fixture
def home(live_server, transactional_db, sample_directory, page_at) -> Page:
    """The home page on a phone, over the sample directory."""
    for code, city, state, lat, lon in MORE_ZIPS:
        ZipCodeFactory(zip=code, city=city, state=state, lat=lat, lon=lon)
    page = page_at(390)
    page.goto(f"{live_server.url}/")
    return page


@pytest.fixture(autouse=True)
def silence(home, quiet):
    """No page of any task complains, or asks anyone else."""
    yield
    quiet(home)


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def compare(name: str) -> re.Pattern[str]:
    """The name of a card's box."""
    return re.compile(f"^Compare ?: {name}$")


def search(hands: Hands, zip_code: str, *, level: str = "Intensive outpatient (IOP)") -> None:
    """From the home page to a filled, unsent search: three actions, or two without a level."""
    hands.follow(re.compile("^Find a program You know"))
    hands.type("ZIP code or city", zip_code, role="combobox")
    if level:
        hands.tick(level)


def test_after_work_an_evening_iop_that_takes_medicaid_within_15_miles_and_treats_depression(home):
    with at_most(11, home) as hands:
        search(hands, "85004")
        hands.choose("Within", "15 miles")
        hands.open("How you would pay")
        hands.tick("Medicaid")
        hands.open("Time of day")
        hands.tick("Evenings")
        hands.open("Conditions")
        hands.tick("Depression")
        hands.press("button", "Show programs")
        heading(home, "5 IOP programs within 15 miles of 85004, Phoenix, AZ")
        first = home.locator(".hit").first
        expect(first).to_contain_text("Meets 3 of 3: Medicaid, evenings, depression")
        call = hands.at("link", re.compile(r"^Call 602-555-0142"))
    expect(call).to_have_attribute("href", "tel:+16025550142")


def test_a_mother_finds_a_center_for_her_son_of_16_and_what_to_say_on_the_phone(home):
    with at_most(8, home) as hands:
        hands.follow(re.compile("^I want to help someone"))
        hands.follow(re.compile("^Find and compare programs near them"))
        hands.type("ZIP code or city", "85701", role="combobox")
        hands.tick("Children and teens")
        hands.press("button", "Show programs")
        heading(home, "1 center within 25 miles of 85701, Tucson, AZ")
        expect(home.get_by_text("Adolescent programs only.")).to_be_visible()
        hands.follow("Mesquite Spoon Downtown")
        hands.follow("Make a call sheet: what to say, and what to listen for")
        hands.follow("I call for someone else")
        expect(home.locator(".said")).to_contain_text("for someone close to me")
        call = hands.at("link", "Call 520-555-0110")
    expect(call).to_have_attribute("href", "tel:+15205550110")


def test_a_veteran_on_methadone_finds_a_program_and_where_the_medicine_is(home):
    with at_most(12, home) as hands:
        search(hands, "43215")
        hands.open("How you would pay")
        hands.tick("Veterans Affairs (VA) funds")
        hands.open("Medicines")
        hands.tick("Methadone")
        hands.open("A program for")
        hands.tick("Veterans")
        hands.press("button", "Show programs")
        first = home.locator(".hit").first
        expect(first).to_contain_text("Meets 2 of 3")
        expect(first).to_contain_text("Unknown, so ask: methadone")
        hands.follow("Wooden Whistle Veterans Recovery")
        expect(
            home.get_by_text("Can I stay on my medicine, such as buprenorphine or methadone?")
        ).to_be_visible()
        hands.follow("All places near here that offer it")
        heading(home, re.compile("^[0-9]+ centers? within 100 miles of 43203"))
        assert "medicine=" in home.url


def test_without_a_car_care_by_telehealth_in_the_whole_state(home):
    with at_most(7, home) as hands:
        search(hands, "85004")
        hands.choose("Within", "The whole state")
        hands.open("From home")
        hands.tick("Telehealth")
        hands.press("button", "Show programs")
        expect(home.get_by_role("heading", level=1)).to_contain_text("in Arizona")
        first = home.locator(".hit").first
        expect(first).to_contain_text("Meets 1 of 1: telehealth")
        hands.at("link", re.compile("^Call 520-555-0101"))


def test_a_person_who_speaks_spanish_reads_and_finds_care_in_spanish(home):
    with at_most(8, home) as hands:
        hands.follow("Español")
        hands.follow(re.compile("^Buscar un programa Ya"))
        hands.type("Código postal (ZIP) o ciudad", "85004", role="combobox")
        hands.tick("Programa ambulatorio intensivo (IOP)")
        hands.open("Idiomas")
        hands.tick("Español")
        hands.press("button", "Mostrar programas")
        expect(home.locator(".hit").first).to_contain_text("Cumple 1 de 1: Español")
        hands.follow("Eastmere Downtown")
        expect(home.locator("html")).to_have_attribute("lang", "es")
        heading(home, "Eastmere Downtown")
        hands.at("link", "Llame al 602-555-0142")


def test_after_residential_care_the_questions_lead_to_the_next_step_and_a_phone_number(home):
    answers = {**CALM, "care_now": "residential"}
    with at_most(51, home) as hands:
        hands.follow(re.compile("^Check what fits me"))
        hands.follow("Start the questions")
        for _ in range(30):
            home.wait_for_load_state()
            if "/step-" not in home.url:
                break
            for field in names(home):
                given = answers[field]
                hands.answer(field, [given] if isinstance(given, str) else given)
            with home.expect_navigation():
                hands.press("button", "Continue")
        hands.follow(re.compile("^See what fits"))
        expect(home.get_by_role("heading", level=1)).to_contain_text("IOP")
        hands.type(re.compile("ZIP"), "85004")
        hands.press("button", "See programs near me")
        expect(home.get_by_role("heading", level=1)).to_contain_text("85004 Phoenix, AZ")
        hands.at("link", re.compile("^Call 602-555"), inside=".hit")


def test_who_finds_nothing_is_led_to_the_nearest_place_there_is(home):
    with at_most(5, home) as hands:
        search(hands, "85122")
        hands.press("button", "Show programs")
        expect(home.get_by_role("heading", level=1)).to_contain_text("No IOP program within 25 miles")
        hands.follow("Look within 50 miles")
        expect(home.get_by_role("heading", level=1)).to_contain_text(
            "within 50 miles of 85122, Casa Grande, AZ"
        )
        hands.at("link", re.compile("^Call "), inside=".hit")


def test_three_are_compared_and_whoever_gets_the_link_sees_the_same_three(home, page_at):
    three = ("Saguaro Steps Phoenix Campus", "Glass Cactus", "Clay Whistle Tribal Health")
    with at_most(8, home) as hands:
        search(hands, "85004")
        hands.press("button", "Show programs")
        for name in three:
            hands.tick(compare(name))
        hands.follow(re.compile("^Compare them"))
        heading(home, "3 programs, side by side")
        text = hands.at("link", "Text it to someone")
    sent = unquote(str(text.get_attribute("href")))
    link = re.search(r"https?://\S+", sent)
    assert link
    assert "85004" not in sent
    theirs = page_at(390, locale="en-US")
    theirs.goto(link[0])
    for name in three:
        expect(theirs.get_by_role("columnheader", name=name).first).to_be_visible()


def test_what_is_heard_on_the_phone_stands_in_the_comparison(home):
    with at_most(10, home) as hands:
        search(hands, "85004")
        hands.press("button", "Show programs")
        hands.tick(compare("Glass Cactus"))
        hands.tick(compare("Clay Whistle Tribal Health"))
        hands.follow(re.compile("^Compare them"))
        hands.follow("Make my call sheet")
        hands.type(re.compile("^What you heard Do you have an open place"), "Yes, on Monday")
        hands.follow(re.compile("Back to the comparison$"))
        expect(home.locator(".heard").first).to_contain_text("Yes, on Monday")


def test_free_evenings_a_center_that_fits_them_its_map_and_a_text_to_someone(home):
    with at_most(9, home) as hands:
        search(hands, "85004")
        hands.open("When you are free")
        hands.press("button", "Or mark the hours on your week")
        hands.press("button", re.compile("^Weekday evenings"))
        hands.press("button", "Use these hours")
        heading(home, re.compile("^5 IOP programs within 25 miles of 85004"))
        expect(home.locator(".hit").first).to_contain_text("evening groups fit your week")
        hands.follow("Saguaro Steps Phoenix Campus")
        expect(home.get_by_text(re.compile("4 of 4 evening groups fit your week")).first).to_be_visible()
        hands.press("button", "Show the map")
        expect(home.locator(".map .leaflet-marker-icon").first).to_be_visible()
        text = hands.at("link", "Text this to someone")
    assert (
        "Saguaro Steps Phoenix Campus 602-555-0101"
        in parse_qs(urlsplit(str(text.get_attribute("href"))).query)["body"][0]
    )
