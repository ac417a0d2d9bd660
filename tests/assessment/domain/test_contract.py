"""The contract: ids, codes and readings, written out here from the protocol's text, and the shared files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.assessment.domain.answering import PROTOCOL, QUESTIONS

SHARED = Path(__file__).resolve().parents[4] / "shared" / "clinical"

CENTRAL = {
    "use_frequency": "most_days",
    "last_use": "3_to_7_days",
    "heavy_days": "yes",
    "withdrawal_signs": "mild",
    "withdrawal_history": "mild",
    "physical_health": "controlled",
    "mental_impact": "mild",
    "unusual_experiences": "no",
    "suicidal_thoughts": "none",
    "readiness": "mostly",
    "urges": "some_days",
    "recent_harm": "trouble",
    "past_treatment": "none",
    "home": "mostly_ok",
    "support": "one",
    "daily_function": "slipping",
}
ORDERS = {
    "use_frequency": "less < weekly < most_days < daily",
    "last_use": "over_30_days < 8_to_30_days < 3_to_7_days < within_2_days",
    "heavy_days": "no < yes",
    "withdrawal_signs": "none < mild < moderate < severe",
    "withdrawal_history": "none < mild < treated < severe",
    "pregnant": "no < yes",
    "physical_health": "good < controlled < needs_checks < uncontrolled < urgent",
    "mental_impact": "none < mild < moderate < severe",
    "unusual_experiences": "no < past < now",
    "suicidal_thoughts": "none < passing < method < plan_or_attempt",
    "readiness": "ready < mostly < unsure < not_ready",
    "urges": "manageable < some_days < most_days < cannot_go_a_day",
    "recent_harm": "little < trouble < serious",
    "daily_function": "ok < slipping < hard < cannot",
    "support": "several < one < none < negative",
    "past_treatment": "none < weekly_not_enough < day_programme_not_enough",
    "home": "safe_sober < mostly_ok < others_use < unsafe",
}
EQUAL = [
    ("past_treatment", "day_programme_not_enough", "live_in_not_enough"),
    ("past_treatment", "none", "helped"),
    ("home", "others_use", "unstable"),
]


def test_the_central_readings_are_those_of_the_protocol() -> None:
    found = {name: one.readings.central for name, one in QUESTIONS.items() if one.readings}
    assert found == CENTRAL


def test_low_and_high_are_the_least_and_most_serious_that_are_no_emergency() -> None:
    for question in PROTOCOL.questions:
        if question.readings:
            calm = {code: rank for code, rank in question.ranks.items() if code not in question.emergency}
            assert calm[question.readings.low] == min(calm.values())
            assert calm[question.readings.high] == max(calm.values())


def test_worse_is_what_the_protocol_says() -> None:
    for name, order in ORDERS.items():
        ranks = [QUESTIONS[name].ranks[code] for code in order.split(" < ")]
        assert ranks == sorted(set(ranks)), name
    for name, one, other in EQUAL:
        assert QUESTIONS[name].ranks[one] == QUESTIONS[name].ranks[other]
    assert {question.id for question in PROTOCOL.questions if question.ranks} == set(ORDERS)


def test_the_emergencies_among_the_answers() -> None:
    found = {(question.id, code) for question in PROTOCOL.questions for code in question.emergency}
    danger = set(QUESTIONS["danger_now"].options) - {"none", "violence_at_home"}
    assert found == {
        *(("danger_now", code) for code in danger),
        ("withdrawal_signs", "severe"),
        ("physical_health", "urgent"),
        ("suicidal_thoughts", "plan_or_attempt"),
    }


def test_the_hours_of_the_levels() -> None:
    hours = {level: (stage.hours, stage.teen_hours) for level, stage in PROTOCOL.stages.items()}
    assert hours["outpatient"] == ((1, 8), (1, 5))
    assert hours["iop"] == ((9, 19), (6, 19))
    assert hours["php"] == ((20, None), (20, None))
    assert hours["residential"] == hours["detox"] == hours["emergency"] == ((None, None), (None, None))


@pytest.mark.skipif(not SHARED.exists(), reason="the shared clinical files are not beside the repository")
def test_the_questions_are_those_of_the_shared_contract() -> None:
    contract = json.loads((SHARED / "questions.json").read_text(encoding="utf-8"))
    assert contract["protocol"] == PROTOCOL.version
    found = [
        {
            "id": one.id,
            "section": one.section,
            "type": "many" if one.many else "one",
            "options": list(one.options),
        }
        for one in PROTOCOL.questions
    ]
    assert found == [
        {key: one[key] for key in ("id", "section", "type", "options")} for one in contract["questions"]
    ]
    assert {one["id"] for one in contract["questions"] if "when" in one} == set(
        PROTOCOL.publication.question_when
    )
