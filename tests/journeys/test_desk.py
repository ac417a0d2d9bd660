"""A coordinator signs in, writes down what a center said on the phone, and the listing follows."""

import pytest
from django.urls import reverse
from django.utils import timezone

from programs.models import Center, Listing, Program, Session
from programs.sample import loading
from tests.journeys.staff import platform_admin, sign_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(live_server, page_at):
    """Opens a page of the admin, signed in, with the sample directory behind it."""
    loading.load(today=timezone.localdate())
    user = platform_admin()

    def open_at(width: int, address: str, *, dark: bool = False):
        page = page_at(width, dark=dark)
        sign_in(page, live_server.url, user, address)
        return page

    return open_at


def test_a_fact_heard_on_the_phone_reaches_the_listing(desk, quiet, sideways):
    center = Center.objects.get(name="Plain Door Counseling")
    assert Listing.objects.get(center=center).facts.value("pay_medicaid") is None
    page = desk(390, reverse("admin:programs_center_change", args=[center.pk]))
    page.locator("summary").filter(has_text="Payment").click()
    page.get_by_role("radiogroup", name="Medicaid", exact=True).get_by_label("Yes").check()
    sideways(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    assert Listing.objects.get(center=center).facts.value("pay_medicaid") is True
    assert center.statements.get().entered_by.username == "staff"
    quiet(page)


def test_a_session_added_to_the_week_is_kept(desk, quiet):
    program = Program.objects.get(center__name="Plain Door Counseling")
    page = desk(1280, reverse("admin:programs_program_change", args=[program.pk]))
    row = page.get_by_role("group", name="Row 1 of the week")
    row.get_by_label("Tuesday").check()
    row.get_by_label("From").fill("18:00")
    row.get_by_label("To", exact=True).fill("21:00")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    assert str(Session.objects.get(program=program)) == "Tuesday 18:00–21:00"
    assert Listing.objects.get(program=program).facts.value("time_evening") is True
    quiet(page)


@pytest.mark.parametrize("dark", [False, True])
def test_choosing_an_organization_and_a_day_breaks_no_policy(desk, quiet, dark):
    page = desk(1280, reverse("admin:programs_center_add"), dark=dark)
    page.locator(".select2-selection").first.click()
    page.locator(".select2-search__field").fill("Harbor")
    page.locator(".select2-results__option", has_text="Harbor Turn Recovery").click()
    page.locator(".field-said_on a", has_text="Today").click()
    assert page.locator(".select2-selection__rendered").first.inner_text().endswith("Harbor Turn Recovery")
    quiet(page)
