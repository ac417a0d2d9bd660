"""Two duplicates are merged and parted again by keyboard alone, and two coordinators never merge one pair."""

from collections.abc import Callable

import pytest
from django.conf import settings
from playwright.sync_api import Page

from programs.duplicates.finding import search_all
from programs.models import Center, DuplicatePair
from tests.programs import factories
from tests.programs.accounts import account, client_of


@pytest.fixture
def pair(transactional_db) -> DuplicatePair:
    factories.center(
        ("iop",), name="Kite Clinic", street1="12 Main Street", yes=["pay_medicaid", "age_adults"]
    )
    factories.center(
        ("iop", "php"),
        name="The Kite Clinic, Inc.",
        street1="12 Main St",
        website="https://kite.example/",
        no=["pay_medicaid"],
    )
    list(search_all())
    return DuplicatePair.objects.get()


@pytest.fixture
def desk(pair, live_server, page_at) -> Callable[..., Page]:
    """A page of the desk for a coordinator of their own, signed in with both factors."""

    def open_at(width: int, address: str = "/admin/duplicates/", **how: object) -> Page:
        page = page_at(width, **how)
        session = client_of(account("coordinator", states=["AZ"])).cookies[settings.SESSION_COOKIE_NAME]
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session.value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(f"{live_server.url}{address}")
        return page

    return open_at


def tab_to(page: Page, name: str) -> None:
    """Press Tab until what has this name is in focus."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
    raise AssertionError(f"no way to {name} by keyboard")


def test_by_keyboard_alone(desk, pair, live_server, quiet, axe, shot) -> None:
    page = desk(1280)
    axe(page)
    shot(page, "duplicates-list-1280")
    page.get_by_role("link", name="Kite Clinic and").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="One center or two?").wait_for()
    axe(page)
    shot(page, "duplicates-pair-1280")
    heading = page.get_by_role("rowheader", name="Name", exact=True)
    names = page.locator("tr").filter(has=heading).get_by_role("radio")
    names.first.focus()
    page.keyboard.press("ArrowRight")
    assert names.nth(1).is_checked()
    tab_to(page, "One: keep the left, take the right in")
    page.keyboard.press("Enter")
    page.get_by_text("is part of").wait_for()
    assert Center.objects.get(status="published").name == "The Kite Clinic, Inc."
    gone = page.request.get(f"{live_server.url}{pair.second.get_absolute_url()}")
    assert gone.status == 200
    assert pair.first.short_id in gone.url
    tab_to(page, "Take back")
    page.keyboard.press("Enter")
    page.get_by_text("are two centers again").wait_for()
    assert Center.objects.filter(status="published").count() == 2
    quiet(page)


def test_the_second_of_two_coordinators_is_told(desk, pair) -> None:
    first, second = (desk(1280, f"/admin/duplicates/{pair.pk}/") for _ in range(2))
    first.get_by_role("button", name="One: keep the left, take the right in").click()
    first.get_by_text("is part of").wait_for()
    second.get_by_role("button", name="One: keep the right, take the left in").click()
    second.get_by_text("has just merged one of these").wait_for()
    assert Center.objects.filter(status="merged").count() == 1


@pytest.mark.parametrize(("js", "dark"), [(False, False), (True, True)])
def test_on_a_phone_and_without_scripts(desk, pair, axe, sideways, shot, js, dark) -> None:
    page = desk(390, f"/admin/duplicates/{pair.pk}/", js=js, dark=dark)
    page.get_by_role("heading", name="One center or two?").wait_for()
    sideways(page)
    shot(page, f"duplicates-pair-390-{'dark' if dark else 'light'}")
    if js:
        axe(page)
    page.get_by_role("button", name="Two different centers").click()
    page.get_by_text("Two different centers.").wait_for()
    sideways(page)
    pair.refresh_from_db()
    assert pair.status == "different"
