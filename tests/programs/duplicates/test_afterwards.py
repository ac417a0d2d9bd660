"""After a merge: the next import keeps it merged, and every old address and id still leads somewhere."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from programs.duplicates import finding
from programs.duplicates.merging import merge
from programs.duplicates.undoing import undo
from programs.models import Center, DirectoryEntry, DuplicatePair, ImportRun, Listing, Program
from tests.programs.duplicates.conftest import program
from tests.programs.importing.conftest import Import, imported, places
from tests.programs.importing.workbooks import facility, workbook

__all__ = ["imported", "places"]
Ask = Callable[..., Any]


# -- Imports --------------------------------------------------------------------------------------


def twice(year: int, **second: Any) -> list[dict[str, Any]]:
    """A directory that lists one place twice; `second`: columns of its second row."""
    other = {"name1": "Willow Bend Recovery", "street2": "Suite 2"} | second
    same = {"street1": "101 Main Street", "phone": "217-555-0001"}
    return [facility(1, "SA OP OIT"), facility(2, "SA OP DT", **same | other)]


@pytest.fixture
def merged(imported: Import, tmp_path: Path) -> tuple[Center, Center]:
    """Two rows of an edition, of which the second was made part of the first; and who they are."""
    imported(workbook(tmp_path, twice(2023)))
    stays = Center.objects.get(name="Willow Bend Center 1")
    goes = Center.objects.get(name="Willow Bend Recovery")
    merge(stays.pk, goes.pk, by=None, taken=["name"])
    stays.refresh_from_db()
    goes.refresh_from_db()
    return stays, goes


def offered(center: Center) -> set[str]:
    return set(Listing.objects.filter(center=center).values_list("level", flat=True))


def test_the_same_edition_again_changes_nothing(merged, imported, tmp_path) -> None:
    before = list(Center.objects.order_by("id").values_list())
    said = imported(workbook(tmp_path, twice(2023), name="national-directory-su-facilities-2023.xlsx"))
    assert (said["created"], said["updated"], said["unchanged"]) == (0, 0, 2)
    assert list(Center.objects.order_by("id").values_list()) == before


def test_a_newer_edition_finds_both_rows_at_the_survivor(merged, imported, tmp_path) -> None:
    stays, goes = merged
    assert stays.name == "Willow Bend Recovery"
    assert offered(stays) == {"outpatient", "iop", "detox"}
    rows = twice(2024, phone="217-555-7777")
    said = imported(workbook(tmp_path, rows, year=2024))
    assert said["created"] == 0
    assert Center.objects.count() == 2
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.status, goes.merged_into) == ("merged", stays)
    assert not DirectoryEntry.objects.filter(center=goes).exists()
    assert stays.name == "Willow Bend Recovery"  # Somebody chose: neither row takes it back.
    assert offered(stays) == {"outpatient", "iop", "detox"}
    assert not Listing.objects.filter(center=goes).exists()


def test_another_directory_that_lists_it_under_the_old_name_joins_the_survivor(
    merged, imported, tmp_path
) -> None:
    stays, _goes = merged
    rows = [facility(2, "MH OP", name1="Willow Bend Recovery", street1="101 Main Street")]
    said = imported(workbook(tmp_path, rows, directory="mh"))
    assert (said["created"], said["joined"]) == (0, 1)
    assert DirectoryEntry.objects.get(source="samhsa_mh").center == stays


def test_what_the_directory_lists_no_more_still_counts_for_both(merged, imported, tmp_path) -> None:
    stays, _goes = merged
    imported(workbook(tmp_path, twice(2024)[:1], year=2024))
    assert DirectoryEntry.objects.filter(center=stays, in_latest=False).count() == 1
    stays.refresh_from_db()
    assert stays.in_latest_edition is True


def test_an_import_does_not_keep_a_merge_from_being_undone(merged, imported, tmp_path) -> None:
    stays, goes = merged
    imported(workbook(tmp_path, twice(2024), year=2024))
    undo(stays.merges.get().pk, by=None)
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (goes.status, stays.name) == ("published", "Willow Bend Center 1")
    assert DirectoryEntry.objects.get(center=goes).last_edition == 2024
    assert offered(goes) == {"outpatient", "detox"}
    assert offered(stays) == {"outpatient", "iop"}


def test_an_import_looks_for_duplicates_of_what_it_brought(imported, tmp_path) -> None:
    imported(workbook(tmp_path, twice(2023)))
    assert "1 new possible duplicates to look at" in imported.err
    assert DuplicatePair.objects.get().status == "open"
    DuplicatePair.objects.update(status="different", decided_at=timezone.now())
    imported(workbook(tmp_path, twice(2024), year=2024))
    assert "duplicates" not in imported.err
    assert DuplicatePair.objects.get().status == "different"


def test_an_import_made_in_the_browser_is_looked_around_for(imported, tmp_path, monkeypatch) -> None:
    imported(workbook(tmp_path, twice(2023)))
    DuplicatePair.objects.all().delete()
    run = ImportRun.objects.get().public_id
    monkeypatch.setattr(finding, "MANY", 1)
    assert finding.search_after(run) is None
    monkeypatch.setattr(finding, "MANY", 2)
    found = finding.search_after(run)
    assert (found.new, DuplicatePair.objects.count()) == (1, 1)
    assert finding.search_after(uuid4()) == finding.Found()


# -- Addresses and ids ----------------------------------------------------------------------------


def test_an_old_address_leads_to_the_survivor(stays, goes, client: Client) -> None:
    merge(stays.pk, goes.pk, by=None)
    answer = client.get(goes.get_absolute_url())
    assert (answer.status_code, answer["Location"]) == (301, stays.get_absolute_url())


@pytest.mark.parametrize("name", ["compare", "call_sheet"])
def test_what_a_visitor_kept_is_the_survivor_once(stays, goes, client: Client, name: str) -> None:
    merge(stays.pk, goes.pk, by=None)
    address = reverse(f"programs:{name}")
    old = client.get(address, {"center": f"{goes.short_id}-iop"})
    new = client.get(address, {"center": f"{stays.short_id}-iop"})
    assert old.status_code == 200
    assert stays.name in old.content.decode()
    # The way to the other language goes on with the address as it was asked.
    assert old.content.decode().replace(goes.short_id, stays.short_id) == new.content.decode()
    both = client.get(address, {"center": [f"{goes.short_id}-iop", f"{stays.short_id}-iop"]})
    assert both.content.decode().count(f'href="{stays.get_absolute_url()}') == new.content.decode().count(
        f'href="{stays.get_absolute_url()}'
    )


@pytest.fixture
def ask(client: Client) -> Ask:
    def asked(path: str) -> Any:
        answer = client.get(f"/api/hsds/{path}")
        assert answer.status_code == 200, path
        return answer.json()

    return asked


def test_every_id_of_the_api_still_resolves(stays, goes, ask: Ask, client: Client) -> None:
    folded, moved = program(goes, "iop"), program(goes, "detox")
    merge(stays.pk, goes.pk, by=None)
    here = ask(f"services/{moved.public_id}")
    assert (here["status"], here["url"].endswith(stays.get_absolute_url())) == ("active", True)
    assert here["service_at_locations"][0]["location_id"] == str(stays.public_id)
    gone = client.get(f"/api/hsds/services/{folded.public_id}")
    kept = program(stays, "iop")
    assert (gone.status_code, gone["Location"]) == (301, f"/api/hsds/services/{kept.public_id}")
    told = {one["id"]: one for one in ask("services?per_page=100")["contents"]}
    assert told[str(folded.public_id)]["status"] == "defunct"
    assert "Became part of another" in told[str(folded.public_id)]["alert"]
    assert ask(f"organizations/{goes.organization.public_id}")["name"] == goes.organization.name


def test_an_organization_without_a_program_left_still_resolves(stays, goes, ask: Ask) -> None:
    Program.objects.filter(center=goes, level="iop").delete()
    made = merge(stays.pk, goes.pk, by=None)
    address = f"organizations/{goes.organization.public_id}"
    assert ask(address)["name"] == goes.organization.name
    undo(made.pk, by=None)
    assert ask(address)["name"] == goes.organization.name


def test_what_was_never_public_stays_unknown(stays, goes, client: Client) -> None:
    Center.objects.filter(pk=goes.pk).update(status="draft")
    folded = program(goes, "iop")
    merge(stays.pk, goes.pk, by=None)
    for path in (f"services/{folded.public_id}", f"organizations/{goes.organization.public_id}"):
        assert client.get(f"/api/hsds/{path}").status_code == 404, path
