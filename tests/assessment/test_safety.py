"""Safety pages come before anything else, whatever a person does."""

from itertools import combinations

import pytest

from assessment import flow
from assessment.answers import NOT_SURE, Draft
from assessment.domain import load
from assessment.safety import SAFETY
from tests.assessment.walking import CALM, Walker

CALLING = {
    "overdose": {"danger_now": ["overdose_or_collapse"]},
    "delirium": {"withdrawal_signs": "severe"},
    "suicide": {"suicidal_thoughts": "method"},
    "harm_others": {"danger_now": ["plan_to_harm_others"]},
    "cannot_stay_safe": {"physical_health": "urgent"},
    "violence": {"home": "unsafe"},
    "pregnancy": {"pregnant": "yes"},
    "risky_withdrawal": {"use_frequency": "daily", "withdrawal_history": "severe"},
}
"""For each safety page, calm answers with one thing in them that calls for it."""

pytestmark = pytest.mark.django_db


def called(**answers):
    walker = Walker()
    walker.remember({**CALM, **answers})
    return walker


def every_address(total=18):
    steps = [f"/assessment/step-{number}/" for number in range(1, total + 1)]
    return [*steps, "/assessment/", "/assessment/check/", "/assessment/result/", "/assessment/programs/"]


def test_each_interrupt_of_the_protocol_is_called_for_here_and_has_a_page():
    codes = {item.code for item in load().publication.interrupts}
    assert codes == set(CALLING)
    assert codes == set(SAFETY) - {flow.DANGER_UNKNOWN}
    for code, answers in CALLING.items():
        assert load().interrupts(load().check({**CALM, **answers})) == (code,)


@pytest.mark.parametrize("code", CALLING)
def test_the_page_stands_before_every_address(code):
    walker = called(**CALLING[code])
    for address in every_address():
        assert walker.get(address)["Location"] == "/assessment/pause/", address


@pytest.mark.parametrize("code", CALLING)
def test_only_the_question_that_called_can_be_changed_before_the_page_is_read(code):
    walker = called(**CALLING[code])
    causes = set(CALLING[code]) | ({"substances"} if code in {"pregnancy", "risky_withdrawal"} else set())
    for number in range(1, 19):
        response = walker.get(f"/assessment/change-{number}/")
        screen = flow.place(load(), load().check(CALM), number).screen
        if causes & set(screen.questions):
            assert response.status_code == 200
        else:
            assert response["Location"] == "/assessment/pause/"


@pytest.mark.parametrize("code", CALLING)
def test_the_answer_that_calls_for_it_leads_to_it_at_once(code):
    walker = Walker()
    walker.walk(CALLING[code], stop="/pause/")
    assert walker.visited[-1] == "/assessment/pause/"
    last = walker.steps[-1]
    assert set(CALLING[code]) & set(last)


@pytest.mark.parametrize("code", CALLING)
def test_a_changed_answer_calls_for_it_too(code):
    walker = called()
    for question, given in CALLING[code].items():
        number = flow.number_asking(load(), load().check(CALM), question)
        asked = load().asked(flow.place(load(), load().check(CALM), number).screen, CALM)
        data = {**{one.id: CALM[one.id] for one in asked}, question: given}
        response = walker.post(f"/assessment/change-{number}/", data)
    assert response["Location"] == "/assessment/pause/"


@pytest.mark.parametrize("code", CALLING)
def test_the_page_says_whom_to_reach_first_and_lets_go_on_after_it_was_read(code):
    walker = called(**CALLING[code])
    response = walker.get("/assessment/pause/")
    page = response.content.decode()
    title, text = load().words("en").interrupt(code)
    assert title in page.replace("&#x27;", "'")
    assert text in page.replace("&#x27;", "'")
    first_way = response.context["page"].first.ways[0][1]
    after_heading = page.split("<h1>", 1)[1]
    assert after_heading.index(first_way.href) < after_heading.index(text[:20])
    going_on = "Go on with the questions" if load().may_go_on(code) else "I am safe, go on"
    assert going_on in page
    assert walker.go_on() == "/assessment/check/"
    assert walker.get("/assessment/result/").status_code == 200


def test_urgent_is_what_the_protocol_says():
    for code in CALLING:
        assert SAFETY[code].urgent is not load().may_go_on(code)


@pytest.mark.parametrize("pair", list(combinations(CALLING, 2)), ids="+".join)
def test_two_causes_share_one_page_the_more_urgent_first(pair):
    answers = {}
    for code in pair:
        for question, given in CALLING[code].items():
            both = [*answers.get(question, []), *given] if isinstance(given, list) else given
            answers[question] = both
    walker = called(**answers)
    page = walker.get("/assessment/pause/").context["page"]
    shown = (page.first.code, *(cause.code for cause in page.others))
    assert shown == load().interrupts(load().check({**CALM, **answers}))
    assert set(shown) == set(pair)
    assert walker.go_on() == "/assessment/check/"


def test_going_on_without_having_been_shown_the_page_is_not_possible():
    walker = called(home="unsafe", suicidal_thoughts="method")
    walker.post("/assessment/pause/", {"shown": "violence"})
    assert walker.get("/assessment/result/")["Location"] == "/assessment/pause/"
    assert walker.get("/assessment/pause/").context["page"].first.code == "suicide"
    for nonsense in ({}, {"shown": ""}, {"shown": "made_up"}, {"shown": "x" * 500}):
        walker.post("/assessment/pause/", nonsense)
        assert walker.get("/assessment/result/")["Location"] == "/assessment/pause/"


def test_a_page_that_was_read_comes_again_when_its_answer_changes():
    walker = called(suicidal_thoughts="method")
    walker.go_on()
    number = flow.number_asking(load(), load().check(CALM), "suicidal_thoughts")
    change = f"/assessment/change-{number}/"
    worse = {"unusual_experiences": "no", "suicidal_thoughts": "plan_or_attempt"}
    assert walker.post(change, worse)["Location"] == "/assessment/pause/"


def test_a_page_that_was_read_stays_away_while_its_answer_stays():
    walker = called(suicidal_thoughts="method")
    walker.go_on()
    number = flow.number_asking(load(), load().check(CALM), "support")
    assert (
        walker.post(f"/assessment/change-{number}/", {"support": "several"})["Location"]
        == "/assessment/check/"
    )


def test_picked_by_mistake_leads_to_the_question_and_back_without_the_page():
    walker = called(home="unsafe")
    mistake = walker.get("/assessment/pause/").context["page"].mistake
    response = walker.post(mistake, {"home": "safe_sober"})
    assert response["Location"] == "/assessment/check/"
    assert walker.get("/assessment/pause/")["Location"] == "/assessment/check/"


def test_picked_by_mistake_midway_goes_on_from_there():
    walker = Walker()
    walker.walk({"pregnant": "yes"}, stop="/pause/")
    mistake = walker.get("/assessment/pause/").context["page"].mistake
    assert mistake == "/assessment/step-9/"
    assert walker.post(mistake, {"pregnant": "no"})["Location"] == "/assessment/step-10/"


def test_midway_no_other_screen_can_be_seen_before_the_page_is_read():
    walker = Walker()
    walker.walk({"pregnant": "yes"}, stop="/pause/")
    opened = [n for n in range(1, 19) if walker.get(walker.step(n)).status_code == 200]
    assert opened == [5, 9]  # substances and pregnancy: the two answers that call for it together


def test_violence_shows_how_to_leave_and_clear_the_phone():
    page = called(home="unsafe").get("/assessment/pause/").content.decode()
    assert "If someone may look at this phone" in page
    assert page.index('class="exit-form"') < page.index("<main")


def test_passing_thoughts_bring_no_page_but_988_stands_beside_the_question():
    walker = called(suicidal_thoughts="passing")
    assert walker.get("/assessment/check/").status_code == 200
    number = flow.number_asking(load(), load().check(CALM), "suicidal_thoughts")
    page = walker.get(walker.step(number)).content.decode().split("<main", 1)[1]
    assert 'href="tel:988"' in page
    assert 'href="sms:988"' in page


@pytest.mark.parametrize("left_open", [{}, {"danger_now": [NOT_SURE]}], ids=["empty", "not sure"])
def test_danger_left_open_is_asked_once_more_then_the_lines_are_shown(left_open):
    walker = Walker()
    walker.walk(stop="/step-3/")
    assert walker.post(walker.step(3), left_open)["Location"] == "/assessment/step-3/"
    again = walker.get(walker.step(3))
    assert again.context["page"].asked_again
    assert "We ask this one twice" in again.content.decode()
    assert walker.post(walker.step(3), left_open)["Location"] == "/assessment/pause/"
    page = walker.get("/assessment/pause/").content.decode().split("<main", 1)[1]
    assert 'href="tel:988"' in page
    assert 'href="tel:911"' in page
    assert walker.go_on() == "/assessment/step-4/"


def test_danger_left_open_changes_no_level():
    whole = load().check(CALM)
    assert load().level(load().check({**CALM, "danger_now": [NOT_SURE]})) == load().level(whole)


def test_danger_answered_the_second_time_goes_on_plainly():
    walker = Walker()
    walker.walk(stop="/step-3/")
    walker.post(walker.step(3), {})
    assert walker.post(walker.step(3), {"danger_now": ["none"]})["Location"] == "/assessment/step-4/"


def test_an_answer_posted_past_a_page_is_kept_and_the_page_still_comes():
    walker = called(home="unsafe")
    number = flow.number_asking(load(), load().check(CALM), "support")
    assert walker.post(walker.step(number), {"support": "none"})["Location"] == "/assessment/pause/"


def test_no_draft_that_can_be_made_passes_a_page_unread():
    """Whatever is claimed as read, only codes that the answers call for are kept as read."""
    protocol = load()
    for code, answers in CALLING.items():
        draft = Draft({**CALM}, frozenset(SAFETY))
        after = flow.given(
            protocol, draft, {key: tuple(v) if isinstance(v, list) else v for key, v in answers.items()}
        )
        assert code in flow.pending(protocol, after, flow.checked(protocol, after))
