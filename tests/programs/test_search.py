"""The search finds, orders and counts exactly what the plain functions say."""

import random
from dataclasses import replace
from datetime import date, timedelta

import pytest

from programs import search
from programs.criteria import FREE_HOURS, RADII, TELEHEALTH, Order, SearchCriteria, wishes_for
from programs.fit import Verdict
from programs.geo import Point
from programs.levels import Level
from programs.models import Listing
from programs.taxonomy import AGES
from tests.programs import brute, factories

PHOENIX = Point(33.45, -112.07)
TODAY = date(2026, 10, 1)
IN_WINTER = date(2027, 1, 20)

pytestmark = pytest.mark.django_db


def every_hit(criteria: SearchCriteria, today: date = TODAY) -> list[int]:
    """Program ids over all pages, in order."""
    first = search.find(criteria, today=today)
    found = [hit.listing.program_id for hit in first.hits]
    for page in range(2, first.pages + 1):
        more = search.find(replace(criteria, page=page), today=today)
        found += [hit.listing.program_id for hit in more.hits]
    return found


def assert_same(everything: list[brute.Row], criteria: SearchCriteria, today: date) -> int:
    expected = brute.search(everything, criteria, today)
    results = search.find(criteria, today=today)
    assert results.total == len(expected.order)
    assert dict(results.levels) == expected.levels
    assert dict(results.ages) == expected.ages
    assert dict(results.facts) == expected.facts
    assert results.fits_week == expected.fits_week
    assert results.open_now == expected.open_now
    assert dict(results.without_must) == expected.without_must
    assert results.age_unsaid == expected.age_unsaid
    assert results.iop_unsaid == expected.iop_unsaid
    assert every_hit(criteria, today) == expected.order
    reached = search.reach(criteria, today=today)
    if not criteria.state:
        assert reached[criteria.radius_miles] == results.total
    telehealth = brute.with_must(replace(criteria, state="AZ"), TELEHEALTH)
    loosened = search.loosened(criteria, state="AZ", today=today)
    assert loosened.radii == reached
    assert loosened.state == len(brute.search(everything, replace(criteria, state="AZ"), today).order)
    assert loosened.telehealth == len(brute.search(everything, telehealth, today).order)
    return results.total


def tell_apart(rng: random.Random) -> None:
    """Programs of one center that differ, days and names to sort by, open places, places nobody knows."""
    for row in Listing.objects.all():
        row.said_on = rng.choice([None, TODAY, TODAY - timedelta(days=rng.randint(1, 400))])
        row.name = rng.choice(["", "a ", "Á ", "É-", "Z "]) + rng.choice([row.name, "Sister", "SISTER"])
        row.openings, row.openings_until = rng.choice(
            [(None, None), (0, IN_WINTER), (2, IN_WINTER), (1, TODAY)]
        )
        if rng.random() < 0.4:
            row.yes_0 = rng.getrandbits(63) & ~row.no_0
        if rng.random() < 0.05:
            row.x = row.y = row.z = row.cell = None
        row.save()


@pytest.mark.parametrize("seed", range(3))
def test_the_search_equals_brute_force_on_random_centers(seed):
    factories.scattered_centers(120, seed=seed)
    rng = random.Random(seed)
    tell_apart(rng)
    everything = brute.rows()
    points = [PHOENIX, Point(34.2, -111.0), Point(32.2, -110.9)]
    asked = [brute.random_criteria(rng, points) for _ in range(40)]
    totals = [assert_same(everything, criteria, rng.choice([TODAY, IN_WINTER])) for criteria in asked]
    assert sum(FREE_HOURS in criteria.musts for criteria in asked) > 0
    assert {0, 1, 2} <= {len(criteria.ages) for criteria in asked}
    assert {criteria.order for criteria in asked} == set(Order)
    assert sum(bool(criteria.state) for criteria in asked) > 0
    assert sum(total > 20 for total in totals) > 1, "some searches must need a second page"
    assert sum(total == 0 for total in totals) < 30


def test_a_page_takes_two_queries_and_an_empty_one_takes_one(django_assert_num_queries):
    factories.center(yes=["pay_medicaid"])
    criteria = SearchCriteria(PHOENIX, "85004", wishes=wishes_for(["pay_medicaid", "time_evening"]))
    with django_assert_num_queries(2):
        assert search.find(criteria, today=TODAY).total == 1
    with django_assert_num_queries(1):
        assert search.find(replace(criteria, point=Point(60, -150)), today=TODAY).total == 0


def test_unknown_is_not_no():
    """A program that has not said stays in a search for adults, and comes before one that says no."""
    silent = factories.center(lat=33.6)
    says_no = factories.center(no=["pay_medicaid"])
    factories.center(no=["age_adults"])
    criteria = SearchCriteria(PHOENIX, "85004", ages=("age_adults",), wishes=wishes_for(["pay_medicaid"]))
    results = search.find(criteria, today=TODAY)
    assert [hit.listing.center_id for hit in results.hits] == [silent.pk, says_no.pk]
    assert results.age_unsaid == 2


def test_a_teen_sees_only_programs_known_to_take_teens():
    factories.center()
    for_teens = factories.center(yes=["age_under_18"])
    factories.center(no=["age_under_18"])
    results = search.find(SearchCriteria(PHOENIX, "85004", ages=("age_under_18",)), today=TODAY)
    assert [hit.listing.center_id for hit in results.hits] == [for_teens.pk]
    assert results.age_unsaid == 1


TEENS_OR_ADULTS = ("age_under_18", "age_adults")
SERVED = {
    # What a program says of teens and of adults: whether it is listed, and what its card says.
    (True, None): Verdict.MEETS,
    (True, False): Verdict.MEETS,
    (False, True): Verdict.MEETS,
    (None, True): Verdict.MEETS,
    (None, None): Verdict.UNKNOWN,
    (False, None): Verdict.UNKNOWN,
    (None, False): None,
    (False, False): None,
}


@pytest.mark.parametrize(("said", "verdict"), SERVED.items())
def test_of_several_ages_one_that_passes_will_do(said, verdict):
    """Teens pass where they are known to be served, adults where they are not known to be refused."""
    told = list(zip(TEENS_OR_ADULTS, said, strict=True))
    yes, no = ([age for age, value in told if value is known] for known in (True, False))
    factories.center(yes=yes, no=no)
    results = search.find(SearchCriteria(PHOENIX, "85004", ages=TEENS_OR_ADULTS), today=TODAY)
    assert [hit.serves_age for hit in results.hits] == ([verdict] if verdict else [])
    assert dict(results.ages) == {age: int(dict(told).get(age) is True) for age in AGES}
    assert results.age_unsaid == (True not in said and None in said)


def test_a_card_says_no_where_every_age_asked_is_refused():
    """No such program is listed, but a card may be made of any."""
    factories.center(no=["age_adults", "age_older_adults"])
    asked = SearchCriteria(PHOENIX, "85004", ages=("age_adults", "age_older_adults"))
    (listing,) = Listing.objects.all()
    assert search.hit(listing, miles=1, criteria=asked, today=TODAY).serves_age is Verdict.DOES_NOT


def test_a_must_keeps_only_programs_known_to_meet_it():
    factories.center()
    meets = factories.center(yes=["lang_spanish"])
    wishes = wishes_for(["lang_spanish"])
    criteria = SearchCriteria(PHOENIX, "85004", wishes=wishes, musts=frozenset(["lang_spanish"]))
    results = search.find(criteria, today=TODAY)
    assert [hit.listing.center_id for hit in results.hits] == [meets.pk]
    assert results.without_must == {"lang_spanish": 2}


def test_any_way_to_pay_will_do():
    both = factories.center(yes=["pay_private"], no=["pay_medicaid"])
    criteria = SearchCriteria(PHOENIX, "85004", wishes=wishes_for(["pay_medicaid", "pay_private"]))
    (hit,) = search.find(criteria, today=TODAY).hits
    assert hit.listing.center_id == both.pk
    assert (hit.fit.meets, hit.fit.does_not) == (1, 0)


def test_a_page_past_the_end_is_the_last_page():
    for _ in range(21):
        factories.center()
    results = search.find(SearchCriteria(PHOENIX, "85004", page=99), today=TODAY)
    assert (results.page, results.pages, len(results.hits), results.first) == (2, 2, 1, 21)


def test_openings_count_only_until_their_day():
    factories.center()
    Listing.objects.update(openings=3, openings_until=TODAY)
    criteria = SearchCriteria(PHOENIX, "85004")
    assert search.find(criteria, today=TODAY).hits[0].openings == 3
    assert search.find(criteria, today=TODAY + timedelta(days=1)).hits[0].openings is None


def test_mental_health_centers_that_have_not_said_iop_are_counted_and_can_be_listed():
    silent = factories.center(["outpatient"], yes=["treats_mental_health"])
    factories.center(["outpatient"], yes=["treats_mental_health"], no=["offers_iop"])
    factories.center(["outpatient"])
    results = search.find(SearchCriteria(PHOENIX, "85004", levels=(Level.IOP,)), today=TODAY)
    assert (results.total, results.iop_unsaid) == (0, 1)
    listed = search.find(
        SearchCriteria(PHOENIX, "85004", levels=(Level.OUTPATIENT,), unsaid="offers_iop"), today=TODAY
    )
    assert [hit.listing.center_id for hit in listed.hits] == [silent.pk]


def test_reach_counts_every_radius_and_the_circle_grows_until_enough_is_found(django_assert_num_queries):
    for degrees in (0.1, 0.3, 0.6, 1.2):  # about 7, 21, 41 and 83 miles
        factories.center(lat=33.45 + degrees)
    criteria = SearchCriteria(PHOENIX, "85004", radius_miles=10)
    with django_assert_num_queries(1):
        assert search.reach(criteria, today=TODAY) == {5: 0, 10: 1, 15: 1, 25: 2, 50: 3, 100: 4}
    for enough, queries, radius in ((1, 2, 10), (2, 3, 25), (3, 3, 50), (9, 3, 100)):
        with django_assert_num_queries(queries):
            grown = search.find(criteria, today=TODAY, enough=enough)
        assert grown == search.find(replace(criteria, radius_miles=radius), today=TODAY)
    for place in (replace(criteria, point=Point(60, -150)), replace(criteria, state="NM")):
        assert search.find(place, today=TODAY, enough=9) == search.find(place, today=TODAY)


@pytest.mark.parametrize("levels", [(), (Level.IOP,), (Level.IOP, Level.OUTPATIENT)])
def test_a_grown_circle_counts_as_one_that_was_asked_for(levels):
    factories.scattered_centers(60, seed=7)
    for radius in (5, 50, 100):
        asked = SearchCriteria(PHOENIX, "85004", radius_miles=radius, levels=levels)
        for enough in (1, 4, 40, 4000):
            grown = search.find(asked, today=TODAY, enough=enough)
            assert grown == search.find(grown.criteria, today=TODAY)
            assert grown.total >= enough or grown.criteria.radius_miles == max(RADII) or not grown.total


def test_a_center_without_a_known_place_is_never_near():
    factories.center(lat=None, lon=None, location="unknown")
    assert search.find(SearchCriteria(PHOENIX, "85004", radius_miles=100), today=TODAY).total == 0


def test_a_program_known_to_lack_what_is_not_to_be_refused_is_left_out_and_silence_stays_in():
    for name, known in (
        ("No", {"no": ["detox_alcohol"]}),
        ("Yes", {"yes": ["detox_alcohol"]}),
        ("Silent", {}),
    ):
        factories.center(["detox"], name=name, **known)
    asked = SearchCriteria(PHOENIX, levels=(Level.DETOX,), not_refused=frozenset({"detox_alcohol"}))
    results = search.find(asked, today=TODAY)
    assert {hit.listing.name for hit in results.hits} == {"Yes", "Silent"}
    assert results.total == 2
    assert search.reach(asked, today=TODAY)[asked.radius_miles] == 2
    assert search.find(replace(asked, not_refused=frozenset()), today=TODAY).total == 3
    with pytest.raises(ValueError, match="not_refused"):
        replace(asked, not_refused=frozenset({"detox_soda"}))


def test_by_video_looks_in_the_whole_state_and_nowhere_else(django_assert_num_queries):
    far = {"lat": 36.9, "lon": -111.5}
    factories.center(["iop"], name="Far", yes=["telehealth"], **far)
    factories.center(["iop"], name="Silent", **far)
    factories.center(["php"], name="Other level", yes=["telehealth"], **far)
    factories.center(["iop"], name="Next state", yes=["telehealth"], state="NM")
    asked = SearchCriteria(PHOENIX, radius_miles=10, levels=(Level.IOP,))
    with django_assert_num_queries(2):
        total, hits = search.by_video(asked, state="AZ", today=TODAY)
    assert (total, [hit.listing.name for hit in hits]) == (1, ["Far"])
    with django_assert_num_queries(1):
        assert search.by_video(asked, state="WY", today=TODAY) == (0, ())


def test_without_a_level_a_center_is_one_result_that_stands_for_all_its_programs():
    whole = factories.center(["php", "iop", "outpatient"], yes=["pay_medicaid"])
    factories.center(["iop"], lat=33.6)
    results = search.find(SearchCriteria(PHOENIX, "85004"), today=TODAY)
    assert (results.total, results.facts["pay_medicaid"]) == (2, 1)
    assert results.hits[0].listing.center_id == whole.pk
    assert results.hits[0].levels == (Level.OUTPATIENT, Level.IOP, Level.PHP)
    assert results.hits[0].other_levels == ()
    assert results.levels[Level.IOP] == 2
    of_level = search.find(SearchCriteria(PHOENIX, "85004", levels=(Level.IOP, Level.PHP)), today=TODAY)
    assert of_level.total == 3
    assert {hit.levels for hit in of_level.hits} == {(Level.IOP,), (Level.PHP,)}


def test_a_whole_state_is_searched_nearest_first_and_holds_who_has_no_known_place():
    nowhere = factories.center(lat=None, lon=None, location="unknown")
    far = factories.center(lat=36.9, lon=-109.1)
    here = factories.center()
    factories.center(state="NM", lat=33.5)
    criteria = SearchCriteria(PHOENIX, "85004", levels=(Level.IOP,), state="AZ")
    hits = search.find(criteria, today=TODAY).hits
    assert [hit.listing.center_id for hit in hits] == [here.pk, far.pk, nowhere.pk]
    assert [hit.miles is None for hit in hits] == [False, False, True]


def test_every_order_is_total_and_the_same_from_page_to_page():
    for number in range(45):
        factories.center(["iop"], name=f"House {number % 3}")
    for order in Order:
        ids = every_hit(SearchCriteria(PHOENIX, "85004", levels=(Level.IOP,), order=order))
        assert len(set(ids)) == len(ids) == 45
        assert ids == every_hit(SearchCriteria(PHOENIX, "85004", levels=(Level.IOP,), order=order))


def test_loosening_takes_one_query(django_assert_num_queries):
    factories.center(yes=["telehealth"], lat=36.9, lon=-109.1)
    factories.center(lat=33.9)
    criteria = SearchCriteria(PHOENIX, "85004", levels=(Level.IOP,), radius_miles=10)
    with django_assert_num_queries(1):
        found = search.loosened(criteria, state="AZ", today=TODAY)
    assert found == search.Loosened({5: 0, 10: 0, 15: 0, 25: 0, 50: 1, 100: 1}, 2, 1)
