"""What a result says beside the level: the course, what follows, notes, and the answers it quotes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from assessment.domain import Recommendation
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL, QUESTIONS, is_emergency, sets
from tests.assessment.domain.test_weighing import LEADS_TO, at

COURSES = {
    ("outpatient", None): ["outpatient"],
    ("iop", "outpatient"): ["iop", "outpatient"],
    ("php", "iop"): ["php", "iop", "outpatient"],
    ("residential", "php"): ["residential", "php", "iop", "outpatient"],
    ("detox", "outpatient"): ["detox", "outpatient"],
    ("detox", "iop"): ["detox", "iop", "outpatient"],
    ("detox", "php"): ["detox", "php", "iop", "outpatient"],
    ("detox", "residential"): ["detox", "residential", "php", "iop", "outpatient"],
    ("emergency", "outpatient"): ["emergency", "outpatient"],
    ("emergency", "iop"): ["emergency", "iop", "outpatient"],
    ("emergency", "php"): ["emergency", "php", "iop", "outpatient"],
    ("emergency", "residential"): ["emergency", "residential", "php", "iop", "outpatient"],
    ("emergency", "detox"): ["emergency", "detox"],
}
"""What usually follows what, to the end; after detox in an emergency, detox says what comes next."""


def results(number: int, seed: int, *, calm: bool) -> list[tuple[dict[str, object], Recommendation]]:
    return [
        (answers, PROTOCOL.recommend(PROTOCOL.check(answers)))
        for answers in sets(number, seed, left_out=0.3, calm=calm)
    ]


@pytest.fixture(scope="module")
def calm() -> list[tuple[dict[str, object], Recommendation]]:
    return results(1500, 11, calm=True)


@pytest.fixture(scope="module")
def emergencies() -> list[tuple[dict[str, object], Recommendation]]:
    return [(a, found) for a, found in results(1500, 12, calm=False) if found.level == "emergency"]


def test_the_course_goes_down_to_where_it_ends(calm, emergencies) -> None:
    seen = set()
    for _, found in [*calm, *emergencies]:
        first = found.then[0] if found.then else None
        assert list(found.path) == COURSES[str(found.level), first]
        seen.add((found.level, first))
    assert seen >= COURSES.keys() - {("detox", "outpatient")}


def test_a_child_is_told_why_and_where_to_turn_and_no_course() -> None:
    hurt = {"home": "unsafe", "suicidal_thoughts": "method", "getting_there": "no", "obligations": ["school"]}
    found = PROTOCOL.recommend({**NEUTRAL, "age": "under_13", **hurt})
    assert (found.path, found.range, found.supports) == ((), (), ())
    assert found.unknown == ("danger_now", "physical_health", "unusual_experiences")
    assert found.advice == ("call_988", "violence_help")
    assert [(reason.rule, dict(reason.answers)) for reason in found.reasons] == [
        ("under_13", {"age": "under_13"})
    ]


def test_in_an_emergency_no_change_is_named(calm, emergencies) -> None:
    assert all(found.would_change == () for _, found in emergencies)
    assert any(found.would_change for _, found in calm)


def test_after_an_emergency_comes_what_the_other_answers_call_for(emergencies) -> None:
    """The same answers without those that alone mean an emergency: what is left out is unknown."""
    for answers, found in emergencies:
        rest: dict[str, object] = {}
        for name, answer in answers.items():
            question = QUESTIONS[name]
            if not is_emergency(question, answer):
                rest[name] = answer
            elif isinstance(answer, list) and set(answer) - question.emergency:
                rest[name] = [code for code in answer if code not in question.emergency]
        assert [PROTOCOL.level(PROTOCOL.check(rest))] == list(found.then)


# -- Notes ----------------------------------------------------------------------------------------------

TREATMENT = {"outpatient", "iop", "php", "residential", "detox"}
Holds = Callable[[Mapping[str, object], Recommendation], bool]
NOTES: dict[str, tuple[set[str], Holds]] = {
    "note.recovery_housing": ({"php", "residential", "detox"}, lambda _, found: found.needs["home"] >= 3),
    "note.body_3": (TREATMENT, lambda _, found: found.needs["body"] >= 3),
    "note.both_together": (
        TREATMENT - {"detox"},
        lambda said, found: said["focus"] in ("substance", "both") and found.needs["mind"] >= 2,
    ),
    "note.unusual_now": (TREATMENT, lambda said, _: said.get("unusual_experiences") == "now"),
    "note.readiness": (TREATMENT, lambda _, found: found.needs["readiness"] >= 2),
}
"""At which levels a note is given, and when; the one on withdrawal is held by the scenarios."""


@pytest.mark.parametrize("note", NOTES)
def test_a_note_is_given_at_its_levels_when_its_need_is_there_and_never_else(note: str, calm) -> None:
    levels, holds = NOTES[note]
    seen = set()
    for answers, found in calm:
        expected = found.level in levels and holds(answers, found)
        given = [reason.rule for reason in found.reasons]
        assert given.count(note) == expected
        seen.add((expected, found.level in levels))
    assert seen >= {(True, True), (False, True)}


def test_a_note_at_another_level_is_not_given() -> None:
    """The same home, one step down: recovery housing is named with day programs and above alone."""
    home = {"home": "unsafe", "support": "none"}
    assert "note.recovery_housing" in rules(at("detox", **home))
    found = PROTOCOL.recommend({**NEUTRAL, "home": "others_use", "support": "none"})
    assert found.level in ("outpatient", "iop")
    assert found.needs["home"] >= 3
    assert "note.recovery_housing" not in rules(found)


def rules(found: Recommendation) -> list[str]:
    return [reason.rule for reason in found.reasons]


@pytest.mark.parametrize(
    ("level", "answers", "expected"),
    [
        ("iop", {}, {"iop.return_2": {"urges": "most_days"}}),
        (
            "residential",
            {},
            {
                "residential.return_3_home": {"urges": "cannot_go_a_day", "home": "others_use"},
                "note.recovery_housing": {"home": "others_use"},
            },
        ),
        ("iop", {"readiness": "ready"}, {"iop.return_2": {"urges": "most_days"}}),
        (
            "iop",
            {"readiness": "unsure"},
            {"iop.return_2": {"urges": "most_days"}, "note.readiness": {"readiness": "unsure"}},
        ),
        ("outpatient", {}, {"outpatient.otherwise": {"urges": "manageable", "daily_function": "ok"}}),
    ],
)
def test_reasons_and_the_answers_they_quote(
    level: str, answers: dict[str, object], expected: dict[str, dict[str, object]]
) -> None:
    assert {reason.rule: dict(reason.answers) for reason in at(level, **answers).reasons} == expected


def test_an_answer_is_quoted_as_given_and_only_where_it_says_something(calm, emergencies) -> None:
    """The best answer, `none` and what was not answered speak for nothing, unless a rule wants them shown."""
    publication = PROTOCOL.publication
    notes = [item.note for item in publication.notes if item.note]
    shown = {rule.id: set(rule.show) for rule in (*publication.rules, *notes)}
    for answers, found in [*calm, *emergencies]:
        checked = PROTOCOL.check(answers)
        for reason in found.reasons:
            for name, answer in reason.answers.items():
                assert answer == checked[name]
                question = QUESTIONS[name]
                if name in shown[reason.rule]:
                    continue
                if question.many:
                    assert set(answer) - {"none"}
                else:
                    assert question.ranks[str(answer)] >= 1


def test_an_answer_that_a_rule_wants_shown_is_quoted_even_where_it_is_the_best() -> None:
    found = PROTOCOL.recommend({**NEUTRAL, "mental_impact": "none", "suicidal_thoughts": "method"})
    quoted = {reason.rule: dict(reason.answers) for reason in found.reasons}
    assert quoted["note.both_together"] == {"mental_impact": "none"}


def test_what_stands_behind_a_need_and_behind_an_emergency_is_quoted() -> None:
    """One of two is as bad as it gets for some answers; of several codes all that were given are quoted."""
    drinks = {"substances": ["alcohol", "cannabis"], "use_frequency": "daily", "last_use": "within_2_days"}
    found = PROTOCOL.recommend({**NEUTRAL, **drinks, "pregnant": "yes", "withdrawal_signs": "none"})
    first = found.reasons[0]
    assert (found.level, first.answers["pregnant"]) == ("detox", "yes")
    assert first.answers["substances"] == ("alcohol", "cannabis")
    assert "withdrawal_signs" not in first.answers
    urgent = PROTOCOL.recommend({**NEUTRAL, "danger_now": ["plan_to_harm_others"]})
    assert dict(urgent.reasons[0].answers) == {"danger_now": ("plan_to_harm_others",)}


def test_a_mild_answer_is_quoted_too() -> None:
    """One step from the best is worse than the best."""
    mild = {"home": "mostly_ok", "daily_function": "slipping", "urges": "some_days", "mental_impact": "mild"}
    quoted: dict[str, object] = {}
    for level in LEADS_TO:
        found = PROTOCOL.recommend({**NEUTRAL, **LEADS_TO[level], **mild})
        for reason in found.reasons:
            quoted.update(reason.answers)
    assert {"urges": "some_days", "daily_function": "slipping"}.items() <= quoted.items()
