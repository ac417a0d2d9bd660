"""The protocol as data: whole, the same for everyone, and nothing a person said in it."""

import json
import tomllib
from xml.etree import ElementTree

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire

from assessment.domain import LEVELS, load, versions
from assessment.domain.content import CONTENT
from assessment.published import data


@pytest.mark.parametrize("version", versions())
def test_every_version_is_there_whole(client, version):
    answer = client.get(f"/api/protocol/{version}.json")
    assert answer.status_code == 200
    found = answer.json()
    assert found["version"] == version
    assert "ASAM" in found["notice"]
    for path in (CONTENT / version).glob("*.toml"):
        said = tomllib.loads(path.read_text(encoding="utf-8"))
        assert json.loads(json.dumps(said, default=lambda day: day.isoformat())) == found[path.stem]


def test_it_names_the_digests_it_was_published_under():
    assert set(data(load().version)["review"]["published"]["sha256"]) == {
        path.name for path in (CONTENT / load().version).glob("*.toml") if path.name != "review.toml"
    }
    assert data(load().version)["levels_least_to_most"] == list(LEVELS)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_questionnaire_is_valid_fhir(client, language):
    answer = client.get(f"/api/protocol/questionnaire.{language}.json")
    assert answer["Content-Type"] == "application/fhir+json"
    Questionnaire.model_validate(answer.json())
    other = {"en": "es", "es": "en"}[language]
    assert answer.json() != client.get(f"/api/protocol/questionnaire.{other}.json").json()


def test_the_flow_is_a_picture_without_script_or_style(client):
    answer = client.get("/api/protocol/flow.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    tags = {one.tag.rpartition("}")[2] for one in ElementTree.fromstring(answer.content).iter()}
    assert {"svg", "title", "text", "path"} <= tags
    assert {"script", "style", "foreignObject"}.isdisjoint(tags)


@pytest.mark.parametrize("path", ["iop-0000.json", "../settings.json", "questionnaire.fr.json"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(f"/api/protocol/{path}").status_code == 404


def test_anybody_may_keep_it_and_no_cookie_goes_with_it(client):
    answer = client.get(f"/api/protocol/{load().version}.json")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer["Cache-Control"]
    assert "Set-Cookie" not in answer
    again = client.get(f"/api/protocol/{load().version}.json", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_the_page_tells_how_to_use_it_and_what_it_is_not(client, prefix):
    page = client.get(f"{prefix}/data/").content.decode()
    assert "/api/openapi.json" in page
    assert f"/api/protocol/{load().version}.json" in page
    assert "ASAM" in page
    assert "/api/hsds/services" in page
