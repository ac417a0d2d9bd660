"""What a coordinator saves: the rows of the search follow, and every word has its statement."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs import listings
from programs.facts import FactSet
from programs.models import (
    Center,
    DirectoryEntry,
    Listing,
    Organization,
    Program,
    Session,
    Statement,
    ZipCode,
)
from tests.programs.accounts import account, client_of
from tests.programs.admin.posting import filled

pytestmark = pytest.mark.django_db


def address(row: Model | type[Model], page: str) -> str:
    args = [row.pk] if isinstance(row, Model) else []
    return reverse(f"admin:programs_{row._meta.model_name}_{page}", args=args)


def center_data(center: Center, **changes: Any) -> dict[str, list[str]]:
    """What the browser sends for a center's page when nothing but `changes` was touched."""
    heard = {"said_method": "phone", "said_on": "2026-06-01", "said_by": ""}
    return filled(_desk(), address(center, "change"), "center_form", **(heard | changes))


def program_data(program: Program, **changes: Any) -> dict[str, list[str]]:
    """What the browser sends for a program's page when nothing but `changes` was touched."""
    heard = {"said_method": "phone", "said_on": "2026-06-01", "said_by": "intake"}
    return filled(_desk(), address(program, "change"), "program_form", **(heard | changes))


def _desk() -> Client:
    return client_of(User.objects.get(username="coordinator"))


def row_data(number: int, **changes: Any) -> dict[str, Any]:
    """A row of the week, as it is typed on a program's page."""
    row = {
        "days": ["0"],
        "starts": "18:00",
        "ends": "21:00",
        "kind": "group",
        "telehealth": "",
        "time_zone": "America/Phoenix",
    } | changes
    return {f"week-{number}-{name}": value for name, value in row.items()}


def saved(response: HttpResponse) -> None:
    errors = response.context and response.context["errors"]
    assert response.status_code == 302, errors


def errors_of(response: HttpResponse) -> dict[str, list[str]]:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


# -- Centers ----------------------------------------------------------------------------------


def test_a_new_phone_number_is_in_the_listing(desk: Client, center: Center) -> None:
    saved(desk.post(address(center, "change"), center_data(center, phone="520-555-0101")))
    assert Listing.objects.get().phone == "520-555-0101"


def test_saving_without_a_fact_makes_no_statement(desk: Client, center: Center) -> None:
    saved(desk.post(address(center, "change"), center_data(center, phone="520-555-0101")))
    assert Statement.objects.count() == 1


def test_what_was_heard_becomes_one_statement_and_the_listing_follows(
    desk: Client, center: Center, coordinator: User
) -> None:
    heard = {
        "facts-pay_medicaid": "no",
        "facts-lang_spanish": "yes",
        "facts-telehealth": "",
        "said_method": "email",
        "said_by": "intake",
    }
    before = Statement.objects.values().get()
    saved(desk.post(address(center, "change"), center_data(center, **heard)))
    directory, new = Statement.objects.order_by("id")
    assert Statement.objects.values().get(pk=directory.pk) == before
    assert new.facts == FactSet.of(yes=["lang_spanish"], no=["pay_medicaid"])
    assert (new.source, new.method, new.said_on) == ("coordinator", "email", date(2026, 6, 1))
    assert (new.said_by, new.entered_by, new.program) == ("intake", coordinator, None)
    listing = Listing.objects.get()
    values = {
        code: listing.facts.value(code)
        for code in ("pay_medicaid", "lang_spanish", "telehealth", "age_adults")
    }
    assert values == {"pay_medicaid": False, "lang_spanish": True, "telehealth": False, "age_adults": True}
    assert (listing.said_on, listing.said_method) == (date(2026, 6, 1), "email")


def test_the_form_shows_what_is_known_and_chooses_nothing(desk: Client, center: Center) -> None:
    page = desk.get(address(center, "change")).content.decode()
    row = page[page.index('id="id_facts-pay_medicaid_label"') :][:1200]
    assert "So far: yes" in row
    assert '<input type="radio" name="facts-pay_medicaid" value="" checked>' in row
    row = page[page.index('id="id_facts-lang_spanish_label"') :][:1200]
    assert "Unknown so far" in row


def test_a_fact_that_is_neither_yes_nor_no_is_refused(desk: Client, center: Center) -> None:
    data = center_data(center, **{"facts-pay_medicaid": "maybe"})
    errors = errors_of(desk.post(address(center, "change"), data))
    assert errors == {"facts": ["“maybe” is neither yes nor no."]}


def test_what_was_chosen_is_still_chosen_after_an_error(desk: Client, center: Center) -> None:
    data = center_data(center, **{"facts-pay_medicaid": "no", "zip": "857"})
    page = desk.post(address(center, "change"), data).content.decode()
    assert '<input type="radio" name="facts-pay_medicaid" value="no" checked>' in page


def test_a_day_that_has_not_come_is_refused(desk: Client, center: Center) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    data = center_data(center, said_on=tomorrow.isoformat())
    assert errors_of(desk.post(address(center, "change"), data)) == {
        "said_on": ["This day has not come yet."]
    }


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("zip", "8570", "A ZIP code has 5 digits."),
        ("zip", "8570a", "A ZIP code has 5 digits."),
        ("state", "XX", "Use the two letters of a state, for example AZ."),
        ("lon", "", "Give both latitude and longitude, or neither."),
    ],
)
def test_a_wrong_address_is_refused_in_plain_words(
    desk: Client, center: Center, field: str, value: str, message: str
) -> None:
    errors = errors_of(desk.post(address(center, "change"), center_data(center, **{field: value})))
    assert [message] in errors.values()


def test_a_center_that_closes_leaves_the_search(desk: Client, center: Center) -> None:
    saved(desk.post(address(center, "status"), {"was": "published", "to": "closed"}))
    assert not Listing.objects.exists()


def test_an_address_without_coordinates_lies_in_the_middle_of_its_zip_code(
    desk: Client, center: Center
) -> None:
    ZipCode.objects.create(zip="85705", city="Tucson", state="AZ", lat=32.27, lon=-110.99)
    data = center_data(center, zip="85705", lat="", lon="")
    saved(desk.post(address(center, "change"), data))
    center.refresh_from_db()
    assert (center.lat, center.lon, center.location) == (32.27, -110.99, "zip")
    assert Listing.objects.get().approximate


def test_an_approximate_place_follows_its_zip_code_and_an_exact_one_stays(
    desk: Client, center: Center
) -> None:
    ZipCode.objects.create(zip="85705", city="Tucson", state="AZ", lat=32.27, lon=-110.99)
    saved(desk.post(address(center, "change"), center_data(center, zip="85705")))
    center.refresh_from_db()
    assert (center.lat, center.location) == (32.2, "exact")
    Center.objects.update(location="zip")
    center.refresh_from_db()
    saved(desk.post(address(center, "change"), center_data(center, zip="85701")))
    saved(desk.post(address(center, "change"), center_data(center, zip="85705")))
    center.refresh_from_db()
    assert (center.lat, center.location) == (32.27, "zip")


def test_a_zip_code_nobody_knows_leaves_the_place_unknown(desk: Client, center: Center) -> None:
    saved(desk.post(address(center, "change"), center_data(center, zip="00000", lat="", lon="")))
    center.refresh_from_db()
    assert (center.lat, center.location) == (None, "unknown")
    assert Listing.objects.get().cell is None


def test_coordinates_that_were_typed_are_exact(desk: Client, center: Center) -> None:
    Center.objects.update(location="zip")
    saved(desk.post(address(center, "change"), center_data(center, lat="32.25")))
    center.refresh_from_db()
    assert (center.lat, center.location) == (32.25, "exact")


def test_a_new_program_on_the_center_page_can_be_found(desk: Client, center: Center) -> None:
    data = center_data(center, **{"programs-1-level": "php", "programs-1-track": "Days"})
    saved(desk.post(address(center, "change"), data))
    assert list(Listing.objects.order_by("level").values_list("level", "track")) == [
        ("iop", ""),
        ("php", "Days"),
    ]


def test_a_program_of_a_draft_can_be_deleted_on_the_center_page(desk: Client, draft: Center) -> None:
    saved(desk.post(address(draft, "change"), center_data(draft, **{"programs-0-DELETE": "on"})))
    assert not Program.objects.exists()


def test_a_program_people_have_seen_is_taken_off_the_list_and_not_deleted(
    desk: Client, center: Center
) -> None:
    saved(desk.post(address(center, "change"), center_data(center, **{"programs-0-DELETE": "on"})))
    assert Listing.objects.exists()
    saved(desk.post(address(center, "change"), center_data(center, **{"programs-0-is_listed": None})))
    assert Program.objects.exists()
    assert not Listing.objects.exists()


def test_a_new_center_is_a_draft_and_can_be_found_once_it_is_published(desk: Client) -> None:
    organization = Organization.objects.create(name="Kite Health")
    typed = {
        "organization": organization.pk,
        "name": "New Kite",
        "city": "Tucson",
        "state": "az",
        "zip": "85701",
        "said_on": "2026-06-01",
        "facts-pay_free": "yes",
        "programs-0-level": "iop",
    }
    saved(desk.post(address(Center, "add"), filled(desk, address(Center, "add"), "center_form", **typed)))
    center = Center.objects.get()
    assert (center.status, Listing.objects.exists()) == ("draft", False)
    saved(desk.post(address(center, "status"), {"was": "draft", "to": "published"}))
    listing = Listing.objects.get()
    assert (listing.name, listing.slug, listing.state) == ("New Kite", "new-kite", "AZ")
    assert listing.facts.value("pay_free") is True


def test_a_draft_can_be_deleted_and_what_was_public_cannot(
    desk: Client, center: Center, draft: Center
) -> None:
    saved(desk.post(address(draft, "delete"), {"post": "yes"}))
    assert list(Center.objects.all()) == [center]
    Statement.objects.update(source="coordinator", method="phone")
    assert desk.post(address(center, "delete"), {"post": "yes"}).status_code == 403
    saved(desk.post(address(center, "status"), {"was": "published", "to": "review"}))
    assert desk.post(address(center, "delete"), {"post": "yes"}).status_code == 403
    everything = {"action": "delete_selected", "_selected_action": [center.pk], "post": "yes"}
    desk.post(address(Center, "changelist"), everything)
    assert list(Center.objects.all()) == [center]


def test_a_center_of_a_directory_cannot_be_deleted(desk: Client, draft: Center) -> None:
    Statement.objects.update(method="directory", edition=2023)
    DirectoryEntry.objects.create(
        source="samhsa_su",
        key="k",
        center=draft,
        statement=draft.statements.get(),
        digest="",
        first_edition=2023,
        last_edition=2023,
    )
    assert desk.post(address(draft, "delete"), {"post": "yes"}).status_code == 403
    assert Center.objects.exists()


# -- Programs ---------------------------------------------------------------------------------


def test_hours_are_in_the_listing_and_rest_on_a_statement(
    desk: Client, center: Center, coordinator: User
) -> None:
    program = center.programs.get()
    data = program_data(program, hours_per_week_min="9", hours_per_week_max="12")
    saved(desk.post(address(program, "change"), data))
    program.refresh_from_db()
    assert program.details_from is not None
    assert (program.details_from.program, program.details_from.entered_by) == (program, coordinator)
    assert Listing.objects.get().hours_per_week_max == 12


def test_a_changed_track_needs_no_statement(desk: Client, center: Center) -> None:
    program = center.programs.get()
    saved(desk.post(address(program, "change"), program_data(program, track="Women")))
    assert Statement.objects.count() == 1
    assert Listing.objects.get().track == "Women"


def test_a_timetable_says_when_the_program_meets(desk: Client, center: Center) -> None:
    program = center.programs.get()
    rows = row_data(0) | row_data(1, days=["5"], starts="09:00", ends="12:00")
    data = program_data(program, **rows)
    saved(desk.post(address(program, "change"), data))
    assert Session.objects.count() == 2
    known = Listing.objects.get().facts
    times = [known.value(f"time_{name}") for name in ("morning", "afternoon", "evening", "weekend")]
    assert times == [True, False, True, True]
    program.refresh_from_db()
    assert program.details_from is not None


def test_a_session_taken_away_changes_the_times_of_day(desk: Client, center: Center) -> None:
    program = center.programs.get()
    rows = row_data(0) | row_data(1, starts="09:00", ends="12:00")
    saved(desk.post(address(program, "change"), program_data(program, **rows)))
    data = program_data(program)
    [evening] = [name for name, value in data.items() if value == ["18:00"]]
    data[evening.replace("starts", "DELETE")] = ["on"]
    saved(desk.post(address(program, "change"), data))
    assert Listing.objects.get().facts.value("time_evening") is False
    assert Listing.objects.get().facts.value("time_morning") is True


def test_a_fact_about_one_program_stays_with_it(desk: Client, center: Center) -> None:
    other = Program.objects.create(center=center, level="php")
    program = center.programs.get(level="iop")
    saved(desk.post(address(program, "change"), program_data(program, **{"facts-women_only": "yes"})))
    assert Listing.objects.get(program=program).facts.value("women_only") is True
    assert Listing.objects.get(program=other).facts.value("women_only") is None


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"hours_per_week_min": "12", "hours_per_week_max": "9"}, "This is less than where it starts."),
        ({"weeks_min": "12", "weeks_max": "9"}, "This is less than where it starts."),
        ({"price_min": "-1"}, "This cannot be less than nothing."),
        ({"deposit": "-1"}, "This cannot be less than nothing."),
        ({"openings": "2"}, "Say until when this holds, so that it does not grow stale."),
    ],
)
def test_wrong_numbers_are_refused_in_plain_words(
    desk: Client, center: Center, changes: dict[str, str], message: str
) -> None:
    program = center.programs.get()
    errors = errors_of(desk.post(address(program, "change"), program_data(program, **changes)))
    assert [message] in errors.values()


def test_a_session_that_ends_before_it_starts_is_refused(desk: Client, center: Center) -> None:
    program = center.programs.get()
    data = program_data(program, **row_data(0, ends="17:00"))
    response = desk.post(address(program, "change"), data)
    assert "A session ends after it starts." in response.content.decode()


@pytest.mark.parametrize(
    ("adults", "hours", "warned"),
    [("yes", "8", True), ("yes", "19", False), ("yes", "40", True), ("no", "8", False)],
)
def test_hours_outside_the_band_of_the_level_are_pointed_out_and_saved(
    desk: Client, center: Center, adults: str, hours: str, warned: bool
) -> None:
    program = center.programs.get()
    ages = {"facts-age_under_18": "yes", "facts-age_adults": adults}
    data = program_data(program, hours_per_week_max=hours, **ages)
    response = desk.post(address(program, "change"), data, follow=True)
    assert ("outside what is usual for this level (IOP)" in response.content.decode()) is warned
    assert Listing.objects.get().hours_per_week_max == int(hours)


def test_programs_of_a_draft_are_deleted_in_one_go_and_seen_ones_are_not(
    desk: Client, center: Center, draft: Center
) -> None:
    seen, unseen = center.programs.get(), draft.programs.get()
    data = {"action": "delete_selected", "_selected_action": [unseen.pk], "post": "yes"}
    desk.post(address(Program, "changelist"), data)
    desk.post(address(Program, "changelist"), data | {"_selected_action": [seen.pk]})
    assert list(Program.objects.all()) == [seen]
    assert desk.post(address(seen, "delete"), {"post": "yes"}).status_code == 403


# -- Statements -------------------------------------------------------------------------------


@pytest.fixture
def slip(center: Center, coordinator: User) -> Statement:
    """A statement a coordinator entered and would like to take back; it turned Medicaid to no."""
    statement = Statement(
        center=center, source="coordinator", method="phone", said_on=date(2026, 6, 1), entered_by=coordinator
    )
    statement.facts = FactSet.of(no=["pay_medicaid"])
    statement.save()
    listings.rebuild([center.pk])
    assert Listing.objects.get().facts.value("pay_medicaid") is False
    return statement


def test_a_slip_is_taken_back_and_the_listing_is_as_before(desk: Client, slip: Statement) -> None:
    saved(desk.post(address(slip, "delete"), {"post": "yes"}))
    assert Listing.objects.get().facts.value("pay_medicaid") is True


def test_several_slips_are_taken_back_in_one_go(desk: Client, slip: Statement) -> None:
    data = {"action": "delete_selected", "_selected_action": [slip.pk], "post": "yes"}
    desk.post(address(Statement, "changelist"), data)
    assert Listing.objects.get().facts.value("pay_medicaid") is True


def test_what_a_directory_said_cannot_be_taken_back(desk: Client, slip: Statement) -> None:
    directory = Statement.objects.get(method="directory")
    assert desk.post(address(directory, "delete"), {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": [slip.pk, directory.pk], "post": "yes"}
    desk.post(address(Statement, "changelist"), data)
    assert Statement.objects.count() == 2


def test_a_statement_cannot_be_edited_or_added_by_hand(desk: Client, slip: Statement) -> None:
    assert desk.post(address(slip, "change"), {"said_by": "x"}).status_code == 403
    assert desk.get(address(Statement, "add")).status_code == 403


# -- Who may what -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["zipcode", "city", "importrun", "refusedrow", "directoryentry", "listing"])
def test_what_imports_write_can_be_looked_at_only(desk: Client, name: str) -> None:
    assert desk.get(reverse(f"admin:programs_{name}_changelist")).status_code == 200
    assert desk.get(reverse(f"admin:programs_{name}_add")).status_code == 403


def test_who_may_only_look_sees_a_center_without_being_asked_what_they_heard(center: Center) -> None:
    client = client_of(account("reader"))
    for row in (center, center.programs.get()):
        page = client.get(address(row, "change"))
        assert page.status_code == 200
        assert "What you heard" not in page.content.decode()
    assert client.post(address(center, "change"), {"phone": "1"}).status_code == 403


def test_the_mark_of_a_sample_cannot_be_taken_off(desk: Client, center: Center) -> None:
    Center.objects.update(is_sample=True)
    saved(desk.post(address(center, "change"), center_data(center, is_sample="")))
    center.refresh_from_db()
    assert center.is_sample


def test_the_page_of_a_center_leads_to_each_program_and_back(desk: Client, center: Center) -> None:
    program = center.programs.get()
    assert f'href="{address(program, "change")}"' in desk.get(address(center, "change")).content.decode()
    assert f'href="{address(center, "change")}"' in desk.get(address(program, "change")).content.decode()


def test_the_page_of_an_organization_leads_to_its_centers(desk: Client, center: Center) -> None:
    page = desk.get(address(center.organization, "change")).content.decode()
    assert f'href="{address(center, "change")}"' in page
    every = f"{address(Center, 'changelist')}?organization__id__exact={center.organization_id}"
    assert every in page
    assert "1 center" in desk.get(every).content.decode()
