"""Older copies in words: who, and what from what to what; labels and names, never numbers of rows."""

from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs import history
from programs.facts import FactSet
from programs.history import Difference
from programs.models import Center, CenterLink, ImportRun
from tests.programs.accounts import account
from tests.programs.factories import (
    CenterFactory,
    OrganizationFactory,
    ProgramFactory,
    SessionFactory,
    StatementFactory,
)

pytestmark = pytest.mark.django_db


def last_change(row: Any) -> list[Difference]:
    new, old, *_ = type(row).history.filter(**{row._meta.pk.attname: row.pk})
    return history.changes_between(old, new)


# -- From what to what --------------------------------------------------------------------------
def test_a_changed_column_has_its_label_and_both_values() -> None:
    center = CenterFactory(phone="602-555-0142", status="published")
    center.phone, center.status, center.closed_on = "602-555-0199", "closed", date(2026, 11, 1)
    center.save()
    assert last_change(center) == [
        ("Status", "Published", "Closed"),
        ("Phone", "602-555-0142", "602-555-0199"),
        ("Closed on", "–", "Nov. 1, 2026"),
    ]


def test_another_organization_is_told_by_name_also_when_it_is_gone() -> None:
    old, new = OrganizationFactory(name="Old Health", state=""), OrganizationFactory(name="New Health")
    center = CenterFactory(organization=old)
    center.organization = new
    center.save()
    assert last_change(center) == [("Organization", "Old Health", "New Health (AZ)")]
    old.delete()
    assert last_change(center) == [("Organization", "Old Health", "New Health (AZ)")]


def test_a_name_nobody_kept_is_not_invented() -> None:
    center = CenterFactory()
    copy = center.history.get()
    copy.organization_id = 987654
    [difference] = history.changes_between(copy, center.history.get())
    assert difference.before == "no longer here (number 987654)"


def test_facts_are_told_one_by_one_and_unknown_is_not_no() -> None:
    said = StatementFactory()
    said.facts = FactSet.of(yes=["pay_medicaid", "telehealth"], no=["pay_cash"])
    said.save()
    said.facts = FactSet.of(yes=["pay_medicaid", "pay_cash"], no=["telehealth"])
    said.save()
    labels = {label.partition(": ")[2]: values for label, *values in last_change(said)}
    assert labels == {"Cash or self-payment": ["no", "yes"], "Telehealth": ["yes", "no"]}
    said.facts = FactSet()
    said.save()
    assert {tuple(values) for _, *values in last_change(said)} == {("yes", "unknown"), ("no", "unknown")}


def test_times_days_and_numbers_read_as_people_write_them() -> None:
    session = SessionFactory(day=0, starts=time(18), ends=time(21), telehealth=None)
    session.day, session.starts, session.telehealth = 2, time(17, 30), False
    session.save()
    assert last_change(session) == [
        ("Day", "Monday", "Wednesday"),
        ("Starts", "6 p.m.", "5:30 p.m."),
        ("By telehealth", "–", "no"),
    ]
    program = ProgramFactory(hours_per_week_min=None)
    program.hours_per_week_min, program.openings, program.openings_until = 9, 0, date(2026, 12, 1)
    program.save()
    assert ("Open places", "–", "0") in last_change(program)


def test_saving_again_without_a_change_differs_in_nothing() -> None:
    center = CenterFactory()
    center.save()
    assert last_change(center) == []


def test_what_is_new_or_gone_has_its_values_on_one_side() -> None:
    program = ProgramFactory(track="evening", wait_days=3)
    program_copy = program.history.get()
    made = history.changes_between(None, program_copy)
    assert ("Track", "–", "evening") in made
    assert ("Days to wait for intake", "–", "3") in made
    gone = history.changes_between(program_copy, None)
    assert ("Track", "evening", "–") in gone


def test_many_to_many_columns_are_told_by_names() -> None:
    member = account("coordinator").staff_member
    first, second = CenterFactory(name="Aster"), CenterFactory(name="Birch")
    both = "Aster, Phoenix, AZ, Birch, Phoenix, AZ"
    member.centers.set([first])
    member.centers.add(second)
    assert last_change(member) == [("Centers", "Aster, Phoenix, AZ", both)]
    member.states = ["AZ", "NM"]
    member.save()
    assert last_change(member) == [("States", "–", "AZ, NM")]
    many = [CenterFactory(name=f"C{number:02}") for number in range(11)]
    member.centers.set(many)
    assert last_change(member)[0].after.endswith(" and 1 more")


def test_a_state_of_the_row_itself_may_be_compared_too() -> None:
    center = CenterFactory(phone="1")
    edited = Center.objects.get()
    edited.phone = "2"
    assert history.changes_between(center, edited) == [("Phone", "1", "2")]


# -- Whose --------------------------------------------------------------------------------------
def author_of(reason: str | None = None, by: User | None = None) -> str:
    with history.because(reason, by=by):
        center = CenterFactory()
    return history.author(center.history.get())


def test_a_person_is_named() -> None:
    ana = User.objects.create_user("ana", first_name="Ana", last_name="Ruiz")
    assert author_of(by=ana) == "Ana Ruiz"
    assert author_of(by=User.objects.create_user("bo")) == "bo"


def test_an_import_is_named_by_its_day_and_files() -> None:
    run = ImportRun.objects.create(read=0, files=[{"name": "su-2023.xlsx"}, {"name": "mh-2023.xlsx"}])
    ImportRun.objects.update(finished_at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    words = "import of Nov. 22, 2026: su-2023.xlsx, mh-2023.xlsx"
    assert author_of(f"import:{run.public_id}") == words
    assert author_of(f"undo:import:{run.public_id}") == f"taking back: {words}"
    ana = User.objects.create_user("ana")
    assert author_of(f"import:{run.public_id}", by=ana) == f"ana, by way of: {words}"


def test_a_link_is_named_by_whom_it_was_sent_to() -> None:
    link = CenterLink.objects.create(
        center=CenterFactory(), token_digest="x", email="desk@kite.example", expires_at=datetime.now(UTC)
    )
    assert author_of(f"link:{link.pk}") == "link sent to desk@kite.example"


@pytest.mark.parametrize(
    "reason", ["import:gone", "import:", "link:999999", "link:x", "merge:1", "undo:merge:1"]
)
def test_what_is_gone_or_odd_still_has_words(reason: str) -> None:
    assert author_of(reason)
    assert ":" not in author_of(reason).replace("taking back:", "")


def test_nobody_known_is_said_so() -> None:
    assert author_of() == "someone who keeps the site running"


def test_an_account_that_is_gone_is_said_so() -> None:
    ana = User.objects.create_user("ana")
    center = CenterFactory.build(organization=OrganizationFactory())
    center._history_user = ana
    center.save()
    User.objects.filter(pk=ana.pk)._raw_delete("default")
    assert history.author(center.history.get()) == "an account that is gone"


def test_many_authors_cost_three_queries() -> None:
    run = ImportRun.objects.create(read=0)
    ana = User.objects.create_user("ana")
    for reason in (f"import:{run.public_id}", "link:7", None, "merge:3"):
        with history.because(reason, by=ana):
            CenterFactory()
    copies = list(Center.history.all())
    with CaptureQueriesContext(connection) as queries:
        assert len(history.authors(copies)) == 4
    assert len(queries) == 3
