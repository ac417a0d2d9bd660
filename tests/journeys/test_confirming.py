"""A center gets a mail, opens its link on a phone, says what is true; a reviewer accepts what it proposes."""

import pytest
from django.conf import settings as site
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs.confirming import links, sending
from programs.models import Center, CenterLink, Proposal, Statement
from programs.sample import loading
from tests.programs.accounts import account, client_of
from tests.programs.confirming.conftest import Letters, letters, tokens_in

__all__ = ["letters"]
pytestmark = pytest.mark.django_db(transaction=True)
PREFIXES = {"en": "", "es": "/es"}


@pytest.fixture
def center(live_server) -> Center:
    loading.load(today=timezone.localdate())
    Center.objects.filter(name="Harbor Turn Columbus").update(email="desk@harbor.example")
    return Center.objects.get(name="Harbor Turn Columbus")


@pytest.fixture
def address(center: Center, letters: Letters, live_server, settings) -> str:
    """Where the link in a mail that really came leads, on this server."""
    settings.SITE_URL = live_server.url
    sending.send(*links.make(center))
    (mail,) = letters.taken
    (token,) = tokens_in(mail)
    return f"/confirm/{token}/"


def session_of(client: Client, url: str) -> dict[str, str]:
    name = site.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def fold(page, name: str):
    """The part of the page below a heading, with its fold open."""
    part = page.locator("section", has=page.get_by_role("heading", name=name, exact=True))
    part.locator("summary").last.click()
    return part


@pytest.mark.parametrize("js", [True, False], ids=["script", "no-script"])
def test_a_correction_goes_from_a_phone_to_the_site_by_way_of_a_reviewer(
    address: str, center: Center, live_server, page_at, quiet, sideways, small_targets, shot, js: bool
):
    page = page_at(390, js=js)
    page.goto(live_server.url + address)
    part = fold(page, "Name, address and how to reach you")
    part.get_by_label("Phone", exact=True).fill("614-555-0177")
    fold(page, "How you take part").get_by_role("group", name="Telehealth?").get_by_label("Yes").check()
    sideways(page)
    assert small_targets(page) == []
    shot(page, f"confirming-{js}")
    page.get_by_label("Your role at the center", exact=True).select_option("Front desk or intake")
    page.get_by_role("button", name="Send what should be different").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert address not in page.url
    quiet(page)

    center.refresh_from_db()
    assert center.phone != "614-555-0177"
    desk = page_at(390, js=js)
    desk.context.add_cookies([session_of(client_of(account("reviewer")), live_server.url)])
    desk.goto(live_server.url + reverse("admin:proposals"))
    desk.get_by_role("link", name=str(center)).click()
    desk.get_by_role("group", name="Phone", exact=True).get_by_label("Accept").check()
    desk.get_by_role("group", name="Telehealth", exact=True).get_by_label("Decline").check()
    sideways(desk)
    desk.get_by_role("button", name="Decide").click()
    desk.get_by_text("Nothing waits.").wait_for()
    quiet(desk)

    page.goto(live_server.url + center.get_absolute_url())
    page.get_by_role("link", name="614-555-0177").first.wait_for()
    assert Proposal.objects.get().status == "partly"
    # The link has done its work.
    page.goto(live_server.url + address)
    page.get_by_role("heading", name="This link does not work any more").wait_for()


@pytest.mark.parametrize("language", PREFIXES)
def test_one_button_says_that_all_is_right(
    address: str, center: Center, live_server, page_at, quiet, axe, sideways, language: str
):
    page = page_at(390, locale="es-US" if language == "es" else "en-US", dark=language == "es")
    page.goto(live_server.url + PREFIXES[language] + address)
    axe(page)
    sideways(page)
    page.locator("button[value=right]").click()
    page.wait_for_url(f"**{PREFIXES[language]}/confirm/thanks/")
    axe(page)
    quiet(page)
    said = Statement.objects.get(source="center", program=None, said_on=timezone.localdate())
    assert said.center == center
    assert CenterLink.objects.get().used_at is not None


@pytest.mark.parametrize("language", PREFIXES)
def test_with_everything_unfolded_it_is_still_a_page_for_everybody(
    address: str, live_server, page_at, axe, sideways, small_targets, language: str
):
    page = page_at(320)
    page.goto(live_server.url + PREFIXES[language] + address)
    for part in page.locator("details.correct > summary").all():
        part.click()
    sideways(page)
    assert small_targets(page) == []
    # Or the strip at the top, which stays, would lie over what is measured.
    page.evaluate("window.scrollTo(0, 0)")
    axe(page)


def test_what_is_wrong_is_named_at_the_top_and_leads_to_its_field(
    address: str, live_server, page_at, axe, quiet
):
    page = page_at(390)
    page.goto(live_server.url + address)
    fold(page, "Name, address and how to reach you").get_by_label("ZIP code").fill("432")
    page.get_by_role("button", name="Send what should be different").click()
    problem = page.get_by_role("alert")
    problem.get_by_text("ZIP code: A ZIP code has 5 digits.").click()
    assert page.evaluate("document.activeElement.id") == "id_center-zip"
    assert page.get_by_label("ZIP code").is_visible()
    axe(page)
    quiet(page)


@pytest.mark.parametrize("dark", [False, True])
def test_the_desks_rooms_are_for_everybody(
    center: Center, live_server, page_at, axe, quiet, sideways, dark: bool
):
    links.make(center)
    proposal = Proposal.objects.create(center=center, changes={"phone": "614-555-0177"}, note="Hello")
    rooms = {
        "reviewer": [reverse("admin:proposals"), reverse("admin:proposal", args=[proposal.pk])],
        "coordinator": [reverse("admin:center_links", args=[center.pk])],
        "center": [reverse("admin:propose", args=[center.pk])],
    }
    for role, addresses in rooms.items():
        user = account(role, centers=[center] if role == "center" else [])
        for width in (320, 1280):
            page = page_at(width, dark=dark)
            page.context.add_cookies([session_of(client_of(user), live_server.url)])
            for one in addresses:
                assert page.goto(live_server.url + one).status == 200
                sideways(page)
                axe(page)
                quiet(page)
