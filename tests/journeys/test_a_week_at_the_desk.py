"""A week at the desk, played by all who have a part in it: each in their own browser, signed in for real.

Only what time alone brings is put into the database: facts that were confirmed long ago.
"""

import re
from base64 import b32decode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone
from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from programs import listings
from programs.facts import FactSet
from programs.models import (
    Center,
    DuplicatePair,
    ImportRun,
    Inquiry,
    Program,
    Proposal,
    Statement,
    ZipCode,
)
from programs.models.columns import fact_columns
from programs.visitors import sending
from tests.journeys.staff import platform_admin, sign_in
from tests.programs.accounts import account
from tests.programs.importing.workbooks import facility, workbook

pytestmark = pytest.mark.django_db(transaction=True)
OWN = "kettle-harbor-92-lantern"
QUEUE = 20
"""Items that are cleared."""
TWIN = {"name1": "Willow Bend Recovery 1", "street1": "101 Main Street, Floor 2", "phone": "217-555-0001"}
FAR = {"city": "Boston", "state": "MA", "zip": "02134", "street1": "9 Harbor Road", "phone": "617-555-0100"}
NUMBER = "217-555-0187"


@pytest.fixture
def week(live_server, page_at, settings, monkeypatch, tmp_path) -> "Week":
    settings.SITE_URL = live_server.url
    # A browser that is driven types faster than people do.
    monkeypatch.setattr(sending, "QUICK", 0)
    for code, city, state, lat, lon in (
        ("62701", "Springfield", "IL", 39.8, -89.65),
        ("02134", "Boston", "MA", 42.36, -71.13),
    ):
        ZipCode.objects.create(zip=code, city=city, state=state, county="", lat=lat, lon=lon)
    return Week(live_server.url, page_at, tmp_path)


class Week:
    """The site, and who works on it."""

    def __init__(self, site: str, page_at: Callable[..., Page], folder: Path) -> None:
        self.site, self._page_at, self._folder = site, page_at, folder

    def browser(self) -> Page:
        page = self._page_at(1280)
        page.set_default_timeout(20_000)
        return page

    def as_staff(self, user, address: str = "/admin/") -> Page:
        page = self.browser()
        sign_in(page, self.site, user, address)
        return page

    def edition(self) -> Path:
        """Two dozen centers of one state, one of them twice, and one far away."""
        rows = [facility(number) for number in range(1, 25)]
        return workbook(self._folder, [*rows, facility(50, **TWIN), facility(60, **FAR)], year=2026)


def test_a_week_at_the_desk(week: Week) -> None:
    admin = week.as_staff(platform_admin(), "/admin/import/")
    an_edition_is_imported(week, admin)
    coordinator = somebody_is_invited(week, admin, "ana@example.org", "Care coordinator", state="Illinois")
    two_are_made_one(week, coordinator)
    the_queue_is_cleared(week, coordinator)
    center = Center.objects.get(name="Willow Bend Center 2")
    a_center_takes_calls(week, coordinator, center)
    a_center_confirms_by_link(week, coordinator, center)
    staff = somebody_is_invited(week, admin, "desk@kite.example", "Center staff", center=center)
    openings_are_posted(week, staff, center)
    a_visitor_asks_for_a_call(week, center)
    the_call_is_made(week, staff, center)
    a_change_is_reviewed(week, staff, center)
    each_keeps_to_their_own(week, coordinator, staff, center)


def an_edition_is_imported(week: Week, page: Page) -> None:
    page.locator("input[type=file]").set_input_files(week.edition())
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Apply").wait_for()
    expect(page.locator(".imports-tabs")).to_contain_text(": 26")
    assert not Center.objects.exists()
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Apply").wait_for(state="detached")
    assert Center.objects.count() == ImportRun.objects.get().created == 26


def somebody_is_invited(
    week: Week, page: Page, email: str, role: str, *, state: str = "", center: Center | None = None
) -> Page:
    """By mail, through the first password and the app, to their own desk."""
    page.goto(f"{week.site}/admin/auth/user/add/")
    page.get_by_label("Email address").fill(email)
    page.locator("#id_role").select_option(role)
    if state:
        page.get_by_label(state).check()
    if center:
        page.locator(".field-centers .select2-search__field").fill(center.name)
        page.locator(".select2-results__option", has_text=center.name).first.click()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("An invitation is on its way").wait_for()
    link = re.search(r"http://\S+/admin/invitation/\S+", mail.outbox[-1].body)
    assert link is not None
    theirs = week.browser()
    theirs.goto(link[0])
    theirs.locator("input[type=password]").nth(0).fill(OWN)
    theirs.locator("input[type=password]").nth(1).fill(OWN)
    theirs.get_by_role("button", name="Go on").click()
    key = b32decode(theirs.locator(".door-key").inner_text().replace(" ", ""))
    theirs.get_by_label("6-digit code").fill(f"{TOTP(key).token():06d}")
    theirs.get_by_role("button", name="Set up and sign in").click()
    theirs.get_by_role("link", name="I have kept them").click()
    theirs.wait_for_url(f"{week.site}/admin/")
    return theirs


def two_are_made_one(week: Week, page: Page) -> None:
    assert DuplicatePair.objects.count() == 1
    page.goto(f"{week.site}/admin/duplicates/")
    page.get_by_role("link", name="Willow Bend Center 1").first.click()
    page.get_by_role("button", name="One: keep the left, take the right in").click()
    page.get_by_text("is part of").wait_for()
    gone = Center.objects.get(status="merged")
    answer = page.request.get(f"{week.site}{gone.get_absolute_url()}")
    assert answer.url == f"{week.site}{gone.merged_into.get_absolute_url()}"


def the_queue_is_cleared(week: Week, page: Page) -> None:
    """What a person confirmed a year ago turns old: it is asked again, center by center."""
    centers = list(Center.objects.filter(state="IL", status="published").order_by("id")[:QUEUE])
    said_on = timezone.localdate() - timedelta(days=355)
    for center in centers:
        facts = fact_columns(FactSet.of(yes=["pay_medicaid"], no=["telehealth"]))
        Statement.objects.create(
            center=center, source="coordinator", method="phone", said_on=said_on, **facts
        )
    listings.rebuild([center.pk for center in centers])
    page.goto(f"{week.site}/admin/")
    page.get_by_role("button", name="Take this one").click()
    for left in range(QUEUE, 0, -1):
        name = page.get_by_role("heading", level=1).inner_text()
        if left == QUEUE:  # nobody answers at the first: it waits, and comes back
            page.get_by_text("No answer? Try again on another day").click()
            page.get_by_role("button", name="Tomorrow morning").click()
        else:
            page.get_by_label("Everything listed here is still as it was").check()
            page.get_by_role("button", name="Save and take the next").click()
        if left > 1:
            expect(page.get_by_role("heading", level=1)).not_to_have_text(name)
    page.goto(f"{week.site}/admin/?kind=facts")
    expect(page.get_by_role("button", name="Take this one")).to_have_count(0)
    today = Statement.objects.filter(said_on=timezone.localdate(), entered_by__email="ana@example.org")
    assert today.count() == QUEUE - 1


def a_center_takes_calls(week: Week, page: Page, center: Center) -> None:
    page.goto(f"{week.site}/admin/programs/center/{center.pk}/change/")
    for field in ("email", "takes_inquiries"):
        section = page.locator(f"details:not([open]):has(#id_{field}) > summary")
        if section.count():
            section.first.click()
    page.locator("#id_email").fill("intake@kite.example")
    page.locator("#id_takes_inquiries").check()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    copy = center.history.first()
    assert (copy.email, copy.history_user.email) == ("intake@kite.example", "ana@example.org")


def a_center_confirms_by_link(week: Week, page: Page, center: Center) -> None:
    page.goto(f"{week.site}/admin/centers/{center.pk}/links/")
    page.get_by_role("button", name="Send a link to intake@kite.example").click()
    page.get_by_text("sent by mail").first.wait_for()
    link = re.search(rf"{week.site}/\S+", mail.outbox[-1].body)
    assert link is not None
    theirs = week.browser()
    theirs.goto(link[0])
    theirs.get_by_role("button", name="All of this is right").click()
    theirs.get_by_role("button", name="All of this is right").wait_for(state="detached")
    assert center.statements.filter(source="center", method="center").count() == 1
    theirs.goto(link[0])
    expect(theirs.get_by_role("button", name="All of this is right")).to_have_count(0)


def openings_are_posted(week: Week, page: Page, center: Center) -> None:
    page.goto(f"{week.site}/admin/openings/")
    page.locator("[data-number]").first.focus()
    page.keyboard.press("3")
    page.get_by_role("button", name="Save all").first.click()
    page.locator(".messagelist .success").wait_for()
    told = center.programs.get(openings=3)
    assert told.openings_until > timezone.localdate()
    assert told.history.first().history_user.email == "desk@kite.example"


def a_visitor_asks_for_a_call(week: Week, center: Center) -> None:
    page = week.browser()
    page.goto(f"{week.site}{center.get_absolute_url()}")
    page.locator("a[href$='/call-back/']").first.click()
    for name, value in (("whom", "me"), ("way", "phone"), ("message", "discreet")):
        page.locator(f"input[name={name}][value={value}]").check()
    page.locator("input[name=name]").fill("Quillon")
    page.locator("input[name=reach]").fill(NUMBER)
    page.locator("input[name=consent]").check()
    page.locator("main form[method=post] button[type=submit]").first.click()
    page.locator("main code").wait_for()


def the_call_is_made(week: Week, page: Page, center: Center) -> None:
    page.goto(f"{week.site}/admin/visitors/?show=inquiry")
    page.get_by_role("link", name=center.name).click()
    page.get_by_role("button", name="Show how to reach the person").click()
    expect(page.get_by_text(NUMBER)).to_be_visible()
    page.get_by_label("Status").select_option("reached")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("button", name="Show how to reach the person").wait_for()
    assert Inquiry.objects.get().status == "reached"


def a_change_is_reviewed(week: Week, page: Page, center: Center) -> None:
    page.goto(f"{week.site}/admin/centers/{center.pk}/propose/")
    page.locator("details:not([open]):has(#id_center-phone) > summary").first.click()
    page.locator("#id_center-phone").fill("217-555-0999")
    page.locator("select[name$=said_by]:visible").last.select_option(index=1)
    page.get_by_role("button", name="Send what should be different").click()
    page.get_by_role("button", name="Send what should be different").wait_for(state="detached")
    assert Center.objects.get(pk=center.pk).phone == "217-555-0002"
    reviewer = week.as_staff(account("reviewer", states=["IL"]), "/admin/proposals/")
    reviewer.get_by_role("link", name=re.compile(center.name)).first.click()
    reviewer.get_by_role("radio", name="Accept").first.check()
    reviewer.get_by_role("button", name="Decide").click()
    reviewer.get_by_role("button", name="Decide").wait_for(state="detached")
    assert Proposal.objects.get().status == "accepted"
    public = week.browser()
    public.goto(f"{week.site}{center.get_absolute_url()}")
    expect(public.locator("main")).to_contain_text("217-555-0999")


def each_keeps_to_their_own(week: Week, coordinator: Page, staff: Page, center: Center) -> None:
    """Whoever is not of Boston cannot read of Boston, nor change it; the reader changes nothing at all."""
    boston = Center.objects.get(state="MA")
    before = Center.objects.filter(pk=boston.pk).values().get()
    program = Program.objects.filter(center=boston).order_by("id")[0]
    away = [
        f"/admin/programs/center/{boston.pk}/change/",
        f"/admin/programs/program/{program.pk}/change/",
        f"/admin/history/center/{boston.pk}/",
        f"/admin/centers/{boston.pk}/links/",
        f"/admin/centers/{boston.pk}/propose/",
        f"/admin/queue/{boston.pk}/",
    ]
    reviewer = week.as_staff(account("reviewer", states=["IL"]))
    reader = week.as_staff(account("reader", states=["IL"]))
    for page in (coordinator, staff, reviewer, reader):
        token = next(one["value"] for one in page.context.cookies() if one["name"] == "csrf")
        for address in away:
            for answer in (
                page.request.get(week.site + address),
                page.request.post(
                    week.site + address, form={"csrfmiddlewaretoken": token, "name": "Mine", "act": "show"}
                ),
            ):
                text = answer.text()
                assert boston.name not in text, (address, answer.status)
                assert boston.street1 not in text, (address, answer.status)
        page.goto(f"{week.site}/admin/programs/center/?q=Willow")
        expect(page.locator("body")).not_to_contain_text("Boston")
    reader.goto(f"{week.site}/admin/programs/center/{center.pk}/change/")
    expect(reader.get_by_role("heading", level=1)).to_be_visible()
    expect(reader.get_by_role("button", name="Save", exact=True)).to_have_count(0)
    assert Center.objects.filter(pk=boston.pk).values().get() == before
