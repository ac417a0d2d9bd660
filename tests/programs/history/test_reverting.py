"""Older copies brought back: recorded, listed again, whole, or refused with a reason."""

from typing import Any

import pytest
from django.contrib.auth.models import User

from programs import history, listings
from programs.models import Center, DirectoryEntry, Listing, Organization, Program, Session, Statement
from tests.programs import factories
from tests.programs.accounts import account
from tests.programs.factories import (
    CenterFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(db: None) -> User:
    return User.objects.create_user("ana")


def test_a_center_is_as_it_was_and_the_change_is_recorded(by: User) -> None:
    center = factories.center(name="Kite", phone="1")
    old = center.history.earliest()
    center.name, center.phone, center.status = "Kyte", "2", "closed"
    center.save()
    listings.rebuild([center.pk])
    assert not Listing.objects.exists()
    history.revert(old, by)
    center.refresh_from_db()
    assert (center.name, center.phone, center.status) == ("Kite", "1", "published")
    assert Listing.objects.get().name == "Kite"
    newest = center.history.latest()
    assert (newest.history_change_reason, newest.history_user) == (f"revert:{old.history_id}", by)


def test_a_deleted_center_comes_back_with_all_that_went_along(by: User) -> None:
    center = factories.center(["iop", "php"], yes=["telehealth"])
    program = center.programs.get(level="iop")
    SessionFactory(program=program)
    said = StatementFactory(center=center, program=program)
    row = StatementFactory(center=center, source="samhsa_su", method="directory", edition=2023)
    DirectoryEntry.objects.create(
        source="samhsa_su",
        key="k",
        center=center,
        statement=row,
        digest="d",
        first_edition=2023,
        last_edition=2023,
    )
    program.details_from = said
    program.save()
    listings.rebuild([center.pk])
    tables: tuple[Any, ...] = (Center, Program, Session, Statement, DirectoryEntry)

    def everything() -> list[Any]:
        skipped = {"updated_at"}
        return [
            list(
                model.objects.order_by("pk").values(
                    *[f.attname for f in model._meta.concrete_fields if f.name not in skipped]
                )
            )
            for model in tables
        ]

    def listed() -> list[Any]:
        return list(Listing.objects.order_by("pk").values("program_id", "yes_0", "sessions"))

    before, listed_before = everything(), listed()
    with history.because(None, by=by):
        DirectoryEntry.objects.all().delete()
        center.delete()
    assert not any(model.objects.exists() for model in tables)
    history.revert(Center.history.first(), by)
    assert everything() == before
    assert listed() == listed_before
    assert {model.history.first().history_change_reason[:7] for model in tables} == {"revert:"}


def test_what_was_deleted_on_its_own_stays_away(by: User) -> None:
    center = factories.center(["iop", "php"])
    with history.because(None, by=by):
        center.programs.get(level="php").delete()
    User.objects.create_user("bo")
    with history.because(None, by=User.objects.get(username="bo")):
        center.delete()
    history.revert(Center.history.first(), by)
    assert [program.level for program in Program.objects.all()] == ["iop"]


def test_a_deleted_program_comes_back_to_its_center(by: User) -> None:
    center = factories.center(["iop"])
    SessionFactory(program=center.programs.get())
    center.programs.get().delete()
    listings.rebuild([center.pk])
    history.revert(Program.history.first(), by)
    assert Session.objects.count() == 1
    assert Listing.objects.count() == 1


def test_a_session_comes_back_into_the_listing(by: User) -> None:
    center = factories.center(["iop"])
    session = SessionFactory(program=center.programs.get())
    session.delete()
    listings.rebuild([center.pk])
    assert Listing.objects.get().sessions == ""
    history.revert(Session.history.first(), by)
    assert Listing.objects.get().sessions != ""


def test_what_it_belonged_to_must_be_there(by: User) -> None:
    program = ProgramFactory()
    program.center.delete()
    with pytest.raises(history.RevertError, match="gone"):
        history.revert(Program.history.first(), by)
    assert not Program.objects.exists()


def test_what_may_be_empty_is_left_empty(by: User) -> None:
    program = ProgramFactory()
    said = StatementFactory(center=program.center, program=program)
    program.details_from = said
    program.save()
    old = program.history.first()
    said.delete()
    history.revert(old, by)
    program.refresh_from_db()
    assert program.details_from is None


def test_what_the_database_would_refuse_is_refused_with_a_reason(by: User) -> None:
    program = ProgramFactory(level="iop", track="")
    old = program.history.first()
    program.track = "evening"
    program.save()
    ProgramFactory(center=program.center, level="iop", track="")
    with pytest.raises(history.RevertError, match="already exists"):
        history.revert(old, by)
    program.refresh_from_db()
    assert program.track == "evening"
    assert program.history.count() == 2


def test_a_merge_is_not_taken_back_this_way(by: User) -> None:
    into, center = CenterFactory(), CenterFactory()
    old = center.history.first()
    center.status, center.merged_into = "merged", into
    center.save()
    with pytest.raises(history.RevertError, match="merge"):
        history.revert(old, by)


def test_who_reaches_what_comes_back_with_its_rows(by: User) -> None:
    first, second = CenterFactory(), CenterFactory()
    member = account("center", centers=[first, second]).staff_member
    organization = OrganizationFactory()
    member.organizations.add(organization)
    old = member.history.first()
    member.role = "reader"
    member.save()
    member.centers.clear()
    member.organizations.clear()
    second.delete()
    history.revert(old, by)
    member.refresh_from_db()
    assert member.role == "center"
    assert list(member.centers.all()) == [first]
    assert list(member.organizations.all()) == [organization]
    assert member.history.first().history_change_reason == f"revert:{old.history_id}"


def test_an_organization_comes_back(by: User) -> None:
    organization = OrganizationFactory(name="Kite Health")
    key = organization.pk
    organization.delete()
    made_at = Organization.history.first().created_at
    history.revert(Organization.history.first(), by)
    back = Organization.objects.get(pk=key)
    assert (back.name, back.created_at) == ("Kite Health", made_at)
    OrganizationFactory()
    assert Organization.objects.count() == 2
