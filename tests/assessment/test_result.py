"""The result page: what it says for whom."""

import random

import pytest

from assessment.domain import LEVELS, load
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


@pytest.mark.parametrize(("answers", "level"), [(SEVERE, "residential"), (DETOX, "detox")])
def test_trade_offs_are_stated_with_what_is_next_best(answers, level, db):
    response = result_for(**answers, can_step_away="no")
    page = response.context["page"]
    assert page.level == level
    found = load().recommend(load().prune(load().check({**CALM, **answers, "can_step_away": "no"})))
    assert found.tradeoffs
    assert "Where the need and your days disagree" in text_of(response)
    for point in found.tradeoffs:
        for words in load().words("en").tradeoff(point.code):
            assert words in text_of(response)
        assert point.source in text_of(response)
    assert [item.next_best for item in page.trade_offs] == [p.next_best or "" for p in found.tradeoffs]
    assert "Where the need and your days disagree" not in text_of(result_for())


def test_what_speaks_for_an_iop_and_against_it_is_what_applies_to_this_person(db):
    found = load().recommend(load().check(CALM))
    assert found.benefits
    assert found.downsides
    page = text_of(result_for())
    weighed = page.split('aria-labelledby="weigh"', 1)[1].split("</section>", 1)[0]
    words = load().words("en")
    said = [words.benefit(point.code) for point in found.benefits]
    said += [words.downside(point.code) for point in found.downsides]
    for title, text in said:
        assert f"<b>{title}.</b> {text}" in weighed
    assert weighed.count("<li>") == len(said)


def test_reasons_about_the_same_part_share_one_title_and_quote_once(db):
    page = result_for(**SEVERE).context["page"]
    groups = (*page.main_reasons, *page.more_reasons)
    for shown in (page.main_reasons, page.more_reasons):
        titles = [group.title for group in shown]
        assert len(titles) == len(set(titles))
    assert len(page.main_reasons) < sum(len(group.reasons) for group in page.main_reasons) == 3
    assert sum(len(group.reasons) for group in groups) == len(page.reasons)
    quotes = [said for group in groups for reason in group.reasons for said in reason.said]
    assert len(quotes) == len(set(quotes))
    assert set(quotes) == {said for reason in page.reasons for said in reason.said}


def test_the_first_open_question_is_the_one_that_would_narrow_the_range_most(db):
    open_ones = {"home": "not_sure", "daily_function": "not_sure", "urges": "not_sure"}
    found = load().recommend(load().check({**CALM, **open_ones}))
    assert found.narrowing
    page = result_for(**open_ones).context["page"]
    words = load().words("en")
    first = [item.text for item in page.unknown][: len(found.narrowing)]
    assert first == [words.question(name).text for name in found.narrowing]
    assert {item.text for item in page.unknown} == {words.question(name).text for name in found.unknown}


def test_the_observers_verdict_is_a_range(db):
    response = result_for(who="someone_else", home="not_sure", urges="not_sure")
    found = load().recommend(
        load().check({**CALM, "who": "someone_else", "home": "not_sure", "urges": "not_sure"})
    )
    assert len(found.observer_range) > 1
    page = response.context["page"]
    assert f"<h1>{page.between}</h1>" in text_of(response)
    assert "From what you can see, between" in page.between
    may = {rung.level for rung in page.scale if rung.mark}
    assert may == set(found.observer_range)
    assert 'href="/assessment/helping/"' in text_of(response)


def test_a_range_is_said_to_the_person_too_and_a_single_level_is_no_range(db):
    page = result_for(home="not_sure", urges="not_sure").context["page"]
    assert "With the answers you left open, between" in page.between
    assert result_for().context["page"].between == ""


def test_the_medicine_lane_leads_to_the_zip_box(db):
    page = text_of(result_for(substances=("opioids",), use_frequency="daily", last_use="within_2_days"))
    lane = page.split('aria-labelledby="med"', 1)[1].split("</section>", 1)[0]
    assert 'href="#near"' in lane
    assert 'id="near"' in page


def test_on_a_phone_the_zip_box_stands_right_under_the_verdict(db):
    page = text_of(result_for())
    assert page.index('id="zip-first"') < page.index('id="why"') < page.index('id="id_zip"')


def test_the_helpers_page_reads_no_answers_and_speaks_both_languages(client, db):
    for prefix in ("", "/es"):
        response = client.get(f"{prefix}/assessment/helping/")
        assert response.status_code == 200
        assert not response.cookies
        assert 'href="tel:18006624357"' in text_of(response)
        assert f'href="{prefix}/assessment/helping/"' in client.get(f"{prefix}/families/").content.decode()


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


def test_a_detox_result_says_first_what_to_do_today(db):
    page = text_of(result_for(**DETOX))
    assert page.index("See a doctor today.") < page.index("Why this fits")
    assert "See a doctor today." not in text_of(result_for())


@pytest.mark.parametrize("thoughts", ["passing", "method"])
def test_thoughts_of_suicide_put_the_crisis_line_before_the_reasons(thoughts, db):
    page = text_of(result_for(suicidal_thoughts=thoughts))
    assert page.index("Someone to talk to") < page.index("Why this fits")
    assert "Someone to talk to" not in text_of(result_for())


# -- What is too open to name, and what must not wait ----------------------------------------------


def unsure(**answers):
    """Someone who is not sure of anything that may be left open."""
    open_ = {q.id: ["not_sure"] if q.many else "not_sure" for q in load().questions if q.allows_not_sure}
    return {**open_, **answers}


def test_who_is_sure_of_nothing_is_told_a_range_and_a_best_guess_and_no_fit(db):
    response = result_for(**unsure())
    page, shown = response.context["page"], text_of(response)
    assert page.open
    assert (
        "<h1>Too much is open to say whether an intensive outpatient program (IOP) is right for you." in shown
    )
    assert "between outpatient and residential" in shown
    assert "Our best guess for now is outpatient." in shown
    assert "may do for you" not in shown
    assert "Fits best" not in shown
    assert "Best guess" in shown
    assert 'href="#open"' in shown
    assert 'id="open"' in shown


def test_a_range_of_two_levels_still_names_one(db):
    page = result_for(daily_function="not_sure", readiness="not_sure").context["page"]
    assert page.between
    assert not page.open
    assert str(page.verdict).startswith("An intensive outpatient program (IOP) is likely a good fit")


def test_detox_is_named_however_much_is_open(db):
    drinks = {**DETOX, "who": "me", "age": "26_64", "focus": "substance", "substances": ("alcohol",)}
    response = result_for(**unsure(**drinks))
    page = response.context["page"]
    assert page.level == "detox"
    assert not page.open
    assert "you are likely to need medical care to stop safely" in text_of(response)


def test_what_was_left_open_and_would_be_an_emergency_is_listed_with_whom_to_call(db):
    words = load().words("en")
    shown = text_of(result_for(withdrawal_signs="not_sure")).replace("&#x27;", "'")
    listed = shown.split('aria-labelledby="callnow"', 1)[1].split("</section>", 1)[0]
    assert words.said("withdrawal_signs", "severe") in listed
    assert listed.count("<li>") == 1
    assert 'href="tel:911"' in listed
    assert 'aria-labelledby="callnow"' not in text_of(result_for())


def test_changes_are_told_by_where_they_lead_and_none_changes_nothing(db):
    chance = random.Random(5)
    ways = set()
    for _ in range(60):
        answers = {
            name: chance.choice(load().question(name).options)
            for name in ("home", "support", "urges", "daily_function", "readiness", "recent_harm", "care_now")
        }
        page = result_for(**answers).context["page"]
        for one in page.outlook:
            ways.add(one.way)
            for change in one.ifs:
                steps = LEVELS.index(change.level) - LEVELS.index(page.level)
                assert (steps > 0, steps < 0) == (one.way == "more", one.way == "less"), answers
                assert change.said
                assert steps or change.joins or change.falls_away, answers
    assert ways == {"more", "less", "same"}


def test_help_that_a_better_home_would_make_needless_is_said(db):
    shown = text_of(result_for(home="others_use", urges="most_days", past_treatment="none"))
    same = shown.split("The same level, with other help", 1)[1].split("</section>", 1)[0]
    assert "no longer needed: A safe place to live" in same


def test_a_home_for_mental_health_alone_has_to_be_safe_and_not_sober(db):
    mental = {"focus": "mental", "substances": ("none",), "mental_impact": "mild", "home": "unstable"}
    shown = text_of(result_for(**mental, past_treatment="none"))
    assert "if you have a safe place to live" in shown
    assert "sober place" not in shown
    assert "supported housing" in shown


@pytest.mark.parametrize(("language", "hours"), [("", "6–19 hours a week"), ("/es", "6–19 horas por semana")])
def test_a_teen_reads_a_teens_hours_and_never_an_adults(language, hours, db):
    walker = Walker()
    walker.remember(
        load().check({**CALM, "age": "13_17", "obligations": ["school"], "substances": ["cannabis"]})
    )
    shown = text_of(walker.get(f"{language}/assessment/result/"))
    assert f"{hours}. " in shown
    assert "9–19" not in shown
    assert "9–19 hours a week. " in text_of(result_for())


def test_an_emergency_shows_its_lines_once(db):
    shown = text_of(result_for(danger_now=("suicide_plan_or_recent_attempt",)))
    assert "Someone to talk to" not in shown
    assert "Someone to talk to" in text_of(result_for(suicidal_thoughts="passing"))
