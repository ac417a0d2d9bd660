"""A whole import is taken back: all is as it was, but what people have worked on since."""

from datetime import date, time
from typing import Any

import pytest
from django.utils import timezone

from programs import history, listings
from programs.importing.undoing import NotUndoableError, newest, undo
from programs.models import (
    Center,
    DirectoryEntry,
    ImportRun,
    Organization,
    Program,
    Report,
    Session,
    Snooze,
    Statement,
)
from tests.programs.accounts import account
from tests.programs.importing.workbooks import facility
from tests.programs.staging.conftest import applied

pytestmark = pytest.mark.django_db
NEWER = [
    facility(1, "SA * OP * MC", phone="217-555-0999"),
    facility(2, name1="Willow Bend Center 2 Inc"),
    3,
    7,
    8,
]


def directory(dump: Any) -> dict[str, Any]:
    """The directory as it is; the day a center's page changed goes on, and histories are kept."""
    Center.objects.update(updated_at=timezone.make_aware(timezone.datetime(2020, 1, 1)))
    return {
        name: rows
        for name, rows in dump().items()
        if not name.startswith(("Historical", "Staged", "Export")) and name != "StaffMember"
    }


@pytest.fixture
def by(db):
    return account("admin")


@pytest.mark.parametrize("copies", [True, False], ids=["with copies", "before copies were kept"])
def test_all_is_as_it_was_before(four, edition, dump, by, copies):
    if not copies:
        for model in (Organization, Center, Program, Statement, DirectoryEntry):
            model.history.all().delete()
    before = directory(dump)
    newer = applied(
        edition([*NEWER, facility(9, zip="bad")], year=2024), edition([1, 12], directory="mh", year=2024)
    )
    assert (newer.created, newer.updated, newer.joined, newer.vanished) == (3, 3, 1, 1)
    assert directory(dump) != before
    done = undo(newer, by)
    assert (done.deleted, done.restored, done.left) == (3, 4, [])
    assert directory(dump) == before
    newer.refresh_from_db()
    assert newer.undone_by == by
    assert newer.undone_at is not None
    assert newer.refused_rows.get().handled_by == by


def test_who_took_it_back_stands_in_the_histories(four, edition, by):
    newer = applied(edition(NEWER, year=2024))
    undo(newer, by)
    reason = f"undo:{newer.public_id}"
    copies = Center.history.filter(history_change_reason=reason)
    assert sorted(copies.values_list("history_type", flat=True)) == ["-", "-", "~", "~", "~"]
    assert {copy.history_user for copy in copies} == {by}
    restored = copies.get(name="Willow Bend Center 1", history_type="~")
    assert restored.phone == "217-555-0001"
    assert Statement.history.filter(history_change_reason=reason, history_type="-").count() == 2


def test_layer_after_layer_is_taken_off(four, edition, dump, by):
    first = newest()
    before = directory(dump)
    second = applied(edition(NEWER, year=2024))
    between = directory(dump)
    third = applied(edition([1, 2, 3, 4, 20], year=2025))
    with pytest.raises(NotUndoableError):
        undo(second, by)
    assert len(undo(third, by).left) == 0
    assert directory(dump) == between
    assert undo(second, by).left == []
    assert directory(dump) == before
    with pytest.raises(NotUndoableError):
        undo(second, by)
    assert undo(first, by).deleted == 4
    for model in (Organization, Center, Program, Statement, DirectoryEntry):
        assert not model.objects.exists()


def test_an_import_that_changed_nothing_stands_in_nobodys_way(four, edition, by):
    newer = applied(edition(NEWER, year=2024))
    assert applied(edition(NEWER, year=2024)).unchanged == 5
    assert undo(newer, by).deleted == 2


def edits_the_center(center: Center) -> None:
    center.website = "https://willow.example.org"
    center.save()


def adds_a_statement(center: Center) -> None:
    Statement.objects.create(center=center, source="center", method="phone", said_on=date(2024, 5, 1))


def writes_a_timetable(center: Center) -> None:
    program = center.programs.first()
    Session.objects.create(program=program, day=1, starts=time(9), ends=time(12), time_zone="America/Chicago")


def edits_in_bulk(center: Center) -> None:
    history.update(Program.objects.filter(center=center), openings=2, openings_until=date(2030, 1, 1))


def reports(center: Center) -> None:
    Report.objects.create(
        center=center,
        kind=Report._meta.get_field("kind").choices[0][0],
        code_digest="x" * 64,
        purge_on=date(2030, 1, 1),
    )


def puts_off(center: Center) -> None:
    Snooze.objects.create(center=center, until=date(2030, 1, 1), reason="later")


@pytest.mark.parametrize("work", [edits_the_center, adds_a_statement, writes_a_timetable, edits_in_bulk])
@pytest.mark.parametrize("number", [1, 7], ids=["changed", "created"])
def test_a_center_that_somebody_has_worked_on_is_left(four, edition, dump, by, work, number):
    newer = applied(edition(NEWER, year=2024))
    center = Center.objects.get(name=f"Willow Bend Center {number}")
    work(center)
    listings.rebuild([center.pk])
    kept = everything_of(center)
    done = undo(newer, by)
    assert done.left == [str(center)]
    assert everything_of(center) == kept
    newer.refresh_from_db()
    assert newer.warnings[-1] == f"left when undone: {center}"
    others = Center.objects.exclude(pk=center.pk)
    assert set(others.values_list("name", flat=True)) == {
        f"Willow Bend Center {one}" for one in (1, 2, 3, 4) if one != number
    }


@pytest.mark.parametrize("hang", [reports, puts_off])
def test_a_new_center_on_which_something_hangs_is_left(four, edition, by, hang):
    newer = applied(edition(NEWER, year=2024))
    center = Center.objects.get(name="Willow Bend Center 7")
    hang(center)
    assert undo(newer, by).left == [str(center)]
    assert center.entries.count() == 1


def test_an_organization_that_somebody_has_changed_is_kept(four, edition, by):
    newer = applied(edition(NEWER, year=2024))
    organization = Organization.objects.get(name="Willow Bend Center 7")
    organization.website = "https://willow.example.org"
    organization.save()
    undo(newer, by)
    assert Organization.objects.filter(pk=organization.pk).exists()
    assert not Organization.objects.filter(name="Willow Bend Center 8").exists()


def everything_of(center: Center) -> list[Any]:
    return [
        list(model.objects.filter(**{path: center.pk}).order_by("pk").values_list())
        for model, path in (
            (Program, "center_id"),
            (Statement, "center_id"),
            (DirectoryEntry, "center_id"),
            (Session, "program__center_id"),
        )
    ] + [Center.objects.values_list("name", "phone", "website", "in_latest_edition").get(pk=center.pk)]


def test_undoing_is_whole_or_not_at_all(four, edition, dump, by, monkeypatch):
    newer = applied(edition(NEWER, year=2024))
    before = dump()

    def fails(ids: Any, **options: Any) -> int:
        raise RuntimeError

    monkeypatch.setattr(listings, "rebuild", fails)
    with pytest.raises(RuntimeError):
        undo(newer, by)
    assert dump() == before
    assert ImportRun.objects.get(pk=newer.pk).undone_at is None
