"""Sets of answers to try the protocol with: seeded, so that a failure can be met again."""

from __future__ import annotations

import random
from collections.abc import Iterator

from hypothesis import strategies as st

from assessment.domain import NOT_SURE, Protocol, Question, load

PROTOCOL = load()
QUESTIONS = {question.id: question for question in PROTOCOL.questions}
NEUTRAL: dict[str, object] = {"who": "me", "age": "26_64", "focus": "both"}
UNREAD = ("substances", "care_now", "pregnant", "danger_now")
CONSTRAINTS = ("can_step_away", "obligations", "getting_there", "free_times", "mental_conditions")


def codes_of(question: Question) -> list[object]:
    """Every single answer to a question, "I'm not sure" included where it is allowed."""
    codes: list[object] = [[code] if question.many else code for code in question.options]
    if question.allows_not_sure:
        codes.append([NOT_SURE] if question.many else NOT_SURE)
    return codes


def an_answer(question: Question, chance: random.Random) -> object:
    """A random legal answer, several codes at times where several may be given."""
    free = [code for code in question.options if code != "none"]
    if question.many and chance.random() < 0.5:
        return chance.sample(free, chance.randint(1, len(free)))
    return chance.choice(codes_of(question))


def sets(number: int, seed: int, left_out: float = 0.25, calm: bool = True) -> Iterator[dict[str, object]]:
    """``number`` random legal sets; ``calm`` sets hold no answer that alone means an emergency."""
    chance = random.Random(seed)
    for _ in range(number):
        answers = {}
        for question in PROTOCOL.questions:
            if not question.required and chance.random() < left_out:
                continue
            answer = an_answer(question, chance)
            while calm and is_emergency(question, answer):
                answer = an_answer(question, chance)
            answers[question.id] = answer
        if answers["age"] == "under_13":
            answers["age"] = "13_17"
        yield answers


def is_emergency(question: Question, answer: object) -> bool:
    """Whether an answer alone means an emergency."""
    codes = answer if isinstance(answer, list) else [answer]
    return not question.emergency.isdisjoint(codes)


def worsenings(question: Question, answer: object) -> Iterator[object]:
    """Every answer that is worse than this one, by the protocol's orders."""
    if question.id in ("danger_now", "substances") and isinstance(answer, list) and NOT_SURE not in answer:
        given = [code for code in answer if code != "none"]
        yield from ([*given, code] for code in question.options if code not in (*given, "none"))
    elif isinstance(answer, str) and answer in question.ranks:
        rank = question.ranks[answer]
        yield from (code for code in question.options if question.ranks[code] > rank)


@st.composite
def legal_sets(draw: st.DrawFn, protocol: Protocol = PROTOCOL) -> dict[str, object]:
    """Any legal set of answers, under 13 and emergencies included."""
    answers: dict[str, object] = {}
    for question in protocol.questions:
        if not question.required and draw(st.booleans()):
            continue
        free = [code for code in question.options if code != "none"]
        one = st.sampled_from(codes_of(question))
        several = st.lists(st.sampled_from(free), min_size=1, unique=True)
        answers[question.id] = draw(one | several if question.many else one)
    return answers


def level(answers: dict[str, object]) -> str | None:
    """The level for a set of answers."""
    return PROTOCOL.level(PROTOCOL.check(answers))
