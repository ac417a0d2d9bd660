"""The history pages of the desk: what happened, from what to what, by whom, and the way back."""

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs import history, listings
from programs.history.timeline import SHOWN, timeline
from programs.models import (
    Center,
    CenterLink,
    ImportRun,
    Listing,
    Organization,
    Program,
    Session,
    StaffMember,
    Statement,
)
from tests.programs import factories
from tests.programs.accounts import account, client_of
from tests.programs.factories import (
    CenterFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
MOST = 15


@pytest.fixture
def ana(db: None) -> User:
    return account("admin", name="ana")


@pytest.fixture
def desk(ana: User) -> Client:
    return client_of(ana)


def page_of(row: Any) -> str:
    return reverse("admin:history_of", args=[row._meta.model_name, row.pk])


def back_to(copy: Any) -> str:
    return reverse("admin:history_back", args=[copy.instance_type._meta.model_name, copy.history_id])


def text_of(client: Client, address: str) -> str:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def bring_back(client: Client, copy: Any, **changed: Any) -> Any:
    """Opens the page that asks, and presses its button."""
    address = back_to(copy)
    asked = client.get(address)
    assert asked.status_code == 200
    found = re.search(r'name="latest" value="(\d+)"', asked.content.decode())
    values = {"latest": found[1] if found else "0"}
    return client.post(address, values | changed, follow=True)


# -- One list -----------------------------------------------------------------------------------
def test_a_centers_page_tells_of_all_that_belongs_to_it(desk: Client, ana: User) -> None:
    center = factories.center(["iop"], yes=["telehealth"], name="Kite", phone="602-555-0142")
    program = center.programs.get()
    with history.because(None, by=ana):
        center.phone = "602-555-0199"
        center.save()
        program.wait_days = 4
        program.save()
        center.organization.website = "https://kite.example/"
        center.organization.save()
        SessionFactory(program=program, day=2)
    other = factories.center(name="Another")
    other.phone = "602-555-0111"
    other.save()
    text = text_of(desk, reverse("admin:programs_center_history", args=[center.pk]))
    for words in (
        "Phone 602-555-0142 602-555-0199",
        "Days to wait for intake – 4",
        "Website – https://kite.example/",
        "Session: Wednesday 18:00–21:00, Intensive outpatient (IOP)",
        "Telehealth yes",
        "ana",
    ):
        assert words in text
    assert "602-555-0111" not in text
    assert "Another" not in text


def test_the_newest_comes_first_and_what_was_done_together_is_one_event(ana: User) -> None:
    center = factories.center(["iop"])
    with history.because(None, by=ana):
        for phone in ("1", "2"):
            center.phone = phone
            center.save()
    first, *rest = timeline(ana, Center, center.pk).events
    assert first.author == "ana"
    assert [entry.differences[0].after for entry in first.entries] == ["2", "1"]
    assert {event.author for event in rest} == {"someone who keeps the site running"}
    assert all(one.at >= two.at for one, two in zip([first, *rest], rest, strict=False))


def test_saving_without_a_change_is_no_news(ana: User) -> None:
    center = CenterFactory()
    center.save()
    [event] = timeline(ana, Center, center.pk).events
    assert {entry.copy.history_type for entry in event.entries} == {"+"}


def test_a_long_list_has_pages_and_misses_nothing(desk: Client, ana: User) -> None:
    center = CenterFactory()
    for number in range(SHOWN + 5):
        center.phone = f"555-{number:04}"
        center.save()
    pages = [timeline(ana, Center, center.pk, page=number) for number in (1, 2)]
    assert [page.has_older for page in pages] == [True, False]
    entries = [entry for page in pages for event in page.events for entry in event.entries]
    phones = [line.after for entry in entries for line in entry.differences if line.label == "Phone"]
    expected = [f"555-{number:04}" for number in reversed(range(SHOWN + 5))]
    assert phones[: len(expected)] == expected
    assert "555-0001" in text_of(desk, page_of(center) + "?page=2")
    assert text_of(desk, page_of(center) + "?page=x") == text_of(desk, page_of(center))
    assert "Nothing has been changed" in text_of(desk, page_of(center) + "?page=99")


def test_an_organizations_page_tells_of_its_centers_also_of_deleted_ones(desk: Client) -> None:
    organization = OrganizationFactory(name="Kite Health")
    CenterFactory(organization=organization, name="Stays")
    CenterFactory(organization=organization, name="Goes").delete()
    text = text_of(desk, reverse("admin:programs_organization_history", args=[organization.pk]))
    assert "Center: Goes, Phoenix, AZ Deleted" in text
    assert "Center: Stays, Phoenix, AZ Created" in text
    assert "Bring it back" in text


def test_programs_statements_and_members_lead_to_their_history(desk: Client) -> None:
    program = ProgramFactory(track="evening")
    said = StatementFactory(center=program.center)
    member = account("center", centers=[program.center]).staff_member
    assert "Track evening" in text_of(desk, reverse("admin:programs_program_history", args=[program.pk]))
    assert "Statement:" in text_of(desk, reverse("admin:programs_statement_history", args=[said.pk]))
    assert f"Centers – {program.center}" in text_of(desk, page_of(member))


@pytest.mark.parametrize("address", ["center/999999/", "zipcode/1/", "center/back/999999/", "listing/1/"])
def test_what_never_was_is_not_found(desk: Client, address: str) -> None:
    assert desk.get(f"/admin/history/{address}").status_code == 404


def test_an_odd_key_is_not_found(desk: Client) -> None:
    assert desk.get("/admin/programs/center/x/history/").status_code == 404


# -- The way back -------------------------------------------------------------------------------
def test_a_change_is_taken_back_after_asking(desk: Client, ana: User) -> None:
    center = factories.center(name="Kite", phone="1")
    old = center.history.latest()
    center.phone = "2"
    center.save()
    address = back_to(old)
    assert address in desk.get(page_of(center)).content.decode()
    assert "Phone 2 1" in text_of(desk, address)
    center.refresh_from_db()
    assert center.phone == "2"
    response = bring_back(desk, old)
    assert response.redirect_chain == [(page_of(center), 302)]
    center.refresh_from_db()
    assert center.phone == "1"
    assert "ana, by way of: bringing back an older copy" in text_of(desk, page_of(center))
    assert Listing.objects.get().phone == "1"


def test_a_deleted_center_is_seen_and_brought_back(desk: Client) -> None:
    center = factories.center(["iop"], status="draft", name="Kite")
    key = center.pk
    desk.post(reverse("admin:programs_center_delete", args=[key]), {"post": "yes"})
    assert not Center.objects.exists()
    text = text_of(desk, reverse("admin:history_of", args=["center", key]))
    assert "It was deleted" in text
    bring_back(desk, Center.history.first())
    assert Center.objects.get().pk == key
    assert Program.objects.get().center_id == key


def test_what_changed_in_the_meantime_is_asked_again(desk: Client) -> None:
    center = CenterFactory(phone="1")
    old = center.history.latest()
    center.phone = "2"
    center.save()
    seen = center.history.latest().history_id
    center.phone = "3"
    center.save()
    response = desk.post(back_to(old), {"latest": seen}, follow=True)
    assert "in the meantime" in response.content.decode()
    center.refresh_from_db()
    assert center.phone == "3"


def test_what_the_database_refuses_is_said(desk: Client) -> None:
    program = ProgramFactory(track="")
    old = program.history.latest()
    program.track = "evening"
    program.save()
    ProgramFactory(center=program.center, track="")
    assert "already exists" in bring_back(desk, old).content.decode()
    program.refresh_from_db()
    assert program.track == "evening"


def test_publishing_by_way_of_the_past_takes_the_right_to_publish() -> None:
    center = CenterFactory(status="published", state="AZ")
    old = center.history.latest()
    center.status = "closed"
    center.save()
    client = client_of(account("coordinator", states=["AZ"]))
    assert "A reviewer or a platform admin" in bring_back(client, old).content.decode()
    center.refresh_from_db()
    assert center.status == "closed"
    bring_back(client_of(account("reviewer", states=["AZ"])), old)
    center.refresh_from_db()
    assert center.status == "published"


def test_nothing_is_brought_back_to_outside_of_reach() -> None:
    center = CenterFactory(state="NM")
    old = center.history.latest()
    center.state = "AZ"
    center.save()
    client = client_of(account("coordinator", states=["AZ"]))
    assert "outside" in bring_back(client, old).content.decode()
    center.refresh_from_db()
    assert center.state == "AZ"


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "reader", "center"])
def test_the_past_of_other_places_is_not_found(role: str) -> None:
    mine, theirs = CenterFactory(state="AZ"), CenterFactory(state="NM", phone="1")
    old = theirs.history.latest()
    theirs.phone = "2"
    theirs.save()
    bounds: dict[str, Any] = {"centers": [mine]} if role == "center" else {"states": ["AZ"]}
    client = client_of(account(role, **bounds))
    expected = 403 if role == "center" else 404
    assert client.get(page_of(theirs)).status_code == expected
    assert client.get(page_of(theirs.organization)).status_code == expected
    assert client.get(reverse("admin:programs_center_history", args=[theirs.pk])).status_code in (
        302,
        403,
        404,
    )
    assert client.get(back_to(old)).status_code == 404
    latest = theirs.history.latest().history_id
    assert client.post(back_to(old), {"latest": latest}).status_code == 404
    theirs.refresh_from_db()
    assert theirs.phone == "2"


def test_a_reader_sees_and_cannot_bring_back() -> None:
    center = CenterFactory(phone="1")
    old = center.history.latest()
    center.phone = "2"
    center.save()
    client = client_of(account("reader"))
    text = client.get(page_of(center)).content.decode()
    assert "Take this change back" not in text
    assert client.get(back_to(old)).status_code == 403
    assert client.post(back_to(old), {"latest": center.history.latest().history_id}).status_code == 403
    center.refresh_from_db()
    assert center.phone == "2"


def test_an_organization_of_several_states_shows_ones_own_centers() -> None:
    organization = OrganizationFactory()
    CenterFactory(organization=organization, state="AZ", name="Mine")
    CenterFactory(organization=organization, state="NM", name="Theirs")
    text = text_of(client_of(account("coordinator", states=["AZ"])), page_of(organization))
    assert "Mine" in text
    assert "Theirs" not in text


def test_the_past_of_accounts_is_for_platform_admins(desk: Client) -> None:
    member = account("reader").staff_member
    assert desk.get(page_of(member)).status_code == 200
    for role in ("coordinator", "reviewer", "reader", "center"):
        assert client_of(account(role)).get(page_of(member)).status_code == 403
    member.role = "coordinator"
    member.save()
    bring_back(desk, StaffMember.history.filter(user_id=member.pk).earliest())
    member.refresh_from_db()
    assert member.role == "reader"


# -- The way to the public page -----------------------------------------------------------------
def test_the_way_to_the_public_page_is_for_ones_own_rows() -> None:
    kind = ContentType.objects.get_for_model(Center)
    mine, theirs = CenterFactory(state="AZ"), CenterFactory(state="NM", slug="hidden-name")
    client = client_of(account("coordinator", states=["AZ"]))
    found = client.get(reverse("admin:view_on_site", args=[kind.pk, mine.pk]))
    assert found["Location"] == mine.get_absolute_url()
    for key in (theirs.pk, "x", 0):
        response = client.get(f"/admin/r/{kind.pk}/{key}/")
        assert response.status_code == 404
        assert b"hidden-name" not in response.content
    user = ContentType.objects.get_for_model(User)
    assert client.get(f"/admin/r/{user.pk}/1/").status_code == 404
    assert client.get("/admin/r/99999/1/").status_code == 404


# -- Cost ---------------------------------------------------------------------------------------
def test_a_full_page_asks_no_more_than_15_questions(ana: User) -> None:
    center = factories.center(["iop", "php"])
    run = ImportRun.objects.create(read=0)
    link = CenterLink.objects.create(center=center, token_digest="x", expires_at=run.finished_at)
    for number, reason in enumerate((f"import:{run.public_id}", f"link:{link.pk}", None, "merge:1") * 2):
        with history.because(reason, by=ana if number % 2 else None):
            center.phone = str(number)
            center.organization = OrganizationFactory()
            center.save()
            program = center.programs.first()
            program.wait_days = number
            program.save()
            SessionFactory(program=program, day=number % 7, starts=f"{8 + number}:00").delete()
            StatementFactory(center=center, program=program)
            center.organization.phone = "9"
            center.organization.save()
    Program.objects.filter(level="php").delete()
    for role, bounds in (("admin", {}), ("coordinator", {"states": ["AZ"]})):
        client = client_of(account(role, **bounds))
        client.get(page_of(center))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page_of(center)).status_code == 200
        assert len(queries) <= MOST, "\n".join(query["sql"][:200] for query in queries)


def test_every_table_has_its_words(ana: User) -> None:
    """Every kind of row that a page tells of can be told of, made, changed and gone."""
    session = SessionFactory()
    said = StatementFactory(center=session.program.center)
    for row in (session, said, session.program):
        row.save()
        row.delete()
    center = session.program.center
    listings.rebuild([center.pk])
    kinds = {
        (type(entry.copy.instance), entry.copy.history_type)
        for event in timeline(ana, Center, center.pk).events
        for entry in event.entries
    }
    for model in (Session, Statement, Program):
        assert {(model, "+"), (model, "-")} <= kinds
    assert (Organization, "+") in kinds
