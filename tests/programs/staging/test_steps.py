"""An import in steps says and does what the same import does at once."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from programs.importing.load import state_boxes
from programs.importing.mapped import read_mapped
from programs.importing.mapping import read_mapping
from programs.importing.reading import read_files
from programs.importing.run import run, take
from programs.models import (
    Center,
    DirectoryEntry,
    ImportRun,
    Listing,
    RefusedRow,
    SavedMapping,
    StagedFile,
    StagedImport,
    StagedRow,
    Statement,
)
from programs.staging import work as working
from programs.staging.applying import ChangedSinceError, NotReadyError, apply_staged, discard
from programs.staging.sent import NotTakenError, begin
from programs.staging.stored import as_row, as_values, editions_of
from programs.staging.work import step, work
from tests.conftest import ROOT
from tests.programs.importing.locator import place
from tests.programs.importing.workbooks import facility
from tests.programs.staging.conftest import applied, read, sent

pytestmark = pytest.mark.django_db
EXAMPLES = ROOT / "examples/mappings"
COUNTS = ("read", "created", "updated", "unchanged", "joined", "duplicate", "refused", "vanished")


def said() -> list[list[tuple[Any, ...]]]:
    """What an import leaves, without the ids and days that differ from one to the next."""
    return [
        list(Center.objects.order_by("name").values_list("public_id", "name", "zip", "phone", "slug", "lat")),
        list(DirectoryEntry.objects.order_by("key").values_list("key", "digest", "center__public_id")),
        list(Listing.objects.order_by("public_id").values_list("public_id", "level", "yes_0", "no_0")),
        list(ImportRun.objects.values_list(*COUNTS, "files", "warnings")),
        list(RefusedRow.objects.values_list("file", "row_number", "reason", "values")),
    ]


@pytest.mark.parametrize("rows_a_step", [1, 2, 1000])
def test_steps_read_what_one_go_reads(edition, monkeypatch, rows_a_step):
    monkeypatch.setattr(working, "ROWS", rows_a_step)
    rows = [
        1,
        2,
        facility(3, "SA * OP XX * NEW1"),
        facility(4, zip="bad"),
        facility(1),
        facility(6, zip="99999"),
    ]
    paths = [edition(rows), edition([1, 2, 3], year=2022), edition([1, 9], directory="mh")]
    staged = read(*paths)
    assert (staged.status, staged.read, staged.total) == ("ready", 11, 11)
    whole, parts = read_files(paths), editions_of(staged)
    assert [str(one) for one in parts] == [str(one) for one in whole]
    for ours, theirs in zip(parts, whole, strict=True):
        assert [as_values(row) for row in ours.rows] == [as_values(row) for row in theirs.rows]
        assert [(bad.file, bad.number, bad.reason, bad.values) for bad in ours.refused] == [
            (bad.file, bad.number, bad.reason, dict(bad.values)) for bad in theirs.refused
        ]
        assert [file.as_dict() for file in ours.files] == [file.as_dict() for file in theirs.files]
    assert sorted(staged.progress["warnings"]) == sorted(w for one in whole for w in one.warnings)
    assert any("XX" in warning for warning in staged.progress["warnings"])


def test_an_applied_import_leaves_what_the_command_leaves(edition):
    path = edition([1, 2, facility(3, zip="bad"), facility(1)])
    run([path])
    by_command = said()
    for model in (DirectoryEntry, Statement, Center, ImportRun):
        model.objects.all().delete()
    applied(path)
    assert said() == by_command
    assert by_command[4][0][3]["zip"] == "bad"


def test_the_preview_writes_nothing_and_says_each_row(four, edition, dump):
    before = dump()
    newer = edition(
        [facility(1, phone="217-555-0999"), facility(2, "SA * OP * MC"), 3, 7, facility(8, zip="x")],
        year=2024,
    )
    staged = read(newer)
    after = dump()
    for table in ("StagedImport", "StagedFile", "StagedRow"):
        before.pop(table)
        after.pop(table)
    assert after == before
    assert staged.counts == {
        "created": 1, "updated": 3, "unchanged": 0, "joined": 0, "duplicate": 0, "refused": 1, "vanished": 1,
    }  # fmt: skip
    rows = {row.name or row.number: row for row in staged.rows.all()}
    assert rows["Willow Bend Center 1"].changes["columns"] == {"phone": ["217-555-0001", "217-555-0999"]}
    assert rows["Willow Bend Center 2"].changes["facts"]["pay_medicaid"] == [True, False]
    assert rows["Willow Bend Center 3"].changes == {"notes": ["edition 2024"]}
    assert rows["Willow Bend Center 7"].outcome == "created"
    gone = staged.rows.get(outcome="vanished")
    assert (gone.file, gone.name) == ("", "Willow Bend Center 4, Springfield, IL")
    assert Center.objects.get(public_id=gone.center_public_id).name == "Willow Bend Center 4"


def test_a_row_survives_being_kept(edition):
    rows = read_files([edition([facility(1, name2="Second", intake1="217-555-0100 x5")])])[0].rows
    values = json.loads(json.dumps(as_values(rows[0])))
    again = as_row(rows[0].file, rows[0].number, values)
    assert as_values(again) == as_values(rows[0])
    assert (again.facts, again.columns, again.digest) == (rows[0].facts, rows[0].columns, rows[0].digest)


@pytest.mark.parametrize("name", ["county", "state", "network"])
def test_a_list_is_read_by_its_saved_mapping(places, name, monkeypatch):
    monkeypatch.setattr(working, "ROWS", 2)
    toml = EXAMPLES / f"{name}.toml"
    path = next(EXAMPLES.glob(f"{name}.[cx]*"))
    mapping = SavedMapping.objects.create(name=name, document=toml.read_text("utf-8"))
    whole = read_mapped([path], read_mapping(toml), boxes=state_boxes())
    dry = take(whole, dry_run=True)
    staged = read(path, mapping=mapping)
    assert staged.status == "ready", staged.message
    assert {key: staged.counts[key] for key in dry.counts} == dry.counts
    assert sorted(staged.progress["all_warnings"]) == sorted(dry.plan.warnings)
    for bad in staged.rows.filter(outcome="refused"):
        assert len(bad.values["cells"]) > 5, "the whole row, so that somebody can mend it"


def test_the_locator_is_read_page_by_page(places, tmp_path):
    rows = [place(number) for number in range(1, 6)] + [place(6, zip="bad")]
    for number, some in enumerate((rows[:2], rows[2:4], rows[4:]), 1):
        page = {"page": number, "totalPages": 3, "recordCount": 6, "rows": some}
        (tmp_path / f"page-{number}.json").write_text(json.dumps(page))
    paths = sorted(tmp_path.glob("*.json"))
    staged = read(*reversed(paths), year=2025)
    assert (staged.status, staged.message) == ("ready", "")
    assert (staged.counts["created"], staged.counts["refused"]) == (5, 1)
    assert staged.rows.get(outcome="refused").values["cells"]["services"], "with all that stood in the row"
    assert apply_staged(staged, None).created == 5
    assert Center.objects.filter(location="exact").count() == 5
    one_missing = read(*paths[:2], year=2025)
    assert (one_missing.status, one_missing.message) == ("refused", "6 records were promised, 4 rows came")
    assert read(paths[0], year=2025, is_part=True).counts["unchanged"] == 2, "some rows need not be all"


def test_some_rows_of_a_list_make_nothing_vanish(four, edition):
    mended = edition([facility(2, phone="217-555-0222")], year=2023)
    staged = read(mended, is_part=True)
    assert (staged.counts["updated"], staged.counts["vanished"]) == (1, 0)
    apply_staged(staged, None)
    assert Center.objects.filter(in_latest_edition=True).count() == 4
    assert read(mended).counts["vanished"] == 3, "the same file as a whole list does"


def test_what_changed_since_the_preview_is_not_applied(four, edition, dump):
    staged = read(edition([1, 2, 3, 9], year=2024))
    Center.objects.filter(name="Willow Bend Center 1").update(name="Another name")
    center = Center.objects.get(name="Another name")
    center.kept_columns = ["name"]
    center.save()
    before = ImportRun.objects.count()
    with pytest.raises(ChangedSinceError):
        apply_staged(staged, None)
    staged.refresh_from_db()
    assert (staged.status, staged.progress["step"], ImportRun.objects.count()) == ("reading", "plan", before)
    staged = work(staged)
    assert staged.status == "ready"
    changes = staged.rows.get(name="Willow Bend Center 1").changes
    assert changes["kept"] == {"name": ["Another name", "Willow Bend Center 1"]}
    apply_staged(staged, None)
    center.refresh_from_db()
    assert center.name == "Another name"


def test_an_import_is_applied_once(four, edition):
    staged = read(edition([1, 2], year=2024))
    again = StagedImport.objects.get(pk=staged.pk)
    apply_staged(staged, None)
    with pytest.raises((NotReadyError, ChangedSinceError)):
        apply_staged(again, None)
    assert ImportRun.objects.count() == 2
    assert not discard(again)
    assert not StagedFile.objects.exists()
    assert not StagedRow.objects.exists()


def test_a_discarded_import_leaves_nothing(four, edition):
    staged = begin(sent(edition([1, 2], year=2024)), by=None)
    staged = step(staged)
    assert discard(staged)
    assert step(staged).status == "discarded", "a step that was under way changes nothing"
    assert not StagedFile.objects.exists()
    assert not StagedRow.objects.exists()


def test_two_that_work_on_one_import_do_each_step_once(four, edition):
    staged = step(begin(sent(edition([1, 2, 3], year=2024)), by=None))
    assert staged.progress["step"] == "read"
    first, second = step(staged), step(staged)
    assert (first.read, second.read) == (3, 3)
    assert staged.rows.count() == 3


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"%PDF", "a.pdf: the name must end in .xlsx, .json"),
        ("a.csv", b"x,y", "a.csv: needs a column mapping"),
        ("a.xlsx", b"x,y", "a.xlsx: not a workbook"),
        ("a.json", b"PK\x03\x04", "a.json: a workbook or an archive, not what its name says"),
        ("a.xlsx", b"", "a.xlsx: the file is empty"),
    ],
)
def test_a_file_of_the_wrong_kind_is_refused_by_name(db, tmp_path, name, content, why):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(NotTakenError, match=why):
        begin(sent(path), by=None)
    assert not StagedImport.objects.exists()


def test_two_files_of_one_name_are_refused(db, edition):
    path = edition([1])
    with pytest.raises(NotTakenError, match="sent twice"):
        begin(sent(path, path), by=None)


def test_what_is_no_directory_is_refused_with_the_reason(places, edition, tmp_path):
    staged = read(edition([facility(1, zip="bad")]))
    assert (staged.status, "no row that can be taken" in staged.message) == ("refused", True)
    nameless = shutil.copy(edition([1]), tmp_path / "directory.xlsx")
    assert "no year in the file's name" in read(Path(nameless)).message
    assert read(Path(nameless), year=2021).status == "ready"
    (tmp_path / "a.json").write_text("{}")
    assert "a.json: the locator's answer" in read(tmp_path / "a.json").message
    assert not StagedRow.objects.exclude(staged__status="ready").exists()


def test_more_rows_than_a_browser_should_wait_for_are_refused(four, edition, monkeypatch):
    monkeypatch.setattr(working, "MOST_ROWS", 3)
    staged = read(edition(range(1, 5), year=2024))
    assert (staged.status, staged.message) == (
        "refused",
        "more than 3 rows: use the command line for such a list",
    )
