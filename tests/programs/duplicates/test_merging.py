"""A merge moves everything, loses nothing, and comes undone to the last column."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction

from programs import listings
from programs.duplicates.merging import (
    GROUPS,
    MOVING,
    STAYING,
    CannotMergeError,
    fingerprint,
    merge,
)
from programs.duplicates.undoing import CannotUndoError, undo
from programs.models import (
    Center,
    DirectoryEntry,
    DuplicatePair,
    Listing,
    Merge,
    Program,
    Session,
    StaffMember,
    Statement,
)
from tests.programs import factories
from tests.programs.accounts import account
from tests.programs.duplicates.conftest import everything, program


def test_every_table_that_names_a_center_is_thought_of() -> None:
    related = (one.related_model for one in Center._meta.get_fields(include_hidden=True) if one.auto_created)
    tables = {model for model in related if model and not model._meta.auto_created}
    names = {model._meta.model_name or "" for model in tables}
    naming = {name for name in names if not name.startswith("historical")} | {"staffmember"}
    assert naming == {model._meta.model_name for model in MOVING} | (STAYING & naming)
    assert naming >= STAYING


def test_every_column_of_a_center_is_chosen_or_has_its_reason() -> None:
    """A new column has to be put into a group, or here."""
    own = {field.attname for field in Center._meta.concrete_fields}
    chosen = {name for names in GROUPS.values() for name in names}
    identity = {"id", "public_id", "slug", "is_sample", "created_at", "updated_at"}
    derived = {"in_latest_edition", "kept_columns", "status", "merged_into_id", "closed_on"}
    assert own == chosen | identity | derived


def test_all_that_hung_on_one_hangs_on_the_other(stays, goes, coordinator) -> None:
    merge(stays.pk, goes.pk, by=coordinator)
    for model in MOVING:
        assert not model._default_manager.filter(center=goes).exists(), model
    assert DirectoryEntry.objects.filter(center=stays).count() == 2
    goes.refresh_from_db()
    assert (goes.status, goes.merged_into) == ("merged", stays)
    assert not Listing.objects.filter(center=goes).exists()
    assert set(Listing.objects.filter(center=stays).values_list("level", flat=True)) == {
        "iop",
        "php",
        "detox",
    }
    stays.refresh_from_db()
    assert stays.in_latest_edition is True
    member = StaffMember.objects.get(role="center")
    assert set(member.centers.all()) == {stays, goes}


def test_columns_are_taken_from_where_somebody_chose_them(stays, goes, coordinator) -> None:
    before = stays.phone
    merge(stays.pk, goes.pk, by=coordinator, taken=["name", "website", "organization"])
    stays.refresh_from_db()
    assert (stays.name, stays.website, stays.phone) == (goes.name, goes.website, before)
    assert stays.organization == goes.organization
    assert stays.kept_columns == ["email", "name", "organization", "phone", "street1", "website"]


def test_a_program_that_is_told_twice_becomes_one_and_keeps_its_own_words(stays, goes, coordinator) -> None:
    Program.objects.filter(center=stays, level="iop").update(plans="Plan X")
    old, here = program(goes, "iop"), program(stays, "iop")
    record = merge(stays.pk, goes.pk, by=coordinator)
    here.refresh_from_db()
    assert (here.plans, here.price_min, here.price_max, here.openings) == ("Plan X", 120.5, 300, 3)
    assert here.details_from_id is not None
    assert here.sessions.count() == 2
    assert Statement.objects.get(program=here).center == stays
    assert record.before["folded"] == {str(old.public_id): str(here.public_id)}
    old.refresh_from_db()
    assert old.center == goes


def test_a_week_comes_from_one_of_the_two(stays, goes, coordinator) -> None:
    own = factories.SessionFactory(program=program(stays, "iop"), day=4)
    merge(stays.pk, goes.pk, by=coordinator)
    assert list(program(stays, "iop").sessions.all()) == [own]
    assert Session.objects.count() == 3


def test_both_programs_stay_where_one_gets_a_track(stays, goes, coordinator) -> None:
    other = program(goes, "iop")
    merge(stays.pk, goes.pk, by=coordinator, tracks={other.pk: " Evening group "})
    tracks = stays.programs.filter(level="iop").order_by("track").values_list("track", "id")
    assert [track for track, _ in tracks] == ["", "Evening group"]
    assert tracks[1][1] == other.pk
    assert other.sessions.count() == 2


def test_a_track_that_is_taken_is_refused(stays, goes, coordinator) -> None:
    factories.ProgramFactory(center=stays, level="iop", track="Evening")
    before = everything()
    with pytest.raises(CannotMergeError) as refused:
        merge(stays.pk, goes.pk, by=coordinator, tracks={program(goes, "iop").pk: "Evening"})
    assert refused.value.code == "track"
    assert everything() == before
    assert not Merge.objects.exists()


def test_who_did_it_is_in_every_history(stays, goes, coordinator) -> None:
    record = merge(stays.pk, goes.pk, by=coordinator, taken=["name"])
    moved = [stays, goes, program(stays, "detox"), program(stays, "iop")]
    moved += [*DirectoryEntry.objects.filter(key="goes"), *Statement.objects.filter(program__isnull=False)]
    moved += [*Session.objects.all(), StaffMember.objects.get(role="center")]
    for row in moved:
        newest = row.history.latest()
        assert (newest.history_change_reason, newest.history_user) == (f"merge:{record.pk}", coordinator), row


def test_undone_everything_is_as_it_was(stays, goes, coordinator, pair) -> None:
    elsewhere = factories.CenterFactory()
    DuplicatePair.objects.create(
        first=goes, second=elsewhere, score=0.7, reasons=[{"code": "zip", "value": 0.5}]
    )
    DuplicatePair.objects.create(
        first=stays, second=elsewhere, score=0.65, reasons=[], status="different", decided_by=coordinator
    )
    third = factories.CenterFactory()
    DuplicatePair.objects.create(first=goes, second=third, score=0.8, reasons=[])
    older = factories.CenterFactory(status="merged", merged_into=goes)
    before = everything()
    record = merge(stays.pk, goes.pk, by=coordinator, taken=list(GROUPS))
    assert everything() != before
    older.refresh_from_db()
    assert older.merged_into == stays
    undo(record.pk, by=coordinator)
    after = everything()
    for table, rows in before.items():
        assert after[table] == rows, table
    record.refresh_from_db()
    assert record.undone_by == coordinator
    newest = goes.history.latest()
    assert (newest.history_change_reason, newest.history_user) == (f"undo:merge:{record.pk}", coordinator)


def test_what_was_never_public_leaves_no_program_behind_and_comes_back_whole(
    stays, goes, coordinator
) -> None:
    factories.SessionFactory(program=program(stays, "iop"))
    goes.status = "draft"
    goes.save()
    listings.rebuild([stays.pk, goes.pk])
    before = everything()
    record = merge(stays.pk, goes.pk, by=coordinator)
    assert not Program.objects.filter(center=goes).exists()
    undo(record.pk, by=coordinator)
    after = everything()
    for table, rows in before.items():
        assert after[table] == rows, table


def test_a_merge_is_undone_once(stays, goes, coordinator) -> None:
    record = merge(stays.pk, goes.pk, by=coordinator)
    undo(record.pk, by=coordinator)
    with pytest.raises(CannotUndoError) as refused:
        undo(record.pk, by=coordinator)
    assert refused.value.code == "undone"


def test_undoing_refuses_to_lose_what_somebody_wrote_since(stays, goes, coordinator) -> None:
    record = merge(stays.pk, goes.pk, by=coordinator, taken=["name"])
    Center.objects.filter(pk=stays.pk).update(name="Kite Clinic of Phoenix")
    before = everything()
    with pytest.raises(CannotUndoError) as refused:
        undo(record.pk, by=coordinator)
    assert refused.value.code == "changed"
    assert [(row.pk, column) for row, column in refused.value.rows] == [(stays.pk, "name")]
    assert everything() == before


def test_undoing_keeps_what_was_added_since(stays, goes, coordinator) -> None:
    record = merge(stays.pk, goes.pk, by=coordinator)
    said = factories.StatementFactory(center=stays)
    moved = program(stays, "detox")
    Program.objects.filter(pk=moved.pk).update(plans="Plan Z")
    Program.objects.filter(center=stays, level="iop").update(openings=7)
    Center.objects.filter(pk=stays.pk).update(kept_columns=["phone", "city"], in_latest_edition=None)
    undo(record.pk, by=coordinator)
    moved.refresh_from_db()
    stays.refresh_from_db()
    said.refresh_from_db()
    assert (moved.center, moved.plans, said.center) == (goes, "Plan Z", stays)
    here = program(stays, "iop")
    assert (here.openings, here.openings_until is not None, here.price_min) == (7, True, None)
    assert stays.kept_columns == ["city"]
    assert stays.in_latest_edition is False


def test_undoing_does_without_what_was_deleted_since(stays, goes, coordinator) -> None:
    record = merge(stays.pk, goes.pk, by=coordinator)
    goes.reports.model.objects.all().delete()
    program(stays, "iop").sessions.all().delete()
    undo(record.pk, by=coordinator)
    assert not program(goes, "iop").sessions.exists()


def test_a_chain_is_flat_and_is_undone_from_its_end(stays, goes, coordinator) -> None:
    last = factories.CenterFactory()
    first = merge(stays.pk, goes.pk, by=coordinator)
    second = merge(last.pk, stays.pk, by=coordinator)
    goes.refresh_from_db()
    assert goes.merged_into == last
    with pytest.raises(CannotUndoError) as refused:
        undo(first.pk, by=coordinator)
    assert refused.value.code == "merged_on"
    undo(second.pk, by=coordinator)
    goes.refresh_from_db()
    assert goes.merged_into == stays
    undo(first.pk, by=coordinator)
    goes.refresh_from_db()
    assert goes.merged_into is None


@pytest.mark.parametrize(
    ("here", "there", "code"),
    [
        ({"status": "draft"}, {}, "unpublished"),
        ({}, {"status": "closed"}, "gone"),
        ({"is_sample": True}, {}, "sample"),
    ],
)
def test_what_cannot_be_one_is_refused(stays, goes, coordinator, here, there, code) -> None:
    Center.objects.filter(pk=stays.pk).update(**here)
    Center.objects.filter(pk=goes.pk).update(**there)
    before = everything()
    with pytest.raises(CannotMergeError) as refused:
        merge(stays.pk, goes.pk, by=coordinator)
    assert refused.value.code == code
    assert everything() == before


def test_a_choice_made_from_what_has_changed_since_is_refused(stays, goes, coordinator) -> None:
    seen = fingerprint((stays, goes))
    assert seen == fingerprint((goes, stays))
    Center.objects.filter(pk=goes.pk).update(phone="602-555-0100")
    with pytest.raises(CannotMergeError) as refused:
        merge(stays.pk, goes.pk, by=coordinator, seen=seen)
    assert refused.value.code == "changed"


def test_the_second_of_two_is_told_who_was_first(stays, goes, coordinator) -> None:
    merge(stays.pk, goes.pk, by=coordinator)
    with pytest.raises(CannotMergeError) as refused:
        merge(goes.pk, stays.pk, by=account("coordinator"))
    assert (refused.value.code, refused.value.by) == ("gone", coordinator)


@pytest.mark.postgres_only
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_wins(stays, goes, coordinator, pair) -> None:
    other = account("coordinator", states=["AZ"])
    started = threading.Barrier(2)
    told: list[str] = []

    def run(here: int, there: int, by: User) -> None:
        try:
            started.wait(timeout=10)
            merge(here, there, by=by)
            told.append("merged")
        except CannotMergeError as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [
        threading.Thread(target=run, args=(stays.pk, goes.pk, coordinator)),
        threading.Thread(target=run, args=(goes.pk, stays.pk, other)),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(told) == ["gone", "merged"]
    assert Merge.objects.count() == 1
    assert Center.objects.filter(status="merged").count() == 1


def test_nothing_is_half_merged(stays, goes, coordinator, monkeypatch) -> None:
    from programs.duplicates import merging

    def fail(*args: object) -> None:
        raise RuntimeError("midway")

    before = everything()
    monkeypatch.setattr(merging, "_people", fail)
    with pytest.raises(RuntimeError), transaction.atomic():
        merge(stays.pk, goes.pk, by=coordinator)
    assert everything() == before
    assert not Merge.objects.exists()


def test_a_pair_that_was_judged_goes_on_to_the_survivor(stays, goes, coordinator, pair) -> None:
    other = factories.CenterFactory()
    judged = DuplicatePair.objects.create(first=goes, second=other, score=0.7, reasons=[], status="different")
    merge(stays.pk, goes.pk, by=coordinator)
    judged.refresh_from_db()
    pair.refresh_from_db()
    assert (judged.first_id, judged.second_id, judged.status) == (stays.pk, other.pk, "different")
    assert (pair.status, pair.decided_by) == ("merged", coordinator)
    assert pair.decided_at is not None
