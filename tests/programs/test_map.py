"""A map has what its list has, under the same numbers, and asks nobody else."""

import json
import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import map_page
from programs.forms import SearchForm
from programs.geo import Point, miles_between, point, unit
from programs.map_picture import HEIGHT, WIDTH, numbers
from programs.models import Center
from tests.programs import factories
from tests.programs.factories import CityFactory, ZipCodeFactory

pytestmark = pytest.mark.django_db
MAP = "/programs/map/"


@pytest.fixture(autouse=True)
def phoenix():
    ZipCodeFactory(zip="85004")
    CityFactory(name="Phoenix", lat=33.5, lon=-112.1, zip_count=40)
    CityFactory(name="Tempe", lat=33.38, lon=-111.93, zip_count=5)
    CityFactory(name="Boston", state="MA", lat=42.3, lon=-71.1, zip_count=90)


def spread(count: int, **fields: object) -> None:
    for i in range(count):
        factories.center(["iop", "php"], lat=33.45 + 0.01 * i, lon=-112.07 + 0.008 * i, **fields)


def data_of(response) -> dict:
    return json.loads(
        re.search(r'<script type="application/json">(.*?)</script>', response.content.decode())[1]
    )


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


# -- The same as the list -----------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "&page=2", "&radius=10&level=iop", "&pay=pay_medicaid"])
def test_a_map_has_a_pin_for_every_card_with_its_number_name_level_and_distance(client, query):
    spread(23, yes=["pay_medicaid"])
    cards = client.get(f"/programs/?place=85004{query}").context["page"].cards
    shown = client.get(f"{MAP}?place=85004{query}")
    wanted = [(str(one.number), one.name, one.url, one.levels, one.where) for one in cards]
    assert wanted
    about = shown.context["map"].about
    assert [(pin.mark, pin.name, pin.url, pin.levels, pin.where) for pin in about.pins] == wanted
    told = data_of(shown)["pins"]
    keys = ("mark", "name", "url", "levels", "where")
    assert [[pin[key] for key in keys] for pin in told] == json.loads(json.dumps(wanted))
    text = text_of(shown)
    for number, name, _, levels, where in wanted:
        assert f"{number} {name} {' '.join(label for _, label in levels)} {where}" in text


def test_a_pin_is_where_its_center_is_and_says_when_that_is_only_its_zip_code(client):
    factories.center(["iop"], name="Known Door", lat=33.47, lon=-112.05, location="exact")
    factories.center(["iop"], name="Known ZIP", lat=33.52, lon=-112.01, location="zip")
    about = client.get(f"{MAP}?place=85004").context["map"].about
    pins = {pin.name: pin for pin in about.pins}
    assert miles_between(pins["Known Door"].point, Point(33.47, -112.05)) < 0.01
    assert not pins["Known Door"].approximate
    assert pins["Known ZIP"].approximate
    assert "Middle of its ZIP code, not its door" in text_of(client.get(f"{MAP}?place=85004"))


def test_the_list_leads_to_its_map_and_the_map_back_to_its_list(client):
    spread(22)
    listed = client.get("/programs/?place=85004&radius=50&page=2")
    there = listed.context["page"].map_url
    assert f'href="{there.replace("&", "&amp;")}"' in listed.content.decode()
    back = client.get(there).context["map"].about.back_url
    assert client.get(back).context["page"].cards == listed.context["page"].cards


def test_a_list_without_cards_offers_no_map_and_its_map_leads_back_to_the_list(client):
    listed = client.get("/programs/?place=85004&level=detox")
    assert listed.context["page"].map_url == ""
    assert "data-map" not in listed.content.decode()
    for query in ("place=85004&level=detox", "place=nowhere+at+all", "place=8500", ""):
        away = client.get(f"{MAP}?{query}")
        assert away.status_code == 302
        assert away.url.startswith("/programs/")
        assert client.get(away.url).status_code == 200


def test_a_map_takes_one_query_more_than_its_list(client, django_assert_num_queries):
    spread(25)
    with django_assert_num_queries(4):
        client.get(f"{MAP}?place=85004")


def test_a_list_takes_no_query_for_the_map_it_does_not_show(client, django_assert_num_queries):
    spread(25)
    with django_assert_num_queries(3):
        response = client.get("/programs/?place=85004")
    assert '<svg class="map-still"' not in response.content.decode()
    assert "application/json" not in response.content.decode()


def test_a_script_gets_the_map_alone_and_caches_keep_both_apart(client):
    spread(2)
    whole = client.get(f"{MAP}?place=85004")
    part = client.get(f"{MAP}?place=85004", headers={"HX-Request": "true"})
    assert "<html" in whole.content.decode()
    assert "<html" not in part.content.decode()
    assert data_of(part) == data_of(whole)
    assert "HX-Request" in part.headers["Vary"]


def test_a_map_is_not_for_search_engines(client):
    spread(1)
    assert 'content="noindex, follow"' in client.get(f"{MAP}?place=85004").content.decode()


def test_hostile_text_stays_text(client):
    factories.center(["iop"], name="</script><b>&\"'")
    page = client.get(f"{MAP}?place=85004")
    assert "</script><b>" not in page.content.decode()
    assert data_of(page)["pins"][0]["name"] == "</script><b>&\"'"


# -- What is drawn ------------------------------------------------------------------------------


def drawn(client, query: str = "place=85004") -> map_page.Map:
    return client.get(f"{MAP}?{query}").context["map"]


def test_the_picture_holds_every_pin_and_the_place_and_reaches_past_the_widest_ring(client):
    spread(20)
    found = drawn(client)
    for spot in (found.about.middle, *(pin.point for pin in found.about.pins)):
        x, y = found.view.at(spot.lat, spot.lon)
        assert 0 < x < WIDTH
        assert 0 < y < HEIGHT
    assert (found.view.width, found.view.height) == pytest.approx((WIDTH, HEIGHT), rel=0.01)
    box = found.whole.box
    assert found.whole.box.south < found.view.box.south < found.view.box.north < found.whole.box.north
    assert miles_between(Point(box.north, found.about.middle.lon), found.about.middle) > 25 * 1.2


@pytest.mark.parametrize(
    ("radius", "rings"),
    [
        ("10", ["1 mile", "2 miles", "5 miles", "10 miles"]),
        ("15", ["1 mile", "2 miles", "5 miles", "10 miles", "15 miles"]),
    ],
)
def test_rings_lie_around_the_place_as_far_as_the_search_reaches(client, radius, rings):
    spread(3)
    found = drawn(client, f"place=85004&radius={radius}")
    assert [ring.label for ring in found.rings] == rings
    for ring in found.rings:
        miles = int(ring.label.split()[0])
        assert miles_between(found.about.middle, ring.north) == pytest.approx(miles, rel=1e-6)


def test_the_cities_of_the_list_are_named_first_then_the_largest_and_none_from_elsewhere(client):
    CityFactory(name="Buckeye", lat=33.4, lon=-112.2, zip_count=9)
    factories.center(["iop"], city="Tempe")
    assert [name for name, _ in drawn(client).cities] == ["Tempe", "Phoenix", "Buckeye"]


def test_nothing_in_the_picture_lies_upon_anything_else(client):
    spread(20)
    for i in range(30):
        CityFactory(name=f"Town {i}", lat=33.4 + 0.009 * i, lon=-112.1 + 0.01 * (i % 9), zip_count=2)
    still = drawn(client).still
    marks = [(mark, 10) for mark in (*still.cities, *still.rings, *filter(None, [still.middle_label]))]
    marks += [(mark, 16) for mark in still.pins]
    assert len(still.cities) > 2
    for i, (one, high) in enumerate(marks):
        for other, up in marks[:i]:
            apart = abs(one.x - other.x) >= one.half + other.half - 1 or abs(one.y - other.y) >= high + up - 1
            both_pins = high == up == 16
            assert apart or both_pins, (one, other)


def test_the_numbers_of_all_pins_are_in_the_picture(client):
    spread(9)
    factories.center(["iop"], lat=33.45, lon=-112.07)
    told = set()
    for mark in drawn(client).still.pins:
        for piece in mark.text.split(", "):
            first, _, last = piece.partition("–")
            told |= set(range(int(first), int(last or first) + 1))
    assert told == set(range(1, 11))


@pytest.mark.parametrize(
    ("marks", "text"),
    [
        ("1", "1"),
        ("1 2 3", "1–3"),
        ("7 1 2", "1–2, 7"),
        ("1 3 5", "1, 3 …"),
        ("●", "●"),
        ("1 2 9 10 20", "1–2, 9–10 …"),
    ],
)
def test_numbers_are_told_as_few_as_can_be(marks, text):
    assert numbers(marks.split()) == text


def test_where_nobody_has_an_outline_the_map_says_so(client):
    ZipCodeFactory(zip="96940", city="Koror", state="PW", lat=7.34, lon=134.48)
    factories.center(["iop"], lat=7.35, lon=134.5)
    assert "We have no outline of this area" in text_of(client.get(f"{MAP}?place=96940"))
    spread(1)
    assert "Borders and shores only, no streets." in text_of(client.get(f"{MAP}?place=85004"))


@given(st.floats(-89, 89), st.floats(-180, 180))
def test_a_point_comes_back_from_its_vector(lat, lon):
    found = point(unit(Point(lat, lon)))
    assert miles_between(found, Point(lat, lon)) < 0.001


# -- One center ---------------------------------------------------------------------------------


def test_a_center_has_a_map_of_its_own_around_the_place_it_was_found_from(
    client, django_assert_max_num_queries
):
    made = factories.center(["iop"], name="Marigold Lane", lat=33.6, lon=-112.07)
    page = client.get(f"{made.get_absolute_url()}?place=85004")
    there = page.context["page"].own_map_url
    assert there.replace("&", "&amp;") in page.content.decode()
    with django_assert_max_num_queries(4):
        shown = client.get(there)
    about = shown.context["map"].about
    assert about.middle == Point(33.45, -112.07)
    assert about.miles == 15
    assert "10 miles" in about.pins[0].where
    assert about.back_url.startswith(made.get_absolute_url())
    assert "place=85004" in about.back_url


def test_a_center_far_from_the_search_or_without_one_is_shown_alone(client):
    made = factories.center(["iop"], lat=42.3, lon=-71.1)
    for query in ("", "?place=85004", "?place=nowhere"):
        about = client.get(f"{made.get_absolute_url()}map/{query}").context["map"].about
        assert (about.middle, about.miles) == (None, 10)
        assert about.focus == Point(42.3, -71.1)


def test_the_map_of_a_closed_center_leads_to_the_page_that_says_so(client):
    closed = factories.center(status="closed")
    there = closed.get_absolute_url()
    answer = client.get(f"{there}map/?place=85004")
    assert (answer.status_code, answer["Location"]) == (302, f"{there}?place=85004")
    assert client.get(answer["Location"]).status_code == 410


def test_a_center_that_nobody_can_place_has_no_map(client):
    made = factories.center(["iop"])
    Center.objects.filter(pk=made.pk).update(lat=None, lon=None, location="unknown")
    page = client.get(made.get_absolute_url())
    assert page.context["page"].own_map_url == ""
    assert "data-map" not in page.content.decode()
    assert client.get(f"{made.get_absolute_url()}map/").status_code == 404
    assert client.get("/programs/centers/x-0000000000/map/").status_code == 404


# -- An operator's pictures ---------------------------------------------------------------------


@pytest.fixture
def tiles(settings):
    settings.MAP_TILE_URL = "https://tiles.example.org/{z}/{x}/{y}.png"
    settings.MAP_TILE_ORIGIN = "https://tiles.example.org"
    settings.MAP_TILE_CREDIT = "© Example Mapmakers"


def test_without_an_operators_pictures_no_page_speaks_of_any(client):
    spread(1)
    assert data_of(client.get(f"{MAP}?place=85004"))["tiles"] == ""
    for address in ("/privacy/", "/programs/?place=85004", f"{MAP}?place=85004"):
        assert "ictures under the map" not in text_of(client.get(address))
    assert "no other company on these pages" in text_of(client.get("/privacy/"))


def test_with_an_operators_pictures_every_page_says_whose_they_are(client, tiles):
    spread(1)
    shown = client.get(f"{MAP}?place=85004")
    assert data_of(shown)["tiles"] == "https://tiles.example.org/{z}/{x}/{y}.png"
    assert "© Example Mapmakers" in text_of(shown)
    assert "Pictures under the map come from tiles.example.org" in text_of(
        client.get("/programs/?place=85004")
    )
    privacy = text_of(client.get("/privacy/"))
    assert (
        "They come from tiles.example.org. When you open a map, that site sees your internet address"
        in privacy
    )
    assert "no other company on these pages" not in privacy


def test_a_form_that_asks_for_nothing_has_no_place_near():
    assert map_page._near(Point(33, -112), SearchForm({})) == (None, 0.0)
