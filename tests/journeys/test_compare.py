"""Choosing, comparing and calling, with a real browser: what is kept stays in it; no step needs a script."""

import json
import re

import pytest
from playwright.sync_api import expect

from programs.models import Program
from tests.programs import factories
from tests.programs.factories import ZipCodeFactory

LIST = "/programs/?place=85004&level=iop&pay=pay_medicaid"


@pytest.fixture
def site(live_server, transactional_db):
    ZipCodeFactory(zip="85004")
    rich = factories.center(["iop", "php"], name="Marigold Lane", yes=["pay_medicaid", "therapy_family"])
    for day in (0, 1, 3):
        factories.SessionFactory(program=Program.objects.get(center=rich, level="iop"), day=day)
    factories.center(["iop"], name="Quiet Lantern Behavioral Health Services", no=["pay_medicaid"])
    for name in ("Tallgrass Commons", "River Bend", "Last Light"):
        factories.center(["iop", "outpatient"], name=name)
    return live_server.url


def tick(page, *names):
    for name in names:
        page.get_by_label(f"Compare: {name}").check()


def stored(page):
    return json.loads(page.evaluate("JSON.stringify({...localStorage})"))


THREE = ("Marigold Lane", "Tallgrass Commons", "River Bend")


def compared(page, site, *names):
    """The address of the comparison of these, made by the list's own form."""
    page.goto(site + LIST)
    tick(page, *names)
    page.get_by_role("link", name="Compare them").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("side by side")
    return page.url


def test_three_are_ticked_compared_and_called_on_a_phone_in_nine_actions(site, page_at, quiet, shot):
    page = page_at(390)
    page.goto(site + LIST)
    tick(page, *THREE)
    shot(page, "compare-bar-390")
    page.get_by_role("link", name="Compare them").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 programs, side by side")
    expect(page.get_by_role("columnheader", name="Marigold Lane").first).to_be_visible()
    page.get_by_role("link", name="Only differences").click()
    page.get_by_role("link", name="Only unknowns").click()
    expect(page.get_by_role("row", name=re.compile("^Deposit"))).to_be_visible()
    assert "show=unknowns" in page.url
    page.get_by_role("link", name="Make my call sheet").first.click()
    page.get_by_role("textbox", name="What you heard Do you take Medicaid?").first.fill("Yes, they do")
    page.go_back()
    expect(page.locator(".heard")).to_contain_text("Yes, they do")
    expect(page.locator(".heard b")).to_have_text(re.compile(r"You heard on \w+ \d+, \d{4}:"))
    quiet(page)


def test_without_scripts_the_boxes_are_a_form_and_the_rest_are_links(site, page_at):
    page = page_at(390, js=False)
    page.goto(site + LIST)
    tick(page, *THREE)
    page.get_by_role("button", name="Compare what is ticked").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("3 programs, side by side")
    assert page.url.count("center=") == 3
    assert "pay=pay_medicaid" in page.url
    page.get_by_role("link", name="Only unknowns").click()
    expect(page.get_by_role("row", name=re.compile("^Deposit"))).to_be_visible()
    expect(page.get_by_role("row", name=re.compile("^Level of care"))).to_be_hidden()
    page.get_by_role("link", name="Take off River Bend").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2 programs, side by side")
    page.get_by_role("link", name="Make my call sheet").click()
    expect(page.get_by_text("Who leads the groups").first).to_be_visible()
    expect(page.locator("textarea").first).to_be_hidden()
    expect(page.locator(".write").first).to_be_visible()
    page.goto(site + LIST)
    page.get_by_role("link", name="Marigold Lane", exact=True).click()
    page.get_by_role("link", name="Compare with others").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One program, line by line")


def test_a_fifth_is_refused_with_the_names_to_choose_from(site, page_at):
    page = page_at(390)
    page.goto(site + LIST)
    tick(page, *THREE, "Last Light")
    page.get_by_label("Compare: Quiet Lantern").click()
    expect(page.get_by_label("Compare: Quiet Lantern")).not_to_be_checked()
    expect(page.locator("#kept [role=status]")).to_contain_text(
        "Take one off first: Marigold Lane, Tallgrass"
    )
    page.locator("#kept").get_by_role("button", name="River Bend").click()
    expect(page.get_by_label("Compare: River Bend")).not_to_be_checked()
    tick(page, "Quiet Lantern")


def test_what_is_kept_is_there_on_the_next_page_until_it_is_forgotten(site, page_at, quiet):
    page = page_at(1280)
    page.goto(site + LIST)
    tick(page, "Marigold Lane")
    page.get_by_role("link", name="Tallgrass Commons", exact=True).click()
    keep = page.get_by_role("button", name="Keep to compare")
    keep.click()
    expect(keep).to_have_attribute("aria-pressed", "true")
    page.go_back()
    expect(page.get_by_label("Compare: Marigold Lane")).to_be_checked()
    expect(page.get_by_label("Compare: Tallgrass Commons")).to_be_checked()
    # A list that htmx brings knows them too.
    page.get_by_label(re.compile("^Telehealth")).check()
    expect(page.locator(".chips").first).to_contain_text("Telehealth")
    expect(page.get_by_label("Compare: Marigold Lane")).to_be_checked()
    page.get_by_role("button", name="Forget them").click()
    expect(page.get_by_label("Compare: Marigold Lane")).not_to_be_checked()
    assert stored(page) == {}
    quiet(page)


def test_what_is_heard_is_never_sent_and_quick_exit_forgets_it(site, page_at, record_of):
    page = page_at(390)
    bodies = []
    page.on("request", lambda request: bodies.append(f"{request.url} {request.post_data} {request.headers}"))
    compared(page, site, *THREE)
    page.get_by_role("link", name="Make my call sheet").first.click()
    secret = "Zebrafinch 4711"
    for box in page.locator("textarea").all()[:5]:
        box.fill(secret)
    page.reload()
    expect(page.locator("textarea").first).to_have_value(secret)
    page.get_by_role("link", name="Back to the comparison").click()
    expect(page.locator(".heard").first).to_contain_text(secret)
    page.get_by_role("link", name="Only differences").click()
    page.get_by_role("link", name="Español").click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    page.wait_for_load_state()
    assert secret in str(stored(page))
    assert len(bodies) > 10
    assert not [one for one in bodies if "Zebra" in one or "4711" in one]
    page.route("https://**", lambda route: route.fulfill(body="away"))
    page.get_by_role("button", name=re.compile("Salir|Quick exit|Salida")).click()
    page.wait_for_url(lambda url: not url.startswith(site))
    page.goto(f"{site}/privacy/")
    assert stored(page) == {}


def test_what_was_written_can_be_cleared(site, page_at):
    page = page_at(390)
    compared(page, site, *THREE)
    page.get_by_role("link", name="Make my call sheet").first.click()
    page.locator("textarea").first.fill("Tuesday")
    assert "iopfinder.heard" in stored(page)
    page.get_by_role("button", name="Clear what I wrote").click()
    expect(page.locator("textarea").first).to_have_value("")
    assert "iopfinder.heard" not in stored(page)


def test_the_keyboard_alone_compares_two(site, page_at):
    page = page_at(1280)
    page.goto(site + LIST)
    for name in THREE[:2]:
        page.get_by_label(f"Compare: {name}").focus()
        page.keyboard.press("Space")
        expect(page.get_by_label(f"Compare: {name}")).to_be_checked()
    page.get_by_role("link", name="Compare them (2)").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("2 programs, side by side")
    page.wait_for_load_state("load")  # until then the link below is a plain one, which leads to a page anew
    link = page.get_by_role("link", name="Only differences")
    link.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_focused()
    expect(link).to_have_attribute("aria-current", "true")
    expect(page.get_by_role("row", name=re.compile("^Level of care"))).to_be_hidden()


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False), (1280, True)])
def test_the_pages_pass_axe_in_silence(site, page_at, axe, quiet, shot, width, dark):
    page = page_at(width, dark=dark)
    name = f"{width}{'-dark' if dark else ''}"
    there = compared(page, site, *THREE, "Quiet Lantern Behavioral Health Services")
    axe(page)
    shot(page, f"compare-{name}")
    page.goto(there.replace("/compare/", "/call/"))
    page.locator("textarea").first.fill("On Tuesday")
    axe(page)
    shot(page, f"call-{name}")
    for address in (there.replace("/compare/", "/compare/#main"), f"{site}/programs/compare/", site + LIST):
        page.goto(address)
        axe(page)
    shot(page, f"compare-list-{name}")
    page.goto(there + "&center=0123456789")
    axe(page)
    quiet(page)


def test_the_pages_fit_320_pixels_and_stay_a_table_for_who_listens(site, page_at, sideways, small_targets):
    page = page_at(320)
    there = compared(page, site, *THREE, "Quiet Lantern Behavioral Health Services")
    sideways(page)
    assert small_targets(page) == []
    expect(page.get_by_role("table").first).to_be_visible()
    assert page.get_by_role("columnheader").count() >= 4
    assert page.get_by_role("rowheader").count() > 10
    for path in (there.replace("/compare/", "/call/"), f"{site}/programs/compare/", site + LIST):
        page.goto(path)
        sideways(page)
        assert small_targets(page) == [], path


def test_paper_has_lines_to_write_on_and_no_buttons(site, page_at):
    page = page_at(1280)
    there = compared(page, site, *THREE)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Make my call sheet").first).to_be_hidden()
    expect(page.get_by_text("602-555-0142").first).to_be_visible()
    page.goto(there.replace("/compare/", "/call/"))
    page.locator("textarea").first.evaluate("box => { box.value = 'x' }")
    expect(page.locator("textarea").first).to_be_hidden()
    expect(page.locator(".write").first).to_be_visible()
