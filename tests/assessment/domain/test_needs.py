"""The seven needs, number by number, worked out by hand from the protocol's text; and the printed shape."""

from __future__ import annotations

import pytest

from tests.assessment.domain.answering import NEUTRAL, PROTOCOL

BEST = {
    "danger_now": ["none"],
    "care_now": "none",
    "substances": ["none"],
    "pregnant": "no",
    "physical_health": "good",
    "mental_impact": "none",
    "unusual_experiences": "no",
    "suicidal_thoughts": "none",
    "readiness": "ready",
    "urges": "manageable",
    "recent_harm": "little",
    "past_treatment": "none",
    "home": "safe_sober",
    "support": "one",
    "daily_function": "ok",
}
USE = {
    "use_frequency": "weekly",
    "last_use": "within_2_days",
    "heavy_days": "no",
    "withdrawal_signs": "none",
    "withdrawal_history": "none",
}
DAILY = {**USE, "substances": ["alcohol"], "use_frequency": "daily"}
MENTAL = {"focus": "mental"}

TABLE = [
    ("withdrawal", {**USE, "substances": ["alcohol"]}, 1),
    ("withdrawal", {**USE, "substances": ["other"], "last_use": "3_to_7_days"}, 1),
    ("withdrawal", {**USE, "substances": ["sedatives"], "last_use": "8_to_30_days"}, 0),
    ("withdrawal", {**USE, "substances": ["cannabis"]}, 0),
    ("withdrawal", DAILY, 2),
    ("withdrawal", {**DAILY, "use_frequency": "most_days"}, 2),
    ("withdrawal", {**DAILY, "last_use": "8_to_30_days"}, 0),
    ("withdrawal", {**DAILY, "withdrawal_signs": "moderate"}, 3),
    ("withdrawal", {**DAILY, "withdrawal_history": "severe"}, 3),
    ("withdrawal", {**DAILY, "use_frequency": "weekly", "withdrawal_signs": "moderate"}, 2),
    (
        "withdrawal",
        {**DAILY, "use_frequency": "weekly", "heavy_days": "yes", "withdrawal_history": "severe"},
        3,
    ),
    ("withdrawal", {**DAILY, "withdrawal_history": "treated"}, 2),
    ("withdrawal", {**DAILY, "heavy_days": "yes"}, 2),
    ("withdrawal", {**DAILY, "heavy_days": "yes", "withdrawal_history": "treated"}, 3),
    ("withdrawal", {**DAILY, "heavy_days": "yes", "physical_health": "uncontrolled"}, 3),
    ("withdrawal", {**DAILY, "physical_health": "uncontrolled"}, 2),
    ("withdrawal", {**DAILY, "pregnant": "yes"}, 3),
    ("withdrawal", {**DAILY, "substances": ["alcohol", "sedatives"]}, 3),
    ("withdrawal", {**DAILY, "substances": ["opioids"]}, 2),
    ("withdrawal", {**DAILY, "substances": ["opioids"], "use_frequency": "weekly"}, 0),
    ("withdrawal", {**DAILY, "substances": ["stimulants"]}, 1),
    ("withdrawal", {**DAILY, "substances": ["cannabis"]}, 1),
    ("withdrawal", {**USE, "substances": ["cannabis"], "withdrawal_signs": "mild"}, 1),
    ("withdrawal", {**USE, "substances": ["cannabis"], "withdrawal_signs": "moderate"}, 2),
    ("withdrawal", {**USE, "substances": ["cannabis"], "withdrawal_signs": "severe"}, 4),
    *(
        ("body", {"physical_health": code}, number)
        for number, code in enumerate(("good", "controlled", "needs_checks", "uncontrolled", "urgent"))
    ),
    ("body", {"pregnant": "yes"}, 2),
    ("body", {"pregnant": "yes", "physical_health": "uncontrolled"}, 3),
    *(
        ("mind", {"mental_impact": code}, number)
        for number, code in enumerate(("none", "mild", "moderate", "severe"))
    ),
    ("mind", {"suicidal_thoughts": "passing"}, 2),
    ("mind", {"suicidal_thoughts": "method"}, 3),
    ("mind", {"suicidal_thoughts": "plan_or_attempt"}, 4),
    ("mind", {"unusual_experiences": "past"}, 1),
    ("mind", {"unusual_experiences": "now"}, 3),
    ("mind", {"unusual_experiences": "past", "mental_impact": "moderate"}, 2),
    *(
        ("readiness", {"readiness": code}, number)
        for number, code in enumerate(("ready", "mostly", "unsure", "not_ready"))
    ),
    *(
        ("return_to_use", {"urges": code}, number)
        for number, code in enumerate(("manageable", "some_days", "most_days", "cannot_go_a_day"))
    ),
    ("return_to_use", {"recent_harm": "trouble"}, 1),
    ("return_to_use", {"recent_harm": "serious"}, 1),
    ("return_to_use", {"recent_harm": "serious", "urges": "some_days"}, 2),
    ("return_to_use", {"recent_harm": "serious", "urges": "cannot_go_a_day"}, 4),
    ("return_to_use", {"past_treatment": "helped"}, 0),
    ("return_to_use", {"past_treatment": "weekly_not_enough"}, 2),
    ("return_to_use", {"past_treatment": "weekly_not_enough", "urges": "cannot_go_a_day"}, 3),
    ("return_to_use", {"past_treatment": "day_programme_not_enough"}, 2),
    ("return_to_use", {"past_treatment": "live_in_not_enough", "urges": "most_days"}, 3),
    ("return_to_use", {**DAILY, "substances": ["opioids", "alcohol"], "urges": "some_days"}, 2),
    ("return_to_use", {**DAILY, "substances": ["opioids", "sedatives"], "urges": "most_days"}, 3),
    ("return_to_use", {**DAILY, "substances": ["opioids", "alcohol"]}, 0),
    ("return_to_use", {**DAILY, "substances": ["opioids"], "urges": "some_days"}, 1),
    ("return_to_use", {**USE, "substances": ["opioids", "alcohol"], "urges": "some_days"}, 1),
    ("return_to_use", {**MENTAL, "recent_harm": "trouble"}, 1),
    ("return_to_use", {**MENTAL, "recent_harm": "serious"}, 2),
    ("return_to_use", {**MENTAL, "urges": "cannot_go_a_day"}, 0),
    ("home", {"home": "safe_sober"}, 0),
    ("home", {"home": "mostly_ok"}, 1),
    ("home", {"home": "others_use"}, 3),
    ("home", {"home": "unstable"}, 3),
    ("home", {"home": "unsafe"}, 4),
    ("home", {"home": "safe_sober", "support": "several"}, 0),
    ("home", {"home": "mostly_ok", "support": "several"}, 0),
    ("home", {"home": "others_use", "support": "several"}, 2),
    ("home", {"home": "unsafe", "support": "several"}, 4),
    ("home", {"home": "safe_sober", "support": "several", "danger_now": ["violence_at_home"]}, 4),
    ("home", {"home": "safe_sober", "support": "none"}, 1),
    ("home", {"home": "mostly_ok", "support": "negative"}, 2),
    ("home", {"home": "unstable", "support": "none"}, 4),
    *(
        ("daily", {"daily_function": code}, number)
        for number, code in enumerate(("ok", "slipping", "hard", "cannot"))
    ),
]


@pytest.mark.parametrize(("need", "answers", "number"), TABLE)
def test_a_need_has_the_number_worked_out_by_hand(need: str, answers: dict[str, object], number: int) -> None:
    assert PROTOCOL.recommend({**NEUTRAL, **BEST, **answers}).needs[need] == number


def test_the_printed_shape_is_that_of_the_contract() -> None:
    result = PROTOCOL.recommend({**NEUTRAL, **BEST, "urges": "most_days", "home": "others_use"})
    printed = result.as_dict()
    assert list(printed) == [
        "protocol", "level", "then", "range", "iop_fit", "interrupt", "needs", "reasons", "would_change",
        "advice", "supports", "unknown",
    ]  # fmt: skip
    assert list(printed["needs"]) == [
        "withdrawal", "body", "mind", "readiness", "return_to_use", "home", "daily",
    ]  # fmt: skip
    assert [list(one) for one in printed["reasons"]] == [["rule", "because", "source", "answers"]] * len(
        result.reasons
    )
    changes = printed["would_change"]
    assert [list(one) for one in changes] == [["answers", "level", "supports"]] * len(result.would_change)
    assert [(one["level"], one["answers"]) for one in changes] == [
        (one.level, dict(one.answers)) for one in result.would_change
    ]
    assert changes
