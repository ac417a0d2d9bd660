"""The page on which a coordinator works while on the phone: all of a center; and what saving leaves alone."""

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.admin import kept
from programs.admin.centers import COLUMNS as CENTER_COLUMNS
from programs.admin.centers import HELP as CENTER_HELP
from programs.admin.programs import COLUMNS as PROGRAM_COLUMNS
from programs.admin.programs import HELP as PROGRAM_HELP
from programs.importing.state import PLACE
from programs.models import Center, Listing, Organization, Program, Session, Statement
from tests.programs import factories
from tests.programs.accounts import account, client_of
from tests.programs.admin.posting import filled

pytestmark = pytest.mark.django_db
MOST = 15


def at(row: Any) -> str:
    return reverse(f"admin:programs_{row._meta.model_name}_change", args=[row.pk])


def save(client: Client, row: Any, **changes: Any) -> str:
    """Open the page of a row, type these changes, save; the text of the page that follows."""
    data = filled(client, at(row), f"{row._meta.model_name}_form", **changes, _continue="1")
    response = client.post(at(row), data, follow=True)
    assert response.status_code == 200
    return unescape(response.content.decode())


def messages(text: str) -> list[str]:
    return re.findall(r'<li class="warning">(.*?)</li>', text, re.DOTALL)


def copies() -> int:
    models = (Organization, Center, Program, Session, Statement)
    return sum(model.history.count() for model in models)


def test_a_center_with_six_programs_and_forty_sessions_asks_few_questions(desk: Client) -> None:
    center = factories.center(["iop", "php", "detox"], yes=["age_adults"])
    for level in ("iop", "php", "outpatient"):
        factories.ProgramFactory(center=center, level=level, track="Evenings")
    for number, program in enumerate(center.programs.all()):
        for session in range(7 if number < 4 else 6):
            factories.SessionFactory(program=program, day=session)
    assert (center.programs.count(), Session.objects.count()) == (6, 40)
    desk.get(at(center))
    with CaptureQueriesContext(connection) as queries:
        text = desk.get(at(center)).content.decode()
    assert len(queries) <= MOST, "\n".join(query["sql"][:150] for query in queries)
    assert text.count('class="program"') == 6 + 2
    assert text.count("checked> <span aria-hidden") == 40


@pytest.mark.parametrize("name", ["center", "program", "organization"])
def test_saving_without_a_change_leaves_dates_and_history_alone(
    desk: Client, center: Center, name: str
) -> None:
    program = center.programs.get()
    factories.SessionFactory(program=program)
    row = {"center": center, "program": program, "organization": center.organization}[name]
    before = (copies(), Center.objects.values().get(), Organization.objects.values().get())
    listing = Listing.objects.values().get()
    save(desk, row, **({} if name == "organization" else {"said_method": "website", "said_by": "nobody"}))
    after = (copies(), Center.objects.values().get(), Organization.objects.values().get())
    assert after == before
    assert Listing.objects.values().get() == listing
    assert Statement.objects.count() == 1


def test_a_changed_week_writes_its_sessions_and_no_more_than_the_program(
    desk: Client, center: Center
) -> None:
    program = center.programs.get()
    stays = factories.SessionFactory(program=program)
    save(desk, center, **{"programs-0-week-0-days": ["0", "2"]})
    assert list(program.sessions.values_list("day", flat=True)) == [0, 2]
    assert (stays.history.count(), center.history.count(), program.history.count()) == (1, 1, 2)
    program.refresh_from_db()
    assert program.details_from.program == program
    assert Listing.objects.get().facts.value("time_evening") is True


def test_everything_of_a_center_is_saved_from_one_page(desk: Client, center: Center) -> None:
    rows = {"days": ["0", "2", "3"], "starts": "18:00", "ends": "21:00", "time_zone": "America/Phoenix"}
    save(
        desk,
        center,
        phone="520-555-0101",
        organization_phone="520-555-0900",
        email="front@example.org",
        takes_inquiries="on",
        **{
            "said_by": "intake",
            "said_on": "2026-06-01",
            "facts-lang_spanish": "yes",
            "programs-0-hours_per_week_min": "9",
            "programs-0-wait_days": "3",
            "programs-1-level": "php",
            "programs-1-weeks_min": "4",
            **{f"programs-0-week-0-{name}": value for name, value in rows.items()},
        },
    )
    center.refresh_from_db()
    assert (center.phone, center.email, center.takes_inquiries) == ("520-555-0101", "front@example.org", True)
    assert center.organization.phone == "520-555-0900"
    iop, php = center.programs.order_by("id")
    assert (iop.hours_per_week_min, iop.wait_days, iop.sessions.count()) == (9, 3, 3)
    assert (php.level, php.weeks_min) == ("php", 4)
    assert iop.details_from.said_by == php.details_from.said_by == "intake"
    assert center.statements.count() == 4
    assert {copy.history_user.username for copy in iop.history.filter(history_type="~")} == {"coordinator"}


def test_a_mistake_in_a_week_keeps_all_that_was_typed(desk: Client, center: Center) -> None:
    text = save(
        desk, center, city="Marana", **{"programs-0-week-0-days": ["0"], "programs-0-week-0-starts": "18:00"}
    )
    assert "Say when it ends." in text
    assert 'name="city" value="Marana"' in text
    assert Center.objects.get().city == "Tucson"
    assert not Session.objects.exists()


# -- What people keep -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "columns"),
    [
        ({"phone": "520-555-0101"}, ["phone"]),
        ({"website": "https://kite.example/"}, ["website"]),
        ({"street1": "2 Main Street"}, ["street1", "lat", "lon", "location"]),
        ({"lat": "32.25"}, ["lat", "lon", "location"]),
        ({"email": "a@example.org"}, []),
    ],
)
def test_what_a_person_changes_is_kept_from_imports(
    desk: Client, center: Center, changes: dict[str, str], columns: list[str]
) -> None:
    save(desk, center, **changes)
    center.refresh_from_db()
    assert center.kept_columns == columns


def test_a_column_is_handed_back_to_the_directory(desk: Client, center: Center) -> None:
    text = save(desk, center, phone="520-555-0101", street1="2 Main Street")
    assert "Let the directory fill these again" in text
    save(desk, center, hand_back=["phone"])
    center.refresh_from_db()
    assert center.kept_columns == ["street1", "lat", "lon", "location"]
    save(desk, center, hand_back=["street1", "lat"])
    center.refresh_from_db()
    assert center.kept_columns == []
    assert "Let the directory fill these again" not in desk.get(at(center)).content.decode()


def test_every_column_an_import_writes_can_be_kept() -> None:
    assert set(kept.KEEPABLE) == set(PLACE) - {"in_latest_edition"}
    assert kept.columns_of(PLACE) == set(kept.KEEPABLE)


def test_a_new_name_changes_the_address_and_no_other_change_does(desk: Client, center: Center) -> None:
    Center.objects.update(slug="kite-clinic-tucson-az")
    save(desk, center, phone="520-555-0101")
    center.refresh_from_db()
    assert center.slug == "kite-clinic-tucson-az"
    save(desk, center, name="Osprey Clinic")
    center.refresh_from_db()
    assert center.slug == "osprey-clinic"


# -- Warnings that teach ----------------------------------------------------------------------


def test_a_claim_is_pointed_out_once_and_then_stands_beside_its_field(desk: Client, center: Center) -> None:
    text = save(desk, center, **{"programs-0-aftercare": "We guarantee <b>recovery</b>."})
    [told] = messages(text)
    assert "Intensive outpatient (IOP) · After the program: “guarantee”." in told
    assert "Nobody can promise how treatment will go." in told
    assert Program.objects.get().aftercare == "We guarantee <b>recovery</b>."
    assert text.count("Nobody can promise how treatment will go.") == 2
    again = save(desk, center, phone="520-555-0101")
    assert messages(again) == []
    assert 'class="claim"><b>“guarantee”</b>' in again


def test_names_and_hours_are_held_against_what_is_true(desk: Client, center: Center) -> None:
    text = save(desk, center, name="Luxury Rehab", **{"programs-0-hours_per_week_min": "6"})
    told = " ".join(messages(text))
    assert "“Luxury”" in told
    assert "outside what is usual for this level (IOP): it starts at 9 a week." in told


def test_a_week_that_differs_from_the_hours_is_pointed_out(desk: Client, center: Center) -> None:
    Program.objects.update(hours_per_week_min=12, hours_per_week_max=15)
    row = {"days": ["0"], "starts": "18:00", "ends": "21:00", "time_zone": "America/Phoenix"}
    text = save(desk, center, **{f"programs-0-week-0-{name}": value for name, value in row.items()})
    assert "The timetable adds up to 3 hours a week, which is not what is stated: 12–15." in " ".join(
        messages(text)
    )


def test_an_organization_that_promises_is_told_on_both_pages(desk: Client, center: Center) -> None:
    for row, field in ((center, "organization_name"), (center.organization, "name")):
        Organization.objects.update(name="Kite Health")
        assert "“Guaranteed”" in " ".join(messages(save(desk, row, **{field: "Guaranteed Health"})))


def test_every_field_helps_whoever_is_on_the_phone() -> None:
    assert set(CENTER_HELP) == set(CENTER_COLUMNS)
    assert set(PROGRAM_HELP) == set(PROGRAM_COLUMNS)


# -- Who may what -----------------------------------------------------------------------------


def test_who_runs_it_is_edited_in_place_by_those_who_may(center: Center) -> None:
    text = client_of(account("coordinator", states=["AZ"])).get(at(center)).content.decode()
    assert 'name="organization_name"' in text
    for role in ("reader", "center"):
        text = client_of(account(role, centers=[center])).get(at(center)).content.decode()
        assert 'name="organization_name"' not in text
        assert 'name="phone"' not in text
        assert "Kite Clinic" in text


@pytest.mark.parametrize(("state", "is_saved"), [("AZ", True), ("TX", False)])
def test_a_center_stays_within_the_reach_of_whoever_adds_or_moves_it(
    center: Center, state: str, is_saved: bool
) -> None:
    client = client_of(account("coordinator", states=["AZ"]))
    save(client, center, state=state)
    center.refresh_from_db()
    assert center.state == ("AZ" if not is_saved else state)
    typed = {
        "organization": center.organization_id,
        "name": "New",
        "city": "X",
        "state": state,
        "zip": "85701",
    }
    address = reverse("admin:programs_center_add")
    client.post(address, filled(client, address, "center_form", **typed))
    assert Center.objects.filter(name="New").exists() is is_saved


def test_an_organization_names_the_centers_within_reach_only(center: Center) -> None:
    far = factories.CenterFactory(organization=center.organization, name="Far Away", state="TX")
    text = client_of(account("coordinator", states=["AZ"])).get(at(center.organization)).content.decode()
    assert "Kite Clinic" in text
    assert far.name not in text
