"""The place field: what it proposes while someone types, and a location that a browser told."""

import pytest

from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory
from tests.programs.test_pages import heading, links_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phoenix():
    ZipCodeFactory(zip="85004")
    for state, count in (("IL", 12), ("MO", 11)):
        CityFactory(name="Springfield", state=state, zip_count=count)


def proposed(client, typed: str) -> list[dict[str, str]]:
    return client.get("/programs/places/", {"q": typed}).json()["places"]


def test_what_is_typed_so_far_is_answered_in_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert proposed(client, "springf") == [
            {"query": "Springfield, IL", "label": "Springfield, IL"},
            {"query": "Springfield, MO", "label": "Springfield, MO"},
        ]
    with django_assert_num_queries(1):
        assert proposed(client, "850") == [{"query": "85004", "label": "85004, Phoenix, AZ"}]


@pytest.mark.parametrize("typed", ["", "s", "85", "x" * 81, "a\0b", "<b>", "33.45, -112.07"])
def test_anything_else_is_answered_with_nothing(client, typed):
    assert proposed(client, typed) == []


def test_proposals_may_be_kept_and_are_the_same_for_everyone(client):
    response = client.get("/programs/places/?q=spr")
    assert response.headers["Cache-Control"] == "public, max-age=3600" or set(
        response.headers["Cache-Control"].split(", ")
    ) == {"public", "max-age=3600"}
    assert "Cookie" not in response.headers.get("Vary", "")
    assert not response.cookies
    assert client.get("/es/programs/places/?q=spr").json() == response.json()
    assert client.post("/programs/places/").status_code == 405


def test_only_the_search_may_ask_a_browser_where_it_is(client):
    assert "geolocation=(self)" in client.get("/programs/").headers["Permissions-Policy"]
    assert "geolocation=(self)" in client.get("/es/programs/").headers["Permissions-Policy"]
    for path in ("/", "/programs/why-this-order/", "/programs/places/", "/no-such-page/"):
        assert "geolocation=()" in client.get(path).headers["Permissions-Policy"], path


def test_a_location_is_searched_around(client, django_assert_num_queries):
    for _ in range(21):
        factories.center()
    with django_assert_num_queries(3):
        response = client.get("/programs/?place=33.45%2C+-112.07&pay=pay_medicaid")
    assert heading(response) == "21 centers within 25 miles of a point near 85004, Phoenix, AZ"
    carried = [url for url in links_of(response) if "33.45" in url]
    assert len(carried) > 20
    assert all("place=33.45%2C+-112.07&" in url for url in carried)


def test_an_address_with_a_location_finer_than_a_mile_is_left_at_once(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = client.get("/programs/?place=33.4512345%2C-112.0698765&pay=pay_medicaid&order=name")
    assert response.status_code == 302
    there = "/programs/?place=33.45%2C+-112.07&radius=25&pay=pay_medicaid&order=name"
    assert response.headers["Location"] == there
    assert client.get(there).status_code == 200
    center = factories.center()
    body = client.get(f"{center.get_absolute_url()}?place=33.4512345,-112.0698765").content.decode()
    assert "place=33.45%2C+-112.07" in body


def test_no_log_line_holds_what_was_typed_or_where_someone_is(client, caplog):
    with caplog.at_level("DEBUG", logger="iopfinder.request"):
        client.get("/programs/?place=33.45%2C+-112.07")
        client.get("/programs/places/?q=springfield")
    lines = [str(record.__dict__) for record in caplog.records]
    assert len(lines) >= 2
    assert not any("33.45" in line or "112.07" in line or "springfield" in line for line in lines)
