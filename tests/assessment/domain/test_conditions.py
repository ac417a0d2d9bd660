"""The vocabulary of conditions: what it takes, and how it says what it does not take."""

from __future__ import annotations

import pytest

from assessment.domain import conditions
from assessment.domain.conditions import Answered, ConditionError, Count, NeedAtLeast, Vocabulary
from tests.assessment.domain.answering import QUESTIONS

DAILY = Answered("daily_function", frozenset({"cannot"}))
NEED = NeedAtLeast("mind", 2)
WORDS = Vocabulary(QUESTIONS, frozenset({"mind", "home"}), {"busy": DAILY})
SPOKEN = Vocabulary(QUESTIONS, words=conditions.SPEAKING)
A_NEED = {"need": "mind", "at_least": 2}
URGES = {"question": "urges", "at_least": "most_days"}


@pytest.mark.parametrize(
    ("table", "made"),
    [
        (A_NEED, NEED),
        ({"need": "mind", "at_least": 1}, NeedAtLeast("mind", 1)),
        ({"need": "home", "at_least": 4}, NeedAtLeast("home", 4)),
        ({"fact": "busy"}, DAILY),
        ({"all_of": [A_NEED]}, Count(1, (NEED,))),
        ({"all_of": [A_NEED, {"fact": "busy"}]}, Count(2, (NEED, DAILY))),
        ({"any_of": [A_NEED, {"fact": "busy"}]}, Count(1, (NEED, DAILY))),
        ({"count": 1, "of": [A_NEED, A_NEED]}, Count(1, (NEED, NEED))),
        ({"count": 2, "of": [A_NEED, A_NEED]}, Count(2, (NEED, NEED))),
        (URGES, Answered("urges", frozenset({"most_days", "cannot_go_a_day"}))),
        ({"at_least": ["most_days"], "question": "urges"}, WORDS.parse(URGES)),
        ({"question": "substances", "is": "opioids"}, Answered("substances", frozenset({"opioids"}))),
        (
            {"question": "care_now", "is": ["detox", "php"]},
            Answered("care_now", frozenset({"detox", "php"})),
        ),
    ],
)
def test_what_the_vocabulary_takes(table: dict, made: object) -> None:
    assert WORDS.parse(table) == made


def test_more_words_are_taken_where_something_is_only_said() -> None:
    assert SPOKEN.parse({"question": "home", "is": "unsafe"}) == Answered("home", frozenset({"unsafe"}))
    assert SPOKEN.parse({"question": "pregnant", "unknown": True}).unknown
    several = SPOKEN.parse({"question": "support", "at_most": "one"})
    assert several == Answered("support", frozenset({"several", "one"}))
    routing = Vocabulary(QUESTIONS, words=conditions.ROUTING)
    assert routing.parse({"question": "age", "unless": "under_13"}).inverted


def test_unknown_holds_where_nothing_is_known_and_nowhere_else() -> None:
    asks = conditions.test_of(SPOKEN.parse({"question": "pregnant", "unknown": True}), frozenset())
    assert asks({conditions.UNKNOWN: frozenset({"pregnant", "home"})}) is True
    assert asks({conditions.UNKNOWN: frozenset({"home"}), "pregnant": "yes"}) is False


MANY = {"zebra": 1, "need": 2, "apple": 3, "of": 4, "fact": 5, "count": 6}

REFUSED = {
    "nothing": ({}, "a condition must be a table, not {}", "when"),
    "a text": ("home", "a condition must be a table, not 'home'", "when"),
    "a list": ([A_NEED], f"a condition must be a table, not {[A_NEED]}", "when"),
    "two lists": (
        {"any_of": [A_NEED], "all_of": [A_NEED]},
        "['all_of', 'any_of'] is not in the vocabulary",
        "all_of",
    ),
    "words nobody knows": (
        MANY,
        "['apple', 'count', 'fact', 'need', 'of', 'zebra'] is not in the vocabulary",
        "apple",
    ),
    "a list that is a table": ({"all_of": {"need": 1}}, "all_of needs a list of conditions", "all_of"),
    "a list that is a text": ({"any_of": "home"}, "any_of needs a list of conditions", "any_of"),
    "an empty list": ({"any_of": []}, "any_of needs a list of conditions", "any_of"),
    "a count of nothing": ({"count": 1, "of": []}, "of needs a list of conditions", "of"),
    "a count of 0": ({"count": 0, "of": [A_NEED]}, "count 0 is not between 1 and 1", "count"),
    "a count too high": ({"count": 2, "of": [A_NEED]}, "count 2 is not between 1 and 1", "count"),
    "a count in words": ({"count": "1", "of": [A_NEED]}, "count '1' is not between 1 and 1", "count"),
    "a need there is not": ({"need": "rest", "at_least": 1}, "unknown need 'rest'", "rest"),
    "a need that is a list": ({"need": ["mind"], "at_least": 1}, "unknown need ['mind']", "['mind']"),
    "a need of 0": (
        {"need": "mind", "at_least": 0},
        "need mind at_least 0 is not between 1 and 4",
        "mind",
    ),
    "a need of 5": (
        {"need": "mind", "at_least": 5},
        "need mind at_least 5 is not between 1 and 4",
        "mind",
    ),
    "a need in words": (
        {"need": "mind", "at_least": "2"},
        "need mind at_least '2' is not between 1 and 4",
        "mind",
    ),
    "a fact there is not": ({"fact": "idle"}, "unknown fact 'idle'", "idle"),
    "a fact that is a list": ({"fact": ["busy"]}, "unknown fact ['busy']", "['busy']"),
    "a question alone": ({"question": "home"}, "['question'] is not in the vocabulary", "question"),
    "a question with two words": (
        {"question": "home", "at_least": "unsafe", "is": "unsafe"},
        "['at_least', 'is', 'question'] is not in the vocabulary",
        "at_least",
    ),
    "a question there is not": ({"question": "hat", "is": "red"}, "unknown question 'hat'", "hat"),
    "a question that is a list": ({"question": ["home"], "is": "x"}, "unknown question ['home']", "['home']"),
    "a word not allowed here": (
        {"question": "support", "at_most": "one"},
        "at_most is not allowed here (question support)",
        "at_most",
    ),
    "no code": (
        {"question": "care_now", "is": []},
        "question care_now needs a code or a list of codes",
        "care_now",
    ),
    "a number": (
        {"question": "care_now", "is": 3},
        "question care_now needs a code or a list of codes",
        "care_now",
    ),
    "a code there is not": (
        {"question": "care_now", "is": ["spa"]},
        "question care_now has no option 'spa'",
        "spa",
    ),
    "an order without an order": (
        {"question": "care_now", "at_least": "detox"},
        "at_least ['detox'] is not one place in the order of care_now",
        "detox",
    ),
    "two places in an order": (
        {"question": "urges", "at_least": ["some_days", "most_days"]},
        "at_least ['some_days', 'most_days'] is not one place in the order of urges",
        "some_days",
    ),
    "is, where there is an order": (
        {"question": "urges", "is": "most_days"},
        "question urges has an order: use at_least",
        "urges",
    ),
}


@pytest.mark.parametrize(("table", "problem", "word"), REFUSED.values(), ids=list(REFUSED))
def test_what_it_refuses_and_the_word_to_look_for(table: object, problem: str, word: str) -> None:
    with pytest.raises(ConditionError) as caught:
        WORDS.parse(table)
    assert str(caught.value) == problem
    assert caught.value.word == word


def test_unknown_can_only_be_true() -> None:
    for value in (False, "yes", 1):
        with pytest.raises(ConditionError, match=r"^unknown can only be true$") as caught:
            SPOKEN.parse({"question": "pregnant", "unknown": value})
        assert caught.value.word == "unknown"


def test_without_facts_no_fact_is_known() -> None:
    with pytest.raises(ConditionError, match=r"^unknown fact 'busy'$"):
        Vocabulary(QUESTIONS).parse({"fact": "busy"})
