"""Two people at one page: the second sees both versions, chooses, and nothing that was typed is lost."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse

from programs.models import Center, Organization, Program, Session
from tests.programs import factories
from tests.programs.accounts import account, client_of
from tests.programs.admin.posting import changed, filled, inputs

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(db: None) -> Client:
    """A second person, with a name."""
    user = account("admin", name="second")
    User.objects.filter(pk=user.pk).update(first_name="Sam", last_name="Second")
    return client_of(user)


def at(row: Any) -> str:
    return reverse(f"admin:programs_{row._meta.model_name}_change", args=[row.pk])


def opened(client: Client, row: Any, **changes: Any) -> dict[str, list[str]]:
    """What the page would send, as it was opened just now, with these changes typed."""
    return filled(client, at(row), f"{row._meta.model_name}_form", **changes)


def choices(response: HttpResponse) -> QueryDict:
    """What the page of conflicts would send as it stands."""
    assert response.status_code == 409
    text = response.content.decode()
    return inputs(text[text.index('class="conflict"') - 40 :])


def clashes(response: HttpResponse) -> dict[str, tuple[str, str, str]]:
    assert response.status_code == 409
    return {one.name: (one.was, one.theirs, one.mine) for one in response.context["found"].clashes}


def test_the_second_sees_what_was_what_is_and_what_they_typed(
    desk: Client, other: Client, center: Center
) -> None:
    mine = opened(desk, center, phone="520-555-0101", city="Marana")
    assert other.post(at(center), opened(other, center, phone="520-555-0202")).status_code == 302
    response = desk.post(at(center), mine)
    assert clashes(response) == {"center.phone": ("–", "520-555-0202", "520-555-0101")}
    assert "Sam Second" in response.content.decode()
    center.refresh_from_db()
    assert (center.phone, center.city) == ("520-555-0202", "Tucson")


@pytest.mark.parametrize(("side", "phone"), [("theirs", "520-555-0202"), ("mine", "520-555-0101")])
@pytest.mark.parametrize("at_once", [True, False])
def test_whichever_side_is_chosen_the_rest_that_was_typed_is_saved(
    desk: Client, other: Client, center: Center, side: str, phone: str, at_once: bool
) -> None:
    mine = opened(desk, center, phone="520-555-0101", city="Marana", **{"facts-pay_medicaid": "no"})
    other.post(at(center), opened(other, center, phone="520-555-0202"))
    choice = {"take": side} if at_once else {"choose-center.phone": side}
    page = choices(desk.post(at(center), mine))
    assert desk.post(at(center), changed(page, **choice)).status_code == 302
    center.refresh_from_db()
    assert (center.phone, center.city) == (phone, "Marana")
    assert center.statements.count() == 2


def test_without_a_choice_nothing_is_saved_and_nothing_is_lost(
    desk: Client, other: Client, center: Center
) -> None:
    mine = opened(desk, center, phone="520-555-0101", city="Marana")
    other.post(at(center), opened(other, center, phone="520-555-0202"))
    first = desk.post(at(center), mine)
    again = desk.post(at(center), dict(choices(first).lists()))
    assert clashes(again) == clashes(first)
    assert choices(again)["city"] == "Marana"
    center.refresh_from_db()
    assert (center.phone, center.city) == ("520-555-0202", "Tucson")


def test_a_third_change_while_choosing_is_put_before_the_person_again(
    desk: Client, other: Client, center: Center
) -> None:
    mine = opened(desk, center, phone="520-555-0101")
    other.post(at(center), opened(other, center, phone="520-555-0202"))
    page = choices(desk.post(at(center), mine))
    other.post(at(center), opened(other, center, phone="520-555-0303"))
    response = desk.post(at(center), changed(page, take="mine"))
    assert clashes(response) == {"center.phone": ("–", "520-555-0303", "520-555-0101")}
    assert desk.post(at(center), changed(choices(response), take="mine")).status_code == 302
    center.refresh_from_db()
    assert center.phone == "520-555-0101"


def test_what_only_the_other_changed_stands_unless_chosen_otherwise(
    desk: Client, other: Client, center: Center
) -> None:
    mine = opened(desk, center, city="Marana")
    other.post(at(center), opened(other, center, phone="520-555-0202"))
    page = choices(desk.post(at(center), mine))
    assert page["choose-center.phone"] == "theirs"
    assert desk.post(at(center), dict(page.lists())).status_code == 302
    center.refresh_from_db()
    assert (center.phone, center.city) == ("520-555-0202", "Marana")


def test_the_same_change_of_both_is_no_conflict(desk: Client, other: Client, center: Center) -> None:
    mine = opened(desk, center, phone="520-555-0202", city="Marana")
    other.post(at(center), opened(other, center, phone="520-555-0202"))
    assert desk.post(at(center), mine).status_code == 302
    center.refresh_from_db()
    assert (center.phone, center.city) == ("520-555-0202", "Marana")


def test_who_runs_it_is_watched_on_the_center_and_on_its_own_page(
    desk: Client, other: Client, center: Center
) -> None:
    mine = opened(desk, center, organization_name="Kite One")
    runner = center.organization
    own = opened(desk, runner, name="Kite Three")
    assert other.post(at(runner), opened(other, runner, name="Kite Two")).status_code == 302
    response = desk.post(at(center), mine)
    assert clashes(response) == {"organization.name": ("Kite Health", "Kite Two", "Kite One")}
    assert desk.post(at(center), changed(choices(response), take="mine")).status_code == 302
    assert Organization.objects.get().name == "Kite One"
    assert clashes(desk.post(at(runner), own)) == {
        "organization.name": ("Kite Health", "Kite One", "Kite Three")
    }


def test_a_program_and_its_week_are_watched_from_both_pages(
    desk: Client, other: Client, center: Center
) -> None:
    program = center.programs.get()
    factories.SessionFactory(program=program)
    mine = opened(desk, center, **{"programs-0-weeks_min": "8", "programs-0-week-0-ends": "20:00"})
    theirs = opened(other, program, weeks_min="12", **{"week-0-ends": "21:30"})
    assert other.post(at(program), theirs).status_code == 302
    response = desk.post(at(center), mine)
    evening = "Monday, 6 p.m. to {}: group"
    assert clashes(response) == {
        f"program-{program.pk}.weeks_min": ("–", "12", "8"),
        f"program-{program.pk}.week": (
            evening.format("9 p.m."),
            evening.format("9:30 p.m."),
            evening.format("8 p.m."),
        ),
    }
    page = changed(
        choices(response),
        **{f"choose-program-{program.pk}.weeks_min": "mine", f"choose-program-{program.pk}.week": "theirs"},
    )
    assert desk.post(at(center), page).status_code == 302
    program.refresh_from_db()
    assert program.weeks_min == 8
    assert f"{Session.objects.get().ends:%H:%M}" == "21:30"


@pytest.mark.parametrize(("side", "left"), [("mine", ["php"]), ("theirs", [])])
def test_a_program_that_was_taken_away_can_be_kept_as_a_new_one(
    desk: Client, other: Client, draft: Center, side: str, left: list[str]
) -> None:
    gone = draft.programs.get()
    mine = opened(desk, draft, **{"programs-0-level": "php", "programs-1-level": "detox", "city": "Marana"})
    assert other.post(at(draft), opened(other, draft, **{"programs-0-DELETE": "on"})).status_code == 302
    response = desk.post(at(draft), mine)
    assert set(clashes(response)) == {f"program-{gone.pk}.gone"}
    assert desk.post(at(draft), changed(choices(response), take=side)).status_code == 302
    assert sorted(draft.programs.values_list("level", flat=True)) == sorted([*left, "detox"])
    draft.refresh_from_db()
    assert draft.city == "Marana"


@pytest.mark.parametrize("stamp", [None, "", "forged", "a:b:c"])
def test_a_form_that_does_not_say_what_it_held_overwrites_nothing(
    desk: Client, center: Center, stamp: str | None
) -> None:
    mine = opened(desk, center, phone="520-555-0101", edit_base=stamp)
    response = desk.post(at(center), mine)
    assert set(clashes(response)) == {"center.phone"}
    assert desk.post(at(center), opened(desk, center, edit_base=stamp)).status_code == 302


def test_a_mistake_after_choosing_does_not_ask_again(desk: Client, other: Client, center: Center) -> None:
    mine = opened(desk, center, phone="520-555-0101", zip="1")
    other.post(at(center), opened(other, center, phone="520-555-0202"))
    page = desk.post(at(center), changed(choices(desk.post(at(center), mine)), take="mine"))
    assert page.status_code == 200
    fixed = changed(inputs(page.content.decode(), "center_form"), zip="85701")
    assert desk.post(at(center), fixed).status_code == 302
    center.refresh_from_db()
    assert center.phone == "520-555-0101"


def test_who_may_not_change_it_learns_nothing_by_a_conflict(desk: Client, center: Center) -> None:
    mine = opened(desk, center, phone="520-555-0101", edit_base="")
    for user in (account("reader"), account("coordinator", states=["TX"])):
        response = client_of(user).post(at(center), mine)
        assert response.status_code in (302, 403)
        assert center.name not in response.content.decode()


def test_programs_of_others_are_out_of_reach_of_a_form(desk: Client, center: Center, draft: Center) -> None:
    theirs = draft.programs.get()
    mine = opened(desk, center, **{"programs-0-id": str(theirs.pk), "programs-0-level": "detox"})
    desk.post(at(center), mine)
    theirs.refresh_from_db()
    assert (theirs.level, theirs.center) == ("iop", draft)
    assert Program.objects.filter(center=center).count() == 1
