"""The score: the same from both sides, rising with every signal, right about pairs as they occur."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs import geo
from programs.duplicates.scoring import LEAST, Record, score, site_of, traits, weigh

PART = st.floats(0, 1)
NAMES = st.lists(
    st.sampled_from(["Kite", "Harbor", "Health", "Center", "Counseling", "of", "North", "Inc", "IOP"]),
    min_size=1,
).map(" ".join)
PHONES = st.sampled_from(["", "602-555-0142", "602-555-0142 x12", "602-555-0199", "800-555-0100"])
RECORDS = st.builds(
    Record,
    id=st.integers(1, 9),
    name=NAMES,
    name_detail=st.one_of(st.just(""), NAMES),
    street1=st.sampled_from(
        ["", "1 Main Street", "3 Main St", "1 Main St Suite 4", "77 Oak Avenue", "- - -"]
    ),
    street2=st.sampled_from(["", "Suite 5"]),
    zip=st.sampled_from(["85701", "85702"]),
    phone=PHONES,
    intake_phones=st.lists(PHONES, max_size=2).map("; ".join),
    website=st.sampled_from(
        ["", "https://kite.example/a", "http://www.kite.example", "https://facebook.com/x"]
    ),
    lat=st.sampled_from([None, 32.2, 32.2001, 32.21]),
    lon=st.just(-110.9),
)
KITE = Record(
    1,
    "Kite Behavioral Health Inc",
    street1="12 North Main Street",
    street2="Suite 4",
    zip="85701",
    phone="520-555-0142",
    website="https://www.kite.example/",
    lat=32.2,
    lon=-110.9,
)


def likeness(a: Record, b: Record) -> float:
    return score(traits(a), traits(b)).score


@given(RECORDS, RECORDS)
def test_it_is_the_same_from_both_sides_and_between_0_and_1(a: Record, b: Record) -> None:
    one, other = score(traits(a), traits(b)), score(traits(b), traits(a))
    assert one == other
    assert 0 <= one.score <= 1


@given(PART, PART, PART, PART, st.integers(0, 3), PART)
def test_more_of_any_signal_never_lowers_it(place, name, phone, website, which, more) -> None:
    signals = [place, name, phone, website]
    raised = list(signals)
    raised[which] = max(signals[which], more)
    assert weigh(*raised) >= weigh(*signals)


@given(RECORDS, RECORDS)
def test_what_both_say_alike_never_lowers_it(a: Record, b: Record) -> None:
    before = likeness(a, b)
    for column in ("phone", "website"):
        assert likeness(a, replace(b, **{column: getattr(a, column)})) >= before or not getattr(a, column)
    assert likeness(a, replace(b, name=a.name, name_detail=a.name_detail)) >= before
    there = replace(b, street1=a.street1, street2=a.street2, zip=a.zip)
    assert likeness(a, there) >= before or not a.street1


@given(st.floats(0, 0.03), st.floats(0, 0.03))
def test_nearer_never_lowers_it(one: float, other: float) -> None:
    here = replace(KITE, street1="", zip="85701")
    near, far = sorted((one, other))
    away = replace(here, zip="85799", id=2)
    assert likeness(here, replace(away, lat=32.2 + near)) >= likeness(here, replace(away, lat=32.2 + far))


@given(RECORDS)
def test_a_center_is_like_itself(a: Record) -> None:
    if a.street1 and a.phone:
        assert likeness(a, replace(a, id=99)) >= LEAST


@pytest.mark.parametrize(
    "other",
    [
        replace(KITE, name="Kite Behavioral Hlth", website=""),
        replace(KITE, name="Western Care", name_detail="DBA Kite Behavioral Health", website=""),
        replace(KITE, name="Something Else Entirely"),
        replace(KITE, phone="520-555-0999", website=""),
        replace(KITE, street1="Main Plaza", phone="", zip="85702"),
    ],
    ids=["abbreviated", "dba", "renamed", "another number", "another way to write the street"],
)
def test_one_place_is_told(other: Record) -> None:
    assert likeness(KITE, replace(other, id=2)) >= LEAST


@pytest.mark.parametrize(
    "other",
    [
        replace(KITE, name="Harbor Recovery", phone="520-555-0777", website="", street2="Suite 9"),
        replace(KITE, street1="900 Oak Avenue", zip="85712", lat=32.3),
        replace(KITE, street1="8 West Oak Avenue", zip="85701", lat=32.26),
        replace(KITE, name="Harbor Recovery", phone="", website="", lat=None, lon=None),
    ],
    ids=[
        "another house in it",
        "a branch with the same number",
        "a branch in the same ZIP",
        "little is said",
    ],
)
def test_two_places_are_told_apart(other: Record) -> None:
    assert likeness(KITE, replace(other, id=2)) < LEAST


def test_it_says_why_with_numbers() -> None:
    other = replace(
        KITE, id=2, name="Kite Clinic", phone="520-555-0142 x3", website="http://kite.example/tucson"
    )
    verdict = score(traits(KITE), traits(other))
    told = {reason.code: reason for reason in verdict.reasons}
    assert set(told) == {"address", "website", "line", "name"}
    assert (told["address"].value, told["website"].value) == (1.0, 1.0)
    assert told["website"].about == "kite.example"
    assert told["line"].about == "+15205550142"
    assert 0 < told["name"].value < 1
    assert told["name"].about == "kite"
    assert [one.value for one in verdict.reasons] == sorted(
        (one.value for one in verdict.reasons), reverse=True
    )


def test_units_of_one_house_count_less_than_one_name() -> None:
    inpatient, outpatient = (
        replace(KITE, id=n, name_detail=unit) for n, unit in ((2, "Elm Inpatient"), (3, "Oak Ward"))
    )
    assert likeness(inpatient, outpatient) < likeness(KITE, inpatient)


def test_far_and_near_are_told_in_miles() -> None:
    here = replace(KITE, street1="")
    for miles, told in ((0.02, True), (0.2, True), (0.9, True), (1.5, False)):
        there = replace(here, id=2, zip="85799", lat=32.2 + miles / geo.EARTH_MILES * 180 / 3.141592653589793)
        found = {one.code: one.about for one in score(traits(here), traits(there)).reasons}
        assert ("distance" in found) is told
        if told:
            assert float(found["distance"]) == pytest.approx(miles, abs=0.006)


def test_a_host_that_many_share_says_nothing_alone() -> None:
    assert site_of("https://www.facebook.com/") == ""
    assert site_of("https://facebook.com/Kite/about") == "facebook.com/kite"
    assert site_of("HTTP://WWW.Kite.Example/x") == "kite.example"
    assert site_of("") == ""
