"""A center for machines: valid by what schema.org publishes, nothing unknown in it, nothing that escapes."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils.timezone import localdate
from jsonschema import Draft202012Validator

from programs.models import Program
from programs.structured_data import LANGUAGES, script
from programs.taxonomy import FACTS, GROUPS
from tests.programs import factories

pytestmark = pytest.mark.django_db

SCHEMA = json.loads((Path(__file__).parent / "schema_org.json").read_text())
SCRIPT = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def data_of(client, center):
    found = SCRIPT.findall(client.get(center.get_absolute_url()).content.decode())
    assert len(found) == 1
    thing = json.loads(found[0])
    Draft202012Validator.check_schema(SCHEMA)
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(thing)] == []
    return thing


def test_a_center_of_which_nothing_is_known_says_only_where_it_is(client):
    center = factories.center([], phone="", street1="")
    thing = data_of(client, center)
    assert set(thing) == {
        "@context",
        "@type",
        "@id",
        "mainEntityOfPage",
        "name",
        "address",
        "parentOrganization",
    }
    assert "streetAddress" not in thing["address"]


def test_a_center_of_which_everything_is_known_is_valid_too(client):
    center = factories.center(
        ["iop", "php", "detox"],
        yes=[fact.code for fact in FACTS],
        location="exact",
        website="https://center.example/",
        phone="602-555-0142 x12",
    )
    Program.objects.filter(level="iop").update(openings=2, openings_until=localdate())
    thing = data_of(client, center)
    assert thing["telephone"] == "+16025550142"
    assert thing["url"] == "https://center.example/"
    assert thing["geo"] == {"@type": "GeoCoordinates", "latitude": 33.45, "longitude": -112.07}
    assert [one["name"] for one in thing["availableService"]] == [
        "Intensive outpatient (IOP)",
        "Day program (PHP)",
        "Detox",
    ]
    assert thing["isAcceptingNewPatients"] is True
    assert thing["knowsLanguage"] == list(LANGUAGES.values())
    assert "Medicaid" in thing["paymentAccepted"]
    assert thing["mainEntityOfPage"].endswith(center.get_absolute_url())


def test_a_no_is_left_out_as_what_is_unknown_is(client):
    thing = data_of(client, factories.center(["iop"], no=[fact.code for fact in FACTS]))
    assert not {"paymentAccepted", "knowsLanguage", "medicalSpecialty", "isAcceptingNewPatients"} & set(thing)


@pytest.mark.parametrize(("openings", "days", "said"), [(0, 1, False), (3, 0, True), (3, -1, None)])
def test_open_places_are_told_to_machines_only_while_they_hold(client, openings, days, said):
    center = factories.center()
    Program.objects.update(openings=openings, openings_until=localdate() + timedelta(days=days))
    assert data_of(client, center).get("isAcceptingNewPatients") is said


def test_the_middle_of_a_zip_code_is_not_told_as_the_place_of_a_building(client):
    assert "geo" not in data_of(client, factories.center(location="zip"))


def test_an_invented_center_is_not_told_to_machines(client):
    center = factories.center(is_sample=True)
    assert not SCRIPT.search(client.get(center.get_absolute_url()).content.decode())


def test_no_name_can_close_the_script_or_open_another(client):
    name = "</script><script>alert(1)</script>&<!--\u2028"
    body = client.get(factories.center(name=name).get_absolute_url()).content.decode()
    raw = SCRIPT.search(body)[1]
    assert not set("<>&\u2028") & set(raw)
    assert json.loads(raw)["name"] == " ".join(name.split())
    assert "alert(1)</script>" not in body


def test_escaping_changes_no_value():
    thing = {"a": "<b> & 'c' \u2028\u2029 \\u003c", "d": ["é", 1.5, True]}
    assert json.loads(SCRIPT.search(script(thing))[1]) == thing


def test_every_language_with_a_code_of_its_own_is_one_of_the_taxonomy():
    assert set(LANGUAGES) <= set(GROUPS["language"])
    assert set(GROUPS["language"]) - set(LANGUAGES) == {"lang_yupik", "lang_native", "lang_other"}
