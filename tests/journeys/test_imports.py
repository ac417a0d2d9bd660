"""A platform admin brings a list in: maps its columns, looks, applies, takes bad rows out, takes it back."""

import csv
from pathlib import Path

import pytest
from django.core.management import call_command

from programs.models import Center, ImportRun, SavedMapping, ZipCode
from tests.conftest import ROOT
from tests.journeys.staff import platform_admin, sign_in
from tests.programs.importing.workbooks import facility, workbook

pytestmark = pytest.mark.django_db(transaction=True)
COUNTY = ROOT / "examples/mappings/county.csv"


@pytest.fixture
def at_room(live_server, page_at):
    """Opens the import room, signed in, with a few ZIP codes behind it."""
    ZipCode.objects.bulk_create(
        ZipCode(zip=zip_code, city="Springfield", state="IL", county="", lat=39.8, lon=-89.65)
        for zip_code in ("62701", "62702", "62703")
    )

    def open_at(width: int = 1280, **options):
        page = page_at(width, **options)
        sign_in(page, live_server.url, platform_admin())
        page.goto(live_server.url + "/admin/import/")
        return page

    return open_at


@pytest.fixture
def shown_well(axe, sideways, quiet, record_of):
    """Holds a page to the rules. The checker itself trips over the policy where a stylesheet imports another,
    so that what it caused is forgotten."""

    def check(page):
        quiet(page)
        sideways(page)
        axe(page)
        record_of(page).complaints.clear()

    return check


def say_what_the_columns_mean(page):
    """Street, city, ZIP code and phones are guessed; the rest is said by hand."""
    page.get_by_label("Name of this mapping").fill("Prairie County")
    page.get_by_label("Title of the list").fill("Prairie County treatment providers")
    page.get_by_label("State, where the list has no column for it").fill("il")
    page.get_by_label("Name of the center").select_option("Provider Name")
    page.get_by_label("Phone", exact=True).select_option("Main Phone")
    row = page.locator("tr", has=page.locator("#id_yes_no-0-column"))
    row.get_by_label("Column").select_option("IOP")
    row.get_by_label("Fact").select_option(label="Intensive outpatient (IOP)")
    row.get_by_label("Words for yes").fill("Y, Yes, X")
    row.get_by_label("Words for no").fill("N, No")


def bad_list(folder: Path) -> Path:
    """The county's list with one row that cannot be taken."""
    path = folder / "county.csv"
    path.write_bytes(COUNTY.read_bytes().replace(b"62702", b"6270x"))
    return path


@pytest.mark.parametrize("js", [True, False], ids=["script", "no script"])
def test_a_list_comes_in_and_goes_out_again(at_room, shown_well, quiet, shot, tmp_path, js):
    page = at_room(js=js)
    page.get_by_label("Files").set_input_files(bad_list(tmp_path))
    page.get_by_label("What they are").select_option("new")
    if js:
        shown_well(page)
        shot(page, "import-room")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="What the columns mean").wait_for()
    page.get_by_role("button", name="Check").click()
    page.get_by_text("Which words mean yes?").or_(page.get_by_text("columns.name: is missing")).or_(
        page.get_by_text("and list.state does not say it")
    ).first.wait_for()
    say_what_the_columns_mean(page)
    page.get_by_role("button", name="Check").click()
    page.get_by_role("heading", name="How the first rows would be read").wait_for()
    assert "Harbor Light Recovery of Illinois LLC" in page.locator("#checked").inner_text()
    if js:
        shown_well(page)
        shot(page, "import-mapping")
    page.get_by_role("button", name="Save and go on").click()
    if not js:
        page.get_by_role("heading", name="Reading the files").wait_for()
        page.get_by_role("button", name="Go on").click()
    page.get_by_role("heading", name="What the import would change").wait_for()
    assert SavedMapping.objects.get().name == "Prairie County"
    assert not Center.objects.exists()
    if js:
        shown_well(page)
        shot(page, "import-preview")
    with page.expect_download() as download:
        page.get_by_role("link", name="Refused rows of county.csv, with the reasons").click()
    (bad,) = csv.DictReader(Path(download.value.path()).read_text("utf-8-sig").splitlines())
    assert bad["why it was refused"].endswith("zip is not a ZIP code: 6270x")
    page.get_by_role("button", name="Apply").click()
    page.get_by_text("The import is done:").wait_for()
    created = Center.objects.count()
    assert created == ImportRun.objects.get().created > 1
    page.get_by_role("link", name="What this import did").click()
    if js:
        quiet(page)
    page.get_by_role("link", name="Undo this import").click()
    page.get_by_role("button", name="Undo this import").click()
    page.get_by_text(f"Undone. Centers taken out: {created}.").wait_for()
    assert not Center.objects.exists()


@pytest.mark.parametrize("dark", [False, True])
def test_differences_are_read_on_a_phone(at_room, shown_well, shot, tmp_path, dark):
    page = at_room(390, dark=dark)
    old = workbook(tmp_path, map(facility, range(1, 5)))
    call_command("import_directory", old, verbosity=0, refused=tmp_path / "none.csv", json=True)
    Center.objects.filter(name="Willow Bend Center 3").update(kept_columns=["phone"], phone="217-555-0303")
    rows = [facility(1, phone="217-555-0999"), facility(2, "SA * OP * MC"), facility(3, phone="217-555-0304")]
    newer = workbook(tmp_path, [*rows, facility(9), facility(10, zip="x")], year=2024)
    page.get_by_label("Files").set_input_files(newer)
    page.get_by_role("button", name="Send").click()
    page.get_by_text("“217-555-0001” becomes “217-555-0999”").wait_for()
    page.get_by_text("kept: ours “217-555-0303”, theirs “217-555-0304”").wait_for()
    shown_well(page)
    shot(page, f"import-preview-390-{'dark' if dark else 'light'}")
    page.get_by_role("link", name="Refused: 1").click()
    page.get_by_text("zip is not a ZIP code: x").wait_for()
    assert page.get_by_text("Willow Bend Center 9").count() == 0


def test_the_directory_is_taken_out(at_room, shown_well, shot, live_server):
    page = at_room(390)
    page.goto(live_server.url + "/admin/export/")
    shown_well(page)
    shot(page, "export")
    page.get_by_label("Centers, drafts and closed ones included").check()
    page.get_by_label("JSON").check()
    with page.expect_download() as download:
        page.get_by_role("button", name="Take out").click()
    assert download.value.suggested_filename == "centers.json"
    assert Path(download.value.path()).read_text() == "[\n\n]\n"
