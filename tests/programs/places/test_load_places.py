import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programs import gazetteer
from programs.models import City, ZipCode

HEADER = "zip,primary_city,state,county,lat,lon,zip_type"
ROWS = (
    "63101,St Louis,MO,St. Louis City,38.6,-90.2,Standard",
    "63102,Saint Louis,MO,St. Louis City,38.8,-90.4,Standard",
    "63103,Saint Louis,MO,Other County,38.7,-90.3,PO_Box",
    "62024,East Alton,IL,Madison County,38.9,-90.1,Standard",
    "09001,APO AA,AA,,38.1,15.6,Military",
)


def table(path: Path, *rows: str, header: str = HEADER) -> Path:
    path.write_bytes(gzip.compress("\n".join((header, *rows, "")).encode()))
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return table(tmp_path / "zips.csv.gz", *ROWS)


def run(**options: object) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("load_places", stdout=out, stderr=err, **options)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_zip_codes_and_cities_are_loaded(file: Path) -> None:
    out, err = run(file=file)
    assert (out, err) == ("Places: 5 ZIP codes, 2 cities (7 rows written).\n", "")
    assert str(ZipCode.objects.get(zip="63101")) == "63101 St Louis, MO"
    assert ZipCode.objects.get(zip="09001").state == "AA"


@pytest.mark.django_db
def test_a_city_lies_in_the_middle_of_its_zip_codes_and_takes_their_commonest_words(file: Path) -> None:
    run(file=file)
    city = City.objects.get(search_name="saint louis", state="MO")
    assert (city.name, city.county, city.zip_count) == ("Saint Louis", "St. Louis City", 3)
    assert (city.lat, city.lon) == (38.7, -90.3)


@pytest.mark.django_db
def test_post_offices_of_the_armed_forces_are_no_city(file: Path) -> None:
    run(file=file)
    assert not City.objects.filter(state="AA").exists()


@pytest.mark.django_db
def test_a_second_run_writes_nothing(file: Path) -> None:
    run(file=file)
    before = list(City.objects.values_list("id", flat=True))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        out, _ = run(file=file)
    assert "unchanged" in out
    assert not [q for q in queries if q["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    assert list(City.objects.values_list("id", flat=True)) == before


@pytest.mark.django_db
def test_only_what_differs_is_written(file: Path, tmp_path: Path) -> None:
    run(file=file)
    moved = table(
        tmp_path / "new.csv.gz", *ROWS[:3], "62095,Wood River,IL,Madison County,38.8,-90.0,Standard"
    )
    out, _ = run(file=moved)
    # East Alton's ZIP and city and the APO ZIP leave; Wood River's ZIP and city come.
    assert "(5 rows written)" in out
    assert set(ZipCode.objects.values_list("zip", flat=True)) == {"63101", "63102", "63103", "62095"}
    assert set(City.objects.values_list("name", flat=True)) == {"Saint Louis", "Wood River"}


@pytest.mark.django_db
def test_a_row_that_was_changed_by_hand_is_put_right_and_keeps_its_id(file: Path) -> None:
    run(file=file)
    city = City.objects.get(search_name="saint louis")
    City.objects.filter(pk=city.pk).update(lat=0)
    ZipCode.objects.filter(zip="63101").update(city="Elsewhere")
    out, _ = run(file=file)
    assert "(2 rows written)" in out
    city.refresh_from_db()
    assert city.lat == 38.7
    assert ZipCode.objects.get(zip="63101").city == "St Louis"


@pytest.mark.django_db
def test_force_writes_every_row_anew(file: Path) -> None:
    run(file=file)
    out, _ = run(file=file, force=True)
    assert "(7 rows written)" in out
    assert (ZipCode.objects.count(), City.objects.count()) == (5, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("6310,St Louis,MO,,38.6,-90.2,Standard", "'6310' is not a ZIP code of 5 digits"),
        ("96365,APO STA,,,26.3,127.7,Military", "ZIP 96365: '' is not a state of 2 letters"),
        ("63104,,MO,,38.6,-90.2,Standard", "ZIP 63104: '' is not the name of a city"),
        ("63104,St Louis,MO,,,-90.2,Standard", "ZIP 63104: '', '-90.2' is not a place on earth"),
        ("63104,St Louis,MO,,98.6,-90.2,Standard", "ZIP 63104: '98.6', '-90.2' is not a place on earth"),
        ("63104,St Louis,MO,,nan,-90.2,Standard", "ZIP 63104: 'nan', '-90.2' is not a place on earth"),
        ("63101,St Louis,MO,,38.6,-90.2,Standard", "ZIP 63101 a second time"),
        ("63104,St Louis", "2 columns"),
    ],
)
def test_an_odd_row_is_refused_with_its_line_and_the_others_are_loaded(
    tmp_path: Path, row: str, reason: str
) -> None:
    out, err = run(file=table(tmp_path / "odd.csv.gz", ROWS[0], row))
    assert err == f"Refused: line 3: {reason}\n"
    assert "1 ZIP codes" in out


@pytest.mark.django_db
def test_many_refused_rows_do_not_fill_the_screen(tmp_path: Path) -> None:
    _, err = run(file=table(tmp_path / "odd.csv.gz", ROWS[0], *["x,y,z,,1,1,Standard"] * 30))
    assert err.count("\n") == 11
    assert err.endswith("Refused: 20 more rows\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"not gzip", "Not a gzipped file"),
        (gzip.compress(b"x" * 5000)[:30], "ended before"),
        (gzip.compress(b"zip,lat\n63101,1\n"), "no column primary_city, state, county, lon, zip_type"),
        (gzip.compress(HEADER.encode()), "no ZIP codes in it"),
        (gzip.compress(HEADER.encode() + b"\n\xff\xfe"), "can't decode"),
        (b"", "no column"),
    ],
    # Packed bytes hold the time they were packed: without names of their own no two processes agree.
    ids=["not packed", "cut short", "columns missing", "empty table", "not text", "empty file"],
)
def test_a_broken_file_changes_nothing(tmp_path: Path, file: Path, content: bytes, reason: str) -> None:
    run(file=file)
    broken = tmp_path / "broken.csv.gz"
    broken.write_bytes(content)
    with pytest.raises(CommandError, match=reason):
        run(file=broken)
    assert ZipCode.objects.count() == 5


@pytest.mark.django_db
def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"gone\.csv\.gz"):
        run(file=tmp_path / "gone.csv.gz")


def test_the_file_that_comes_with_the_site_refuses_one_row_alone() -> None:
    table = gazetteer.read()
    assert len(table.rows) == 41_705
    assert table.refused == ("line 41420: ZIP 96365: '' is not a state of 2 letters",)
    assert min(row.state for row in table.rows.values() if row.zip.startswith("006")) == "PR"


@pytest.mark.django_db
def test_the_file_that_comes_with_the_site_loads_and_writes_nothing_the_second_time() -> None:
    run()
    assert City.objects.filter(search_name="springfield").count() == 24
    with CaptureQueriesContext(connection) as second:
        out, _ = run()
    assert "unchanged" in out
    assert not [query for query in second if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
