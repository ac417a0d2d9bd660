"""A center's page in a real browser: rich and thin, on a phone, dark, in Spanish, on paper, by keyboard."""

from datetime import timedelta

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from programs.facts import FactSet
from programs.models import Program, Statement
from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory

SEARCH = "?place=85004&level=iop&pay=pay_medicaid&language=lang_spanish"


@pytest.fixture
def site(live_server, transactional_db):
    ZipCodeFactory(zip="85004")
    CityFactory()
    return live_server.url


@pytest.fixture
def rich(site):
    """A center of which much is known, from three sources of three ages."""
    center = factories.center(
        ["outpatient", "iop"],
        name="Marigold Lane",
        yes=["treats_substance_use", "pay_medicaid", "accepts_oud_medication", "admission_detox_first"],
        no=["lang_spanish", "offers_detox"],
        website="https://marigold.example/",
        location="exact",
    )
    for days, method, codes in (
        (250, "website", ["pay_private"]),
        (700, "visit", ["therapy_cbt", "pay_cash"]),
    ):
        said = Statement(
            center=center, source="coordinator", method=method, said_on=localdate() - timedelta(days=days)
        )
        said.facts = FactSet.of(yes=codes)
        said.save()
    Statement.objects.filter(method="phone").update(said_on=localdate() - timedelta(days=9))
    iop = Program.objects.filter(level="iop")
    iop.update(
        hours_per_week_min=25, hours_per_week_max=25, openings=2, openings_until=localdate(), deposit=100
    )
    for day in (0, 1, 3):
        factories.SessionFactory(program=iop.get(), day=day)
    factories.center(["php"], name="Marigold Hill", organization=center.organization, lat=33.6)
    factories.center(["outpatient"], name="Old Mill Clinic", yes=["offers_otp", "med_methadone"], lat=33.5)
    return f"{site}{center.get_absolute_url()}{SEARCH}"


@pytest.fixture
def thin(site):
    center = factories.center(["iop"], name="Plain House", phone="")
    Statement.objects.filter(center=center).delete()
    return site + center.get_absolute_url()


def spanish(url: str) -> str:
    return url.replace("/programs/", "/es/programs/")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False)])
def test_rich_and_thin_pass_axe_in_silence_in_both_languages(
    rich, thin, page_at, axe, quiet, sideways, shot, width, dark
):
    page = page_at(width, dark=dark)
    for name, url in {"rich": rich, "thin": thin, "rich-es": spanish(rich), "thin-es": spanish(thin)}.items():
        page.goto(url)
        # A data block is not run: the policy of the page has nothing to say about it.
        assert page.locator('script[type="application/ld+json"]').count() == 1
        shot(page, f"center-{name}-{width}{'-dark' if dark else ''}")
        axe(page)
        sideways(page)
        quiet(page)


def test_it_fits_320_pixels_and_every_control_a_finger(rich, thin, page_at, sideways, small_targets):
    page = page_at(320)
    for url in (rich, thin, spanish(rich), spanish(thin)):
        page.goto(url)
        sideways(page)
        assert small_targets(page) == []


def test_each_fact_says_its_age_in_words_and_not_by_color_alone(rich, page_at):
    page = page_at(390, js=False)
    page.goto(rich)
    payment = page.locator(".facts > div").filter(has_text="Payment")
    expect(payment.locator(".fresh-fresh")).to_contain_text("By phone, ")
    expect(payment.locator(".fresh-aging")).to_contain_text("Over half a year old.")
    expect(payment.locator(".fresh-old")).to_contain_text("Not confirmed since ")


def test_a_phone_learns_the_level_the_hours_and_where_to_go_on_without_javascript(rich, page_at):
    page = page_at(390, js=False)
    page.goto(rich)
    expect(page.get_by_text("25 hours a week.", exact=True)).to_be_visible()
    expect(page.get_by_text("Most programs with 25 hours a week are called PHP.")).to_be_visible()
    expect(page.get_by_text("2 open places")).to_be_visible()
    expect(page.get_by_text("Asks for detox first")).to_be_visible()
    expect(page.locator(".band")).to_be_visible()
    page.get_by_role("link", name="Old Mill Clinic", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Old Mill Clinic")
    page.go_back()
    page.get_by_role("link", name="Marigold Hill").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Marigold Hill")


def test_a_center_of_which_nothing_is_known_is_short_and_all_questions(thin, page_at):
    page = page_at(390)
    page.goto(thin)
    expect(page.get_by_text("No phone number is known.")).to_be_visible()
    assert page.locator("[data-question]").count() == 10
    assert page.evaluate("document.documentElement.scrollHeight") < 3000


def test_by_keyboard_the_way_leads_from_the_call_to_more_or_less_care(rich, page_at):
    page = page_at(1280)
    page.goto(rich)
    page.get_by_role("link", name="Back to your list").focus()
    seen = []
    for _ in range(30):
        page.keyboard.press("Tab")
        seen.append(page.evaluate("document.activeElement.textContent.trim()"))
    order = [
        next(i for i, text in enumerate(seen) if text.startswith(start))
        for start in ("Call", "Website", "Text this", "What it says", "Marigold Hill", "Old Mill Clinic")
    ]
    assert order == sorted(order)


def test_on_paper_what_is_folded_is_open_and_the_number_is_there(rich, page_at):
    page = page_at(1280)
    page.goto(rich)
    page.emulate_media(media="print")
    expect(page.locator("b.num").filter(has_text="602-555-0142")).to_be_visible()
    expect(page.locator("details dd").filter(has_text="Spanish")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("What help is there after the program ends?")).to_be_visible()
