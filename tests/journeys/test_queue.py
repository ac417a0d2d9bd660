"""A morning at the desk: by keyboard alone, on a phone and on a desk, with and without scripts."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from programs.models import Claim, Report, Snooze, Statement
from tests.journeys.hands import at_most
from tests.journeys.staff import sign_in
from tests.programs.accounts import account
from tests.programs.factories import CenterFactory, ProgramFactory, SessionFactory, ZipCodeFactory
from tests.programs.queue import work

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, False), (1280, True)])


@pytest.fixture
def morning(live_server, page_at):
    """Signs Ana in: a center whose facts turned old, one with a wrong number, and a possible duplicate."""
    ZipCodeFactory()
    old = CenterFactory(name="Kite Clinic", website="https://kite.example.org/")
    SessionFactory(program=ProgramFactory(center=old), day=1)
    work.confirmed(old, 500, yes=["pay_medicaid", "time_evening", "lang_spanish"])
    wrong = CenterFactory(name="Lantern House", intake_phones="602-555-0199")
    work.report(wrong, "phone", days=1, words="It rings out.")
    work.report(wrong, "cost", days=1)
    work.duplicate(CenterFactory(name="Marigold"), CenterFactory(name="Marigold Lane"))
    user = account("coordinator", name="ana")

    def open_at(width: int, **more):
        page = page_at(width, **more)
        sign_in(page, live_server.url, user, reverse("admin:index"))
        return page

    return open_at


@SIZES
def test_the_first_page_and_the_page_of_a_call_break_no_rule(
    morning, axe, sideways, quiet, small_targets, shot, width, dark
):
    page = morning(width, dark=dark)
    page.get_by_role("heading", name="What needs doing today").wait_for()
    for name in ("front", "call"):
        axe(page)
        sideways(page)
        assert small_targets(page) == []
        shot(page, f"queue-{name}-{width}{'-dark' if dark else ''}")
        if name == "front":
            page.get_by_role("button", name="Take this one").click()
            page.get_by_role("heading", name="Answer the reports").or_(
                page.get_by_text("Everything listed here")
            ).first.wait_for()
    quiet(page)


def test_on_the_smallest_phone_nothing_runs_out_of_the_page(morning, sideways):
    page = morning(320)
    sideways(page)
    page.get_by_role("button", name="Take this one").click()
    page.locator("summary", has_text="No answer?").click()
    sideways(page)


def test_a_call_is_confirmed_by_keyboard_in_four_actions(morning, quiet):
    """Take, all as it was, who said it, save: then the next one stands there."""
    page = morning(1280)
    with at_most(4, page) as hands:
        hands.press("button", "Take: Kite Clinic")
        page.wait_for_url("**/queue/*/")
        hands.tick(re.compile("^Everything listed here is still as it was"))
        hands.type("Who", "intake")
        with page.expect_navigation():
            hands.press("button", "Save and take the next")
    expect(page.get_by_role("heading", level=1)).to_have_text("Lantern House")
    expect(page.get_by_text("Saved: Kite Clinic.")).to_be_visible()
    said = Statement.objects.get(source="coordinator", entered_by__username="ana")
    assert said.said_by == "intake"
    assert said.facts.value("pay_medicaid") is True
    assert Claim.objects.get().center.name == "Lantern House"
    quiet(page)


@pytest.mark.parametrize("js", [True, False])
def test_a_wrong_number_is_answered_by_keyboard(morning, js):
    page = morning(390, js=js)
    page.get_by_role("button", name="Take: Lantern House").click()
    expect(page.get_by_text("It rings out.")).to_be_visible()
    wrong = Report.objects.get(kind="phone")
    page.locator(f"input[name='report-{wrong.pk}'][value='']").focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.locator(f"input[name='report-{wrong.pk}'][value='fixed']").is_checked()
    page.keyboard.press("Tab")
    page.keyboard.type("We have the new number now.")
    page.get_by_role("button", name="Save and stop").press("Enter")
    page.get_by_text("Saved: Lantern House.").wait_for()
    wrong.refresh_from_db()
    assert (wrong.status, wrong.answer) == ("fixed", "We have the new number now.")


@pytest.mark.parametrize("js", [True, False])
def test_nobody_answers_and_one_tap_brings_it_back_another_day(morning, js):
    page = morning(390, js=js)
    page.get_by_role("button", name="Take: Lantern House").click()
    summary = page.locator("summary", has_text="No answer?")
    summary.focus()
    page.keyboard.press("Enter")
    button = page.get_by_role("button", name="In 3 days")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Lantern House comes back on").wait_for()
    assert Snooze.objects.get().center.name == "Lantern House"
    assert Claim.objects.get().center.name == "Kite Clinic"


def test_while_somebody_types_the_center_stays_theirs(morning):
    page = morning(1280)
    page.clock.install()
    page.get_by_role("button", name="Take: Kite Clinic").click()
    page.get_by_label("Who", exact=True).wait_for()
    before = Claim.objects.get().until
    page.get_by_label("Who", exact=True).press("i")
    assert Claim.objects.get().until == before
    page.clock.fast_forward("06:00")
    with page.expect_response(lambda answer: answer.url.endswith("/keep/")) as kept:
        page.get_by_label("Who", exact=True).press("n")
    assert kept.value.status == 204
    assert Claim.objects.get().until > before


def test_two_at_one_desk_never_hold_one_center(morning, live_server, page_at):
    first = morning(1280)
    second = page_at(1280)
    sign_in(second, live_server.url, account("coordinator", name="ben"), reverse("admin:index"))
    first.get_by_role("button", name="Take: Lantern House").click()
    first.get_by_label("Who", exact=True).wait_for()
    second.get_by_role("button", name="Take: Lantern House").click()
    second.locator(".messagelist", has_text="With ana").wait_for()
    assert {(claim.by.username, claim.center.name) for claim in Claim.objects.all()} == {
        ("ana", "Lantern House")
    }


def test_an_empty_desk_is_a_pleasant_sight(live_server, page_at, axe, shot):
    CenterFactory(name="Nobody called")
    page = page_at(1280)
    sign_in(page, live_server.url, account("coordinator", name="ana"), reverse("admin:index"))
    expect(page.get_by_role("heading", name="Nothing waits today")).to_be_visible()
    axe(page)
    shot(page, "queue-empty-1280")
    page.get_by_role("link", name="Show them").click()
    expect(page.get_by_role("link", name="Nobody called")).to_be_visible()
