"""The medicine lane: where to start medicine near a place, whatever the level."""

from datetime import date

import pytest

from assessment import medicine
from assessment.domain import load
from programs.facts import FactSet
from programs.geo import Point, chord2, miles_of, unit
from programs.models import Listing
from programs.models.columns import NO, YES
from tests.assessment.walking import CALM, Walker

TODAY = date(2026, 11, 21)
ATLANTA = Point(33.749, -84.388)
PLACES = (ATLANTA, Point(33.4515, -112.0686), Point(39.29, -76.61), Point(42.36, -71.06))
OPIOIDS = {"substances": ("opioids",), "use_frequency": "daily", "last_use": "within_2_days"}
ALCOHOL = {"use_frequency": "daily", "last_use": "within_2_days", "heavy_days": "yes"}
WANTED = (*medicine.TREATMENT_PROGRAM, *medicine.BUPRENORPHINE)


def lanes(point=ATLANTA, ages=("age_adults",), **answers):
    whole = load().prune(load().check({**CALM, **answers}))
    return medicine.lanes(load().recommend(whole), whole, point, ages=ages, today=TODAY)


def page_for(zip_code="85004", language="", **answers):
    walker = Walker(prefix=language)
    whole = load().prune(load().check({**CALM, **answers}))
    walker.remember(whole, seen=frozenset(load().interrupts(whole)))
    walker.post(f"{language}/assessment/programs/", {"zip": zip_code})
    return walker.get(f"{language}/assessment/programs/")


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"urges": "manageable", "recent_harm": "little", "mental_impact": "mild", "past_treatment": "none"},
        {"danger_now": ("plan_to_harm_others",)},
        {"urges": "cannot_go_a_day", "recent_harm": "serious", "home": "others_use", "support": "none"},
    ],
)
def test_frequent_opioids_open_the_lane_at_every_level(more, sample_directory):
    (lane,) = lanes(**{**OPIOIDS, **more})
    assert lane.kind == "opioids"
    assert 0 < len(lane.places) <= medicine.SHOWN


def test_the_levels_above_are_not_the_same_level(db):
    levels = set()
    for more in (
        {},
        {"danger_now": ("plan_to_harm_others",)},
        {"urges": "cannot_go_a_day", "recent_harm": "serious", "home": "others_use", "support": "none"},
    ):
        levels.add(load().level(load().prune(load().check({**CALM, **OPIOIDS, **more}))))
    assert len(levels) == 3


def test_the_lane_shows_centers_once_the_nearest_first_and_only_those_known_to_offer_it(sample_directory):
    (lane,) = lanes(**OPIOIDS)
    urls = [place.card.url for place in lane.places]
    assert len(urls) == len(set(urls))
    assert all(place.offers or place.treatment_program for place in lane.places)
    centers = {row.center_id for row in Listing.objects.all() if row.facts.any_of(WANTED)}
    near = medicine.medicine.nearest(ATLANTA, WANTED, ages=(), limit=50)
    assert {place.listing.center_id for place in near} <= centers
    miles = [place.miles for place in near]
    assert miles == sorted(miles)
    assert max(miles) <= medicine.medicine.FAR


def test_no_center_within_reach_is_left_out(sample_directory):
    sizes = []
    for point in PLACES:
        near = medicine.medicine.nearest(point, WANTED, ages=(), limit=50)
        expected = {
            row.center_id
            for row in Listing.objects.exclude(x=None)
            if row.facts.any_of(WANTED) and miles_of(chord2((row.x, row.y, row.z), unit(point))) <= 100
        }
        assert {place.listing.center_id for place in near} == expected
        sizes.append(len(expected))
    assert max(sizes) > 1


def test_what_any_program_of_a_center_says_counts_for_the_center(sample_directory):
    row = Listing.objects.filter(levels__gt=2).exclude(x=None).first()
    rows = list(Listing.objects.filter(center_id=row.center_id).order_by("program_id"))
    assert len(rows) > 1
    Listing.objects.exclude(center_id=row.center_id).delete()
    for listing, fact in zip(rows, ("med_buprenorphine", "offers_otp"), strict=False):
        listing.facts = FactSet.of(yes=[fact])
        listing.save()
    here = Point(row.center.lat, row.center.lon)
    (place,) = medicine.medicine.nearest(here, WANTED, ages=(), limit=medicine.SHOWN)
    assert place.known.value("med_buprenorphine")
    assert place.known.value("offers_otp")


@pytest.mark.parametrize(
    ("yes", "said"),
    [
        (["offers_otp", "med_methadone"], ["methadone"]),
        (["certified_otp", "med_methadone"], ["methadone"]),
        (["offers_otp"], []),
        (["med_methadone", "med_buprenorphine"], ["buprenorphine"]),
        (["med_methadone"], []),
        (["med_naltrexone"], []),
        ([], []),
    ],
)
def test_methadone_is_named_at_opioid_treatment_programs_only(yes, said):
    assert list(medicine.offered(WANTED, FactSet.of(yes=yes))) == said


def known(facts):
    """Lays these facts over those of every listing."""
    rows = list(Listing.objects.all())
    for row in rows:
        row.facts = facts.over(row.facts)
    Listing.objects.bulk_update(rows, [*YES, *NO])


def everyone_offers(*codes):
    known(FactSet.of(yes=codes))


def test_a_teen_is_sent_to_places_known_to_serve_teens(sample_directory):
    everyone_offers("med_buprenorphine")
    everywhere = medicine.medicine.nearest(ATLANTA, WANTED, ages=(), limit=50)
    teens = medicine.medicine.nearest(ATLANTA, WANTED, ages=["age_under_18"], limit=50)
    assert 0 < len(teens) < len(everywhere)
    assert all(place.known.value("age_under_18") for place in teens)


def test_a_place_that_turns_this_age_away_is_not_shown(sample_directory):
    everyone_offers("med_buprenorphine")
    refusing = Listing.objects.exclude(x=None).order_by("program_id").first()
    Listing.objects.exclude(center_id=refusing.center_id).delete()
    here = Point(refusing.center.lat, refusing.center.lon)
    known(FactSet.of(no=["age_older_adults"]))
    assert medicine.medicine.nearest(here, WANTED, ages=["age_older_adults"], limit=5) == ()
    assert len(medicine.medicine.nearest(here, WANTED, ages=["age_adults"], limit=5)) == 1


def test_alcohol_has_a_quieter_lane_of_its_own_medicines(sample_directory):
    everyone_offers("med_naltrexone", "med_acamprosate")
    (lane,) = lanes(**ALCOHOL)
    assert (lane.kind, lane.first, len(lane.places)) == ("alcohol", False, 4)
    assert all({"naltrexone", "acamprosate"} <= set(place.offers.split(", ")) for place in lane.places)


def test_naltrexone_is_never_offered_to_someone_who_takes_opioids(sample_directory):
    everyone_offers("med_naltrexone", "med_acamprosate")
    opioids, alcohol = lanes(**{**OPIOIDS, "substances": ("alcohol", "opioids")})
    assert opioids.kind == "opioids"
    assert alcohol.beside_opioids
    assert {place.offers for place in alcohol.places} == {"acamprosate"}


def test_without_opioids_or_alcohol_there_is_no_lane(sample_directory):
    assert lanes(substances=("cannabis",), use_frequency="daily", last_use="within_2_days") == ()


def test_the_page_puts_the_lane_before_the_programs_and_says_detox_is_not_the_goal(sample_directory):
    text = page_for("85004", **OPIOIDS).content.decode()
    assert text.index("Where to start medicine near you") < text.index(">Programs</h2>")
    assert "Detox alone is not the goal with opioids" in text
    lane = text.split('id="lane-opioids"', 1)[1].split("</section>", 1)[0]
    assert lane.count("<li>") <= medicine.SHOWN
    assert lane.count('href="tel:') >= 1
    assert "In pregnancy" not in lane


def test_in_pregnancy_the_page_names_the_standard_of_care(sample_directory):
    for pregnant in ("yes", "not_sure"):
        text = page_for("85004", pregnant=pregnant, **OPIOIDS).content.decode()
        assert "methadone or buprenorphine is the standard of care" in text


def test_the_observer_reads_about_the_other_person(sample_directory):
    text = page_for("85004", who="someone_else", **OPIOIDS).content.decode()
    assert "Where to start medicine near them" in text
    assert "Can they start today?" in text


def test_nothing_within_reach_says_so_and_whom_to_call(zip_codes):
    text = page_for("59718", **OPIOIDS).content.decode()
    lane = text.split('id="lane-opioids"', 1)[1].split("</section>", 1)[0]
    assert "We know of no place within 100 miles" in lane
    assert 'href="tel:18006624357"' in lane
    assert "emergency department" in lane


def test_a_lane_costs_one_query_each(sample_directory, django_assert_num_queries):
    whole = load().prune(load().check({**CALM, **OPIOIDS, "substances": ("alcohol", "opioids")}))
    found = load().recommend(whole)
    with django_assert_num_queries(2):
        medicine.lanes(found, whole, ATLANTA, ages=("age_adults",), today=TODAY)
