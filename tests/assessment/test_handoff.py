"""From a result to programs: what is drawn from the answers, and what the page shows."""

import pytest

from assessment import handoff
from assessment.answers import Wishes
from assessment.domain import load
from programs.geo import Point
from programs.levels import Level
from programs.taxonomy import BY_CODE
from tests.assessment.walking import CALM, Walker
from tests.programs import factories

HERE = Point(33.45, -112.07)


def criteria(wishes=None, **answers):
    whole = load().prune(load().check({**CALM, **answers}))
    found = load().recommend(whole)
    return handoff.criteria_for(found, whole, wishes or Wishes("85004"), point=HERE)


def keys(found):
    return [wish.key for wish in found.wishes]


def test_level_and_age_are_limits():
    found = criteria()
    assert found.levels == (Level.IOP,)
    assert found.ages == ("age_adults",)
    assert found.radius_miles == handoff.FIRST_RADIUS
    assert found.place == "85004"


@pytest.mark.parametrize(
    ("age", "served"),
    [("13_17", "age_under_18"), ("18_25", "age_young_adults"), ("65_plus", "age_older_adults")],
)
def test_each_age_looks_for_programs_that_serve_it(age, served):
    assert criteria(age=age).ages == (served,)


def test_naltrexone_is_not_looked_for_beside_opioids():
    drinks = {"use_frequency": "daily", "last_use": "3_to_7_days", "heavy_days": "yes"}
    alone = {wish.key: wish for wish in criteria(substances=("alcohol",), **drinks).wishes}
    beside = {wish.key: wish for wish in criteria(substances=("alcohol", "opioids"), **drinks).wishes}
    assert "med_naltrexone" in alone["alcohol_medicine"].any_of
    assert beside["alcohol_medicine"].any_of == ("med_acamprosate", "accepts_aud_medication")


def test_under_13_nothing_is_looked_for():
    with pytest.raises(ValueError, match="no level"):
        criteria(age="under_13")


@pytest.mark.parametrize(
    ("answers", "drawn"),
    [
        ({"focus": "both"}, {"co_occurring"}),
        ({"focus": "substance", "mental_conditions": ("none",)}, {"treats_substance_use"}),
        ({"focus": "substance", "mental_conditions": ("trauma",)}, {"treats_substance_use", "co_occurring"}),
        ({"focus": "mental"}, {"treats_mental_health"}),
    ],
)
def test_the_kind_of_care_is_drawn_from_the_answers(answers, drawn):
    kinds = {"co_occurring", "treats_substance_use", "treats_mental_health"}
    assert set(keys(criteria(**answers))) & kinds == drawn


def test_free_times_are_one_wish_that_any_of_them_meets():
    found = criteria(free_times=("weekday_evening", "weekend"))
    (wish,) = [wish for wish in found.wishes if wish.key == "free_times"]
    assert wish.any_of == ("time_evening", "time_weekend")


@pytest.mark.parametrize("unknown", [("not_sure",)])
def test_unknown_times_are_no_wish(unknown):
    assert "free_times" not in keys(criteria(free_times=unknown))


@pytest.mark.parametrize(
    ("way", "must"), [("online_only", True), ("no", True), ("with_help", False), ("yes", False)]
)
def test_telehealth_is_a_limit_for_someone_who_cannot_travel(way, must):
    found = criteria(getting_there=way)
    assert ("telehealth" in found.musts) is must


def test_telehealth_is_no_limit_where_one_lives_in():
    severe = {"urges": "cannot_go_a_day", "home": "others_use", "support": "none", "daily_function": "cannot"}
    found = criteria(**severe, recent_harm="serious", past_treatment="live_in_not_enough", getting_there="no")
    assert found.levels == (Level.RESIDENTIAL,)
    assert found.musts == frozenset()
    assert "free_times" not in keys(found)


def test_opioids_ask_for_medicine_and_pregnancy_for_a_program_that_knows_it():
    found = criteria(substances=("opioids",), pregnant="yes")
    assert {"opioid_medicine", "pop_pregnant"} <= set(keys(found))


def test_a_home_where_others_use_asks_for_recovery_housing():
    found = criteria(home="others_use", urges="some_days", past_treatment="none")
    assert "offers_recovery_housing" in keys(found)


def test_help_for_mental_health_alone_asks_for_housing_that_need_not_be_recovery_housing():
    mental = {"focus": "mental", "substances": ("none",), "home": "unstable", "past_treatment": "none"}
    assert "wrap_housing" in keys(criteria(**mental))
    assert "offers_recovery_housing" not in keys(criteria(**mental))


DETOX = {
    "use_frequency": "daily",
    "last_use": "within_2_days",
    "heavy_days": "yes",
    "withdrawal_signs": "moderate",
    "withdrawal_history": "treated",
}


def test_detox_centers_may_not_be_known_to_turn_the_substance_away():
    found = criteria(**DETOX, substances=("alcohol", "sedatives", "cannabis"))
    assert found.levels == (Level.DETOX,)
    assert found.not_refused == {"detox_alcohol", "detox_benzodiazepines"}
    assert criteria(substances=("alcohol",)).not_refused == frozenset()


def test_what_was_asked_beside_the_zip_joins_the_wishes():
    wishes = Wishes("85004", ("pay_medicaid", "pay_sliding_scale"), "lang_spanish", "women_only")
    found = criteria(wishes)
    assert {"payment", "pay_sliding_scale", "lang_spanish", "women_only"} <= set(keys(found))
    assert found.musts == frozenset()


def test_in_an_emergency_the_level_that_comes_after_is_looked_for():
    found = criteria(danger_now=("plan_to_harm_others",))
    assert found.levels == (Level.IOP,)


def test_every_fact_that_can_be_drawn_is_in_the_taxonomy():
    tables = (handoff.AGE_SERVED, handoff.TREATS, handoff.TIMES, handoff.DETOX_FROM)
    named = {code for table in tables for code in table.values()}
    named |= {code for codes in handoff.SUPPORTS.values() for code in codes}
    named |= {*handoff.OPIOID_MEDICINE, *handoff.ALCOHOL_MEDICINE}
    assert named <= set(BY_CODE)


def test_every_option_and_support_of_the_protocol_has_a_place_in_the_tables():
    protocol = load()
    assert set(handoff.AGE_SERVED) == set(protocol.question("age").options) - {"under_13"}
    assert set(handoff.TREATS) == set(protocol.question("focus").options)
    assert set(handoff.TIMES) == set(protocol.question("free_times").options)
    assert {spoken.code for spoken in protocol.publication.supports} <= set(handoff.SUPPORTS)


# -- The page -----------------------------------------------------------------------------------


@pytest.fixture
def anywhere(zip_codes):
    walker = Walker()
    walker.remember(CALM)
    return walker


@pytest.fixture
def walker(sample_directory, anywhere):
    return anywhere


def test_a_zip_code_leads_to_programs_at_the_level_by_post_then_get(walker):
    response = walker.post("/assessment/programs/", {"zip": "85004"})
    assert (response.status_code, response["Location"]) == (303, "/assessment/programs/")
    page = walker.get("/assessment/programs/").context["page"]
    assert page.results.total >= 5
    assert all(hit.listing.level == "iop" for hit in page.results.hits)
    scores = [hit.fit.score for hit in page.results.hits]
    assert scores == sorted(scores, reverse=True)


def test_each_program_has_a_number_to_call_and_its_lines(walker):
    walker.post("/assessment/programs/", {"zip": "85004"})
    response = walker.get("/assessment/programs/")
    text = response.content.decode()
    assert 'href="tel:' in text.split("<h2", 1)[1]
    assert any(card.met for card in response.context["page"].cards)


def test_nothing_but_what_is_ticked_can_get_into_an_address(walker):
    walker.post("/assessment/programs/", {"zip": "85004", "payment": ["pay_medicaid"]})
    text = walker.get("/assessment/programs/").content.decode()
    assert "?" not in "".join(
        part.split('"', 1)[0] for part in text.split('href="')[1:] if part.startswith("/")
    )
    shared = text.split('id="share"', 1)[1].split("</form>", 1)[0]
    assert "checked" not in shared
    assert 'method="get" action="/programs/"' in shared
    assert 'name="pay" value="pay_medicaid"' in shared
    assert 'type="hidden"' not in shared


def test_what_is_ticked_opens_that_search(walker):
    walker.post("/assessment/programs/", {"zip": "85004"})
    page = walker.get("/assessment/programs/").context["page"]
    query = [(item.field, item.value) for item in page.shareable]
    response = walker.client.get(
        "/programs/", {field: [v for f, v in query if f == field] for field, _ in query}
    )
    assert response.status_code == 200
    assert response.context["page"].results.total > 0
    assert response.context["page"].results.criteria.levels == (Level.IOP,)


def test_the_circle_grows_and_the_page_says_so(walker):
    walker.post("/assessment/programs/", {"zip": "85122"})
    response = walker.get("/assessment/programs/")
    page = response.context["page"]
    assert page.criteria.radius_miles > handoff.FIRST_RADIUS
    if page.results.total:
        assert f"so we looked within {page.criteria.radius_miles} miles" in response.content.decode()


def test_nothing_near_says_what_to_do_next(anywhere):
    anywhere.post("/assessment/programs/", {"zip": "59718"})
    response = anywhere.get("/assessment/programs/")
    text = response.content.decode()
    assert "We know of no program within 100 miles" in text
    assert 'href="tel:18006624357"' in text
    assert response.context["page"].ways_out == ()


AWAY = {"state": "AZ", "lat": 36.9, "lon": -111.5}
"""A place in Arizona that no circle around Phoenix reaches."""


def ways(walker, **answers):
    walker.remember({**CALM, **answers})
    walker.post("/assessment/programs/", {"zip": "85004"})
    response = walker.get("/assessment/programs/")
    page = response.context["page"]
    return page, response.content.decode()


def test_with_nothing_near_the_state_by_video_and_the_levels_beside_are_counted_and_shown(anywhere):
    for number in range(4):
        factories.center(["iop"], name=f"Video {number}", yes=["telehealth"], **AWAY)
    factories.center(["iop"], name="Far and silent", **AWAY)
    factories.center(["outpatient", "residential"], name="Beside")
    page, text = ways(anywhere)
    assert page.results.total == 0
    told = [(way.kind, way.level, way.total, len(way.cards)) for way in page.ways_out]
    assert told == [("video", Level.IOP, 4, 3), ("level", Level.OUTPATIENT, 1, 1)]
    assert "By video from home: 4 programs in Arizona" in text
    assert "One level beside: 1 program within 10 miles" in text
    assert "Far and silent" not in text
    assert "level=" not in text


def test_who_cannot_travel_sees_what_a_ride_would_open(anywhere):
    factories.center(["iop"], name="Across town")
    page, text = ways(anywhere, getting_there="no")
    assert [(way.kind, way.total) for way in page.ways_out] == [("ride", 1)]
    assert "With a ride: 1 program within 10 miles" in text


def test_detox_has_no_level_beside_and_no_video_but_a_door_that_is_always_open(anywhere):
    factories.center(["residential"], name="Beside")
    factories.center(["detox"], name="Not for alcohol", no=["detox_alcohol"])
    page, text = ways(anywhere, **DETOX)
    assert page.results.total == 0
    assert page.ways_out == ()
    assert "Go to an emergency room" in text
    factories.center(["detox"], name="Has not said")
    page, text = ways(anywhere, **DETOX)
    assert [hit.listing.name for hit in page.results.hits] == ["Has not said"]
    assert "Not for alcohol" not in text


def test_a_teen_is_shown_no_way_to_a_program_for_adults(anywhere):
    factories.center(["iop"], yes=["telehealth"], **AWAY)
    factories.center(["outpatient"])
    page, _ = ways(anywhere, age="13_17")
    assert page.ways_out == ()


def test_a_teen_sees_programs_known_to_serve_teens_alone(walker):
    walker.remember({**CALM, "age": "13_17"})
    walker.post("/assessment/programs/", {"zip": "85004"})
    page = walker.get("/assessment/programs/").context["page"]
    assert page.teen
    assert all(hit.listing.facts.value("age_under_18") for hit in page.results.hits)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Enter a ZIP code"),
        ("8500", "A ZIP code has five digits"),
        ("abcde", "A ZIP code has five digits"),
        ("00000", "We do not know the ZIP code 00000"),
        ("85004' OR 1=1 --", "A ZIP code has five digits"),
        ("\x00\x00\x00\x00\x00", "ZIP code"),
    ],
)
def test_a_wrong_zip_code_is_said_at_its_field_and_nothing_is_kept(anywhere, typed, said):
    response = anywhere.post("/assessment/programs/", {"zip": typed})
    text = response.content.decode()
    assert response.status_code == 200
    assert said in text
    assert 'href="#id_zip"' in text
    assert 'id="id_zip_error"' in text
    assert anywhere.get("/assessment/programs/")["Location"] == "/assessment/result/"


@pytest.mark.parametrize("extra", [{"payment": "pay_gold"}, {"language": "lang_klingon"}, {"gender": "x"}])
def test_a_wish_that_is_not_offered_is_refused(anywhere, extra):
    assert anywhere.post("/assessment/programs/", {"zip": "85004", **extra}).status_code == 200


def test_the_wishes_are_remembered_with_the_answers_and_forgotten_with_them(anywhere):
    anywhere.post("/assessment/programs/", {"zip": "85004", "language": "lang_spanish"})
    assert 'value="85004"' in anywhere.get("/assessment/result/").content.decode()
    anywhere.post("/assessment/forget/", {})
    anywhere.remember(CALM)
    assert 'value="85004"' not in anywhere.get("/assessment/result/").content.decode()


def test_the_page_asks_the_database_a_handful_of_times(walker, django_assert_max_num_queries):
    walker.post("/assessment/programs/", {"zip": "85004"})
    with django_assert_max_num_queries(
        5
    ):  # the place, the circle, the counts, the programs, the medicine lane
        walker.client.get("/assessment/programs/")
