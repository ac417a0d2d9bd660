"""Trade-offs, benefits and downsides: what was said calls for them, and nothing else changes."""

from __future__ import annotations

import pytest

from assessment.domain import LEVELS, Recommendation
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL, QUESTIONS, sets

KINDS = ("tradeoffs", "benefits", "downsides")
CONSTRAINTS = {"can_step_away", "getting_there", "obligations", "home"}
LEADS_TO = {
    "outpatient": {"urges": "manageable", "daily_function": "ok"},
    "iop": {"urges": "most_days"},
    "php": {"urges": "cannot_go_a_day", "home": "safe_sober", "support": "several"},
    "residential": {"urges": "cannot_go_a_day", "home": "others_use"},
    "detox": {"substances": ["alcohol"], "use_frequency": "daily", "withdrawal_signs": "moderate"},
}


def codes(result: Recommendation, kind: str) -> list[str]:
    return [point.code for point in getattr(result, kind)]


def at(level: str, **answers: object) -> Recommendation:
    result = PROTOCOL.recommend({**NEUTRAL, **LEADS_TO[level], **answers})
    assert result.level == level
    return result


@pytest.mark.parametrize(
    ("level", "answers", "expected"),
    [
        ("residential", {"can_step_away": "no"}, [("live_in_cannot_leave", "php")]),
        ("residential", {"can_step_away": "maybe"}, [("live_in_with_help", "php")]),
        ("residential", {"can_step_away": "yes"}, []),
        ("residential", {"obligations": ["caregiving", "court"]}, [("live_in_caregiver", None)]),
        ("detox", {"can_step_away": "no"}, [("detox_cannot_leave", None)]),
        ("detox", {"can_step_away": "maybe"}, [("detox_cannot_leave", None)]),
        ("php", {"obligations": ["part_time_job"]}, [("day_program_and_duties", "iop")]),
        ("php", {"obligations": ["court"]}, []),
        ("php", {"getting_there": "online_only"}, [("day_program_no_way", "iop")]),
        ("php", {"getting_there": "with_help"}, []),
        ("iop", {"getting_there": "no"}, [("iop_no_way", "outpatient")]),
        ("iop", {"home": "others_use", "can_step_away": "no"}, [("iop_home", None)]),
        ("iop", {"home": "others_use", "can_step_away": "yes"}, []),
        ("outpatient", {"can_step_away": "no", "getting_there": "no", "obligations": ["school"]}, []),
    ],
)
def test_a_trade_off_is_named_where_what_fits_and_what_is_possible_disagree(
    level: str, answers: dict[str, object], expected: list[tuple[str, str | None]]
) -> None:
    found = at(level, **answers).tradeoffs
    assert [(point.code, point.next_best) for point in found] == expected


def test_the_next_best_is_always_less_care_than_what_fits() -> None:
    for item in PROTOCOL.publication.tradeoffs:
        for level in item.levels if item.next_best else ():
            assert LEVELS.index(item.next_best) < LEVELS.index(level)


def test_every_point_can_be_reached_and_names_its_source() -> None:
    seen: dict[str, set[str]] = {kind: set() for kind in KINDS}
    for answers in sets(1200, seed=41, left_out=0.1):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        for kind in KINDS:
            seen[kind].update(codes(result, kind))
            assert all(point.source for point in getattr(result, kind))
    calm = {question.id: question.options[0] for question in PROTOCOL.questions if question.ranks}
    best = {**calm, "urges": "most_days", "withdrawal_signs": "none", "substances": ["cannabis"]}
    seen["benefits"].update(
        codes(PROTOCOL.recommend({**NEUTRAL, **best, "last_use": "over_30_days"}), KINDS[1])
    )
    for kind in KINDS:
        assert seen[kind] == {item.code for item in getattr(PROTOCOL.publication, kind)}


def test_an_open_question_calls_for_nothing() -> None:
    """Unknown is not no, and not yes: with only age and focus said, no more than focus can speak."""
    result = PROTOCOL.recommend({**NEUTRAL, "focus": "substance"})
    assert (result.tradeoffs, result.benefits, result.downsides) == ((), (), ())
    for answers in sets(60, seed=42, left_out=0.4):
        result = PROTOCOL.recommend(PROTOCOL.check(answers))
        for name in set(answers) - {"who", "age", "focus"}:
            if QUESTIONS[name].readings or answers[name] not in ("not_sure", ["not_sure"]):
                continue
            without = {key: value for key, value in answers.items() if key != name}
            again = PROTOCOL.recommend(PROTOCOL.check(without))
            assert [codes(again, kind) for kind in KINDS] == [codes(result, kind) for kind in KINDS]


def test_in_an_emergency_and_under_thirteen_nothing_is_weighed() -> None:
    everything = {"obligations": ["full_time_job"], "home": "others_use", "can_step_away": "no"}
    for extra in ({"danger_now": ["overdose_or_collapse"]}, {"age": "under_13"}):
        result = PROTOCOL.recommend({**NEUTRAL, **everything, **extra})
        assert [codes(result, kind) for kind in KINDS] == [[], [], []]


def test_the_comparison_of_studies_is_only_drawn_for_people_like_those_in_them() -> None:
    like = {
        "urges": "most_days",
        "withdrawal_signs": "mild",
        "physical_health": "controlled",
        "mental_impact": "mild",
        "suicidal_thoughts": "none",
        "unusual_experiences": "no",
    }
    assert "about_as_good" in codes(PROTOCOL.recommend({**NEUTRAL, **like}), "benefits")
    for name, code in (
        ("mental_impact", "moderate"),
        ("withdrawal_signs", "moderate"),
        ("physical_health", "needs_checks"),
        ("suicidal_thoughts", "passing"),
        ("unusual_experiences", "past"),
        ("suicidal_thoughts", "not_sure"),
    ):
        assert "about_as_good" not in codes(PROTOCOL.recommend({**NEUTRAL, **like, name: code}), "benefits")


def test_what_is_weighed_stays_out_of_the_contract() -> None:
    printed = at("residential", can_step_away="no").as_dict()
    assert set(printed).isdisjoint({*KINDS, "narrowing", "observer_range", "path", "call_now"})
