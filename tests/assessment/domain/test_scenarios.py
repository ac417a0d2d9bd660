"""Clinical scenarios, written as files a clinician can read and add to (tests/scenarios)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.assessment.domain.answering import PROTOCOL

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
KNOWN = {"title", "answers", "level", "rule", "then", "iop_fit", "interrupt", "supports", "advice", "range"}


def scenarios() -> list[dict]:
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [{**one, "answers": {**tables["base"], **one["answers"]}} for one in tables["scenario"]]
    return found


ALL = scenarios()


@pytest.mark.parametrize("scenario", ALL, ids=lambda one: one["title"])
def test_scenario(scenario: dict) -> None:
    assert set(scenario) <= KNOWN
    result = PROTOCOL.recommend(PROTOCOL.check(scenario["answers"]))
    assert result.level == scenario["level"]
    assert result.reasons[0].rule == scenario["rule"]
    for name in ("then", "interrupt", "supports"):
        if name in scenario:
            assert list(getattr(result, name)) == scenario[name], name
    assert result.iop_fit == scenario.get("iop_fit", result.iop_fit)
    assert set(scenario.get("advice", [])) <= set(result.advice)
    if "range" in scenario:
        assert [result.range[0], result.range[-1]] == scenario["range"]


def test_every_rule_decides_a_scenario() -> None:
    deciding = {scenario["rule"] for scenario in ALL}
    assert deciding == {rule.id for rule in PROTOCOL.publication.rules}


def test_titles_are_unique() -> None:
    titles = [scenario["title"] for scenario in ALL]
    assert len(titles) == len(set(titles))
