"""The page about threats names tests that exist, and all that this folder has."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
HELPING = {
    "test_what_runs_would_be_noticed",
    "test_a_pattern_that_explodes_is_found_out",
    "test_a_pattern_that_does_not_is_let_through",
    "test_the_same_forms_reach_their_pages_from_our_own",
}
"""Tests of tests: they show that the others would notice."""


def named_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        one.name for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name.startswith("test")
    }


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_every_test_that_the_page_names_exists(file: str, name: str) -> None:
    assert name in named_in(ROOT / file)


def test_the_page_names_what_stands_in_each_line() -> None:
    rows = [
        line
        for line in PAGE.splitlines()
        if line.startswith("| ") and not line.startswith(("| what", "|---"))
    ]
    threats = rows[rows.index(next(row for row in rows if "Open Back" in row)) :]
    assert len(threats) > 30
    assert [row for row in threats if "`tests/" not in row and "`ops/" not in row] == []
    for script in re.findall(r"`(ops/\w+)`", PAGE):
        assert (ROOT / script).is_file(), script


def test_every_attack_of_this_folder_stands_on_the_page() -> None:
    told = {name for _file, name in NAMED}
    here = set().union(
        *(named_in(path) for path in Path(__file__).parent.glob("test_*.py") if path != Path(__file__))
    )
    assert here - told - HELPING == set()


def test_the_page_and_the_way_to_report_lead_to_each_other() -> None:
    assert "docs/security.md" in (ROOT / "SECURITY.md").read_text()
    assert "../SECURITY.md" in PAGE
