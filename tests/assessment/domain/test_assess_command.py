"""``manage.py assess``: the output contract, refusals in one line, and its speed."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessment.domain import content, load, versions
from assessment.domain.content import CONTENT, CURRENT
from assessment.domain.review import sealed
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL, sets

ROOT = Path(__file__).resolve().parents[3]


def assess(file: str) -> str:
    printed = io.StringIO()
    call_command("assess", file, stdout=printed)
    return printed.getvalue()


def written(tmp_path: Path, content: object) -> str:
    path = tmp_path / "answers.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return str(path)


def test_an_object_gives_an_object(tmp_path: Path) -> None:
    answers = {**NEUTRAL, "urges": "most_days", "home": "others_use", "substances": ["opioids"]}
    found = json.loads(assess(written(tmp_path, answers)))
    assert found == PROTOCOL.recommend(answers).as_dict()
    assert list(found) == list(PROTOCOL.recommend(answers).as_dict())
    assert found["protocol"] == "iop-2026.1"
    assert found["reasons"][0]["answers"] == {"home": "others_use"}


def test_a_list_gives_a_list_of_the_same_length_and_order(tmp_path: Path) -> None:
    many = list(sets(20, seed=31, calm=False))
    assert json.loads(assess(written(tmp_path, many))) == [PROTOCOL.recommend(one).as_dict() for one in many]
    assert json.loads(assess(written(tmp_path, []))) == []


@pytest.mark.no_cover
def test_a_thousand_sets_at_once_give_the_results_of_each_alone(tmp_path: Path) -> None:
    given = list(sets(1_000, seed=32, calm=False))
    together = json.loads(assess(written(tmp_path, given)))
    assert len(together) == 1_000
    for number in (0, 499, 999):
        assert json.loads(assess(written(tmp_path, given[number]))) == together[number]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ({"who": "me", "age": "26_64"}, "focus: an answer is required: substance, mental, both"),
        ({**NEUTRAL, "hat": "red"}, "hat: no such question (answer red)"),
        ({**NEUTRAL, "home": "castle"}, "home: castle is not one of safe_sober, "),
        ({**NEUTRAL, "substances": ["none", "alcohol"]}, 'substances: "none" cannot stand beside "alcohol"'),
        ({**NEUTRAL, "age": "not_sure"}, "age: not_sure is not one of under_13, "),
        ([NEUTRAL, {**NEUTRAL, "home": "castle"}], "set 2: home: castle is not one of "),
        ([NEUTRAL, 3], "set 2: not an object of question id to code"),
        ("null", "not an object of question id to code"),
        ("{", "not JSON: "),
        ('{"who": "me", "who": "someone_else"}', 'who: answered twice ("someone_else")'),
        ("[" * 100_000, "not JSON: "),
    ],
)
def test_a_refusal_is_one_line_and_status_two(tmp_path: Path, content: object, line: str) -> None:
    with pytest.raises(CommandError) as caught:
        assess(written(tmp_path, content))
    assert caught.value.returncode == 2
    assert str(caught.value).startswith(line)
    assert str(caught.value).count("\n") == 0


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="No such file"):
        assess(str(tmp_path / "none.json"))
    (tmp_path / "raw").write_bytes(b"\xff\xfe{}")
    with pytest.raises(CommandError, match="not UTF-8"):
        assess(str(tmp_path / "raw"))


def run(text: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", "assess", "-"]
    environment = {**os.environ, "DEBUG": "1"}
    return subprocess.run(
        command, input=text, capture_output=True, text=True, cwd=ROOT, env=environment, check=False
    )


def test_standard_input_output_error_and_status() -> None:
    good = run(json.dumps(NEUTRAL))
    assert (good.returncode, good.stderr) == (0, "")
    assert json.loads(good.stdout)["level"] == PROTOCOL.recommend(NEUTRAL).level
    bad = run(json.dumps([NEUTRAL, {**NEUTRAL, "home": "cas\ntle"}]))
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.count("\n") == 1
    assert "home" in bad.stderr
    assert "cas\\ntle" in bad.stderr


def test_a_result_given_under_an_old_version_is_explained_by_that_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older folder beside the current one, in which hard urges on most days still meant a day program."""
    old = Path(shutil.copytree(CONTENT / CURRENT, tmp_path / "iop-2025.9"))
    (old / "review.toml").unlink()
    rules = (old / "rules.toml").read_text(encoding="utf-8")
    before, _, after = rules.partition('id = "php.return_3"')
    older = after.replace('need = "return_to_use", at_least = 3', 'need = "return_to_use", at_least = 2', 1)
    start = older.index('[[rule]]\nid = "iop.return_2"')
    older = older[:start] + older[older.index('[[rule]]\nid = "iop.two_needs"') :]
    (old / "rules.toml").write_text(f'{before}id = "php.return_3"{older}', encoding="utf-8")
    (old / "review.toml").write_text(sealed(old, date(2025, 9, 1)), encoding="utf-8")
    shutil.copytree(CONTENT / CURRENT, tmp_path / CURRENT)
    monkeypatch.setattr(content, "CONTENT", tmp_path)
    load.cache_clear()
    try:
        answers = written(tmp_path, {**NEUTRAL, "urges": "most_days"})
        found = {}
        for version in versions():
            printed = io.StringIO()
            call_command("assess", answers, protocol=version, stdout=printed)
            found[version] = json.loads(printed.getvalue())
        explained = {name: (one["protocol"], one["reasons"][0]["rule"]) for name, one in found.items()}
        assert explained == {
            "iop-2025.9": ("iop-2025.9", "php.return_3"),
            "iop-2026.1": ("iop-2026.1", "iop.return_2"),
        }
    finally:
        load.cache_clear()


def test_a_version_there_is_not_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r'^no protocol "iop-1999" \(there are: .*iop-2026\.1') as caught:
        call_command("assess", written(tmp_path, NEUTRAL), protocol="iop-1999")
    assert caught.value.returncode == 2
