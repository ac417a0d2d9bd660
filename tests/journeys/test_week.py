"""Marking a week in a real browser: by hand, by keyboard, without a script; and what a search makes of it."""

from datetime import time

import pytest
from playwright.sync_api import Page, expect

from programs import listings
from tests.programs import factories

WEEK = "/programs/week/?place=85004&level=iop"


@pytest.fixture
def site(live_server, transactional_db):
    factories.ZipCodeFactory()
    center = factories.center(["iop"], name="Marigold Lane", yes=["pay_medicaid"])
    for day in (0, 1, 3):
        factories.SessionFactory(
            program=center.programs.get(), day=day, starts=time(18), ends=time(21), telehealth=False
        )
    other = factories.center(["iop"], name="Plain Center", lat=33.6)
    listings.rebuild([center.pk, other.pk])
    return live_server.url


def box(page: Page, name: str):
    return page.get_by_role("checkbox", name=name)


@pytest.mark.parametrize("prefix", ["", "/es"])
@pytest.mark.parametrize(("width", "dark"), [(390, False), (1280, True)])
def test_the_week_passes_every_rule(
    site, page_at, axe, sideways, small_targets, quiet, shot, width, dark, prefix
):
    page = page_at(width, dark=dark)
    page.goto(f"{site}{prefix}{WEEK}&free=mo-fr.17-21&work=mo-fr.8-17")
    axe(page)
    sideways(page)
    assert small_targets(page) == []
    shot(page, f"week-{width}{prefix.replace('/', '-')}")
    quiet(page)


def test_the_week_fits_a_small_phone(site, page_at, sideways, quiet):
    page = page_at(320)
    page.goto(f"{site}/es{WEEK}&free=evenings")
    sideways(page)
    narrowest = page.eval_on_selector_all(
        ".week-mark label", "all => Math.min(...all.map(el => el.clientWidth))"
    )
    assert narrowest >= 24
    quiet(page)


def test_evenings_and_work_in_five_touches(site, page_at, quiet):
    """From the list to the week and back: evenings free, mornings at work, and the list says what fits."""
    page = page_at(390)
    page.goto(f"{site}{WEEK}")
    page.get_by_role("button", name="Weekday evenings").click()
    page.get_by_role("button", name="Hours of work or class").click()
    page.get_by_role("button", name="Weekday mornings").click()
    expect(page.locator("#week-told")).to_have_text("Marked: 30 hours free, 30 hours of work or class.")
    page.get_by_role("button", name="Use these hours").click()
    page.wait_for_url("**/programs/?place=85004&radius=25&level=iop&free=mo-fr.17-23&work=mo-fr.6-12")
    expect(page.locator(".hit").first).to_contain_text("3 of 3 evening groups fit your week")
    page.get_by_role("link", name="Marigold Lane", exact=True).click()
    expect(page.locator(".offer")).to_contain_text("3 of 3 evening groups fit your week.")
    assert page.locator(".offer .week-grid .my-free").count() == 5
    quiet(page)


def test_the_keyboard_alone_marks_a_week(site, page_at, quiet):
    page = page_at(1280)
    page.goto(f"{site}{WEEK}")
    first = box(page, "Monday 6 a.m.")
    first.focus()
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    expect(box(page, "Monday 6 p.m.")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(box(page, "Monday 6 p.m.")).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Shift+ArrowRight")
    for name in ("Monday 6 p.m.", "Monday 7 p.m.", "Tuesday 7 p.m."):
        expect(box(page, name)).to_be_checked()
    page.keyboard.press("End")
    expect(box(page, "Sunday 7 p.m.")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Use these hours")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**free=mo.18-20_tu.19-20**")
    quiet(page)


def test_the_mouse_draws_and_wipes_and_one_day_is_copied(site, page_at):
    page = page_at(1280)
    page.goto(f"{site}{WEEK}")
    box(page, "Monday 10 p.m.").scroll_into_view_if_needed()
    start, end = (box(page, name).bounding_box() for name in ("Monday 5 p.m.", "Monday 9 p.m."))
    page.mouse.move(start["x"] + 9, start["y"] + 9)
    page.mouse.down()
    page.mouse.move(end["x"] + 9, end["y"] + 9, steps=20)
    page.mouse.up()
    told = page.locator("#week-told")
    expect(told).to_contain_text("5 hours free")
    page.get_by_role("button", name="Copy Monday").click()
    expect(told).to_contain_text("25 hours free")
    box(page, "Thursday 9 p.m.").click()
    expect(told).to_contain_text("24 hours free")
    page.get_by_role("button", name="Clear the week").click()
    expect(told).to_contain_text("0 hours free, 0 hours of work")


def test_an_hour_marked_as_work_says_so_to_who_cannot_see_it(site, page_at):
    page = page_at(1280)
    page.goto(f"{site}{WEEK}&work=mo.9-10")
    expect(box(page, "Monday 9 a.m., marked as work or class")).not_to_be_checked()
    page.get_by_role("button", name="Hours of work or class").click()
    expect(box(page, "Monday 9 a.m.")).to_be_checked()


def test_without_a_script_the_table_and_the_four_parts_do_the_same(site, page_at, quiet):
    page = page_at(390, js=False)
    page.goto(f"{site}{WEEK}")
    box(page, "Monday 6 p.m.").check()
    page.get_by_role("button", name="Hours of work or class").click()
    box(page, "Tuesday 9 a.m.").check()
    page.get_by_role("button", name="Use these hours").click()
    assert page.url.endswith("level=iop&free=mo.18-19&work=tu.9-10")
    expect(page.locator(".hit").last).to_contain_text(
        "your week (Monday 6 p.m. to 9 p.m. is outside your free hours"
    )
    page.goto(f"{site}/programs/?place=85004&level=iop")
    page.get_by_role("link", name="Filters").click()
    page.get_by_text("When you are free").first.click()
    page.get_by_role("checkbox", name="Weekday evenings").check()
    page.get_by_role("button", name="Show programs").first.click()
    assert "free=evenings" in page.url
    expect(page.locator(".hit").first).to_contain_text("3 of 3 evening groups fit your week")
    quiet(page)
