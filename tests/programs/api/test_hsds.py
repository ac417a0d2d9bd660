"""What the API says about services, organizations, places and terms, by the standard's own schemas."""

import json
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from programs import listings
from programs.api import forms
from programs.api.hsds import LANGUAGES, all_terms
from programs.api.terms import FACT, FACT_NO, LEVEL, TAXONOMIES, samhsa_codes
from programs.levels import LEVELS
from programs.models import Center, Organization, Program
from programs.taxonomy import BY_CODE, FACTS, GROUPS
from tests.programs.api.hsds_schemas import complaints

LISTS = {
    "services": "compiled/service_list",
    "service_at_locations": "compiled/service_at_location_list",
    "organizations": "compiled/organization_list",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
FULL = {
    "services": "compiled/service",
    "service_at_locations": "compiled/service",
    "organizations": "organization",
    "taxonomies": "taxonomy",
    "taxonomy_terms": "taxonomy_term",
}
PAGE = {
    "total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty", "contents",
}  # fmt: skip


@pytest.mark.parametrize(("name", "schema"), LISTS.items())
def test_items_of_every_list_follow_the_standard(ask, directory, name, schema):
    page = ask(f"hsds/{name}", per_page=1000)
    assert set(page) == PAGE
    assert page["contents"]
    for item in page["contents"]:
        assert complaints(schema, item) == []


@pytest.mark.parametrize(("name", "schema"), FULL.items())
def test_every_item_alone_follows_the_standard(ask, directory, name, schema):
    for item in ask(f"hsds/{name}", per_page=1000)["contents"]:
        whole = ask(f"hsds/{name}/{item['id']}")
        assert whole["id"] == item["id"]
        assert complaints(schema, whole) == []


@pytest.mark.parametrize("name", ["services", "service_at_locations", "organizations"])
def test_full_items_are_those_of_one_alone(ask, directory, name):
    for item in ask(f"hsds/{name}", full="true")["contents"]:
        assert item == ask(f"hsds/{name}/{item['id']}")


def test_parts_of_a_service_follow_the_schemas_of_the_parts(ask, directory):
    service = ask("hsds/services", full="true", search="Evening")["contents"][0]
    place = service["service_at_locations"][0]
    parts = {
        "phone": service["phones"],
        "schedule": service["schedules"],
        "language": service["languages"],
        "cost_option": service["cost_options"],
        "attribute": service["attributes"],
        "taxonomy_term": [one["taxonomy_term"] for one in service["attributes"]],
        "organization": [service["organization"]],
        "service_at_location": [place],
        "location": [place["location"]],
        "address": place["location"]["addresses"],
    }
    for schema, items in parts.items():
        assert items, schema
        for item in items:
            assert complaints(schema, item) == [], schema


def test_a_rich_service_says_what_is_known(ask, directory):
    service = ask("hsds/services", full="true", search="Evening")["contents"][0]
    assert service["name"] == "Intensive outpatient (IOP): Evening"
    assert service["status"] == "active"
    assert service["wait_time"] == "1 day"
    assert service["application_process"] == "Call first."
    assert service["fees_description"] == "Medicaid"
    assert service["accreditations"] == "CARF"
    assert service["minimum_age"] == 18
    assert service["assured_date"] == "2026-09-01"
    assert [phone["number"] for phone in service["phones"]] == [
        "+16025550142",
        "+16025550143",
        "+16025550144",
    ]
    assert service["phones"][2]["extension"] == 12
    assert [(one["byday"], one["opens_at"], one.get("attending_type")) for one in service["schedules"]] == [
        ("MO", "18:00", "telehealth"),
        ("WE", "18:00", None),
    ]
    assert [(one["amount"], one["option"]) for one in service["cost_options"]] == [
        (100, "a week, from"),
        (200, "a week, up to"),
        (50, "deposit"),
    ]
    assert [one["code"] for one in service["languages"]] == ["es"]


def test_yes_and_no_are_different_terms_and_unknown_is_neither(ask, directory):
    service = ask("hsds/services", full="true", search="Evening")["contents"][0]
    assert _terms_of(service) == {
        (LEVEL, "iop"), (FACT, "pay_medicaid"), (FACT, "lang_spanish"), (FACT, "accred_carf"),
        (FACT, "license_state_health"), (FACT, "age_adults"), (FACT, "offers_iop"),
        (FACT_NO, "age_under_18"), (FACT_NO, "telehealth"),
    }  # fmt: skip


def _terms_of(service):
    terms = [all_terms()[UUID(one["taxonomy_term_id"])] for one in service["attributes"]]
    return {(term.taxonomy, term.about) for term in terms}


def test_a_thin_service_says_nothing_that_nobody_told_us(ask, directory):
    service = ask("hsds/services", full="true", search="Thin")["contents"][0]
    silent = {
        "phones", "schedules", "languages", "cost_options", "wait_time", "fees_description", "minimum_age",
        "assured_date", "application_process", "eligibility_description", "licenses", "accreditations",
    }  # fmt: skip
    assert silent.isdisjoint(service)
    location = service["service_at_locations"][0]["location"]
    assert {"latitude", "longitude"}.isdisjoint(location)
    assert location["addresses"][0]["address_1"] == ""


def test_closed_and_unlisted_services_stay_and_say_so_and_drafts_are_not_there(ask, directory):
    status = {
        one["description"].split(" at ")[1].split(",")[0]: one["status"]
        for one in ask("hsds/services")["contents"]
    }
    assert status == {
        "Desert Care Center": "active",
        "Thin": "active",
        "Closed": "defunct",
        "Gone": "inactive",
    }
    draft = Program.objects.get(center__name="Draft")
    ask(f"hsds/services/{draft.public_id}", status=404)
    ask(f"hsds/organizations/{draft.center.organization.public_id}", status=404)


def test_a_service_that_left_the_directory_carries_an_alert(ask, directory):
    gone = ask("hsds/services", search="Gone")["contents"][0]
    assert "latest edition" in gone["alert"]


def test_ids_are_those_of_the_rows_and_stay(ask, directory):
    first = ask("hsds/services", full="true")
    assert first == ask("hsds/services", full="true")
    assert {one["id"] for one in first["contents"]} == {
        str(one)
        for one in Program.objects.exclude(center__status="draft").values_list("public_id", flat=True)
    }
    every = [part["id"] for one in first["contents"] for part in _parts(one)]
    assert len(every) == len(set(every))
    assert all(UUID(one).variant == UUID(first["contents"][0]["id"]).variant for one in every)


def _parts(service):
    for name in ("phones", "schedules", "languages", "cost_options", "attributes", "service_at_locations"):
        yield from service.get(name, [])


# -- Filters --------------------------------------------------------------------------------------


def _ids(page):
    return {one["id"] for one in page["contents"]}


def test_every_term_finds_exactly_the_services_that_have_it(ask, directory):
    services = ask("hsds/services", full="true")["contents"]
    for term in all_terms():
        having = {
            one["id"] for one in services if str(term) in {a["taxonomy_term_id"] for a in one["attributes"]}
        }
        assert _ids(ask("hsds/services", taxonomy_term_id=term)) == having


@pytest.mark.parametrize("taxonomy", TAXONOMIES, ids=lambda one: one.code)
def test_a_taxonomy_finds_the_services_with_any_of_its_terms(ask, directory, taxonomy):
    services = ask("hsds/services", full="true")["contents"]
    having = {
        one["id"]
        for one in services
        if taxonomy.name in {a["taxonomy_term"]["taxonomy"] for a in one["attributes"]}
    }
    assert _ids(ask("hsds/services", taxonomy_id=taxonomy.id)) == having


def test_filters_add_up(ask, directory):
    iop = next(term for term in all_terms().values() if term.taxonomy is LEVEL and term.about == "iop")
    runs = Organization.objects.get(name="Desert Care").public_id
    both = ask("hsds/services", organization_id=runs, taxonomy_term_id=iop.id)
    assert [one["name"] for one in both["contents"]] == ["Intensive outpatient (IOP): Evening"]
    assert ask("hsds/services", organization_id=runs)["total_items"] == 2
    assert ask("hsds/services", organization_id=runs, search="thin")["empty"] is True
    assert ask("hsds/services", organization_id=uuid4())["total_items"] == 0


def test_search_wants_every_word(ask, directory):
    assert ask("hsds/services", search="desert phoenix evening")["total_items"] == 1
    assert ask("hsds/services", search="desert nowhere")["total_items"] == 0
    assert ask("hsds/organizations", search="desert")["total_items"] == 1
    assert [one["name"] for one in ask("hsds/taxonomies", search="LEVEL")["contents"]] == ["Level of care"]


def test_modified_after_gives_what_changed_since(ask, directory):
    long_ago, lately = datetime(2020, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)
    Center.objects.update(updated_at=long_ago)
    Center.objects.filter(name="Thin").update(updated_at=lately)
    found = ask("hsds/services", modified_after="2025-12-31T00:00:00Z")["contents"]
    assert [one["last_modified"] for one in found] == ["2026-01-01T00:00:00.000Z"]
    assert ask("hsds/services", modified_after="2026-01-01T00:00:00Z")["total_items"] == 1
    # What was being written when somebody asked last must not be missed.
    assert ask("hsds/services", modified_after="2026-01-01T00:10:00Z")["total_items"] == 1
    assert ask("hsds/services", modified_after="2026-01-01T00:10:01Z")["total_items"] == 0


@pytest.mark.parametrize("name", ["services", "service_at_locations"])
@pytest.mark.parametrize(
    ("moment", "count"),
    [
        ("0001-01-01T00:00:00+14:00", 5),
        ("0001-01-01", 5),
        ("9999-12-31T23:59:59-14:00", 0),
        ("9999-12-31", 0),
    ],
)
def test_a_moment_that_some_time_zone_does_not_have_is_no_riddle(ask, directory, name, moment, count):
    assert ask(f"hsds/{name}", modified_after=moment)["total_items"] == count


@pytest.mark.parametrize(
    ("name", "whole"),
    [
        ("services", "full"),
        ("service_at_locations", "full"),
        ("organizations", "full"),
        ("organizations", "full_service"),
    ],
)
def test_a_page_of_whole_items_is_not_longer_than_a_server_bears(ask, directory, monkeypatch, name, whole):
    """A thousand whole organizations of the real directory were four gigabytes."""
    monkeypatch.setattr(forms, "MOST_WHOLE", 1)
    page = ask(f"hsds/{name}", per_page=1000, page=2, **{whole: "true"})
    assert (page["size"], page["total_pages"]) == (1, page["total_items"])
    assert ask(f"hsds/{name}", per_page=1000, **{whole: "false"})["total_pages"] == 1


def test_minimal_is_everything_on_one_page(ask, directory):
    page = ask("hsds/services", minimal="true", per_page=1)
    assert page["size"] == page["total_items"] == 5
    assert all(set(one) == {"id", "modified_date"} for one in page["contents"])


def test_near_a_zip_code_by_meters(ask, directory):
    near = ask("hsds/service_at_locations", postcode="85004", proximity=1000)
    assert near["total_items"] == 2
    Center.objects.filter(name="Desert Care Center").update(lat=40)
    listings.rebuild_all()
    assert ask("hsds/service_at_locations", postcode="85004", proximity=1000)["total_items"] == 0
    assert ask("hsds/service_at_locations", postcode="85004")["total_items"] == 5


# -- Pages ----------------------------------------------------------------------------------------


def test_pages_hold_everything_once(ask, directory):
    seen = []
    for number in range(1, 4):
        page = ask("hsds/services", per_page=2, page=number)
        assert (page["total_items"], page["total_pages"], page["page_number"]) == (5, 3, number)
        assert (page["first_page"], page["last_page"]) == (number == 1, number == 3)
        assert page["size"] == len(page["contents"])
        seen += [one["id"] for one in page["contents"]]
    assert len(seen) == len(set(seen)) == 5
    refusal = ask("hsds/services", per_page=2, page=4, status=404)
    assert refusal["errors"] == {"page": ["The last page is 3."]}


def test_an_empty_list_is_one_page(ask, db):
    page = ask("hsds/services")
    assert (page["total_items"], page["total_pages"], page["empty"], page["last_page"]) == (0, 1, True, True)


def test_lines_are_the_items_of_all_pages(client, ask, directory):
    answer = client.get("/api/hsds/services", {"format": "ndjson", "full": "true"})
    lines = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]
    assert lines == ask("hsds/services", full="true")["contents"]


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("services", 3), ("services?full=true", 4), ("services?minimal=true", 2), ("service_at_locations", 3),
        ("organizations", 2), ("organizations?full=true", 5), ("organizations?full_service=true", 5),
        ("taxonomies", 0), ("taxonomy_terms", 0),
    ],
)  # fmt: skip
def test_queries_do_not_grow_with_the_list(client, directory, django_assert_max_num_queries, path, most):
    with django_assert_max_num_queries(most):
        answer = client.get(f"/api/hsds/{path}")
        list(answer.streaming_content) if answer.streaming else None


# -- Terms ----------------------------------------------------------------------------------------


def test_every_level_and_fact_is_a_term_and_no_id_twice():
    terms = all_terms()
    assert len(terms) == len(LEVELS) + 2 * len(FACTS)
    assert {term.about for term in terms.values()} == {*(level.value for level in LEVELS), *BY_CODE}


def test_terms_carry_the_codes_of_the_directories():
    codes = samhsa_codes()
    assert codes["offers_iop"] == ("OIT",)
    assert codes["pay_medicaid"] == ("MD",)
    assert codes["pay_medicare"] == ("MC",)
    term = next(one for one in all_terms().values() if one.taxonomy is FACT and one.about == "pay_medicaid")
    assert term.code == "MD"


def test_every_language_of_the_facts_has_a_code_but_those_that_are_several():
    assert set(GROUPS["language"]) - set(LANGUAGES) == {"lang_native", "lang_other"}
