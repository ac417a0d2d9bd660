"""What an import does with centers that people have worked on: kept columns, merged, drafts, closed ones."""

import pytest

from programs.importing.run import run
from programs.models import Center, DirectoryEntry, Listing
from tests.programs.importing.workbooks import facility
from tests.programs.staging.conftest import applied, read

pytestmark = pytest.mark.django_db


def center(number: int) -> Center:
    return Center.objects.get(name=f"Willow Bend Center {number}")


def merge(gone: Center, into: Center) -> None:
    """As a merge leaves it: the address stays, the entries and what they state move."""
    gone.entries.update(center=into)
    gone.statements.update(center=into)
    gone.programs.all().delete()
    Center.objects.filter(pk=gone.pk).update(status="merged", merged_into=into)


@pytest.mark.parametrize(
    ("kept", "column", "new"),
    [
        (["phone"], "phone", {"phone": "217-555-0999"}),
        (["name"], "name", {"name1": "Willow Bend Center 1 of Springfield", "name2": None}),
        (["city"], "place", {"city": "Chatham"}),
        (["website"], "website", {}),
    ],
)
def test_what_a_person_keeps_is_not_overwritten(four, edition, kept, column, new):
    Center.objects.filter(pk=center(1).pk).update(kept_columns=kept)
    before = Center.objects.filter(pk=center(1).pk).values("name", "phone", "city", "website", "lat").get()
    staged = read(edition([facility(1, **new), 2, 3, 4], year=2024))
    row = staged.rows.exclude(outcome="vanished").order_by("number").first()
    assert list(row.changes.get("kept", {})) == ([column] if new else [])
    assert column not in row.changes.get("columns", {})
    applied(edition([facility(1, **new), 2, 3, 4], year=2024))
    assert (
        Center.objects.filter(pk=center(1).pk).values("name", "phone", "city", "website", "lat").get()
        == before
    )


def test_a_kept_position_stays_where_a_person_put_it(four, edition):
    Center.objects.filter(pk=center(1).pk).update(kept_columns=["lat", "lon"], lat=39.5, lon=-89.5)
    applied(edition([facility(1, city="Chatham"), 2, 3, 4], year=2024))
    assert (center(1).city, center(1).lat) == ("Chatham", 39.5)


def test_a_merged_center_is_not_brought_back_by_its_own_row(four, edition):
    gone, survivor = center(1), center(2)
    merge(gone, survivor)
    run_ = applied(edition([facility(1, phone="217-555-0777"), 2, 3, 4], year=2024))
    assert (run_.created, run_.updated) == (0, 4)
    gone.refresh_from_db()
    survivor.refresh_from_db()
    assert (gone.status, gone.entries.count(), gone.merged_into) == ("merged", 0, survivor)
    assert survivor.entries.count() == 2
    assert survivor.name == "Willow Bend Center 2"
    assert survivor.phone == "217-555-0002", "what another row says of the survivor stays"
    assert not Listing.objects.filter(center=gone).exists()


def test_a_row_of_another_directory_joins_the_survivor(four, edition):
    gone, survivor = center(1), center(2)
    merge(gone, survivor)
    staged = read(edition([1, 2], directory="mh"))
    assert staged.counts["joined"] == 2
    assert {row.center_public_id for row in staged.rows.all()} == {survivor.public_id}
    applied(edition([1, 2], directory="mh"))
    assert gone.entries.count() == 0
    assert survivor.entries.filter(source="samhsa_mh").count() == 2


def test_a_renamed_row_at_the_address_of_a_merged_center_follows_it(four, edition):
    gone, survivor = center(1), center(2)
    merge(gone, survivor)
    run_ = applied(edition([facility(1, name1="Quite another name"), 2, 3, 4], year=2024))
    assert (run_.created, Center.objects.count()) == (0, 4)
    survivor.refresh_from_db()
    assert survivor.name == "Willow Bend Center 2"


def test_a_center_merged_twice_leads_to_the_last(four, edition):
    merge(center(1), center(2))
    merge(center(2), center(3))
    assert applied(edition([1], directory="mh")).joined == 1
    assert DirectoryEntry.objects.get(source="samhsa_mh").center == center(3)


def test_a_draft_that_a_directory_lists_stays_a_draft(places, edition):
    run([edition([1])])
    draft = center(1)
    draft.entries.all().delete()
    draft.statements.all().delete()
    Center.objects.filter(pk=draft.pk).update(status="draft", phone="217-555-9876")
    assert applied(edition([1, 2], year=2024)).joined == 1
    draft.refresh_from_db()
    assert (draft.status, draft.phone) == ("draft", "217-555-9876")
    assert draft.entries.count() == 1
    assert set(Listing.objects.values_list("center__name", flat=True)) == {"Willow Bend Center 2"}


def test_a_closed_center_stays_closed_and_is_named(four, edition):
    Center.objects.filter(pk=center(3).pk).update(status="closed")
    staged = read(edition([1, 2, facility(3, phone="217-555-0444"), 4], year=2024))
    assert any(
        "Willow Bend Center 3" in one and "is closed here, but listed" in one
        for one in staged.progress["all_warnings"]
    )
    applied(edition([1, 2, facility(3, phone="217-555-0444"), 4], year=2024))
    assert center(3).status == "closed"
    assert not Listing.objects.filter(center=center(3)).exists()
