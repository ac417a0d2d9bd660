"""The command, as a person or a program meets it."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from programs.importing.report import safe
from programs.models import Center, ImportRun, RefusedRow
from tests.programs.factories import CenterFactory
from tests.programs.importing.conftest import Import
from tests.programs.importing.workbooks import COLUMNS, facility, workbook

KEYS = ["read", "created", "updated", "unchanged", "joined", "duplicate", "refused", "import_id"]
OUTCOMES = KEYS[1:-1]


def two_directories(folder: Path) -> list[Path]:
    """Rows of every outcome but updated and unchanged."""
    su = [facility(1), facility(2), facility(2), facility(3, zip="none"), facility(4, name1=None)]
    mh = [facility(1), facility(5), facility(6, state="ZZ")]
    return [workbook(folder, su), workbook(folder, mh, directory="mh")]


def test_json_is_one_object_whose_outcomes_add_up(imported: Import, tmp_path: Path) -> None:
    files = two_directories(tmp_path)
    counts = imported(*files)
    assert list(counts) == KEYS
    assert counts["read"] == 8 == sum(counts[key] for key in OUTCOMES)
    assert [counts[key] for key in OUTCOMES] == [3, 0, 0, 1, 1, 3]
    assert counts["import_id"] == str(ImportRun.objects.get().public_id)
    later = workbook(tmp_path, [facility(1, "OP"), facility(2)], name="su-2023.xlsx")
    again = imported(later)
    assert (again["updated"], again["unchanged"]) == (1, 1)


def test_the_database_refuses_outcomes_that_do_not_add_up(db: None) -> None:
    with pytest.raises(IntegrityError, match="importrun_adds_up"), transaction.atomic():
        ImportRun.objects.create(read=3, created=1, refused=1)


def test_a_dry_run_writes_nothing_and_counts_the_same(
    imported: Import, tmp_path: Path, dump: Callable[[], Any]
) -> None:
    files = two_directories(tmp_path)
    before = dump()
    would = imported(*files, dry_run=True)
    assert would.pop("import_id") is None
    assert dump() == before
    assert not ImportRun.objects.exists()
    did = imported(*files)
    did.pop("import_id")
    assert did == would


def test_invented_centers_beside_real_ones_are_spoken_of(places: None, tmp_path: Path) -> None:
    said = io.StringIO()
    call_command("import_directory", workbook(tmp_path, [facility(1)]), stdout=io.StringIO(), stderr=said)
    assert "invented" not in said.getvalue()
    CenterFactory(is_sample=True)
    call_command(
        "import_directory", workbook(tmp_path, [facility(1)]), json=True, stdout=io.StringIO(), stderr=said
    )
    assert "1 invented sample centers" in said.getvalue()


def test_a_dry_run_shows_what_would_change(places: None, tmp_path: Path) -> None:
    call_command("import_directory", workbook(tmp_path, [facility(1), facility(2)]), stdout=io.StringIO())
    out = io.StringIO()
    newer = workbook(tmp_path, [facility(1, "OP", phone="217-555-0300"), facility(9)], year=2024)
    call_command("import_directory", newer, dry_run=True, stdout=out)
    text = out.getvalue()
    assert "Willow Bend Center 1, Springfield, IL (phone, facts, edition 2024)" in text
    assert "created:\n  Willow Bend Center 9" in text
    assert "vanished:\n  Willow Bend Center 2" in text
    assert "nothing was written" in text
    assert Center.objects.count() == 2


def test_refused_rows_come_back_as_a_file_with_reasons(imported: Import, tmp_path: Path) -> None:
    imported(*two_directories(tmp_path))
    path = tmp_path / "refused.csv"
    assert f"3 refused rows, with reasons: {path}" in imported.err
    with path.open(newline="", encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["file"], row["row"], row["reason"]) for row in rows] == [
        ("national-directory-su-facilities-2023.xlsx", "5", "zip is not a ZIP code: none"),
        ("national-directory-su-facilities-2023.xlsx", "6", "name1 is blank"),
        (
            "national-directory-mh-facilities-2023.xlsx",
            "4",
            "state is not a state or territory of the United States: ZZ",
        ),
    ]
    assert list(rows[0])[3:] == list(COLUMNS)
    assert rows[0]["name1"] == "Willow Bend Center 3"
    kept = RefusedRow.objects.order_by("id").first()
    assert (kept.row_number, kept.values["zip"]) == (5, "none")


def test_a_mended_file_of_refused_rows_imports(imported: Import, tmp_path: Path) -> None:
    """The reasons beside the columns do no harm."""
    imported(*two_directories(tmp_path))
    with (tmp_path / "refused.csv").open(newline="", encoding="utf-8-sig") as stream:
        mended = [
            row | {"zip": "62701", "name1": row["name1"] or "Found", "state": "IL"}
            for row in csv.DictReader(stream)
        ]
    assert imported(workbook(tmp_path, mended, header=list(mended[0]), year=2024))["created"] == 3


@pytest.mark.parametrize(
    "start",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM",
        "\t=1",
        " =1",
        "\r=1",
        "\xa0=1",
        "\u200b=1",
        "\ufeff=1",
        " \u200e\u3000@SUM",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20SUM",
    ],
)
def test_the_file_of_refused_rows_runs_no_formula(start: str) -> None:
    assert safe(start).startswith("'")


def test_ordinary_text_is_left_as_it_is() -> None:
    assert [safe(text) for text in ("Hope - House", "217-555-0101", 62701, None)] == [
        "Hope - House", "217-555-0101", "62701", "",
    ]  # fmt: skip


def test_a_refused_row_keeps_no_more_of_a_cell_than_somebody_would_mend(
    imported: Import, tmp_path: Path
) -> None:
    long = facility(1, codes="SA * " + "OIT " * 2000, zip="none")
    imported(workbook(tmp_path, [long, facility(2)]))
    with (tmp_path / "refused.csv").open(newline="", encoding="utf-8-sig") as stream:
        (row,) = csv.DictReader(stream)
    assert len(row["service_code_info"]) == 1000
    assert len(RefusedRow.objects.get().values["service_code_info"]) == 1000


def test_a_file_of_which_nearly_nothing_can_be_taken_is_refused_as_a_whole(
    imported: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("programs.importing.reading.MAX_REFUSED", 3)
    rows = [facility(number, zip="none") for number in range(1, 5)]
    with pytest.raises(CommandError, match="more than 3 rows cannot be taken; the last: zip is not a ZIP"):
        imported(workbook(tmp_path, [*rows, facility(9)]))
    assert not RefusedRow.objects.exists()


def test_no_refused_row_no_file(imported: Import, tmp_path: Path) -> None:
    imported(workbook(tmp_path, [facility(1)]))
    assert not (tmp_path / "refused.csv").exists()


def test_a_folder_for_refused_rows_must_exist(imported: Import, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no such folder"):
        imported(*two_directories(tmp_path), refused=tmp_path / "absent" / "refused.csv")
    assert not Center.objects.exists()


def test_the_edition_may_be_given(imported: Import, tmp_path: Path) -> None:
    imported(workbook(tmp_path, [facility(1)], year=None), edition=2021)
    assert ImportRun.objects.get().files[0]["edition"] == 2021


def test_the_history_keeps_what_was_imported(imported: Import, tmp_path: Path) -> None:
    imported(*two_directories(tmp_path))
    run = ImportRun.objects.get()
    assert [(file["name"], file["source"], file["edition"], len(file["sha256"])) for file in run.files] == [
        ("national-directory-su-facilities-2023.xlsx", "samhsa_su", 2023, 64),
        ("national-directory-mh-facilities-2023.xlsx", "samhsa_mh", 2023, 64),
    ]
    assert run.by is None


def test_the_summary_for_people(places: None, tmp_path: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    files = two_directories(tmp_path)
    call_command("import_directory", *files, refused=tmp_path / "r.csv", stdout=out, stderr=err)
    assert "National Directory, substance use, 2023: 5 rows read" in out.getvalue()
    assert "1 joined to a center that is listed elsewhere" in out.getvalue()
    assert str(ImportRun.objects.get().public_id) in out.getvalue()
    assert "\r" not in err.getvalue(), "no progress bar where there is no terminal"


def test_everything_but_the_object_goes_to_stderr(places: None, tmp_path: Path, capfd: Any) -> None:
    path = workbook(tmp_path, [facility(1, zip="99998"), facility(2, zip="none")])
    call_command("import_directory", path, json=True, refused=tmp_path / "r.csv")
    captured = capfd.readouterr()
    assert json.loads(captured.out)["refused"] == 1
    assert captured.out.count("\n") == 1
    assert "ZIP 99998" in captured.err
