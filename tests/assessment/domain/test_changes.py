"""What would change a result: the same list, in the same order, as trying everything by hand would give."""

from __future__ import annotations

import itertools

from assessment.domain.rules import RANK
from tests.assessment.domain.answering import PROTOCOL, QUESTIONS, level, sets

NAMEABLE = ("home", "support", "readiness", "urges", "daily_function", "care_now")
"""In the order of rules.toml: of two changes as near, the one that stands first there comes first."""
MAY_BECOME = {"home": ("safe_sober", "mostly_ok", "others_use", "unstable"), "care_now": ("none",)}

Answers = dict[str, object]
Told = tuple[Answers, str, tuple[str, ...]]


def asked(answers: Answers) -> list[str]:
    """The nameable questions that apply to this person."""
    path = PROTOCOL.path(answers)
    here = {question.id for screen in path for question in PROTOCOL.asked(screen, answers)}
    return [name for name in NAMEABLE if name in here]


def now(answers: Answers, name: str) -> str | None:
    """The answer, or what is read where it is open."""
    code = answers.get(name, "not_sure")
    if code != "not_sure":
        return str(code)
    readings = QUESTIONS[name].readings
    return str(readings.central) if readings else None


def steps(answers: Answers, name: str, code: str, way: int) -> int:
    """How far ``code`` lies from the answer on that way, 0 if it does not; care has no order: one step."""
    ranks, here = QUESTIONS[name].ranks, now(answers, name)
    if not ranks:
        return 1
    return max(0, way * (ranks[code] - ranks[here]))


def by_hand(answers: Answers) -> list[Told]:
    here = PROTOCOL.recommend(PROTOCOL.check(answers))
    assert here.level
    found = []
    for way in (1, -1):
        one = found_by_hand(answers, RANK[here.level], way, 1)
        found += (one or found_by_hand(answers, RANK[here.level], way, 2))[:2]
    listed = [with_help(answers, changed) for changed in found]
    if not any("home" in changed for changed in found if len(changed) == 1):
        listed += same_level(answers, here.level, here.supports)
    return listed


def with_help(answers: Answers, changed: Answers) -> Told:
    result = PROTOCOL.recommend(PROTOCOL.check({**answers, **changed}))
    return changed, str(result.level), result.supports


def found_by_hand(answers: Answers, here: int, way: int, size: int) -> list[Answers]:
    """For each set of questions its cheapest change: the smallest jump, then the fewest steps, then order."""
    found = []
    for place, names in enumerate(itertools.combinations(asked(answers), size)):
        choices = []
        for codes in itertools.product(*(MAY_BECOME.get(name, QUESTIONS[name].options) for name in names)):
            far = [steps(answers, name, code, way) for name, code in zip(names, codes, strict=True)]
            changed = dict(zip(names, codes, strict=True))
            if all(far) and (jump := (RANK[str(level({**answers, **changed}))] - here) * way) > 0:
                choices.append(((jump, sum(far), place), changed))
        if choices:
            found.append(min(choices, key=lambda one: one[0]))
    return [changed for _, changed in sorted(found, key=lambda one: one[0])]


def same_level(answers: Answers, here: str, supports: tuple[str, ...]) -> list[Told]:
    """The nearest other home that keeps the level and changes its help; of two as near, the worse."""
    homes = []
    for code in MAY_BECOME["home"]:
        result = PROTOCOL.recommend(PROTOCOL.check({**answers, "home": code}))
        for number, way in enumerate((1, -1)):
            far = steps(answers, "home", code, way)
            if far and result.level == here and result.supports != supports:
                homes.append(((far, number), ({"home": code}, here, result.supports)))
    return [min(homes, key=lambda one: one[0])[1]] if homes else []


def told(answers: Answers) -> list[Told]:
    result = PROTOCOL.recommend(PROTOCOL.check(answers))
    return [(dict(one.answers), one.level, one.supports) for one in result.would_change]


def test_the_list_is_the_one_that_trying_everything_gives() -> None:
    lengths, kinds = set(), set()
    for answers in sets(60, seed=31, left_out=0.15):
        kept = dict(PROTOCOL.prune(PROTOCOL.check(answers)))
        here = level(kept)
        if here is None or here == "emergency":
            continue
        found = told(kept)
        assert found == by_hand(kept), kept
        lengths |= {len(changed) for changed, *_ in found}
        kinds |= {(RANK[there] > RANK[here]) - (RANK[there] < RANK[here]) for _, there, _ in found}
    assert lengths == {1, 2}
    assert kinds == {-1, 0, 1}
