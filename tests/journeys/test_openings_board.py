"""Open places are told with one key a line, on a phone without scripts as well."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page

from programs.models import Program
from tests.programs import factories
from tests.programs.accounts import account, client_of


@pytest.fixture
def programs(transactional_db) -> list[Program]:
    center = factories.center(("detox", "iop", "php"), name="Kite Clinic")
    return list(center.programs.order_by("level"))


@pytest.fixture
def board(programs, live_server, page_at) -> Callable[..., Page]:
    """The board of who works at the center, signed in with both factors."""
    session = client_of(account("center", centers=[programs[0].center])).cookies[settings.SESSION_COOKIE_NAME]

    def open_at(width: int, **how: object) -> Page:
        page = page_at(width, **how)
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}/admin/openings/")
        page.get_by_role("heading", name="Open places").wait_for()
        return page

    return open_at


def told() -> dict[str, int | None]:
    return dict(Program.objects.values_list("level", "openings"))


def test_one_key_a_line(board, quiet, axe, shot) -> None:
    page = board(1280)
    numbers = page.locator("[data-number]")
    numbers.first.focus()
    page.keyboard.press("3")
    page.keyboard.press("0")
    for key in ("+", "+", "-"):
        page.keyboard.press(key)
    assert [numbers.nth(at).input_value() for at in range(3)] == ["3", "0", "1"]
    assert page.get_by_role("status").inner_text() == "3 lines are changed and not saved yet."
    axe(page)
    shot(page, "openings-board-1280")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Delete")
    assert page.get_by_role("status").inner_text() == "3 lines are changed and not saved yet."
    page.keyboard.press("0")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_text("3 lines were saved.").wait_for()
    assert told() == {"detox": 3, "iop": 0, "php": 1}
    quiet(page)


def test_two_digits_and_the_end_by_keyboard(board) -> None:
    page = board(1280)
    first = page.locator("[data-number]").first
    first.focus()
    page.keyboard.press("9")
    first.focus()
    page.keyboard.press("+")
    assert first.input_value() == "10"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.value") == "7"
    page.keyboard.press("End")
    page.get_by_role("button", name="Save all").first.click()
    page.get_by_text("1 line was saved.").wait_for()
    assert told()["detox"] == 10


@pytest.mark.parametrize(("js", "dark"), [(False, False), (True, True)])
def test_on_a_phone_and_without_scripts(
    board, programs, axe, sideways, small_targets, shot, quiet, js, dark
) -> None:
    page = board(390, js=js, dark=dark)
    page.get_by_label("Open places: Kite Clinic, Intensive outpatient (IOP)").fill("4")
    page.get_by_label("Holds: Kite Clinic, Intensive outpatient (IOP)").select_option("14 days")
    page.get_by_role("button", name="Save all").first.click()
    page.get_by_text("1 line was saved.").wait_for()
    assert told() == {"detox": None, "iop": 4, "php": None}
    page.get_by_role("button", name="Nothing has changed: confirm 1 again").click()
    page.get_by_text("Everything here was told today").wait_for()
    sideways(page)
    shot(page, f"openings-board-390-{'dark' if dark else 'light'}")
    if js:
        axe(page)
        quiet(page)
