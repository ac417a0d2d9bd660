"""The search form reads back every search that can be written, and names the field that is wrong."""

import random
from dataclasses import fields, replace

import pytest
from django.forms import MultipleChoiceField
from django.http import QueryDict
from django.utils.http import urlencode

from programs.criteria import PAYMENT, RADIUS, WISH_FIELDS, Order, SearchCriteria, wishes_for
from programs.forms import MOST_WISHES, SearchForm
from programs.geo import Point
from programs.levels import Level
from programs.places import Place
from tests.programs.brute import random_criteria

HERE = Point(33.45, -112.07)
PLACE = Place(HERE, "somewhere", "somewhere", "AZ")


def read_back(query: str):
    form = SearchForm(QueryDict(query))
    assert form.is_valid(), form.errors
    return form.criteria(PLACE)


def address(criteria: SearchCriteria) -> str:
    return urlencode(criteria.params())


@pytest.mark.parametrize("seed", range(200))
def test_a_search_survives_its_address(seed):
    rng = random.Random(seed)
    criteria = replace(random_criteria(rng, [HERE]), page=rng.randint(1, 9), zone="")
    # The distance is not asked for where the whole state is.
    criteria = replace(criteria, radius_miles=RADIUS) if criteria.state else criteria
    assert read_back(address(criteria)) == criteria


@pytest.mark.parametrize("seed", range(200))
def test_whatever_is_asked_one_address_says_it_and_says_it_again(seed):
    """Any fields in any order, also twice over: the address made of them is read back to itself."""
    rng = random.Random(seed)
    asked = [("place", "85004")]
    for name, field in SearchForm.base_fields.items():
        values = [str(value) for value, _ in getattr(field, "choices", ()) if value]
        several = isinstance(field, MultipleChoiceField)
        if values and rng.random() < 0.4:
            asked += [(name, value) for value in rng.choices(values, k=rng.randint(1, 4) if several else 1)]
    asked.append(("page", str(rng.randint(1, 9))))
    rng.shuffle(asked)
    found = read_back(urlencode(asked))
    again = read_back(address(found))
    assert again == found
    assert address(again) == address(found)
    kept = {pair for pair in asked if pair[0] not in ("place", "must", "page")} - {("order", "fit")}
    assert kept <= set(found.params())


def test_every_field_of_a_search_has_its_place_in_the_address():
    """No part of a search may be lost on the way: each changes what the address says."""
    wishes = wishes_for(["pay_cash", "lang_spanish"])
    plain = SearchCriteria(HERE, "somewhere", wishes=wishes)
    changes = {
        "place": "elsewhere",
        "radius_miles": 50,
        "state": "AZ",
        "levels": (Level.IOP,),
        "ages": ("age_adults", "age_older_adults"),
        "wishes": wishes[:1],
        "musts": frozenset(["payment"]),
        "unsaid": "offers_iop",
        "open_now": True,
        "order": Order.NAME,
        "page": 2,
    }
    changed = [address(replace(plain, **{name: value})) for name, value in changes.items()]
    assert len({address(plain), *changed}) == len(changes) + 1
    # Made from the place, or in no address on purpose.
    apart = {"point", "zone", "not_refused"}
    assert set(changes) == {field.name for field in fields(SearchCriteria)} - apart


def test_a_place_is_carried_along_as_it_was_typed():
    form = SearchForm(QueryDict("place=saint+lewis&radius=state&open=now&order=name"))
    assert form.is_valid()
    assert urlencode(form.pairs()) == "place=saint+lewis&radius=state&open=now&order=name"


@pytest.mark.parametrize(
    ("query", "ages"),
    [
        ("", ()),
        ("age=", ()),
        ("age=age_adults", ("age_adults",)),
        ("age=&age=age_adults", ("age_adults",)),
        ("age=age_adults&age=age_under_18&age=age_adults", ("age_under_18", "age_adults")),
    ],
)
def test_any_number_of_ages_is_read_and_an_address_from_when_there_was_one(query, ages):
    found = read_back(f"place=85004&{query}")
    assert found.ages == ages
    assert [value for name, value in found.params() if name == "age"] == list(ages)


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
        ("open=later", "open"),
        ("order=price", "order"),
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


def test_a_box_that_an_address_repeats_is_looked_up_once():
    """Two thousand repeats were four seconds of work."""
    form = SearchForm(QueryDict("&".join(["pay=pay_medicaid", "pay=pay_va", f"must={PAYMENT}"] * 3)))
    assert form.is_valid()
    assert (form.cleaned_data["pay"], form.cleaned_data["must"]) == (["pay_medicaid", "pay_va"], [PAYMENT])


def test_thirty_boxes_may_be_ticked_and_no_more():
    assert ticked(MOST_WISHES).asks
    assert not ticked(MOST_WISHES + 1).asks
    assert ticked(MOST_WISHES + 1).non_field_errors() == [
        "Please tick 30 boxes at most: what matters most to you."
    ]


def test_a_must_whose_wish_was_taken_off_is_dropped():
    assert read_back("place=x&must=payment").musts == frozenset()
    assert read_back("place=x&must=payment&pay=pay_cash").musts == {"payment"}
