"""The search as JSON is the search of the page: the same form, order, counts, and three values."""

from datetime import date

import pytest
from django.test import Client

from programs import search
from programs.forms import SearchForm
from programs.places import Found, resolve
from tests.programs.factories import CityFactory, ZipCodeFactory, center

pytestmark = pytest.mark.django_db


@pytest.fixture
def near() -> None:
    ZipCodeFactory()
    center(["iop", "outpatient"], yes=["pay_medicaid"], no=["telehealth"], name="Says")
    center(["iop"], name="Silent", lat=33.5)
    center(["iop"], no=["pay_medicaid"], yes=["telehealth"], name="Denies")


def test_it_finds_what_the_page_finds(ask, near):
    asked = {"place": "85004", "level": ["iop"], "pay": ["pay_medicaid"]}
    page = ask("search/", **asked)
    place = resolve("85004")
    assert isinstance(place, Found)
    form = SearchForm(asked)
    assert form.asks
    results = search.find(form.criteria(place.place), today=date.today())
    assert [one["id"] for one in page["results"]] == [str(hit.listing.public_id) for hit in results.hits]
    assert page["total_items"] == results.total == 3
    assert page["levels"] == {level.value: count for level, count in results.levels.items()}
    assert page["facts"] == dict(results.facts)
    assert [tuple(pair) for pair in page["asked"]] == list(results.criteria.params())


def test_meets_does_not_and_unknown_are_three_things(ask, near):
    page = ask("search/", place="85004", level="iop", pay="pay_medicaid")
    verdicts = {one["center"]["name"]: one["fit"][0]["verdict"] for one in page["results"]}
    assert verdicts == {"Says": "meets", "Silent": "unknown", "Denies": "does_not"}
    known = {one["center"]["name"]: (one["known_yes"], one["known_no"]) for one in page["results"]}
    assert known == {
        "Says": (["pay_medicaid"], ["telehealth"]),
        "Silent": ([], []),
        "Denies": (["telehealth"], ["pay_medicaid"]),
    }
    silent = next(one for one in page["results"] if one["center"]["name"] == "Silent")
    assert silent["hours_per_week_min"] is None
    assert silent["openings"] is None


@pytest.mark.parametrize("personal", ["name", "email", "diagnosis", "answers", "substances", "age_years"])
def test_nothing_about_a_person_is_taken(ask, near, personal):
    refusal = ask("search/", status=400, place="85004", **{personal: "x"})
    assert refusal["errors"] == {personal: ["No such parameter."]}
    assert personal not in refusal["known"]


def test_a_place_that_is_not_clear_is_answered_with_choices(ask, near):
    for state, zips in (("IL", 3), ("MO", 3)):
        CityFactory(name="Springfield", search_name="springfield", state=state, zip_count=zips)
    refusal = ask("search/", status=404, place="Springfield")
    assert {one["place"] for one in refusal["choices"]} == {"Springfield, IL", "Springfield, MO"}
    assert ask("search/", status=400)["errors"] == {"place": ["Say where."]}
    assert "place" in ask("search/", status=404, place="Nowherecity")["errors"]


@pytest.mark.parametrize(
    "query", ["taxonomy_term_id=", "full=", "full=perhaps", "page=1&page=2", "per_page="]
)
def test_what_a_form_would_pass_over_is_refused(client, near, query):
    refusal = client.get(f"/api/hsds/services?{query}")
    assert refusal.status_code == 400
    assert list(refusal.json()["errors"]) == [query.partition("=")[0]]


def test_a_wrong_value_is_named(ask, near):
    refusal = ask("search/", status=400, place="85004", level="spa")
    assert list(refusal["errors"]) == ["level"]
    assert "spa" in refusal["errors"]["level"][0]


def test_it_takes_three_queries(client, near, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        assert client.get("/api/search/", {"place": "85004", "pay": "pay_medicaid"}).status_code == 200


# -- Manners of the whole API ---------------------------------------------------------------------


def test_asking_again_for_the_same_costs_nothing_on_the_wire(client, near):
    first = client.get("/api/hsds/services")
    again = client.get("/api/hsds/services", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "max-age=300" in first["Cache-Control"]


def test_answers_are_compressed_where_asked(client, near):
    answer = client.get("/api/hsds/taxonomy_terms", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 8000


def test_any_page_may_read_and_nobody_may_write(client, near):
    answer = client.get("/api/hsds/services")
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in answer
    for method in (client.post, client.put, client.patch, client.delete):
        assert method("/api/hsds/services").status_code == 405


def test_one_network_may_ask_so_often_and_others_still_may(client, near, settings):
    settings.API_REQUESTS_A_MINUTE = 3
    statuses = [client.get("/api/hsds/").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]
    refusal = client.get("/api/hsds/")
    assert 1 <= int(refusal["Retry-After"]) <= 60
    assert refusal.json()["status"] == 429
    assert Client(REMOTE_ADDR="203.0.113.9").get("/api/hsds/").status_code == 200


def test_a_network_may_have_fewer_files_of_the_whole_directory(client, settings):
    settings.API_REQUESTS_A_MINUTE = 60
    got = [client.get("/api/bulk/programs.csv") for _ in range(3)]
    assert [answer.status_code for answer in got] == [200, 200, 429]
    assert 0 < int(got[-1]["Retry-After"]) <= 60
    # Pages are counted by themselves, and a small limit still leaves one file.
    assert client.get("/api/hsds/services").status_code == 200
    settings.API_REQUESTS_A_MINUTE = 2
    assert client.get("/api/bulk/programs.csv", REMOTE_ADDR="10.1.2.3").status_code == 200


def test_who_asked_is_written_nowhere(client, near, caplog):
    from django.core.cache import cache

    from programs import asking

    client.get("/api/search/", {"place": "85004"}, REMOTE_ADDR="203.0.113.77")
    counts = asking.NOW._counts
    assert sum(counts.values()) == 1
    kept = " ".join(map(str, (*cache._cache, *counts)))  # type: ignore[attr-defined]
    assert "203.0.113" not in kept + caplog.text
    assert "85004" not in caplog.text
