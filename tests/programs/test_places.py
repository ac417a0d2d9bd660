"""What people type leads to a place, to a choice, or to a kind way out."""

import pytest

from programs.city_names import search_name
from programs.places import Found, Nowhere, Several, resolve
from programs.states import STATES, state_code
from tests.programs.factories import CityFactory, ZipCodeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    ZipCodeFactory(zip="85004")
    ZipCodeFactory(zip="85006")
    ZipCodeFactory(zip="00501", city="Holtsville", state="NY", lat=40.8, lon=-73.0)
    for name, state, count in [
        ("Phoenix", "AZ", 70),
        ("Phoenix", "NY", 1),
        ("Springfield", "IL", 12),
        ("Springfield", "MO", 11),
        ("Springfield", "MA", 9),
        ("Saint Louis", "MO", 50),
        ("New York", "NY", 120),
        ("Nevada", "MO", 1),
        ("Tucson", "AZ", 30),
    ]:
        CityFactory(name=name, search_name=search_name(name), state=state, zip_count=count)


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("85004", "85004, Phoenix, AZ"),
        (" 85004 ", "85004, Phoenix, AZ"),
        ("85004-1234", "85004, Phoenix, AZ"),
        ("850041234", "85004, Phoenix, AZ"),
        ("00501", "00501, Holtsville, NY"),
        ("Phoenix", "Phoenix, AZ"),
        ("phoenix,az", "Phoenix, AZ"),
        ("PHOENIX NY", "Phoenix, NY"),
        ("Phoenix, New York", "Phoenix, NY"),
        ("phoenix new york", "Phoenix, NY"),
        ("springfield, Illinois", "Springfield, IL"),
        ("St. Louis", "Saint Louis, MO"),
        ("Nevada", "Nevada, MO"),
        ("New York", "New York, NY"),
        ("Saint   Louis ,  mo", "Saint Louis, MO"),
    ],
)
def test_a_place_is_found_however_it_is_written(typed, label):
    found = resolve(typed)
    assert isinstance(found, Found)
    assert found.place.label == label


def test_what_a_place_is_called_leads_back_to_it():
    for typed in ("85004", "Phoenix", "Springfield, MA"):
        place = resolve(typed).place
        assert resolve(place.query).place == place


def test_a_far_larger_city_is_taken_and_its_namesakes_are_named():
    found = resolve("Phoenix")
    assert [place.label for place in found.namesakes] == ["Phoenix, NY"]


def test_cities_of_like_size_are_a_choice_the_largest_first():
    found = resolve("springfield")
    assert isinstance(found, Several)
    assert [place.query for place in found.places] == [
        "Springfield, IL",
        "Springfield, MO",
        "Springfield, MA",
    ]


@pytest.mark.parametrize(("typed", "digits"), [("8500", "4"), ("850041", "6"), ("8", "1")])
def test_a_zip_code_of_the_wrong_length_is_told_so(typed, digits):
    found = resolve(typed)
    assert isinstance(found, Nowhere)
    assert digits in found.message
    assert "five" in found.message


def test_an_unknown_zip_code_suggests_its_neighbors_by_number():
    found = resolve("85005")
    assert isinstance(found, Nowhere)
    assert "85005" in found.message
    assert [place.query for place in found.suggestions] == ["85004", "85006"]
    assert resolve("99999").suggestions == ()


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Pheonix", "Phoenix, AZ"),
        ("Tuscon", "Tucson, AZ"),
        ("Sprngfield MO", "Springfield, MO"),
        ("phoenx, az", "Phoenix, AZ"),
    ],
)
def test_a_misspelled_city_is_suggested(typed, meant):
    found = resolve(typed)
    assert isinstance(found, Nowhere)
    assert found.suggestions[0].query == meant


def test_a_state_alone_asks_for_a_city_and_names_the_largest():
    found = resolve("Arizona")
    assert isinstance(found, Nowhere)
    assert "Arizona" in found.message
    assert [place.query for place in found.suggestions] == ["Phoenix, AZ", "Tucson, AZ"]


@pytest.mark.parametrize("typed", ["?", "''; drop table", "x" * 300, "北京", "12 34", ",", ", AZ", "-", "%"])
def test_anything_else_is_answered_in_a_sentence(typed):
    found = resolve(typed)
    assert isinstance(found, Nowhere)
    assert found.message.endswith(".")


def test_looking_up_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(1):
        resolve("85004")
    with django_assert_max_num_queries(1):
        resolve("Phoenix")
    with django_assert_max_num_queries(3):
        resolve("85005")
    with django_assert_max_num_queries(4):
        resolve("Pheonix")


def test_states_are_read_by_code_and_by_name():
    assert all(state_code(code.lower()) == code == state_code(name.upper()) for code, name in STATES.items())
    assert state_code("D.C.") == "DC"
    assert state_code("Zz") == state_code("") == ""
