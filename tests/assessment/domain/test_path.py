"""The way through the screens: which are shown, where interrupts stand, and how large the space is."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Iterator

import pytest

from assessment.domain import NOT_SURE, Answers, Screen
from assessment.domain.conditions import Answered, alternatives
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL, QUESTIONS, an_answer, sets

ENDING = (
    "danger_now",
    "withdrawal_signs",
    "withdrawal_history",
    "pregnant",
    "physical_health",
    "suicidal_thoughts",
    "home",
)
ROUTING = {
    "age": ("under_13", "13_17", "26_64"),
    "focus": ("substance", "mental", "both"),
    "substances": (["none"], ["alcohol"], ["not_sure"], None),
}


def routes() -> Iterator[dict[str, object]]:
    """Every way the answers can steer: a set for each combination of answers that a screen depends on."""
    for age, focus, substances in itertools.product(*ROUTING.values()):
        answers = {"who": "me", "age": age, "focus": focus}
        yield answers if substances is None else {**answers, "substances": substances}


def ids(screens: tuple[Screen, ...]) -> tuple[str, ...]:
    return tuple(screen.id for screen in screens)


def test_the_longest_path_has_at_most_eighteen_screens_and_asks_all_questions() -> None:
    longest = max((PROTOCOL.path(answers) for answers in routes()), key=len)
    assert len(longest) <= 18
    asked = [question.id for screen in longest for question in PROTOCOL.asked(screen, NEUTRAL)]
    assert sorted(asked) == sorted(QUESTIONS)


def test_each_safety_question_ends_its_screen() -> None:
    for screen in PROTOCOL.screens:
        assert not set(screen.questions[:-1]) & set(ENDING), screen.id


def test_screens_follow_the_answers() -> None:
    adult = ids(PROTOCOL.path(NEUTRAL))
    assert adult == ids(PROTOCOL.screens)
    nothing_used = ids(PROTOCOL.path({**NEUTRAL, "substances": ("none",)}))
    assert set(adult) - set(nothing_used) == {"use", "stopping", "stopped"}
    unsure_what = ids(PROTOCOL.path({**NEUTRAL, "substances": (NOT_SURE,)}))
    assert unsure_what == adult, "not sure what was used is not the same as nothing used"
    returning = next(screen for screen in PROTOCOL.screens if "urges" in screen.questions)
    mental = PROTOCOL.asked(returning, {**NEUTRAL, "focus": "mental"})
    assert [question.id for question in mental] == ["recent_harm"]


def test_under_thirteen_only_safety_is_asked() -> None:
    answers = {**NEUTRAL, "age": "under_13"}
    asked = {question.id for screen in PROTOCOL.path(answers) for question in PROTOCOL.asked(screen, answers)}
    assert asked == {
        *("who", "age", "focus", "danger_now", "physical_health"),
        *("unusual_experiences", "suicidal_thoughts", "home"),
    }


def test_the_number_of_paths_and_the_size_of_the_space(capsys: pytest.CaptureFixture[str]) -> None:
    """Each path is a sequence of (screen, questions); its size is the number of ways to answer it."""
    paths: dict[tuple[tuple[str, ...], ...], int] = {}
    for answers in routes():
        screens = PROTOCOL.path(answers)
        shown = tuple(tuple(one.id for one in PROTOCOL.asked(screen, answers)) for screen in screens)
        size = 1
        for name in itertools.chain.from_iterable(shown):
            question = QUESTIONS[name]
            free = len([code for code in question.options if code != "none"])
            ways = 2**free - 1 + ("none" in question.options) if question.many else len(question.options)
            size *= ways + question.allows_not_sure
        paths[shown] = size
    with capsys.disabled():
        sys.stdout.write(f"\n{len(paths)} paths of {sorted({len(path) for path in paths})} screens; ")
        sys.stdout.write(f"{max(paths.values()):.1e} sets of answers on the longest\n")
    assert len(paths) == 5


def test_pruning_drops_what_is_off_the_path_and_nothing_else() -> None:
    for answers in sets(150, seed=21):
        checked = PROTOCOL.check(answers)
        kept = PROTOCOL.prune(checked)
        asked = {one.id for screen in PROTOCOL.path(kept) for one in PROTOCOL.asked(screen, kept)}
        assert dict(kept) == {name: answer for name, answer in checked.items() if name in asked}
        assert PROTOCOL.prune(kept).items() == kept.items()
    young = PROTOCOL.prune(
        PROTOCOL.check({**NEUTRAL, "age": "under_13", "substances": ["none"], "urges": "manageable"})
    )
    assert set(young) == {"who", "age", "focus"}


def test_pruning_never_changes_the_recommendation() -> None:
    for answers in sets(150, seed=22):
        checked = PROTOCOL.check(answers)
        assert PROTOCOL.recommend(PROTOCOL.prune(checked)).as_dict() == PROTOCOL.recommend(checked).as_dict()


INTERRUPTS = {
    "overdose": [{"danger_now": ["overdose_or_collapse"]}],
    "delirium": [
        {"danger_now": ["confused_or_seeing_things_after_stopping"]},
        {"withdrawal_signs": "severe"},
    ],
    "suicide": [
        {"danger_now": ["suicide_plan_or_recent_attempt"]},
        {"suicidal_thoughts": "plan_or_attempt"},
        {"suicidal_thoughts": "method"},
    ],
    "harm_others": [{"danger_now": ["plan_to_harm_others"]}],
    "cannot_stay_safe": [{"danger_now": ["cannot_eat_drink_or_stay_safe"]}, {"physical_health": "urgent"}],
    "violence": [{"danger_now": ["violence_at_home"]}, {"home": "unsafe"}],
    "pregnancy": [{"pregnant": "yes", "substances": [code]} for code in ("alcohol", "sedatives", "opioids")],
    "risky_withdrawal": [
        {"substances": [code], "use_frequency": often, "withdrawal_history": "severe"}
        for code in ("alcohol", "sedatives")
        for often in ("daily", "most_days")
    ],
}


def test_the_interrupts_are_those_of_the_table_in_its_order() -> None:
    assert [item.code for item in PROTOCOL.publication.interrupts] == list(INTERRUPTS)
    may_go_on = {code for code in INTERRUPTS if PROTOCOL.may_go_on(code)}
    assert may_go_on == {"violence", "pregnancy", "risky_withdrawal"}


@pytest.mark.parametrize("code", INTERRUPTS)
def test_each_cause_interrupts_and_each_part_of_it_alone_does_not(code: str) -> None:
    for cause in INTERRUPTS[code]:
        given = PROTOCOL.partial(cause)
        assert PROTOCOL.interrupts(given) == (code,)
        assert code in PROTOCOL.recommend({**NEUTRAL, **cause}).interrupt
        for name in cause:
            assert PROTOCOL.interrupts({key: given[key] for key in given if key != name}) == ()


@pytest.mark.parametrize("code", INTERRUPTS)
def test_an_interrupt_has_no_cause_but_those_of_the_table(code: str) -> None:
    """The least causes in the file are exactly those written out here."""
    item = next(item for item in PROTOCOL.publication.interrupts if item.code == code)
    found = set()
    for term in alternatives(item.when):
        atoms = [atom for atom in term if isinstance(atom, Answered)]
        for codes in itertools.product(*(sorted(atom.codes) for atom in atoms)):
            found.add(frozenset((atom.question, one) for atom, one in zip(atoms, codes, strict=True)))
    expected = {
        frozenset((name, answer[0] if isinstance(answer, list) else answer) for name, answer in cause.items())
        for cause in INTERRUPTS[code]
    }
    assert found == expected


def test_no_more_than_these_answers_interrupt() -> None:
    calm = {
        **NEUTRAL,
        "danger_now": ["none"],
        "substances": ["alcohol", "sedatives", "opioids"],
        "use_frequency": "daily",
        "withdrawal_signs": "moderate",
        "withdrawal_history": "treated",
        "pregnant": "no",
        "physical_health": "uncontrolled",
        "suicidal_thoughts": "passing",
        "home": "unstable",
    }
    assert PROTOCOL.interrupts(PROTOCOL.check(calm)) == ()
    unknown = {
        name: ["not_sure"] if QUESTIONS[name].many else "not_sure" for name in calm if name not in NEUTRAL
    }
    assert PROTOCOL.interrupts(PROTOCOL.partial(unknown)) == ()


class Person:
    """Someone at the screens: answers one screen at a time, in any order (Back and Change included).

    After each screen the answers off the path are dropped and the interrupts are looked up, as the site does.
    """

    def __init__(self) -> None:
        self.answers: Answers = PROTOCOL.partial({})

    def post(self, screen: Screen, given: dict[str, object]) -> tuple[str, ...]:
        asked = {question.id for question in PROTOCOL.asked(screen, self.answers)}
        kept = {name: answer for name, answer in self.answers.items() if name not in asked}
        new = PROTOCOL.partial({name: answer for name, answer in given.items() if name in asked})
        self.answers = PROTOCOL.prune({**kept, **new})
        return PROTOCOL.interrupts(self.answers)


def screen_of(name: str) -> Screen:
    return next(screen for screen in PROTOCOL.screens if name in screen.questions)


@pytest.mark.parametrize(
    ("code", "cause"), [(code, cause) for code, causes in INTERRUPTS.items() for cause in causes]
)
def test_in_whatever_order_the_screens_come_the_one_that_completes_a_cause_interrupts(
    code: str, cause: dict[str, object]
) -> None:
    for names in itertools.permutations(cause):
        for focus in QUESTIONS["focus"].options:
            person = Person()
            person.post(screen_of("who"), {"who": "me"})
            person.post(screen_of("age"), {"age": "26_64", "focus": focus})
            if "substances" not in names:
                person.post(screen_of("substances"), {"substances": ["other"]})
            shown = [person.post(screen_of(name), {name: cause[name]}) for name in names]
            assert code in shown[-1], (names, focus)
            assert all(code not in early for early in shown[:-1])


def test_no_walk_with_back_and_change_ever_passes_an_interrupt() -> None:
    """Random walks, forward, back and around: what the answers call for is shown after each screen."""
    chance = random.Random(23)
    passed = 0
    for _ in range(60):
        person = Person()
        for _ in range(30):
            screen = chance.choice(PROTOCOL.path(person.answers))
            given = {name: an_answer(QUESTIONS[name], chance) for name in screen.questions}
            shown = person.post(screen, given)
            for code, causes in INTERRUPTS.items():
                called_for = any(_all_given(cause, person.answers) for cause in causes)
                assert (code in shown) is called_for, (code, screen.id)
                passed += called_for
    assert passed > 500


def _all_given(cause: dict[str, object], answers: Answers) -> bool:
    return all(
        answer[0] in answers.get(name, ()) if isinstance(answer, list) else answers.get(name) == answer
        for name, answer in cause.items()
    )


def test_what_the_range_leaves_out_is_named_as_a_reason_to_call() -> None:
    result = PROTOCOL.recommend(NEUTRAL)
    assert ("withdrawal_signs", "severe") in result.call_now
    assert ("suicidal_thoughts", "plan_or_attempt") in result.call_now
    assert ("danger_now", "violence_at_home") not in result.call_now
    answered = PROTOCOL.recommend({**NEUTRAL, "suicidal_thoughts": "none", "danger_now": ["none"]})
    assert {name for name, _ in answered.call_now} == {"withdrawal_signs", "physical_health"}
