"""Who reaches which rows: by state, by organization, by center; older copies and rows to be stored too."""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser, User

from programs.models import (
    Center,
    City,
    ImportRun,
    Merge,
    Organization,
    Program,
    Session,
    StaffMember,
    Statement,
    ZipCode,
)
from programs.staff.access import PATHS, centers_of, may, reach, role_of, stays_within, takes_in, thing_of
from programs.staff.roles import RIGHTS, Act, Role, Thing
from tests.programs.accounts import account
from tests.programs.factories import (
    CenterFactory,
    CityFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db
BOUNDED = ("states", "organizations", "centers")


class Place:
    """A center with all that may hang on it."""

    def __init__(self, state: str) -> None:
        self.organization = OrganizationFactory(state=state)
        self.center = CenterFactory(organization=self.organization, state=state)
        self.program = ProgramFactory(center=self.center)
        self.session = SessionFactory(program=self.program)
        self.statement = StatementFactory(center=self.center)

    @property
    def rows(self) -> tuple[Any, ...]:
        return (self.organization, self.center, self.program, self.session, self.statement)


@pytest.fixture
def inside(db: None) -> Place:
    return Place("AZ")


@pytest.fixture
def outside(db: None) -> Place:
    return Place("NM")


def bounded(by: str, place: Place) -> User:
    """A coordinator who reaches this place by its state or its organization, or staff of its center."""
    if by == "states":
        return account("coordinator", states=[place.center.state])
    if by == "organizations":
        return account("coordinator", organizations=[place.organization])
    return account("center", centers=[place.center])


def test_every_table_of_the_desk_is_part_of_something() -> None:
    listed = {model._meta.model_name for model in apps.get_app_config("programs").get_models()}
    for name in PATHS:
        assert name in listed | {"user"}


def test_every_role_and_thing_is_in_the_table() -> None:
    assert set(RIGHTS) == set(Role)
    assert all(acts <= set(Act) for rights in RIGHTS.values() for acts in rights.values())
    assert set(RIGHTS[Role.ADMIN]) == set(Thing)


@pytest.mark.parametrize("by", BOUNDED)
def test_rows_inside_are_reached_and_rows_outside_are_not(by: str, inside: Place, outside: Place) -> None:
    user = bounded(by, inside)
    for mine, theirs in zip(inside.rows, outside.rows, strict=True):
        assert list(reach(user, type(mine).objects.all())) == [mine]
        assert may(user, Act.VIEW, mine)
        for act in Act:
            assert not may(user, act, theirs)


@pytest.mark.parametrize("by", ["states", "organizations"])
def test_older_copies_are_reached_as_their_rows_are(by: str, inside: Place, outside: Place) -> None:
    user = bounded(by, inside)
    for mine in inside.rows:
        assert {copy.id for copy in reach(user, type(mine).history.all())} == {mine.pk}


@pytest.mark.parametrize("by", ["states", "organizations"])
def test_older_copies_of_what_is_gone_are_reached_as_it_was(by: str, inside: Place, outside: Place) -> None:
    keys = {type(row): row.pk for row in inside.rows if type(row) is not Organization}
    inside.center.delete()
    outside.center.delete()
    user = bounded(by, inside)
    for model, key in keys.items():
        assert {copy.id for copy in reach(user, model.history.all())} == {key}


def test_copies_of_a_gone_organization_are_reached_by_its_state() -> None:
    mine, theirs = OrganizationFactory(state="AZ"), OrganizationFactory(state="NM")
    key = mine.pk
    mine.delete()
    theirs.delete()
    user = account("coordinator", states=["AZ"])
    assert {copy.id for copy in reach(user, Organization.history.all())} == {key}


def test_center_staff_see_no_older_copies(inside: Place) -> None:
    assert not reach(bounded("centers", inside), Center.history.all()).exists()


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "center", "reader"])
def test_older_copies_of_accounts_are_for_platform_admins(role: str) -> None:
    user = account(role)
    assert StaffMember.history.exists()
    assert thing_of(StaffMember.history.model) is Thing.STAFF
    assert not reach(user, StaffMember.history.all()).exists()
    assert reach(account("admin"), StaffMember.history.all()).exists()


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "reader"])
def test_no_bounds_reach_all_but_accounts(role: str, inside: Place, outside: Place) -> None:
    user = account(role)
    assert reach(user, Center.objects.all()).count() == 2
    assert not reach(user, User.objects.all()).exists()
    assert not reach(user, StaffMember.objects.all()).exists()


def test_center_staff_without_a_center_reach_nothing(inside: Place) -> None:
    user = account("center")
    for row in inside.rows:
        assert not reach(user, type(row).objects.all()).exists()
    assert not centers_of(user).exists()


@pytest.mark.parametrize("make", ["nobody", "no role", "not staff", "inactive"])
def test_who_has_no_role_reaches_nothing(make: str, inside: Place) -> None:
    user: Any = AnonymousUser()
    if make == "no role":
        user = User.objects.create_user("x", is_staff=True)
    if make in ("not staff", "inactive"):
        user = account("admin")
        setattr(user, "is_staff" if make == "not staff" else "is_active", False)
    assert role_of(user) is None
    for row in inside.rows:
        assert not reach(user, type(row).objects.all()).exists()
        assert not any(may(user, act, row) or may(user, act, type(row)) for act in Act)
    assert not any(may(user, act, thing) for act in Act for thing in Thing)
    assert not takes_in(user, state="AZ", organization=inside.organization)
    assert not stays_within(user, inside.center)


def test_a_pair_is_reached_where_both_centers_are(inside: Place, outside: Place) -> None:
    second = CenterFactory(state="AZ")
    Merge.objects.create(survivor=inside.center, merged=second)
    across = Merge.objects.create(survivor=inside.center, merged=outside.center)
    user = bounded("states", inside)
    assert across not in reach(user, Merge.objects.all())
    assert reach(user, Merge.objects.all()).count() == 1


def test_imports_are_for_those_who_reach_every_center(inside: Place) -> None:
    ImportRun.objects.create(read=0)
    assert not reach(bounded("states", inside), ImportRun.objects.all()).exists()
    assert reach(account("coordinator"), ImportRun.objects.all()).exists()


def test_places_are_open_to_bounded_accounts(inside: Place) -> None:
    CityFactory()
    assert reach(bounded("states", inside), City.objects.all()).exists()
    assert not reach(bounded("centers", inside), ZipCode.objects.all()).exists()


# -- Organizations ------------------------------------------------------------------------------
def test_an_organization_shared_with_others_may_be_seen_and_not_changed(inside: Place) -> None:
    user = bounded("states", inside)
    assert may(user, Act.CHANGE, inside.organization)
    CenterFactory(organization=inside.organization, state="NM")
    again = User.objects.get(pk=user.pk)
    assert may(again, Act.VIEW, inside.organization)
    for act in (Act.CHANGE, Act.DELETE):
        assert not may(again, act, inside.organization)
    assert may(account("coordinator"), Act.CHANGE, inside.organization)


def test_an_organization_without_centers_is_reached_in_ones_own_states(inside: Place) -> None:
    mine, theirs = OrganizationFactory(state="AZ"), OrganizationFactory(state="NM")
    user = bounded("states", inside)
    assert mine in reach(user, Organization.objects.all())
    assert theirs not in reach(user, Organization.objects.all())


def test_an_organization_that_was_given_is_reached_without_centers() -> None:
    mine = OrganizationFactory(state="NM")
    user = account("coordinator", organizations=[mine])
    assert list(reach(user, Organization.objects.all())) == [mine]
    assert not may(user, Act.ADD, Organization)
    assert may(account("coordinator", states=["AZ"]), Act.ADD, Organization)


# -- What is about to be stored -----------------------------------------------------------------
def test_what_would_lie_outside_may_not_be_stored(inside: Place, outside: Place) -> None:
    user = bounded("states", inside)
    assert stays_within(user, Center(state="AZ", organization=outside.organization))
    assert not stays_within(user, Center(state="NM", organization=inside.organization))
    assert stays_within(user, Organization(state="AZ"))
    assert not stays_within(user, Organization(state="NM"))
    assert not stays_within(user, Organization(state=""))
    assert stays_within(user, Program(center=inside.center))
    assert not stays_within(user, Program(center=outside.center))
    assert not stays_within(user, Session(program=outside.program))
    assert not stays_within(user, Statement(center=outside.center))
    mover = bounded("organizations", inside)
    assert stays_within(mover, Center(state="NM", organization=inside.organization))
    assert not stays_within(mover, Center(state="AZ", organization=outside.organization))
    staff = bounded("centers", inside)
    assert not stays_within(staff, Center(state="AZ", organization=inside.organization))


def test_a_row_of_the_admin_site_nobody_listed_is_closed() -> None:
    from django.contrib.sessions.models import Session as Signed

    for role in ("admin", "coordinator"):
        assert not may(account(role), Act.VIEW, Signed)
        assert not reach(account(role), Signed.objects.all()).exists()
