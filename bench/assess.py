"""The recommendation, which names what would change it: usual answers, and the worst that a search finds.

A protocol remembers the levels it met lately. Every set of answers is asked of a new one, which remembers
nothing: what is measured is the first person's wait. The reference asks a new one for the level alone.
"""

import random
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from time import thread_time_ns

from assessment.domain import NOT_SURE, Protocol, Question, load

Given = dict[str, object]

SETS = 5_000
CLIMBERS = 6
"""How many of the slowest sets are made slower still, one answer at a time."""
CALLS = 5
SEED = 6


@dataclass(frozen=True, slots=True)
class Asked:
    """Milliseconds for `check` and `recommend`, and for the level alone: the best of some calls each.

    Processor time, so that what counts is the set of answers and not what else the machine did.
    """

    recommend: float
    level: float


def times() -> dict[str, float]:
    """Processor milliseconds: random legal sets of answers (median, 99th percentile), someone who is not sure
    of anything, and the worst set found; the level alone where `_level` is added.

    `sets`: how many sets were asked. `open`: how many questions the worst one leaves open. `ways`: how many
    changes it names.
    """
    protocol = load()
    chance = random.Random(SEED)
    found = [(answers, _asked(protocol, answers, 1)) for answers in _sets(protocol, chance, SETS)]
    found.sort(key=lambda pair: pair[1].recommend)
    usual = sorted(_asked(protocol, answers).recommend for answers, _ in chance.sample(found, SETS // 5))
    worst, tried = _worst(protocol, [answers for answers, _ in found[-CLIMBERS:]])
    slowest, typical = _asked(protocol, worst), _asked(protocol, found[SETS // 2][0])
    told = protocol.recommend(protocol.check(worst))
    return {
        "sets": SETS + tried,
        "median": usual[len(usual) // 2],
        "p99": usual[round(len(usual) * 0.99) - 1],
        "typical_level": typical.level,
        "not_sure": _asked(protocol, not_sure(protocol)).recommend,
        "worst": slowest.recommend,
        "worst_level": slowest.level,
        "open": len(told.unknown),
        "ways": len(told.would_change),
    }


def _asked(protocol: Protocol, raw: Mapping[str, object], calls: int = CALLS) -> Asked:
    return Asked(
        _best(protocol, lambda fresh: fresh.recommend(fresh.check(raw)), calls),
        _best(protocol, lambda fresh: fresh.level(fresh.check(raw)), calls),
    )


def _best(protocol: Protocol, work: Callable[[Protocol], object], calls: int) -> float:
    spent = []
    for _ in range(calls):
        fresh = Protocol(protocol.publication)
        began = thread_time_ns()
        work(fresh)
        spent.append(thread_time_ns() - began)
    return min(spent) / 1e6


def _worst(protocol: Protocol, starts: Iterable[Given]) -> tuple[Given, int]:
    """The slowest set met while changing one answer at a time of each start for a slower one; sets tried."""
    met, tried = [], 0
    for start in (*starts, not_sure(protocol)):
        here, took = start, _asked(protocol, start).recommend
        met.append(here)
        for question in protocol.questions:
            for other in _others(question, here):
                tried += 1
                if (spent := _asked(protocol, other).recommend) > took:
                    here, took = other, spent
        met.append(here)
    return max(met, key=lambda answers: _asked(protocol, answers).recommend), tried


def _others(question: Question, answers: Given) -> Iterator[Given]:
    """The same answers with each other one to this question; several together for a question of many."""
    codes = [*question.options, *([NOT_SURE] if question.allows_not_sure else [])]
    choices: list[object] = [[code] for code in codes] if question.many else list(codes)
    if question.many:
        choices.append([code for code in question.options if code != "none"])
    for choice in choices:
        if choice != answers.get(question.id) and choice != "under_13":
            yield {**answers, question.id: choice}


def not_sure(protocol: Protocol) -> Given:
    """The answers of someone who is not sure of anything that may be left open."""
    answers: Given = {}
    for question in protocol.questions:
        code = NOT_SURE if question.allows_not_sure else question.options[-1]
        answers[question.id] = [code] if question.many else code
    return answers


def _sets(protocol: Protocol, chance: random.Random, number: int) -> Iterator[Given]:
    """Random answers, from all given to most left open; no one under 13, who gets no recommendation."""
    for _ in range(number):
        share = chance.choice((1.0, 0.9, 0.6, 0.2))
        answers = {
            question.id: _answer(question, chance)
            for question in protocol.questions
            if question.required or chance.random() < share
        }
        if answers["age"] == "under_13":
            answers["age"] = "13_17"
        yield answers


def _answer(question: Question, chance: random.Random) -> object:
    free = [code for code in question.options if code != "none"]
    if question.many and chance.random() < 0.5:
        return chance.sample(free, chance.randint(1, len(free)))
    code = chance.choice(question.options)
    return [code] if question.many else code
