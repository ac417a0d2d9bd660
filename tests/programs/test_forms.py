"""The search form reads back every search that can be written, and names the field that is wrong."""

import random
from dataclasses import replace

import pytest
from django.http import QueryDict
from django.utils.http import urlencode

from programs.criteria import WISH_FIELDS
from programs.forms import MOST_WISHES, SearchForm
from programs.geo import Point
from programs.places import Place
from tests.programs.brute import random_criteria

HERE = Point(33.45, -112.07)
PLACE = Place(HERE, "somewhere", "somewhere")


def read_back(query: str):
    form = SearchForm(QueryDict(query))
    assert form.is_valid(), form.errors
    return form.criteria(PLACE)


@pytest.mark.parametrize("seed", range(200))
def test_a_search_survives_its_address(seed):
    rng = random.Random(seed)
    criteria = replace(random_criteria(rng, [HERE]), page=rng.randint(1, 9))
    assert read_back(urlencode(criteria.params())) == criteria


def test_nothing_is_required():
    form = SearchForm(QueryDict(""))
    assert form.is_valid()
    assert not form.asks
    assert read_back("place=85004").params() == (("place", "somewhere"), ("radius", "25"))


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("radius=30", "radius"),
        ("radius=ten", "radius"),
        ("level=spa", "level"),
        ("age=pay_cash", "age"),
        ("pay=pay_gold", "pay"),
        ("help=pay_cash", "help"),
        ("must=everything", "must"),
        ("unsaid=pay_cash", "unsaid"),
        ("page=0", "page"),
        ("page=2001", "page"),
        ("place=" + "x" * 81, "place"),
        ("place=a%00b", "place"),
    ],
)
def test_a_wrong_value_is_an_error_of_its_field(query, field):
    form = SearchForm(QueryDict(f"place=85004&{query}"))
    assert list(form.errors) == [field]
    assert not form.asks


def ticked(boxes: int) -> SearchForm:
    wishes = [(field, code) for field, codes in WISH_FIELDS.items() for code in codes]
    return SearchForm(QueryDict(urlencode([("place", "85004"), *wishes[:boxes]])))


def test_thirty_boxes_may_be_ticked_and_no_more():
    assert ticked(MOST_WISHES).asks
    assert not ticked(MOST_WISHES + 1).asks
    assert ticked(MOST_WISHES + 1).non_field_errors() == [
        "Please tick 30 boxes at most: what matters most to you."
    ]


def test_a_must_whose_wish_was_taken_off_is_dropped():
    assert read_back("place=x&must=payment").musts == frozenset()
    assert read_back("place=x&must=payment&pay=pay_cash").musts == {"payment"}
