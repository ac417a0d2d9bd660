"""The result page: what it says for whom."""

import random

import pytest

from assessment.domain import load
from tests.assessment.walking import CALM, Walker

SEVERE = {
    "urges": "cannot_go_a_day",
    "home": "others_use",
    "recent_harm": "serious",
    "support": "none",
    "daily_function": "cannot",
    "past_treatment": "live_in_not_enough",
}
DETOX = {
    "use_frequency": "daily",
    "last_use": "within_2_days",
    "heavy_days": "yes",
    "withdrawal_signs": "moderate",
    "withdrawal_history": "treated",
}


def result_for(**answers):
    walker = Walker()
    merged = load().prune(load().check({**CALM, **answers}))
    walker.remember(merged, seen=frozenset(load().interrupts(merged)))
    return walker.get("/assessment/result/")


def text_of(response):
    return response.content.decode()


@pytest.mark.parametrize("language", ["", "/es"])
@pytest.mark.parametrize("seed", range(40))
def test_any_legal_answers_have_a_result_page(seed, language, db):
    chance = random.Random(seed)
    answers = {}
    for question in load().questions:
        codes = [*question.options, *(["not_sure"] if question.allows_not_sure else [])]
        code = chance.choice(codes)
        answers[question.id] = (code,) if question.many else code
    kept = load().prune(load().check(answers))
    walker = Walker()
    walker.remember(kept, seen=frozenset(load().interrupts(kept)))
    response = walker.get(f"{language}/assessment/result/")
    assert response.status_code == 200, answers
    page = response.context["page"]
    assert page.level == load().recommend(kept).level
    if page.level:
        assert str(page.verdict) in text_of(response).replace("&#x27;", "'")


def test_an_iop_that_fits_says_so_first(db):
    response = result_for()
    page = response.context["page"]
    assert page.level == "iop"
    headings = text_of(response).split("<h1>", 1)[1]
    assert headings.startswith("An intensive outpatient program (IOP) is likely a good fit for you.")


def test_each_reason_shows_the_persons_words_the_rule_and_its_source(db):
    response = result_for()
    found = load().recommend(load().check(CALM))
    page = text_of(response).replace("&#x27;", "'")
    assert len(found.reasons) == len(response.context["page"].reasons) > 0
    for reason in found.reasons:
        assert reason.rule in page
        assert reason.source in page
        for question, given in reason.answers.items():
            for code in (given,) if isinstance(given, str) else given:
                assert load().words("en").said(question, code) in page


def test_a_sober_place_to_live_is_named_where_an_iop_depends_on_it(db):
    response = result_for(home="others_use", urges="some_days", past_treatment="none")
    assert response.context["page"].level == "iop"
    assert "if you have a sober place to live" in text_of(response)


def test_residential_for_someone_who_cannot_be_away_states_the_trade_off(db):
    response = result_for(**SEVERE, can_step_away="no")
    assert response.context["page"].level == "residential"
    assert "If you cannot be away" in text_of(response)
    assert "If you cannot be away" not in text_of(result_for(**SEVERE, can_step_away="yes"))


def test_detox_for_someone_who_cannot_be_away_states_the_trade_off(db):
    response = result_for(**DETOX, can_step_away="no")
    assert response.context["page"].level == "detox"
    assert "If you cannot be away" in text_of(response)


def test_opioids_bring_the_medicine_lane_whatever_the_level(db):
    response = result_for(substances=("opioids",), use_frequency="daily", last_use="within_2_days")
    page = text_of(response)
    assert "Medicine, beside any level" in page
    for code in ("medicine_today", "naloxone"):
        assert load().words("en").advice(code)[0] in page


def test_what_cannot_wait_comes_first_in_the_medicine_lane_and_before_the_reasons(db):
    page = text_of(result_for(substances=("opioids", "alcohol"), use_frequency="daily"))
    advice = load().words("en").advice
    order = ["medicine_today", "do_not_stop_suddenly", "medicine_alcohol", "naloxone"]
    places = [page.index(advice(code)[0]) for code in order]
    assert places == sorted(places)
    assert places[0] < page.index("Why this fits")


def test_answers_left_open_widen_the_range_and_are_named(db):
    response = result_for(home="not_sure", daily_function="not_sure", readiness="not_sure")
    page = response.context["page"]
    assert sum(rung.mark == "may" for rung in page.scale) >= 1
    assert {load().words("en").question(name).text for name in ("home", "daily_function", "readiness")} <= {
        item.text for item in page.unknown
    }


def test_every_change_that_is_named_leads_where_it_says(db):
    found = load().recommend(load().check(CALM))
    assert found.would_change
    page = text_of(result_for()).replace("&#x27;", "'")
    for change in found.would_change:
        assert load().level(load().check({**CALM, **change.answers})) == change.level
        for question, code in change.answers.items():
            assert load().words("en").said(question, code) in page


def test_a_teen_gets_a_provisional_result_with_a_word_to_the_family(db):
    page = text_of(result_for(age="13_17"))
    assert load().words("en").advice("provisional_teen")[0] in page
    assert "programs for teens only" in page


def test_under_13_has_no_level_and_no_programs(db):
    response = result_for(age="under_13")
    page = text_of(response)
    assert response.context["page"].level is None
    assert 'class="level' not in page
    assert 'href="tel:911"' in page
    assert 'href="tel:988"' in page
    assert 'name="zip"' not in page
    walker = Walker()
    walker.remember(load().prune(load().check({**CALM, "age": "under_13"})))
    assert walker.post("/assessment/programs/", {"zip": "85004"}).status_code == 303
    assert walker.get("/assessment/programs/")["Location"] == "/assessment/result/"


def test_an_emergency_says_what_to_do_before_anything_else(db):
    page = text_of(result_for(danger_now=("suicide_plan_or_recent_attempt",)))
    assert page.index('href="tel:988"', page.index("<main")) < page.index("Once you are safe")
    assert "An intensive outpatient program (IOP) is likely a good fit" not in page


def test_the_observer_reads_about_the_other_person(db):
    page = text_of(result_for(who="someone_else"))
    assert "the person you answered for" in page
    assert "You answered for someone else" in page


@pytest.mark.parametrize("name", ["result/", "check/", "step-1/", "", "pause/", "programs/"])
def test_no_page_may_be_kept_or_found(name, db):
    walker = Walker()
    walker.remember(CALM)
    response = walker.get(f"/assessment/{name}")
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    if response.status_code == 200:
        assert 'content="noindex, nofollow, noarchive"' in text_of(response)


def test_every_result_says_it_is_no_diagnosis_and_names_its_protocol(db):
    for answers in ({}, {"age": "under_13"}, SEVERE, {"danger_now": ("plan_to_harm_others",)}):
        page = text_of(result_for(**answers))
        assert load().version in page
        assert "not a diagnosis" in page
