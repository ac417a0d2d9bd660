"""What open answers and another person's guesses do to the range: proved against asking again."""

from __future__ import annotations

import pytest

from assessment.domain import LEVELS, Question
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL, QUESTIONS, sets

GUESSED = {
    "heavy_days",
    "mental_impact",
    "unusual_experiences",
    "suicidal_thoughts",
    "readiness",
    "urges",
}
RELATIVE = {**NEUTRAL, "who": "someone_else"}


def span(answers: dict[str, object]) -> tuple[str, ...]:
    return PROTOCOL.recommend(PROTOCOL.check(answers)).range


def calm(question: Question) -> list[str]:
    return [code for code in question.options if code not in question.emergency]


def gain(answers: dict[str, object], name: str) -> int:
    """How many levels the range could lose by one answer, below and above, by giving every answer."""
    before = span(answers)
    after = [span({**answers, name: code}) for code in calm(QUESTIONS[name])]
    lifted = max(LEVELS.index(one[0]) for one in after) - LEVELS.index(before[0])
    return lifted + LEVELS.index(before[-1]) - min(LEVELS.index(one[-1]) for one in after)


def test_narrowing_names_exactly_the_open_questions_of_which_one_answer_narrows_the_most_telling_first() -> (
    None
):
    named = 0
    for answers in sets(60, seed=31, left_out=0.4):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        open_ = [name for name in result.unknown if QUESTIONS[name].readings]
        gains = {name: gain(answers, name) for name in open_}
        expected = sorted((name for name in open_ if gains[name]), key=lambda name: -gains[name])
        assert list(result.narrowing) == expected
        named += len(expected)
    assert named > 100


def test_nothing_narrows_a_range_of_one_level_and_nobody_under_thirteen_has_one() -> None:
    whole = {question.id: question.options[0] for question in PROTOCOL.questions if not question.many}
    settled = PROTOCOL.recommend({**whole, "age": "26_64", "substances": ["none"], "home": "safe_sober"})
    assert (len(settled.range), settled.narrowing) == (1, ())
    child = PROTOCOL.recommend({**RELATIVE, "age": "under_13"})
    assert (child.narrowing, child.observer_range) == ((), ())


def test_the_guessed_questions_are_those_about_what_goes_on_inside() -> None:
    assert {question.id for question in PROTOCOL.questions if question.guessed} == GUESSED


def test_for_oneself_both_ranges_are_the_same() -> None:
    for answers in sets(80, seed=32):
        result = PROTOCOL.recommend(PROTOCOL.check({**answers, "who": "me"}))
        assert result.observer_range == result.range


def test_a_relatives_range_is_that_of_every_guess_one_step_off_either_way() -> None:
    """From the result with every guess one step milder to the one with every guess one step graver."""
    wider = 0
    for answers in sets(150, seed=33):
        answers["who"] = "someone_else"
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        milder, graver = dict(answers), dict(answers)
        for name in GUESSED & answers.keys():
            order, code = list(QUESTIONS[name].ranks), answers[name]
            if code == "not_sure" or code in QUESTIONS[name].emergency:
                continue
            place = order.index(code)
            milder[name] = order[max(0, place - 1)]
            more = order[min(len(order) - 1, place + 1)]
            graver[name] = code if more in QUESTIONS[name].emergency else more
        low, high = LEVELS.index(span(milder)[0]), LEVELS.index(span(graver)[-1])
        assert result.observer_range == LEVELS[low : high + 1]
        assert set(result.range) <= set(result.observer_range)
        assert result.level in result.observer_range
        wider += result.observer_range != result.range
    assert wider > 10


def test_who_answers_changes_neither_the_level_nor_the_range_of_the_contract() -> None:
    for answers in sets(80, seed=34):
        own, seen = (
            PROTOCOL.recommend(PROTOCOL.check({**answers, "who": who})) for who in ("me", "someone_else")
        )
        assert own.as_dict() == seen.as_dict()


@pytest.mark.no_cover
def test_an_answer_taken_away_never_narrows_a_relatives_range() -> None:
    unread = ("substances", "care_now", "pregnant", "danger_now")
    for answers in sets(60, seed=35, left_out=0.3):
        answers["who"] = "someone_else"
        before = PROTOCOL.recommend(PROTOCOL.check(answers)).observer_range
        for name in answers:
            if QUESTIONS[name].required or name in unread:
                continue
            without = {key: value for key, value in answers.items() if key != name}
            assert set(before) <= set(PROTOCOL.recommend(PROTOCOL.check(without)).observer_range), name


def test_a_danger_someone_else_names_is_taken_at_its_word() -> None:
    for name, code in (("danger_now", ["overdose_or_collapse"]), ("suicidal_thoughts", "plan_or_attempt")):
        assert PROTOCOL.recommend({**RELATIVE, name: code}).observer_range == ("emergency",)
    stretched = PROTOCOL.recommend({**RELATIVE, "suicidal_thoughts": "method"}).observer_range
    assert "emergency" not in stretched
