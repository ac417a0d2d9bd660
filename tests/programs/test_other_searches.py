"""From one search to others: centers, other orders, the whole state, and what to loosen."""

import re
from datetime import date
from html import unescape

import pytest

from programs.criteria import WISH_FIELDS, SearchCriteria, wishes_for
from programs.forms import MOST_WISHES
from programs.geo import Point
from programs.models import Listing
from programs.other_searches import with_telehealth
from tests.programs import factories
from tests.programs.factories import ProgramFactory, ZipCodeFactory
from tests.programs.test_pages import heading, links_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def phoenix():
    ZipCodeFactory(zip="85004")


def cards(response) -> list[str]:
    """The names on the cards, in order."""
    return re.findall(r'<h3><a href="[^"]+">([^<]+)</a></h3>', unescape(response.content.decode()))


# -- Centers ------------------------------------------------------------------------------------


def test_without_a_level_a_center_has_one_card_with_all_its_levels(client, django_assert_num_queries):
    factories.center(["php", "iop", "outpatient"], name="Whole House", yes=["pay_medicaid"])
    for _ in range(21):
        factories.center(["iop", "outpatient"], lat=33.6)
    with django_assert_num_queries(3):
        response = client.get("/programs/?place=85004&pay=pay_medicaid&time=time_evening")
    assert heading(response) == "22 centers within 25 miles of 85004, Phoenix, AZ"
    assert len(cards(response)) == 20
    first = response.content.decode().split('<li class="hit">')[1]
    assert re.findall(r'class="level level-(\w+)"', first) == ["outpatient", "iop", "php"]
    text = text_of(response)
    assert "Medicaid (1)" in text
    assert "Intensive outpatient (IOP) (22)" in text
    assert "Page 1 of 2" in text
    there = client.get("/programs/?place=85004&pay=pay_medicaid&time=time_evening&level=iop")
    assert heading(there).startswith("22 IOP programs ")


def test_a_card_of_several_programs_says_of_which_the_open_places_are(client):
    whole = factories.center(["iop", "php"])
    Listing.objects.filter(level="iop").update(
        openings=2, openings_until=date(2999, 1, 1), hours_per_week_min=9, hours_per_week_max=9, tie=1
    )
    Listing.objects.filter(level="php").update(tie=2)
    of_center = text_of(client.get("/programs/?place=85004"))
    assert "IOP: 2 open places" in of_center
    assert "9 hours a week" not in of_center
    of_program = text_of(client.get("/programs/?place=85004&level=iop"))
    assert "IOP: 2 open places" not in of_program
    assert "2 open places" in of_program
    assert "9 hours a week" in of_program
    assert Listing.objects.filter(center=whole).count() == 2


def test_two_tracks_of_one_level_are_one_badge(client):
    made = factories.center(["iop"])
    ProgramFactory(center=made, level="iop", track="Evenings")
    factories.listings.rebuild([made.pk])
    body = client.get("/programs/?place=85004").content.decode()
    assert body.count('class="level level-iop"') == 1
    assert heading(client.get("/programs/?place=85004&level=iop")).startswith("2 IOP programs")


# -- Open places --------------------------------------------------------------------------------


def test_open_places_can_be_asked_for_where_there_are_some(client):
    factories.center()
    assert "Has told of an open place" not in text_of(client.get("/programs/?place=85004"))
    assert "Has told of an open place" in text_of(client.get("/programs/"))
    factories.center(name="Room Here")
    Listing.objects.filter(name="Room Here").update(openings=1, openings_until=date(2999, 1, 1))
    assert "Has told of an open place (1)" in text_of(client.get("/programs/?place=85004"))
    asked = client.get("/programs/?place=85004&open=now")
    assert cards(asked) == ["Room Here"]
    assert "/programs/?place=85004&radius=25" in links_of(asked)


# -- Orders -------------------------------------------------------------------------------------


@pytest.fixture
def three():
    factories.center(["iop"], name="Birch", yes=["pay_medicaid"], lat=33.6)
    factories.center(["iop"], name="alder", lat=33.5)
    factories.center(["iop"], name="Cedar", lat=33.45)
    for name, said_on in (("Birch", None), ("alder", date(2026, 1, 1)), ("Cedar", date(2025, 1, 1))):
        Listing.objects.filter(name=name).update(said_on=said_on)


@pytest.mark.parametrize(
    ("order", "names", "label"),
    [
        ("", ["Birch", "Cedar", "alder"], "Best fit first, then nearest"),
        ("fit", ["Birch", "Cedar", "alder"], "Best fit first, then nearest"),
        ("near", ["Cedar", "alder", "Birch"], "Nearest first"),
        ("confirmed", ["alder", "Cedar", "Birch"], "Most recently confirmed first"),
        ("name", ["alder", "Birch", "Cedar"], "By name, A to Z"),
    ],
)
def test_a_visitor_chooses_the_order(client, three, order, names, label):
    response = client.get(f"/programs/?place=85004&level=iop&pay=pay_medicaid&order={order}")
    assert cards(response) == names
    assert f"<summary>{label}</summary>" in response.content.decode()


def test_the_other_orders_are_offered_and_stay_while_filters_change(client, three):
    body = client.get("/programs/?place=85004&level=iop&pay=pay_medicaid&order=name").content.decode()
    assert '<input type="hidden" name="order" value="name">' in body
    offered = [unescape(url) for url in re.findall(r'<li><a class="tap" href="([^"]+)">', body)]
    assert [url.partition("order=")[2] for url in offered if "must" not in url] == ["", "near", "confirmed"]
    assert all("pay=pay_medicaid" in url for url in offered)


def test_without_wishes_the_order_that_would_change_nothing_is_not_offered(client, three):
    body = client.get("/programs/?place=85004&level=iop").content.decode()
    assert "<summary>Nearest first</summary>" in body
    offered = re.findall(r'<li><a class="tap" href="[^"]+">([^<]+)</a>', body)
    assert offered == ["Most recently confirmed first", "By name, A to Z"]


def test_the_canonical_address_has_neither_page_nor_order(client, three):
    body = client.get("/programs/?order=name&place=85004&page=1&level=iop").content.decode()
    canonical = re.search(r'<link rel="canonical" href="([^"]+)">', body)[1]
    assert unescape(canonical) == "http://testserver/programs/?place=85004&radius=25&level=iop"


# -- The whole state, and what to loosen --------------------------------------------------------


def ways(response) -> dict[str, tuple[str, str]]:
    """Each way out: its words, its address, what it says it finds."""
    pattern = r'<li><a class="tap" href="([^"]+)">([^<]+)</a> <span class="soft num">([^<]+)</span>'
    found = re.findall(pattern, response.content.decode())
    return {unescape(label): (unescape(url), told) for url, label, told in found}


def test_the_whole_state_is_one_more_distance(client):
    factories.center(["iop"], lat=36.9, lon=-109.1)
    factories.center(["iop"], state="NM", lat=33.5)
    response = client.get("/programs/?place=85004&level=iop&radius=state")
    assert heading(response) == "1 IOP program in Arizona"
    assert '<option value="state" selected>All of Arizona</option>' in response.content.decode()
    assert "/programs/?place=85004&radius=25&level=iop" in links_of(response)
    assert heading(client.get("/programs/?place=85004&radius=state")) == "1 center in Arizona"
    assert '<option value="state">The whole state</option>' in client.get("/programs/").content.decode()


def test_a_program_without_a_known_place_is_listed_in_its_state_and_has_no_pin(client):
    factories.center(["iop"], name="Somewhere", lat=None, lon=None, location="unknown")
    factories.center(["iop"], name="Here")
    response = client.get("/programs/?place=85004&level=iop&radius=state")
    assert cards(response) == ["Here", "Somewhere"]
    assert "Phoenix, AZ · " not in text_of(response).partition("Somewhere")[2]
    assert client.get("/programs/map/?place=85004&level=iop&radius=state").status_code == 200


@pytest.mark.parametrize("level", ["&level=iop", ""])
def test_where_nothing_is_near_every_way_out_tells_a_true_count(client, level, django_assert_num_queries):
    factories.center(["iop"], yes=["telehealth"], lat=36.9, lon=-109.1)
    factories.center(["iop", "php"], yes=["telehealth"], lat=36.9, lon=-109.2)
    factories.center(["iop"], lat=36.9, lon=-109.3)
    factories.center(["iop"], lat=34.6)
    address = f"/programs/?place=85004&radius=10{level}&time=time_evening"
    with django_assert_num_queries(3):
        response = client.get(address)
    found = ways(response)
    assert set(found) == {"Look within 100 miles", "Care by telehealth from anywhere in Arizona"}
    assert found["Care by telehealth from anywhere in Arizona"][1] == ("2 programs" if level else "2 centers")
    for url, told in found.values():
        assert heading(client.get(url)).startswith(told.split()[0] + " "), url
        assert "time=time_evening" in url
    assert "1-800-662-4357" in text_of(response)


def test_a_state_without_telehealth_nearby_is_offered_as_it_is(client):
    factories.center(["iop"], lat=36.9, lon=-109.1)
    found = ways(client.get("/programs/?place=85004&level=iop"))
    assert set(found) == {"Look in all of Arizona"}
    (there, _) = found["Look in all of Arizona"]
    assert heading(client.get(there)) == "1 IOP program in Arizona"


def test_where_the_state_has_none_the_next_circle_may(client):
    factories.center(["iop"], state="NM", lat=33.6)
    found = ways(client.get("/programs/?place=85004&level=iop&radius=state"))
    assert found["Look within 25 miles"][1] == "1 program"
    assert heading(client.get(found["Look within 25 miles"][0])).startswith("1 IOP program within 25 miles")


def test_no_way_out_asks_for_more_boxes_than_may_be_ticked():
    codes = [code for codes in WISH_FIELDS.values() for code in codes if code != "telehealth"]
    full = SearchCriteria(Point(33.45, -112.07), "85004", wishes=wishes_for(codes[:MOST_WISHES]))
    assert with_telehealth(full, "AZ") is None
    room = SearchCriteria(Point(33.45, -112.07), "85004", wishes=wishes_for(codes[: MOST_WISHES - 1]))
    assert with_telehealth(room, "AZ").musts == {"telehealth"}
