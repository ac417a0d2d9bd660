"""Every item of the whole real directory follows the standard, and a crawl of the pages finds all of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from programs.api import hsds
from programs.api.services import organizations, services
from programs.models import Program
from tests.programs import loads
from tests.programs.api.hsds_schemas import complaints, validator

pytestmark = [pytest.mark.directory, pytest.mark.sqlite_only]
"""What is written does not depend on the database; that both give the same rows, the other tests hold."""


@pytest.fixture(scope="module")
def everything(django_db_setup, django_db_blocker, directory_files: dict[str, Path]) -> Iterator[int]:
    """Both workbooks, imported once for this file and rolled back after it. Gives the number of services."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_places", verbosity=0)
        call_command("import_directory", *map(str, directory_files.values()), verbosity=0)
        loads.settle()
        yield Program.objects.count()
        transaction.set_rollback(True)


def lines(path: str) -> Iterator[dict]:
    answer = Client().get(f"/api/hsds/{path}")
    assert answer.status_code == 200
    rest = b""
    for part in answer.streaming_content:
        *whole, rest = (rest + part).split(b"\n")
        yield from map(json.loads, whole)


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("services?format=ndjson", "compiled/service_list"),
        ("service_at_locations?format=ndjson", "compiled/service_at_location_list"),
    ],
)
def test_every_service_of_the_directory_follows_the_standard(everything, path, schema):
    count = 0
    check = validator(schema)
    for item in lines(path):
        count += 1
        assert check.is_valid(item), complaints(schema, item)
    assert count == everything > 30_000


def test_every_service_with_all_its_parts_follows_the_standard(everything):
    """The documents of the stream before they are written: a gigabyte of JSON proves nothing more."""
    check, count = validator("compiled/service"), 0
    for program in services().prefetch_related("sessions").iterator(chunk_size=500):
        count += 1
        document = hsds.service_full(program, lambda path: f"https://directory.example{path}")
        assert check.is_valid(document), complaints("compiled/service", document)
    assert count == everything


def test_every_organization_of_the_directory_follows_the_standard(everything):
    found = list(lines("organizations?format=ndjson"))
    assert len(found) == organizations().count() > 10_000
    for item in found:
        assert complaints("compiled/organization_list", item) == []


def test_a_crawl_of_the_pages_finds_every_service_once(everything):
    seen: set[str] = set()
    for number in range(1, 1000):
        page = Client().get("/api/hsds/services", {"per_page": 1000, "page": number}).json()
        seen.update(one["id"] for one in page["contents"])
        if page["last_page"]:
            break
    assert len(seen) == page["total_items"] == everything
