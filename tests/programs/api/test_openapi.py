"""The published description is true: every address is in it, and clients made from it alone work."""

import importlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from programs.api.endpoints import BY_NAME, ENDPOINTS
from programs.api.openapi import described, document
from programs.api.urls import VIEWS
from programs.forms import SearchForm

SAYS_MORE = {"/api/hsds/service_at_locations", "/api/search/"}
schema = schemathesis.openapi.from_dict(document("http://testserver"))
schema.app = get_wsgi_application()


def test_every_address_is_described_and_has_a_view():
    assert set(VIEWS) == set(BY_NAME)
    assert {f"/api/{one.path}" for one in ENDPOINTS} == set(document("")["paths"])
    assert {one.path for group in described().values() for one in group} == set(document("")["paths"])


def test_every_field_of_the_search_form_is_a_parameter():
    said = {one["name"] for one in document("")["paths"]["/api/search/"]["get"]["parameters"]}
    assert said == set(SearchForm.base_fields)


@pytest.fixture
def one_connection() -> Iterator[None]:
    """A request through WSGI begins and ends by closing a connection in a transaction: here that of the test.
    Django's own client leaves it open in the same way."""
    both = (request_started, request_finished)
    for signal in both:
        signal.disconnect(close_old_connections)
    yield
    for signal in both:
        signal.connect(close_old_connections)


@schema.parametrize()
@pytest.mark.usefixtures("one_connection")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_request_finds_a_gap_between_the_description_and_the_answers(case, directory, settings):
    settings.ALLOWED_HOSTS = ["*"]
    # No schema can say that one parameter needs another, or that a place exists: both have their own tests.
    beyond = [positive_data_acceptance] if case.path in SAYS_MORE else []
    case.call_and_validate(excluded_checks=beyond, headers={"Accept-Encoding": "identity"})


# -- A client that knows nothing but the document ---------------------------------------------------


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A client package generated from the OpenAPI document, imported."""
    folder: Path = tmp_path_factory.mktemp("client")
    (folder / "openapi.json").write_text(json.dumps(document("http://testserver")))
    (folder / "config.yaml").write_text("post_hooks: []\npackage_name_override: directory_client\n")
    where = [
        "--path",
        "openapi.json",
        "--config",
        "config.yaml",
        "--meta",
        "none",
        "--output-path",
        "directory_client",
    ]
    command = [sys.executable, "-m", "openapi_python_client", "generate", *where, "--fail-on-warning"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("directory_client")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.startswith("directory_client")]:
            del sys.modules[name]


def call(made: Any, server: str, group: str, name: str, *where: str, **params: object) -> Any:
    module = importlib.import_module(f"{made.__name__}.api.{group}.{name}")
    with made.Client(base_url=server) as client:
        return module.sync(*where, client=client, **params)


@pytest.mark.django_db(transaction=True)
def test_a_client_made_from_the_document_lists_filters_and_reads_every_service(made, live_server, directory):
    listed, number = [], 1
    while True:
        page = call(made, live_server.url, "hsds", "services", per_page=2, page=number)
        listed += page.contents
        if page.last_page:
            break
        number += 1
    assert len(listed) == page.total_items == 5
    for one in listed:
        assert call(made, live_server.url, "hsds", "service", one.id).name == one.name
    runs = next(one.organization_id for one in listed if "Desert" in one.description)
    mine = call(made, live_server.url, "hsds", "services", organization_id=runs)
    assert {one.organization_id for one in mine.contents} == {runs}
    found = call(made, live_server.url, "search", "search", place="85004")
    assert {one.id for one in found.results} <= {one.id for one in listed}
    assert found.results
