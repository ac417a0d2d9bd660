"""The recommendation, which names what would change it: usual and worst sets of answers."""

import random
from collections.abc import Mapping
from time import perf_counter_ns

from assessment.domain import Protocol, Question, load

SETS = 400
SEED = 6


def times() -> dict[str, float]:
    """Milliseconds for `check` and `recommend` over random legal answers: median, 99th percentile, worst.

    The best of three calls each, so that what counts is the set of answers and not what else the machine did.
    """
    protocol = load()
    chance = random.Random(SEED)
    took = sorted(_best(protocol, _answers(protocol, chance)) for _ in range(SETS))
    return {"median": took[SETS // 2], "p99": took[round(SETS * 0.99) - 1], "worst": took[-1]}


def _best(protocol: Protocol, raw: Mapping[str, object]) -> float:
    spent = []
    for _ in range(3):
        began = perf_counter_ns()
        protocol.recommend(protocol.check(raw))
        spent.append(perf_counter_ns() - began)
    return min(spent) / 1e6


def _answers(protocol: Protocol, chance: random.Random) -> dict[str, object]:
    """An answer to nearly every question; no one under 13, who gets no recommendation."""
    answers = {
        question.id: _answer(question, chance)
        for question in protocol.questions
        if question.required or chance.random() < 0.9
    }
    if answers["age"] == "under_13":
        answers["age"] = "13_17"
    return answers


def _answer(question: Question, chance: random.Random) -> object:
    free = [code for code in question.options if code != "none"]
    if question.many and chance.random() < 0.5:
        return chance.sample(free, chance.randint(1, len(free)))
    code = chance.choice(question.options)
    return [code] if question.many else code
