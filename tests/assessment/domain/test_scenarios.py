"""Clinical scenarios, written as files a clinician can read and add to (tests/scenarios)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from tests.assessment.domain.answering import PROTOCOL

FOLDER = Path(__file__).resolve().parents[2] / "scenarios"
EXACT = ("then", "interrupt", "supports")
POINTS = ("tradeoffs", "benefits", "downsides")
RANGES = ("range", "observer_range")
KNOWN = {"title", "story", "why", "answers", "level", "rule", "iop_fit", "advice", *EXACT, *POINTS, *RANGES}


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
    assert (result.level or "none") == scenario["level"]
    assert result.reasons[0].rule == scenario["rule"]
    for name in scenario.keys() & EXACT:
        assert list(getattr(result, name)) == scenario[name], name
    for name in scenario.keys() & POINTS:
        assert [point.code for point in getattr(result, name)] == scenario[name], name
    assert result.iop_fit == scenario.get("iop_fit", result.iop_fit)
    assert set(scenario.get("advice", [])) <= set(result.advice)
    for name in scenario.keys() & RANGES:
        levels = getattr(result, name)
        assert [*levels[:1], *levels[-1:]] == scenario[name], name


def test_every_rule_decides_a_scenario() -> None:
    deciding = {scenario["rule"] for scenario in ALL}
    assert deciding - {"under_13"} == {rule.id for rule in PROTOCOL.publication.rules}


def test_every_trade_off_benefit_and_downside_is_told_in_a_scenario() -> None:
    for name in POINTS:
        told = {code for scenario in ALL for code in scenario.get(name, [])}
        assert told == {item.code for item in getattr(PROTOCOL.publication, name)}, name


def test_there_are_forty_stories_and_more_beside_the_four_cases_and_the_caution() -> None:
    stories = [scenario for scenario in ALL if "story" in scenario]
    assert len(stories) - 5 >= 40
    assert all(scenario["story"].strip().endswith(".") for scenario in stories)


def test_every_scenario_says_in_words_what_it_shows() -> None:
    silent = [scenario["title"] for scenario in ALL if not scenario.get("why", "").strip().endswith(".")]
    assert silent == []
    assert len({scenario["why"] for scenario in ALL}) == len(ALL)


def test_titles_are_unique() -> None:
    titles = [scenario["title"] for scenario in ALL]
    assert len(titles) == len(set(titles))
