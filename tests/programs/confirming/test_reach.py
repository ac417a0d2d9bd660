"""Who may see and do what, by role and reach: proposals, their decision, links, a center's own page."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from programs.confirming import links
from programs.models import Center, CenterLink, Proposal, Statement
from tests.programs.accounts import account, client_of
from tests.programs.confirming.conftest import Letters, a_center, tokens_in
from tests.programs.confirming.forms import all_right, correct

pytestmark = pytest.mark.django_db
ROLES = ("admin", "coordinator", "reviewer", "center", "reader")
SEES_LINKS = {"admin", "coordinator", "reviewer"}
MAKES_LINKS = {"admin", "coordinator"}
PROPOSES = {"admin", "reviewer", "center"}
DECIDES = {"admin", "reviewer"}


@pytest.fixture
def other(db: None) -> Center:
    """A center that nobody of these tests reaches."""
    return a_center(name="Far Clinic", email="desk@far.example", state="OH", zip="43004")


def within(role: str, center: Center) -> Client:
    """An account of a role that reaches this center and no other."""
    reach: dict[str, Any] = {"centers": [center]} if role == "center" else {"states": [center.state]}
    return client_of(account(role, **({} if role == "admin" else reach)))


def path(room: str, row: Any) -> str:
    return reverse(f"admin:{room}", args=[row.pk])


@pytest.mark.parametrize("role", ROLES)
def test_every_role_sees_the_proposals_within_its_reach(role: str, center: Center, other: Center):
    mine = Proposal.objects.create(center=center, note="a")
    theirs = Proposal.objects.create(center=other, note="b")
    desk = within(role, center)
    shown = list(desk.get(reverse("admin:proposals")).context["page"])
    assert shown == ([mine, theirs] if role == "admin" else [mine])
    assert desk.get(path("proposal", mine)).status_code == 200
    assert desk.get(path("proposal", theirs)).status_code == (200 if role == "admin" else 404)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_publish_decides_and_within_reach_only(role: str, center: Center, other: Center):
    mine = Proposal.objects.create(center=center, note="a")
    theirs = Proposal.objects.create(center=other, note="b")
    desk = within(role, center)
    page = desk.get(path("proposal", mine))
    assert ("Decide" in page.content.decode()) is (role in DECIDES)
    data = {"seen": page.context["digest"], "rest": "decline"}
    assert desk.post(path("proposal", mine), data).status_code == (302 if role in DECIDES else 403)
    if role != "admin":
        assert desk.post(path("proposal", theirs), data).status_code == 404
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.status, theirs.status) == ("declined" if role in DECIDES else "waiting", "waiting")


@pytest.mark.parametrize("role", ROLES)
def test_links_are_seen_made_and_withdrawn_by_who_may(role: str, center: Center, other: Center):
    link, _ = links.make(center)
    far, _ = links.make(other)
    desk = within(role, center)
    here = path("center_links", center)
    assert desk.get(here).status_code == (200 if role in SEES_LINKS else 403)
    sent = desk.post(here, {"act": "withdraw", "link": link.pk})
    assert sent.status_code == (302 if role in MAKES_LINKS else 403)
    assert desk.post(here, {"act": "show"}).status_code == (200 if role in MAKES_LINKS else 403)
    assert CenterLink.objects.filter(center=center).count() == (2 if role in MAKES_LINKS else 1)
    if role != "admin":
        there = path("center_links", other)
        missing = 404 if role in SEES_LINKS else 403
        assert desk.get(there).status_code == desk.post(there, {"act": "show"}).status_code == missing
    denied = desk.post(here, {"act": "withdraw", "link": far.pk}).status_code
    assert denied == (404 if role in MAKES_LINKS else 403), "a link of another center"
    far.refresh_from_db()
    assert far.revoked_at is None


@pytest.mark.parametrize("role", ROLES)
def test_who_may_propose_does_so_for_centers_within_reach(role: str, center: Center, other: Center):
    desk = within(role, center)
    here = path("propose", center)
    if role not in PROPOSES:
        assert desk.get(here).status_code == desk.post(here, {"act": "right"}).status_code == 403
        return
    assert correct(desk, here, **{"center-phone": "602-555-0199"}).status_code == 302
    assert correct(desk, here, **{"center-phone": "602-555-0199"}).status_code == 302
    proposal = Proposal.objects.get()
    assert (proposal.center, proposal.link) == (center, None)
    assert proposal.by is not None
    assert proposal.by.staff_member.role == role
    if role != "admin":
        assert desk.get(path("propose", other)).status_code == 404
        assert desk.post(path("propose", other), {"act": "right"}).status_code == 404


def test_staff_of_a_center_confirm_with_their_name(center: Center):
    user = account("center", centers=[center])
    assert all_right(client_of(user), path("propose", center)).status_code == 302
    said = Statement.objects.get(source="center", program=None)
    assert (said.entered_by, said.said_by) == (user, "")
    assert said.history.get().history_user == user


def test_nobody_gets_in_without_an_account(client: Client, center: Center):
    proposal = Proposal.objects.create(center=center, note="a")
    rooms = [reverse("admin:proposals"), path("proposal", proposal), path("propose", center)]
    for room in [*rooms, path("center_links", center)]:
        assert client.get(room).status_code == 302
        assert client.post(room).status_code in {302, 405}


# -- Links in the desk --------------------------------------------------------------------------


def test_a_link_is_sent_from_the_desk(letters: Letters, center: Center):
    user = account("coordinator")
    page = client_of(user).post(path("center_links", center), {"act": "send"}, follow=True)
    assert "on its way to desk@kite.example" in page.content.decode()
    (mail,) = letters.taken
    (token,) = tokens_in(mail)
    link = links.find(token)
    assert link is not None
    assert (link.center, link.created_by, link.is_reminder) == (center, user, False)
    assert token not in page.content.decode()


def test_a_server_that_refuses_is_told_in_the_desk(letters: Letters, center: Center):
    letters.down = True
    desk = client_of(account("coordinator"))
    page = desk.post(path("center_links", center), {"act": "send"}, follow=True).content.decode()
    assert "The mail did not go out: SMTPRecipientsRefused" in page


def test_a_link_to_read_out_is_shown_once(center: Center, settings):
    settings.SITE_URL = "https://find.example.org"
    desk = client_of(account("coordinator"))
    _, older = links.make(center)
    page = desk.post(path("center_links", center), {"act": "show"}, headers={"host": "testserver"})
    address = page.context["address"]
    assert address.startswith("https://find.example.org/confirm/")
    assert address in page.content.decode()
    assert "no-store, private" in page.headers["Cache-Control"]
    token = address.rstrip("/").rpartition("/")[2]
    assert links.find(token)
    assert links.find(older) is None
    assert token not in desk.get(path("center_links", center)).content.decode()


def test_without_an_address_a_link_is_read_out_and_never_sent(letters: Letters, db: None):
    center = a_center(email="")
    desk = client_of(account("coordinator"))
    page = desk.get(path("center_links", center)).content.decode()
    assert 'value="send"' not in page
    assert 'value="show"' in page
    answer = desk.post(path("center_links", center), {"act": "send"}, follow=True)
    assert "The center has no e-mail address." in answer.content.decode()
    assert (letters.taken, CenterLink.objects.count()) == ([], 0)


def test_a_center_that_closed_gets_no_link(center: Center):
    Center.objects.update(status="closed")
    desk = client_of(account("coordinator"))
    assert 'value="show"' not in desk.get(path("center_links", center)).content.decode()
    answer = desk.post(path("center_links", center), {"act": "show"}, follow=True)
    assert "there is nothing to confirm" in answer.content.decode()
    assert not CenterLink.objects.exists()


def test_a_link_is_withdrawn_once(center: Center):
    link, token = links.make(center)
    desk = client_of(account("coordinator"))
    data = {"act": "withdraw", "link": link.pk}
    assert "is withdrawn" in desk.post(path("center_links", center), data, follow=True).content.decode()
    assert links.find(token) is None
    again = desk.post(path("center_links", center), data, follow=True).content.decode()
    assert "used or withdrawn before" in again


@pytest.mark.parametrize("data", [{}, {"act": "burn"}, {"act": "withdraw"}, {"act": "withdraw", "link": "x"}])
def test_what_makes_no_sense_changes_nothing(center: Center, data: dict[str, str]):
    links.make(center)
    desk = client_of(account("coordinator"))
    assert desk.post(path("center_links", center), data).status_code in {200, 404}
    assert CenterLink.objects.get().revoked_at is None


def test_the_room_of_links_takes_few_queries(center: Center, django_assert_max_num_queries):
    for _ in range(20):
        links.make(center, by=account("coordinator"))
    desk = client_of(account("coordinator"))
    with django_assert_max_num_queries(10):
        desk.get(path("center_links", center))


@pytest.mark.parametrize("role", ROLES)
def test_the_page_of_a_center_leads_where_the_account_may_go(role: str, center: Center):
    Proposal.objects.create(center=center, note="a")
    page = (
        within(role, center).get(reverse("admin:programs_center_change", args=[center.pk])).content.decode()
    )
    assert (f'href="{path("center_links", center)}"' in page) is (role in SEES_LINKS)
    assert (f'href="{path("propose", center)}"' in page) is (role == "center")
    assert f'href="{reverse("admin:proposals")}?center={center.pk}"' in page
    assert "The center wants 1 thing changed" in page


def test_the_list_of_one_center_holds_its_own_alone(center: Center, other: Center):
    mine = Proposal.objects.create(center=center, note="a")
    Proposal.objects.create(center=other, note="b")
    desk = client_of(account("admin"))
    page = desk.get(reverse("admin:proposals") + f"?center={center.pk}")
    assert list(page.context["page"]) == [mine]
