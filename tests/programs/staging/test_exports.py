"""The directory as a file: as far as an account reaches, safe to open, and written down."""

import csv
import io
import json
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from programs import listings
from programs.models import Center, ExportLog, Listing, Organization, Program
from tests.programs.accounts import account, client_of

pytestmark = pytest.mark.django_db
EXPORT = "/admin/export/"


@pytest.fixture
def centers() -> list[Center]:
    """Two in Illinois, of which one is a draft, and one in Texas whose name would be a formula."""
    made = []
    for name, state, status in (
        ("Plain House", "IL", "published"),
        ("Draft House", "IL", "draft"),
        ("=cmd|' /C calc'!A0", "TX", "published"),
    ):
        organization = Organization.objects.create(name=name, state=state)
        center = Center.objects.create(
            organization=organization, name=name, slug="x", city="X", state=state, zip="62701", status=status
        )
        Program.objects.create(center=center, level="iop")
        made.append(center)
    listings.rebuild([center.pk for center in made])
    return made


def take(client: Client, what: str, file_format: str) -> bytes:
    response = client.post(EXPORT, {"what": what, "file_format": file_format})
    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="{what}.{file_format}"'
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def rows_of(content: bytes, file_format: str) -> list[dict[str, Any]]:
    if file_format == "csv":
        return list(csv.DictReader(io.StringIO(content.decode())))
    if file_format == "json":
        return json.loads(content)
    header, *rows = openpyxl.load_workbook(io.BytesIO(content)).worksheets[1].iter_rows(values_only=True)
    return [dict(zip(header, row, strict=True)) for row in rows]


@pytest.mark.parametrize("file_format", ["csv", "xlsx", "json"])
@pytest.mark.parametrize("what", ["programs", "centers"])
def test_an_admin_takes_out_everything(desk, centers, what, file_format):
    rows = rows_of(take(desk, what, file_format), file_format)
    assert len(rows) == (Listing.objects.count() if what == "programs" else 3)
    formula = "=cmd|' /C calc'!A0"
    assert {row["center"] for row in rows} == {
        "Plain House",
        formula if file_format == "json" else f"'{formula}",
        *(["Draft House"] if what == "centers" else []),
    }
    logged = ExportLog.objects.get()
    assert (logged.what, logged.file_format, logged.rows) == (what, file_format, len(rows))
    assert logged.by.staff_member.role == "admin"


@pytest.mark.parametrize("what", ["programs", "centers"])
def test_a_coordinator_takes_out_what_lies_within_reach(centers, what):
    client = client_of(account("coordinator", states=["TX"]))
    rows = rows_of(take(client, what, "json"), "json")
    assert [row["state"] for row in rows] == ["TX"]
    assert ExportLog.objects.get().rows == 1


@pytest.mark.parametrize("role", ["center", "reader"])
def test_who_may_not_export_gets_nothing(centers, role):
    client = client_of(account(role))
    assert client.get(EXPORT).status_code == 403
    assert client.post(EXPORT, {"what": "centers", "file_format": "csv"}).status_code == 403
    assert not ExportLog.objects.exists()


def test_a_form_that_makes_no_sense_gives_no_file(desk):
    response = desk.post(EXPORT, {"what": "users", "file_format": "csv"})
    assert "Content-Disposition" not in response
    assert "Take the directory out" in response.content.decode()
    assert not ExportLog.objects.exists()


def test_platform_admins_alone_read_the_log_and_nobody_writes_it(desk, centers):
    take(desk, "centers", "csv")
    address = reverse("admin:programs_exportlog_changelist")
    assert "centers" in desk.get(address).content.decode()
    one = reverse("admin:programs_exportlog_change", args=[ExportLog.objects.get().pk])
    assert desk.post(one, {"what": "nothing"}).status_code == 403
    assert desk.get(reverse("admin:programs_exportlog_add")).status_code == 403
    for role in ("coordinator", "reviewer", "reader", "center"):
        assert client_of(account(role)).get(address).status_code == 403
