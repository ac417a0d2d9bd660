"""What these tests share. Derivations are cheap here: a real one takes a quarter of a second on purpose."""

import random

import pytest
from django.utils.translation import override

from assessment import codes
from assessment.answers import Draft, Wishes
from assessment.domain import load
from assessment.safety import SAFETY
from tests.assessment.test_privacy import DISTINCT, WISHES
from tests.assessment.walking import CALM, Walker


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(codes, "COST", codes.Cost(memory=8, passes=1, lanes=1))


@pytest.fixture(autouse=True)
def in_english():
    """A page in Spanish that a test before asked for leaves its language behind."""
    with override("en"):
        yield


def kept(answers):
    """Answers as the protocol keeps them."""
    given = {key: tuple(one) if isinstance(one, list) else one for key, one in answers.items()}
    return load().prune(load().partial(given))


def draft_of(answers, **more):
    return Draft(dict(kept(answers)), **more)


FULLEST = draft_of(
    {
        question.id: tuple(code for code in question.options if code != "none")
        if question.many
        else max(question.options, key=len)
        for question in load().questions
    }
    | {"age": "26_64"},
    seen=frozenset(SAFETY),
    asked_again=True,
    wishes=Wishes(WISHES["zip"], tuple(WISHES["payment"]), WISHES["language"], WISHES["gender"]),
)
EMPTIEST = Draft({"who": "me"})


@pytest.fixture
def walker():
    """Someone in the middle of a calm result."""
    person = Walker()
    person.remember(kept(CALM), seen=frozenset(SAFETY))
    return person


@pytest.fixture
def distinct():
    """Someone whose answers all leave a trace that can be looked for, every safety page read."""
    person = Walker()
    person.remember(kept(DISTINCT), seen=frozenset(SAFETY))
    return person


def random_answers(seed):
    """A random legal set of an adult or a teen, kept."""
    chance = random.Random(seed)
    answers = {}
    for question in load().questions:
        codes_ = [*question.options, *(["not_sure"] if question.allows_not_sure else [])]
        free = [code for code in question.options if code != "none"]
        if question.many and chance.random() < 0.5:
            answers[question.id] = tuple(chance.sample(free, chance.randint(1, len(free))))
        else:
            code = chance.choice(codes_)
            answers[question.id] = (code,) if question.many else code
        if not question.required and chance.random() < 0.15:
            del answers[question.id]
    if answers["age"] == "under_13":
        answers["age"] = "13_17"
    return kept(answers)
