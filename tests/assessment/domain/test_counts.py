"""How long it takes to finish: screens, words and minutes, counted for every kind of person.

Minutes are counted, never clocked. A typical reader reads 238 words a minute silently in English and 278 in
Spanish (Brysbaert 2019, Journal of Memory and Language 109), reads each question and its hint, goes down the
answers until one fits (half of them on average; all of them where several may be picked), and takes five
seconds to choose and move on. Someone who reads half as fast needs about four minutes more.
"""

from __future__ import annotations

import pytest

from assessment.domain import Words
from tests.assessment.domain.answering import PROTOCOL, QUESTIONS

WORDS_A_MINUTE, SECONDS_A_QUESTION = {"en": 238, "es": 278}, 5
MOST_SCREENS, MOST_WORDS, MOST_MINUTES = 18, 1_500, 7

LONGEST = {"who": "me", "age": "26_64", "focus": "both"}
TYPICAL = {**LONGEST, "focus": "substance", "substances": ["alcohol"]}
PEOPLE = {
    "nothing known": LONGEST,
    "drinks": TYPICAL,
    "mental health, no use": {**LONGEST, "focus": "mental", "substances": ["none"]},
    "a teen": {**LONGEST, "age": "13_17"},
    "a child": {**LONGEST, "age": "under_13"},
}
VOICES = [(language, observer) for language in ("en", "es") for observer in (False, True)]


@pytest.fixture(params=VOICES, ids=lambda pair: f"{pair[0]}-{'observer' if pair[1] else 'own'}")
def words(request: pytest.FixtureRequest) -> Words:
    return PROTOCOL.words(*request.param)


def asked(answers: dict[str, object]) -> list[str]:
    given = PROTOCOL.partial(answers)
    return [question.id for screen in PROTOCOL.path(given) for question in PROTOCOL.asked(screen, given)]


def texts(words: Words, name: str) -> tuple[str, list[str]]:
    """Question and hint, and each answer with its hint: what is on the page but the folded "why we ask"."""
    question = words.question(name)
    left_out = () if QUESTIONS[name].allows_not_sure else ("not_sure",)
    answers = [f"{one.label} {one.hint}" for code, one in question.options.items() if code not in left_out]
    return f"{question.text} {question.hint}", answers


def length(words: Words, name: str) -> int:
    """Words on the page for one question."""
    question, answers = texts(words, name)
    return len(" ".join([question, *answers]).split())


def minutes(words: Words, answers: dict[str, object]) -> float:
    """Minutes a typical reader takes."""
    read = 0.0
    for name in asked(answers):
        question, offered = texts(words, name)
        share = 1 if QUESTIONS[name].many else 0.5
        read += len(question.split()) + share * len(" ".join(offered).split())
    return read / WORDS_A_MINUTE[words.language] + len(asked(answers)) * SECONDS_A_QUESTION / 60


@pytest.mark.parametrize("answers", PEOPLE.values(), ids=list(PEOPLE))
def test_nobody_sees_more_than_eighteen_screens(answers: dict[str, object]) -> None:
    assert len(PROTOCOL.path(PROTOCOL.partial(answers))) <= MOST_SCREENS


def test_the_longest_path_asks_everything_and_nobody_is_asked_more(words: Words) -> None:
    assert set(asked(LONGEST)) == set(QUESTIONS)
    whole = sum(length(words, name) for name in asked(LONGEST))
    assert whole <= MOST_WORDS
    for answers in PEOPLE.values():
        assert sum(length(words, name) for name in asked(answers)) <= whole


def test_a_typical_path_takes_less_than_seven_minutes(words: Words) -> None:
    for name in ("drinks", "mental health, no use", "a teen"):
        assert minutes(words, PEOPLE[name]) < MOST_MINUTES, name
