"""What is sent is too large, packed to burst, names a file of ours, or is no file of its kind at all."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

import pytest
from django.conf import settings
from django.test import Client

from iopfinder.wsgi import application
from programs.importing.workbook import StructureError, opened
from programs.models import StagedFile
from tests.attacks.worlds import everything, paths
from tests.programs.accounts import account, client_of
from tests.programs.admin.worlds import World
from tests.programs.importing.workbooks import facility, workbook

MANY = b"&".join(b"a%d=1" % number for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1))
HUGE = b"words=" + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
FORM = "application/x-www-form-urlencoded"
REFUSED = {400, 403, 404, 405, 413, 415}


def answer(method: str, path: str, **more: Any) -> tuple[str, bytes]:
    """The status and the body with which the site answers a server that runs it."""
    environ: dict[str, Any] = {"REQUEST_METHOD": method, "PATH_INFO": path, "HTTP_HOST": "testserver", **more}
    setup_testing_defaults(environ)
    said: list[str] = []
    body = b"".join(application(environ, lambda line, *_: said.append(line)))
    return said[0], body


# -- Bodies -------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize("body", [MANY, HUGE], ids=["too many fields", "too many bytes"])
def test_no_address_takes_a_form_larger_than_any_of_ours(body: bytes) -> None:
    world = World("Target", "AZ")
    addresses = paths(world)
    client = client_of(account("admin"))
    client.handler.enforce_csrf_checks = True
    client.raise_request_exception = False
    client.get("/admin/account/")
    token = {"X-CSRFToken": client.cookies[settings.CSRF_COOKIE_NAME].value}
    before, wrong = everything(), []
    # It reads no form, so that nothing stops who has to leave.
    for name, (_one, path) in addresses.items():
        status = client.post(path, body, content_type=FORM, headers=token).status_code
        if status not in REFUSED and name != "quick_exit":
            wrong.append((path, status))
    after = everything()
    assert wrong == []
    assert {table for table in after if after[table] != before[table]} == set()


@pytest.mark.django_db
def test_a_body_is_not_read_where_none_is_taken() -> None:
    """A page that may only be looked at answers before it reads what was sent."""

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            raise AssertionError("read")

    more = {"CONTENT_TYPE": FORM, "CONTENT_LENGTH": "999999999", "wsgi.input": Endless()}
    assert answer("POST", "/api/search/", **more)[0] == "405 Method Not Allowed"


# -- Paths --------------------------------------------------------------------------------------
UP = (
    "../iopfinder/settings.py",
    "..%2fiopfinder%2fsettings.py",
    "%2e%2e/iopfinder/settings.py",
    "js/../../iopfinder/settings.py",
    "..\\iopfinder\\settings.py",
    "....//iopfinder/settings.py",
    "/etc/passwd",
    "//etc/passwd",
    "%00/etc/passwd",
    "css/site.css%00.png",
    ".env",
    "../.env",
    "../db.sqlite3",
    "../.git/config",
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "before", ["/static/", "/", "/static/js/", "/guide/", "/api/protocol/", "/es/guide/"]
)
def test_no_path_leads_to_a_file_that_is_not_served(before: str) -> None:
    for up in UP:
        for path in (before + up, (before + up).replace("%2f", "/").replace("%2e", ".").replace("%00", "\0")):
            status, body = answer("GET", path)
            assert status[:3] in ("301", "302", "400", "404"), (path, status)
            assert b"SECRET_KEY" not in body
            assert b"root:" not in body


def sent(client: Client, name: str, content: bytes) -> Any:
    """A file in the form of the import room, under this very name."""
    fields = (("kind", "new"), ("day", "2026-11-01"))
    disposition = "Content-Disposition: form-data; name="
    head = "".join(f'--x\r\n{disposition}"{one}"\r\n\r\n{value}\r\n' for one, value in fields)
    file = f'--x\r\n{disposition}"sent"; filename="{name}"\r\nContent-Type: text/csv\r\n\r\n'
    body = (head + file).encode() + content + b"\r\n--x--\r\n"
    return client.post("/admin/import/", body, content_type="multipart/form-data; boundary=x")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../../etc/x.csv", "..\\..\\x.csv", "/etc/cron.d/x.csv", "x\0.csv", ".csv", "a" * 300 + ".csv"]
)
def test_the_name_of_a_file_leads_nowhere(name: str, tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    client = client_of(account("admin"))
    response = sent(client, name, b"a,b\n1,2\n")
    assert response.status_code in (200, 302, 400)
    for kept in StagedFile.objects.all():
        assert Path(kept.name).name == kept.name
        assert "\0" not in kept.name
    assert list(tmp_path.iterdir()) == []


ODD = {
    "a zero byte": b"\0",
    "zero bytes in a word": b"zq\0zq",
    "half a letter": b"\xed\xa0\x80",
    "a formula": b"=cmd|' /C calc'!A0",
    "a number past all bounds": b"9" * 400,
}


@pytest.mark.django_db
@pytest.mark.parametrize("cell", ODD)
def test_odd_cells_of_a_list_are_read_or_refused_and_break_nothing(cell: str) -> None:
    client = client_of(account("admin"))
    client.raise_request_exception = False
    response = sent(client, "l.csv", b"Name,City\nZQ," + ODD[cell] + b"\n")
    for _ in range(4):
        if response.status_code != 302:
            break
        response = client.get(response["Location"])
    assert response.status_code == 200


# -- Workbooks ----------------------------------------------------------------------------------
BOMB = '<!DOCTYPE x [<!ENTITY a "zq9zq9zq9"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
ELSEWHERE = '<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">'


def rewritten(path: Path, part: str, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with one part changed."""
    there = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(there, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, change(old.read(one)) if one == part else old.read(one))
    return there


def parts(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as packed:
        return [name for name in packed.namelist() if name.endswith((".xml", ".rels"))]


def read(path: Path) -> int:
    with opened(path) as sheets:
        return sum(1 for sheet in sheets for _ in sheet.rows(tuple(filter(None, sheet.header))))


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE, ELSEWHERE], ids=["bomb", "file", "address"])
def test_no_part_of_a_workbook_declares_an_entity(declared: str, tmp_path: Path) -> None:
    """Refused, or a part that nobody reads: never expanded, never fetched (sockets are closed to tests)."""
    good = workbook(tmp_path, [facility()])
    rows = read(good)
    refused = []

    def declaring(text: bytes) -> bytes:
        head, _mark, rest = text.partition(b"?>")
        return head + b"?>" + declared.encode() + rest if rest else declared.encode() + text

    for part in parts(good):
        try:
            assert read(rewritten(good, part, declaring)) == rows
        except StructureError:
            refused.append(part)
    assert "xl/worksheets/sheet1.xml" in refused
    if "ENTITY" in declared:
        assert {"[Content_Types].xml", "xl/workbook.xml"} <= set(refused)


def test_a_workbook_that_unpacks_without_end_is_refused_before_it_is_read(tmp_path: Path) -> None:
    good = workbook(tmp_path, [facility()])
    bomb = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, old.read(one))
        with new.open("xl/media/zeros.bin", "w", force_zip64=True) as part:
            for _ in range(160):
                part.write(bytes(1 << 20))
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(StructureError, match="unpacks to more than"), opened(bomb):
        pass


def test_a_workbook_that_understates_what_it_unpacks_to_is_refused(tmp_path: Path) -> None:
    """The size in the directory of an archive is only a claim."""
    good = workbook(tmp_path, [facility()])
    data = bytearray(good.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    good.write_bytes(data)
    with pytest.raises(StructureError), opened(good):
        pass
