"""A center's page as it is used on the phone: by keyboard, without a script, small and large, by two."""

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from programs.models import Center, Session
from programs.sample import loading
from tests.journeys.staff import platform_admin, sign_in
from tests.programs.accounts import account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def center(live_server) -> Center:
    """A center with one program that nobody has told the week of."""
    loading.load(today=timezone.localdate())
    return Center.objects.get(name="Plain Door Counseling")


@pytest.fixture
def desk(live_server, page_at, center):
    """Opens the center's page in a browser of its own, signed in as this account."""

    def open_at(width: int, user: User, *, program: bool = True, **how):
        page = page_at(width, **how)
        sign_in(page, live_server.url, user, reverse("admin:programs_center_change", args=[center.pk]))
        if program:
            page.locator(".program > summary").first.click()
        return page

    return open_at


def save(page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()


def week_of(center: Center) -> list[str]:
    return [str(one) for one in Session.objects.filter(program__center=center)]


def test_a_week_is_drawn_with_the_keyboard_alone(desk, center, quiet):
    page = desk(1280, platform_admin(), program=False)
    page.locator(".program > summary").first.focus()
    page.keyboard.press("Enter")
    grid = page.get_by_role("grid", name="The week in half hours").first
    told = page.locator(".week-told").first
    for _ in range(80):
        if grid.evaluate("(el) => el.contains(document.activeElement)"):
            break
        page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Monday 6:00 PM: free"
    page.keyboard.press("Space")
    expect(told).to_have_text("Begins Monday 6:00 PM. Move down and press Space to end it.")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(told).to_have_text("Added: Monday 6:00 PM to 9:00 PM.")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    for _ in range(5):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    row = page.get_by_role("group", name="Row 1 of the week").first
    expect(row.get_by_label("From")).to_have_value("18:00")
    expect(row.get_by_label("To", exact=True)).to_have_value("21:00")
    expect(row.get_by_label("Monday")).to_be_checked()
    expect(row.get_by_label("Wednesday")).to_be_checked()
    expect(page.locator(".week-sum").first).to_have_text("6 hours a week")
    page.keyboard.press("Delete")
    expect(told).to_have_text("Taken away: Wednesday 6:00 PM to 9:00 PM.")
    page.keyboard.press("Control+z")
    expect(told).to_have_text("Undone.")
    expect(row.get_by_label("Wednesday")).to_be_checked()
    page.keyboard.press("Space")
    page.keyboard.press("Control+z")
    page.keyboard.press("Home")
    page.keyboard.press("PageUp")
    page.keyboard.press("Space")
    page.keyboard.press("Escape")
    expect(told).to_have_text("Nothing was added.")
    save(page)
    assert week_of(center) == ["Monday 18:00–21:00", "Wednesday 18:00–21:00"]
    quiet(page)


def test_what_is_typed_is_drawn_and_what_is_drawn_by_mouse_is_typed(desk, center, quiet):
    page = desk(1280, platform_admin())
    row = page.get_by_role("group", name="Row 1 of the week").first
    row.get_by_label("Tuesday").check()
    row.get_by_label("From").fill("09:15")
    row.get_by_label("To", exact=True).fill("12:00")
    grid = page.get_by_role("grid").first
    expect(grid.get_by_role("gridcell", name="Tuesday 9:00 AM: Group, 9:15 AM–12:00 PM")).to_have_attribute(
        "aria-selected", "true"
    )
    for start, end in (("Friday 1:00 PM: free", "Friday 2:30 PM: free"), ("Saturday 8:00 AM: free",) * 2):
        first, last = (grid.get_by_role("gridcell", name=name) for name in (start, end))
        first.scroll_into_view_if_needed()
        first.hover()
        page.mouse.down()
        last.hover()
        page.mouse.up()
    grid.get_by_role("gridcell", name="Saturday 9:30 AM: free").click()
    page.get_by_role("button", name="Add a row").first.click()
    third = page.get_by_role("group", name="Row 4 of the week").first
    third.get_by_label("Sunday").check()
    third.get_by_label("From").fill("10:00")
    third.get_by_label("To", exact=True).fill("11:00")
    save(page)
    assert week_of(center) == [
        "Tuesday 09:15–12:00",
        "Friday 13:00–15:00",
        "Saturday 08:00–10:00",
        "Sunday 10:00–11:00",
    ]
    quiet(page)


def test_without_a_script_the_rows_do_everything_on_a_phone(desk, center, sideways, quiet):
    page = desk(390, platform_admin(), js=False)
    row = page.get_by_role("group", name="Row 1 of the week").first
    for day in ("Monday", "Wednesday", "Thursday"):
        row.get_by_label(day).check()
    row.get_by_label("From").fill("18:00")
    row.get_by_label("To", exact=True).fill("17:00")
    sideways(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("A session ends after it starts.").first).to_be_visible()
    page.get_by_role("group", name="Row 1 of the week").first.get_by_label("To", exact=True).fill("21:00")
    save(page)
    assert week_of(center) == ["Monday 18:00–21:00", "Wednesday 18:00–21:00", "Thursday 18:00–21:00"]
    quiet(page)


def test_two_people_at_one_page_see_both_versions_and_choose(desk, center, axe, sideways, quiet, shot):
    first = desk(390, platform_admin(), program=False)
    second = desk(1280, account("admin", name="second"), program=False, js=False)
    for page, phone in ((first, "520-555-0101"), (second, "520-555-0202")):
        page.get_by_label("Phone:", exact=True).first.fill(phone)
    first.locator("#id_said_by").fill("intake")
    first.locator("#id_name_detail").fill("Second floor")
    save(second)
    first.get_by_role("button", name="Save", exact=True).click()
    first.get_by_role("heading", name="Somebody else has changed this meanwhile").wait_for()
    expect(first.get_by_text("520-555-0202")).to_be_visible()
    expect(first.get_by_text("second,")).to_be_visible()
    quiet(first, allow=("409",))
    axe(first)
    sideways(first)
    shot(first, "desk-conflict-390")
    first.get_by_role("radio", name="Yours: 520-555-0101").check()
    first.get_by_role("button", name="Save with these choices").click()
    first.get_by_text("was changed successfully").wait_for()
    center.refresh_from_db()
    assert (center.phone, center.name_detail) == ("520-555-0101", "Second floor")


def test_a_center_is_closed_with_its_day_and_opened_again(desk, center, quiet):
    page = desk(390, platform_admin(), program=False)
    page.get_by_label("Closed since").fill("2026-03-04")
    page.get_by_role("button", name="It has closed").click()
    page.get_by_role("heading", name="Closed since March 4, 2026").wait_for()
    page.get_by_role("button", name="It is open again").click()
    page.get_by_role("heading", name="Published", exact=True).wait_for()
    quiet(page)


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("dark", [False, True])
def test_the_page_is_easy_to_read_and_to_use(desk, axe, sideways, quiet, shot, width, dark):
    page = desk(width, platform_admin(), dark=dark)
    for summary in page.locator("fieldset.module > details > summary").all():
        summary.click()
    sideways(page)
    quiet(page)
    axe(page)
    shot(page, f"desk-center-{width}-{'dark' if dark else 'light'}")
