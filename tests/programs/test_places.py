"""What people type leads to a place, to a choice, or to a kind way out."""

import pytest

from programs.city_names import search_name
from programs.places import Found, Nowhere, Several, resolve, starting
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
        ("Los Angeles", "CA", 90),
        ("New Orleans", "LA", 40),
        ("Baton Rouge", "LA", 30),
        ("Washington", "DC", 60),
        ("Manhattan", "KS", 3),
        ("Stockton", "CA", 20),
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
        ("NYC", "New York, NY"),
        ("New York City", "New York, NY"),
        ("Manhattan", "New York, NY"),
        ("Manhattan, KS", "Manhattan, KS"),
        ("DC", "Washington, DC"),
        ("Washington D.C.", "Washington, DC"),
        ("Phoenix, AZ 85004", "85004, Phoenix, AZ"),
        ("1 Main Street, Phoenix AZ 85004-1234", "85004, Phoenix, AZ"),
        ("33.45, -112.07", "a point near 85004, Phoenix, AZ"),
        ("33.451234,-112.06999", "a point near 85004, Phoenix, AZ"),
        ("40.80, -73.01", "a point near 00501, Holtsville, NY"),
    ],
)
def test_a_place_is_found_however_it_is_written(typed, label):
    found = resolve(typed)
    assert isinstance(found, Found)
    assert found.place.label == label


def test_what_a_place_is_called_leads_back_to_it():
    for typed in ("85004", "Phoenix", "Springfield, MA", "33.4512, -112.0744", "40.8, -73"):
        place = resolve(typed).place
        assert resolve(place.query).place == place


def test_a_far_larger_city_is_taken_and_its_namesakes_are_named():
    found = resolve("Phoenix")
    assert [place.label for place in found.namesakes] == ["Phoenix, NY"]


def test_a_location_is_kept_to_about_a_mile():
    place = resolve("33.4567890, -112.0712345").place
    assert place.query == "33.46, -112.07"
    assert (place.point.lat, place.point.lon, place.state) == (33.46, -112.07, "AZ")


@pytest.mark.parametrize("typed", ["0.00, 0.00", "48.85, 2.35", "95.00, -112.07", "33.45, -200.00"])
def test_a_location_that_is_none_of_ours_is_told_so(typed):
    found = resolve(typed)
    assert isinstance(found, Nowhere)
    assert "near that location" in found.message


def test_what_is_a_city_to_some_and_a_state_to_the_mail_is_a_choice():
    found = resolve("LA")
    assert isinstance(found, Several)
    assert [place.query for place in found.places] == [
        "Los Angeles, CA",
        "New Orleans, LA",
        "Baton Rouge, LA",
    ]


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
        ("Foenix", "Phoenix, AZ"),
        ("Los Angelas", "Los Angeles, CA"),
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


@pytest.mark.parametrize("typed", ["Maricopa County", "maricopa county, AZ"])
def test_a_county_asks_for_a_city_and_names_the_largest(typed):
    CityFactory(name="Elsewhere", state="CA", county="Maricopa", zip_count=99)
    found = resolve(typed)
    assert isinstance(found, Nowhere)
    assert "in Maricopa County." in found.message
    assert "Phoenix, AZ" in [place.query for place in found.suggestions]
    assert "Elsewhere, CA" not in [place.query for place in found.suggestions]


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
    with django_assert_max_num_queries(1):
        resolve("33.45, -112.07")
    for typed in ("850", "phoenix", "st", "springfield, m", "phoenix az"):
        with django_assert_max_num_queries(1):
            assert starting(typed)
    for nothing in ("", "p", "85", "?", ", m", "33.45, -112.07"):
        with django_assert_max_num_queries(1):
            assert starting(nothing) == ()


@pytest.mark.parametrize(
    ("typed", "proposed"),
    [
        ("850", ["85004", "85006"]),
        ("85004-12", ["85004"]),
        ("ph", ["Phoenix, AZ", "Phoenix, NY"]),
        ("St", ["Saint Louis, MO", "Stockton, CA"]),
        ("St. L", ["Saint Louis, MO"]),
        ("st l", ["Saint Louis, MO"]),
        ("springf", ["Springfield, IL", "Springfield, MO", "Springfield, MA"]),
        ("springfield m", []),
        ("springfield, m", ["Springfield, MO", "Springfield, MA"]),
        ("springfield, miss", ["Springfield, MO"]),
        ("springfield,", ["Springfield, IL", "Springfield, MO", "Springfield, MA"]),
        ("springfield mo", ["Springfield, MO"]),
        ("nyc", ["New York, NY"]),
        ("la", ["Los Angeles, CA"]),
        ("99999", []),
    ],
)
def test_what_is_typed_so_far_proposes_places_the_largest_first(typed, proposed):
    assert [place.query for place in starting(typed)] == proposed


def test_what_is_proposed_is_found():
    for typed in ("850", "ph", "springf", "la", "new"):
        for place in starting(typed):
            found = resolve(place.query)
            assert isinstance(found, Found)
            assert found.place == place


def test_no_more_is_proposed_than_a_phone_shows():
    for number in range(30):
        CityFactory(name=f"Mesa {number}", search_name=f"mesa {number}", state="AZ")
        ZipCodeFactory(zip=f"852{number:02d}")
    assert len(starting("mes")) == len(starting("852")) == 8


def test_states_are_read_by_code_and_by_name():
    assert all(state_code(code.lower()) == code == state_code(name.upper()) for code, name in STATES.items())
    assert state_code("D.C.") == "DC"
    assert state_code("Zz") == state_code("") == ""


def test_a_known_zip_code_is_looked_up_once_and_an_unknown_one_every_time(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert resolve("85004") == resolve("85004-1234")
    assert isinstance(resolve("85005"), Nowhere)
    ZipCodeFactory(zip="85005")
    assert isinstance(resolve("85005"), Found)
