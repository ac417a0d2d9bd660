"""The import room by hand: who may enter, what a browser may send, and the way from a file to an import."""

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programs.importing.formulas import plain
from programs.models import Center, ExportLog, ImportRun, RefusedRow, SavedMapping, StagedFile, StagedImport
from programs.staging import sent as sending
from tests.conftest import ROOT
from tests.programs.accounts import account, client_of
from tests.programs.importing.workbooks import facility
from tests.programs.staging.conftest import applied, read, sent

pytestmark = pytest.mark.django_db
ROOM = "/admin/import/"
COUNTY = ROOT / "examples/mappings/county.csv"
MOST_QUERIES = 15


def send(client: Client, *files: object, **data: object):
    return client.post(ROOM, {"sent": files, "kind": "national", **data})


def follow(client: Client, staged: StagedImport) -> StagedImport:
    """Presses "Go on" until there is nothing to go on with."""
    for _ in range(20):
        staged.refresh_from_db()
        if staged.status != "reading":
            break
        client.post(reverse("admin:staged_go_on", args=[staged.public_id]))
    return staged


def test_from_a_file_to_an_import(four, edition, desk, admin_account):
    path = edition([1, facility(2, phone="217-555-0999"), 9, facility(10, zip="bad")], year=2024)
    response = send(desk, *sent(path))
    staged = StagedImport.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/admin/import/{staged.public_id}/")
    assert staged.by == admin_account
    assert "Go on" in desk.get(response["Location"]).content.decode()
    assert follow(desk, staged).status == "ready"
    text = desk.get(response["Location"]).content.decode()
    for words in ("New centers: 1", "“217-555-0002” becomes “217-555-0999”", "zip is not a ZIP code: bad"):
        assert words in text
    only_new = desk.get(response["Location"], {"outcome": "created"}).content.decode()
    assert "Willow Bend Center 9" in only_new
    assert "Willow Bend Center 2" not in only_new
    assert Center.objects.count() == 4
    done = desk.post(reverse("admin:staged_apply", args=[staged.public_id]), follow=True)
    assert "The import is done: 4 rows." in done.content.decode()
    assert Center.objects.count() == 5
    run = ImportRun.objects.first()
    assert run.by == admin_account
    assert (
        Center.history.get(history_change_reason=f"import:{run.public_id}", history_type="+").history_user
        == admin_account
    )
    taken_back = desk.post(reverse("admin:staged_undo", args=[run.public_id]), follow=True)
    assert "Undone. Centers taken out: 1. As before: 4. Left: 0." in taken_back.content.decode()
    assert Center.objects.count() == 4


def test_a_preview_that_has_grown_old_is_made_anew(four, edition, desk):
    staged = read(edition([1, 2, 9], year=2024))
    Center.objects.filter(name="Willow Bend Center 1").update(status="closed", kept_columns=["name"])
    applied(edition([1, 2, 3, 4, 9], year=2024))
    done = desk.post(reverse("admin:staged_apply", args=[staged.public_id]), follow=True)
    assert "Nothing was written: the directory has changed since" in done.content.decode()
    assert follow(desk, staged).status == "ready"


def test_pages_of_a_preview_ask_little(four, edition, desk):
    staged = read(edition([*range(1, 130), facility(200, zip="x")], year=2024))
    address = reverse("admin:staged", args=[staged.public_id])
    for data in ({}, {"page": 2}, {"outcome": "created", "page": 3}, {"outcome": "refused"}, {"page": "x"}):
        with CaptureQueriesContext(connection) as queries:
            response = desk.get(address, data)
        assert response.status_code == 200
        assert len(queries) <= MOST_QUERIES, [query["sql"] for query in queries]
    assert response.content.decode().count('<th scope="row">') == 50
    with CaptureQueriesContext(connection) as queries:
        assert desk.get(ROOM).status_code == 200
    assert len(queries) <= MOST_QUERIES


ADDRESSES = [
    "",
    "{id}/",
    "{id}/mapping/",
    "{id}/refused/0/",
    "run/{run}/undo/",
    "run/{run}/refused/0/",
    "mapping/{pk}.toml",
]
POSTS = ["", "{id}/go-on/", "{id}/apply/", "{id}/anew/", "{id}/discard/", "{id}/mapping/", "run/{run}/undo/"]


@pytest.mark.parametrize("role", ["coordinator", "reviewer", "center", "reader"])
def test_only_platform_admins_change_anything(four, edition, role):
    staged = read(edition([1, facility(2, zip="x")], year=2024))
    run = ImportRun.objects.get()
    mapping = SavedMapping.objects.create(name="x", document="x")
    client = client_of(account(role))
    ids = {"id": staged.public_id, "run": run.public_id, "pk": mapping.pk}
    before = list(StagedImport.objects.values())
    for address in POSTS:
        assert client.post(ROOM + address.format(**ids)).status_code == 403, address
    may_look = {"", "{id}/", "mapping/{pk}.toml"} if role != "center" else set()
    for address in ADDRESSES:
        expected = 200 if address in may_look else 403
        assert client.get(ROOM + address.format(**ids)).status_code == expected, address
    assert list(StagedImport.objects.values()) == before
    assert not ExportLog.objects.exists()


def test_nobody_else_may_send_a_byte(db, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    big = SimpleUploadedFile("a.xlsx", b"PK\x03\x04" + b"x" * 3_000_000)
    assert client_of(account("coordinator")).post(ROOM, {"sent": big, "kind": "national"}).status_code == 403
    assert Client().post(ROOM, {"sent": big, "kind": "national"}).status_code == 302
    assert list(tmp_path.iterdir()) == []
    assert not StagedFile.objects.exists()


def test_a_form_without_its_token_is_refused(places, edition, admin_account):
    client = client_of(admin_account)
    client.handler.enforce_csrf_checks = True
    assert send(client, *sent(edition([1]))).status_code == 403
    client.get(ROOM)
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    assert send(client, *sent(edition([1])), csrfmiddlewaretoken=token).status_code == 302
    assert StagedImport.objects.count() == 1


def test_other_pages_of_the_desk_still_take_no_file(desk):
    file = SimpleUploadedFile("a.csv", b"x")
    assert desk.post("/admin/programs/organization/add/", {"name": "X", "sent": file}).status_code == 400


def test_what_is_too_large_is_named_and_nothing_is_kept(db, desk, monkeypatch, tmp_path, settings):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    monkeypatch.setattr(sending, "MOST_BYTES", 100_000)
    monkeypatch.setattr(sending, "MOST_FILES", 2)
    files = [SimpleUploadedFile(f"{n}.json", b"x" * size) for n, size in enumerate((10, 200_000, 10, 10))]
    text = send(desk, *files).content.decode()
    assert "1.json is larger than 25 MB." in text
    assert "2.json is one file too many." in text
    assert "3.json is one file too many." in text
    assert not StagedFile.objects.exists()
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(sending, "MOST_IN_ALL", 10)
    assert send(desk, SimpleUploadedFile("a.json", b"x" * 2_000_000)).status_code == 400
    assert list(tmp_path.iterdir()) == []


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"xl/{number}.xml", b"0" * 60_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("bomb-2023.xlsx", bomb, "bomb-2023.xlsx: unpacks to more than 150 MB"),
        (
            "cut-2023.xlsx",
            lambda: b"PK\x03\x04 and no more",
            "cut-2023.xlsx: not a workbook, or one that is cut off",
        ),
        ("a.json", lambda: b"[]", "a.json: the locator's answer is not an object: its format has changed"),
    ],
    ids=["bomb", "cut", "json"],
)
def test_a_bad_file_is_refused_on_its_page(places, desk, name, content, why):
    send(desk, SimpleUploadedFile(name, content()))
    staged = follow(desk, StagedImport.objects.get())
    text = desk.get(f"{ROOM}{staged.public_id}/").content.decode()
    assert "These files cannot be taken." in text
    assert why.replace("'", "&#x27;") in text
    assert not StagedFile.objects.exists()


def test_a_file_of_the_wrong_kind_is_refused_in_the_form(db, desk):
    text = send(desk, SimpleUploadedFile("a.pdf", b"%PDF")).content.decode()
    assert "a.pdf: the name must end in .xlsx, .json" in text
    assert "Choose at least one file." in desk.post(ROOM, {"kind": "national"}).content.decode()


def test_refused_rows_come_back_as_a_workbook_and_go_in_again(four, edition, desk, tmp_path):
    bad = facility(9, "SA * OP * MC", zip="bad", name1="@HYPERLINK(1)")
    staged = read(edition([1, 2, 3, 4, bad], year=2024))
    response = desk.get(reverse("admin:staged_refused", args=[staged.public_id, 0]))
    assert response["Content-Disposition"].startswith("attachment; filename=")
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    header, row = book["Facilities List"].iter_rows(values_only=True)
    cells = dict(zip(header, row, strict=True))
    assert cells["why it was refused"] == "zip is not a ZIP code: bad"
    assert cells["name1"] == "'@HYPERLINK(1)"
    assert (ExportLog.objects.get().what, ExportLog.objects.get().rows) == ("refused rows", 1)
    desk.post(reverse("admin:staged_apply", args=[staged.public_id]))
    run = ImportRun.objects.first()
    again = desk.get(reverse("admin:run_refused", args=[run.public_id, 0]))
    book = openpyxl.load_workbook(io.BytesIO(again.content))
    sheet = book["Facilities List"]
    sheet.cell(2, header.index("zip") + 1).value = "62701"
    path = tmp_path / "mended-2024.xlsx"
    book.save(path)
    mended = read(path, is_part=True)
    assert mended.counts == dict.fromkeys(mended.counts, 0) | {"created": 1}
    assert mended.rows.get().name == "@HYPERLINK(1)"


def test_refused_rows_of_a_list_come_back_as_they_came(places, desk, tmp_path):
    state = ROOT / "examples/mappings/state"
    mapping = SavedMapping.objects.create(name="s", document=state.with_suffix(".toml").read_text("utf-8"))
    text = (
        state.with_suffix(".csv")
        .read_text("cp1252")
        .replace("601;(787)", "6x1;(787)")
        .replace("L-002", "@L-002")
    )
    path = tmp_path / "state.csv"
    path.write_text(text, "cp1252")
    staged = read(path, mapping=mapping)
    response = desk.get(reverse("admin:staged_refused", args=[staged.public_id, 0]))
    assert response["Content-Disposition"] == 'attachment; filename="state-refused.csv"'
    header, row = csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";")
    cells = dict(zip(header, row, strict=True))
    assert (cells["License No"], plain(cells["License No"])) == ("'@L-002", "@L-002")
    assert (cells["Street"], cells["ZIP Code"]) == ("Carr. 10; Km 3.2", "6x1")
    assert "is not a ZIP code" in cells["why it was refused"]
    mended = tmp_path / "state-refused.csv"
    mended.write_bytes(response.content.replace(b"6x1", b"00601"))
    assert read(mended, mapping=mapping, is_part=True).counts["created"] == 1


def test_refused_pages_of_the_locator_come_back_as_json(places, desk, tmp_path):
    from tests.programs.importing.locator import place

    page = {"page": 1, "totalPages": 1, "recordCount": 2, "rows": [place(1), place(2, zip="bad")]}
    path = tmp_path / "page.json"
    path.write_text(json.dumps(page))
    staged = read(path, year=2025)
    response = desk.get(reverse("admin:staged_refused", args=[staged.public_id, 0]))
    found = json.loads(response.content)
    assert [row["why it was refused"] for row in found["rows"]] == ["zip is not a ZIP code: bad"]
    path.write_bytes(response.content.replace(b'"bad"', b'"62701"'))
    assert read(path, year=2025, is_part=True).counts["created"] == 1


def test_refused_rows_are_marked_as_handled(four, edition, desk, admin_account):
    applied(edition([1, facility(2, zip="x"), facility(3, zip="y")], year=2024))
    address = reverse("admin:programs_refusedrow_changelist")
    first = RefusedRow.objects.first()
    desk.post(address, {"action": "mark_handled", "_selected_action": [first.pk]})
    first.refresh_from_db()
    assert (first.handled_by, first.handled_at is not None) == (admin_account, True)
    assert RefusedRow.objects.filter(handled_at=None).count() == 1
    text = desk.get(address, {"handled": "no"}).content.decode()
    assert "1 refused row" in text
    reader = client_of(account("coordinator"))
    reader.post(address, {"action": "mark_handled", "_selected_action": [RefusedRow.objects.last().pk]})
    assert RefusedRow.objects.filter(handled_at=None).count() == 1


def test_a_mapping_written_by_hand_is_held_to_what_the_command_takes(desk):
    address = reverse("admin:programs_savedmapping_add")
    text = desk.post(address, {"name": "mine", "document": "[list]\nid = 'x'\n"}).content.decode()
    assert "mine: list.title: is missing" in text
    good = COUNTY.with_suffix(".toml").read_text("utf-8")
    assert desk.post(address, {"name": "mine", "document": good}).status_code == 302
    mapping = SavedMapping.objects.get()
    back = desk.get(reverse("admin:staged_document", args=[mapping.pk]))
    assert back["Content-Disposition"] == 'attachment; filename="mine.toml"'
    assert back.content.decode().split() == good.split()
