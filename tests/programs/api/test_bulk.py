"""The bulk downloads: whole, safe to open, and enough to build the directory again."""

import csv
import io
import json
from datetime import date
from uuid import UUID

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from programs import listings
from programs.api.rows import HEADER, plain, text
from programs.facts import FactSet
from programs.models import Center, Listing, Organization, Program, Statement
from programs.models.columns import NO, YES
from tests.programs.factories import center

FILES = ["csv", "geojson", "xlsx"]


def fetched(client, kind, **headers):
    answer = client.get(f"/api/bulk/programs.{kind}", headers=headers)
    return answer, b"".join(answer.streaming_content) if answer.streaming else answer.content


def table(client) -> list[dict[str, str]]:
    _, content = fetched(client, "csv")
    found = csv.DictReader(io.StringIO(content.decode()))
    assert tuple(found.fieldnames or ()) == HEADER
    return [{name: plain(cell) for name, cell in row.items()} for row in found]


def test_every_file_holds_every_listed_program_once(client, directory):
    listed = {str(one) for one in Listing.objects.values_list("public_id", flat=True)}
    assert {row["id"] for row in table(client)} == listed
    features = json.loads(fetched(client, "geojson")[1])
    assert {one["id"] for one in features["features"]} == listed
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx")[1]))
    header, *lines = book["Programs"].iter_rows(values_only=True)
    assert tuple(header) == HEADER
    assert {line[0] for line in lines} == listed


def test_source_license_and_day_are_inside(client, directory):
    row = table(client)[0]
    assert "SAMHSA" in row["license"]
    assert date.fromisoformat(row["exported_on"])
    whole = json.loads(fetched(client, "geojson")[1])
    assert {"source", "license", "exported_on"} <= set(whole)
    about = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx")[1]))["About"]
    assert [line[0].value for line in about.iter_rows()] == ["Source", "License", "Exported"]


def test_unknown_no_and_yes_stay_apart(client, directory):
    rich, thin = (
        next(row for row in table(client) if row["center"] == name) for name in ("Desert Care Center", "Thin")
    )
    assert "pay_medicaid" in rich["known_yes"].split()
    assert rich["known_no"].split() == ["age_under_18", "telehealth"]
    assert (thin["known_yes"], thin["known_no"], thin["hours_per_week_min"], thin["latitude"]) == (
        "",
        "",
        "",
        "",
    )
    features = json.loads(fetched(client, "geojson")[1])["features"]
    assert {one["properties"]["center"]: one["geometry"] is None for one in features}["Thin"] is True


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "|calc", "%0A", "'quoted"]


@pytest.mark.parametrize("typed", FORMULAS)
def test_nothing_a_person_typed_starts_a_formula(client, db, typed):
    center(["iop"], name=f"{typed} Center", street1=typed)
    _, content = fetched(client, "csv")
    row = next(csv.DictReader(io.StringIO(content.decode())))
    assert row["street1"].startswith("'")
    assert plain(row["street1"]) == typed
    sheet = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx")[1]))["Programs"]
    assert all(cell.data_type != "f" for line in sheet.iter_rows() for cell in line)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_a_safe_cell_gives_back_what_was_typed(typed):
    assert plain(text(typed)) == typed
    assert text(typed)[:1] not in set("=+-@\t\r\n|%")


@pytest.mark.django_db
def test_a_directory_built_again_from_the_file_equals_the_original(client, directory):
    before = table(client)
    listed = list(Listing.objects.order_by("public_id").values(*COMPARED))
    Organization.objects.all().update(name="x")
    Center.objects.all().delete()
    Organization.objects.all().delete()
    assert not Listing.objects.exists()
    build(before)
    assert sorted(table(client), key=lambda row: row["id"]) == sorted(before, key=lambda row: row["id"])
    assert list(Listing.objects.order_by("public_id").values(*COMPARED)) == listed


COMPARED = [
    "public_id", "center_public_id", "level", "track", "x", "y", "z", "cell", "tie", "levels", "name", "city",
    "state", "approximate", "hours_per_week_min", "said_on", "said_method", "said_source", *YES, *NO,
]  # fmt: skip


def build(rows: list[dict[str, str]]) -> None:
    """Make the database say what the rows say. An integrator would write this against tables of their own."""
    for row in rows:
        runs, _ = Organization.objects.get_or_create(
            public_id=UUID(row["organization_id"]), defaults={"name": row["organization"], "state": "AZ"}
        )
        place, made = Center.objects.get_or_create(
            public_id=UUID(row["center_id"]), defaults=_center(row, runs)
        )
        Program.objects.create(public_id=UUID(row["id"]), center=place, level=row["level"], **_numbers(row))
        if made and row["said_on"]:
            said = Statement(
                center=place, source=row["said_by"], method=row["said_how"], said_on=row["said_on"]
            )
            said.facts = FactSet.of(yes=row["known_yes"].split(), no=row["known_no"].split())
            said.save()
    listings.rebuild(Center.objects.values_list("id", flat=True))


def _center(row: dict[str, str], runs: Organization) -> dict[str, object]:
    same = ("street1", "street2", "city", "state", "zip", "phone", "intake_phones", "website")
    return {name: row[name] for name in same} | {
        "organization": runs,
        "name": row["center"],
        "name_detail": row["center_detail"],
        "slug": row["url"].rstrip("/").rsplit("/", 1)[1].rsplit("-", 1)[0],
        "lat": float(row["latitude"]) if row["latitude"] else None,
        "lon": float(row["longitude"]) if row["longitude"] else None,
        "location": row["location_is"],
        "in_latest_edition": {"yes": True, "no": False, "": None}[row["in_latest_edition"]],
        "is_sample": row["is_sample"] == "yes",
    }


def _numbers(row: dict[str, str]) -> dict[str, object]:
    names = {
        "hours_per_week_min": "hours_per_week_min", "hours_per_week_max": "hours_per_week_max",
        "weeks_min": "weeks_min", "weeks_max": "weeks_max", "price_min": "price_a_week_min",
        "price_max": "price_a_week_max", "deposit": "deposit",
    }  # fmt: skip
    return {"track": row["track"]} | {name: row[said] or None for name, said in names.items()}


@pytest.mark.parametrize("kind", FILES)
def test_who_has_it_since_the_last_change_need_not_fetch_it(client, directory, kind):
    answer, _ = fetched(client, kind)
    again, content = fetched(client, kind, **{"If-Modified-Since": answer["Last-Modified"]})
    assert (again.status_code, content) == (304, b"")
    assert answer["Content-Disposition"] == f'attachment; filename="programs.{kind}"'


@pytest.mark.parametrize("kind", FILES)
def test_the_command_writes_the_same_file_whole_or_not_at_all(tmp_path, directory, kind):
    path = tmp_path / f"programs.{kind}"
    said = io.StringIO()
    call_command("export_directory", str(path), site="https://directory.example", stdout=said)
    assert said.getvalue().startswith(f"{Listing.objects.count()} programs written")
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.stat().st_size > 500


def test_the_command_says_what_is_wrong(tmp_path, db):
    with pytest.raises(CommandError, match="must end in"):
        call_command("export_directory", str(tmp_path / "programs.pdf"))
    with pytest.raises(CommandError, match="cannot be written"):
        call_command("export_directory", str(tmp_path / "missing" / "programs.csv"))


@pytest.mark.parametrize("kind", FILES)
def test_a_file_takes_one_query_and_one_for_its_date(client, directory, django_assert_max_num_queries, kind):
    with django_assert_max_num_queries(2):
        fetched(client, kind)
