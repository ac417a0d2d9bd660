"""The agreement report: figures on cases worked out by hand, refusals, freshness."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from assessment.domain import LEVELS, AnswerError
from assessment.domain.agreement import Case, CaseError, Judged, cases, figures, judge, kappa, report
from tests.assessment.domain.answering import NEUTRAL, PROTOCOL

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "clinical" / "cases.json"
ONE = {"id": "x1", "expert": "iop", "acceptable": ["iop", "php"], "confidence": "high", "answers": NEUTRAL}


def judged(expert: str | None, acceptable: tuple[str, ...], level: str, *span: str) -> Judged:
    return Judged(Case("x", expert, acceptable, True, {}), level, span or (level,))


def test_kappa_on_tables_worked_out_by_hand() -> None:
    assert kappa([]) == 0
    assert kappa([(1, 1), (2, 2)]) == 1
    assert kappa([(1, 1), (1, 1)]) == 0  # chance alone would agree as well
    assert kappa([(0, 1), (1, 0)]) == -1
    # seen: 1 of 4 pairs a step apart; by chance (2*3*1 + 2*1*1) / 16 = 1/2
    assert kappa([(0, 0), (0, 0), (1, 1), (1, 0)]) == pytest.approx(1 - 0.25 / 0.5)


def test_figures_worked_out_by_hand() -> None:
    found = figures(
        [
            judged("iop", ("iop",), "iop", "iop", "php"),
            judged("residential", ("residential", "php"), "php", "outpatient", "iop", "php"),
            judged(None, ("outpatient", "iop"), "php"),
        ]
    )
    assert (found.cases, found.labelled) == (3, 2)
    assert found.exact == 0.5
    assert found.acceptable == pytest.approx(2 / 3)
    assert found.in_range == pytest.approx(1 / 3)
    assert found.width == 2
    assert found.kappa == pytest.approx(0.5)
    nothing = figures([])
    assert (nothing.cases, nothing.exact, nothing.width, nothing.kappa) == (0, 0, 0, 0)


def test_under_and_over_are_against_every_level_that_counts_as_agreement() -> None:
    assert judged("php", ("php", "iop"), "outpatient").under
    assert not judged("php", ("php", "iop"), "iop").under
    assert judged("php", ("php", "iop"), "detox").over
    assert not judged("php", ("php", "iop"), "php").over


@pytest.mark.parametrize(
    ("listed", "problem"),
    [
        (None, "no list of cases"),
        ([], "no list of cases"),
        ({"x1": ONE}, "no list of cases"),
        ([3], "case 1 is not an object"),
        ([{**ONE, "expert": "spa"}], "case x1: expert 'spa' is not a level"),
        ([{**ONE, "acceptable": []}], "case x1: acceptable is not a list of levels"),
        ([{**ONE, "acceptable": ["spa"]}], "case x1: acceptable is not a list of levels"),
        ([{**ONE, "acceptable": {"iop": 1}}], "case x1: acceptable is not a list of levels"),
        ([{**ONE, "acceptable": "iop"}], "case x1: acceptable is not a list of levels"),
        ([{**ONE, "answers": None}], "case x1: no answers"),
    ],
)
def test_a_case_that_is_not_one_is_named(listed: object, problem: str) -> None:
    with pytest.raises(CaseError, match=problem):
        cases(listed)


def test_a_case_may_count_every_level_as_agreement() -> None:
    one = {"id": "a", "expert": None, "acceptable": list(LEVELS), "answers": {}}
    assert cases([one])[0].acceptable == LEVELS


def test_a_case_with_illegal_answers_or_under_thirteen_is_refused() -> None:
    (illegal,) = cases([{**ONE, "answers": {**NEUTRAL, "home": "castle"}}])
    with pytest.raises(AnswerError):
        judge(PROTOCOL, illegal)
    (young,) = cases([{**ONE, "answers": {**NEUTRAL, "age": "under_13"}}])
    with pytest.raises(CaseError, match="under 13"):
        judge(PROTOCOL, young)


def test_the_report_lists_each_miss_by_name_and_says_what_limits_it() -> None:
    text = report(
        PROTOCOL,
        cases(
            [
                {**ONE, "answers": {**NEUTRAL, "urges": "most_days"}},
                {**ONE, "id": "low9", "expert": None, "acceptable": ["residential"], "confidence": "low"},
                {
                    **ONE,
                    "id": "high9",
                    "acceptable": ["outpatient"],
                    "answers": {**NEUTRAL, "home": "unsafe"},
                },
            ]
        ),
    )
    assert "| low9 | upper bound only | residential | outpatient |" in text
    assert "| high9 | iop | outpatient |" in text
    assert "| cases | 3 | 2 |" in text
    assert "What limits these figures" in text
    assert "None." in report(PROTOCOL, cases([{**ONE, "answers": {**NEUTRAL, "urges": "most_days"}}]))


DRINKS = {
    "substances": ["alcohol"],
    "use_frequency": "daily",
    "last_use": "within_2_days",
    "withdrawal_signs": "moderate",
}


def kind(name: str, expert: str, **answers: object) -> dict[str, object]:
    return {**ONE, "id": name, "expert": expert, "acceptable": [expert], "answers": {**NEUTRAL, **answers}}


def test_misses_are_told_by_kind_and_what_is_urgent_is_measured() -> None:
    text = report(
        PROTOCOL,
        cases(
            [
                kind("agrees", "iop", urges="most_days"),
                kind("detox1", "residential", **DRINKS),
                kind("danger1", "iop", danger_now=["plan_to_harm_others"]),
                kind("more1", "outpatient", urges="most_days"),
                kind("less1", "php", urges="most_days"),
                kind("less2", "php", urges="most_days"),
                kind("far1", "residential", urges="most_days"),
                kind("far2", "detox", urges="most_days"),
                kind("fine", "emergency", danger_now=["plan_to_harm_others"]),
            ]
        ),
    )
    kinds = text.split("## The misses by kind\n\n", 1)[1].split("\n\n## ", 1)[0]
    assert kinds.splitlines() == [
        "- detox or an emergency comes first here: 2 (detox1, danger1)",
        "- one level more here: 1 (more1)",
        "- one level less here: 2 (less1, less2)",
        "- further apart: 2 (far1, far2)",
        "",
        "An expert calls 2 of the cases detox or an emergency. Below residential here: far2.",
    ]


def test_a_miss_is_told_from_the_nearest_level_that_counts_and_an_empty_kind_is_left_out() -> None:
    near = {**kind("near", "residential", urges="most_days"), "acceptable": ["php", "residential"]}
    text = report(PROTOCOL, cases([near, kind("agrees", "iop", urges="most_days")]))
    kinds = text.split("## The misses by kind\n\n", 1)[1].split("\n\n", 1)[0]
    assert kinds == "- one level less here: 1 (near)"


def test_how_far_one_case_moves_the_kappa_is_said() -> None:
    """Three agree, one is three levels off; without it agreement is perfect, without another it is less."""
    three = [
        kind("a", "iop", urges="most_days"),
        kind("b", "php", urges="cannot_go_a_day", home="safe_sober"),
    ]
    three += [kind("c", "outpatient"), kind("d", "residential", urges="most_days")]
    listed = [judge(PROTOCOL, case) for case in cases(three)]
    assert [one.level for one in listed] == ["iop", "php", "outpatient", "iop"]
    by_hand = [figures([one for one in listed if one is not gone]).kappa for gone in listed]
    assert max(by_hand) == 1
    said = report(PROTOCOL, cases(three))
    assert f"left out: {min(by_hand):.2f} to 1.00 on all, {min(by_hand):.2f} to 1.00 on the better" in said


def test_no_case_of_ours_that_is_urgent_for_an_expert_is_below_residential() -> None:
    text = report(PROTOCOL, cases([kind("fine", "emergency", danger_now=["plan_to_harm_others"])]))
    assert (
        "An expert calls 1 of the cases detox or an emergency. Below residential here: none of them." in text
    )


@pytest.mark.skipif(not SHARED.exists(), reason="the shared case file is not beside the repository")
def test_the_committed_report_is_fresh_and_holds_the_reference() -> None:
    printed = StringIO()
    call_command("agreement", output="-", stdout=printed)
    committed = (ROOT / "docs" / "clinical" / "agreement.md").read_text(encoding="utf-8")
    assert printed.getvalue() == committed, "run: manage.py agreement"
    row = next(line for line in committed.splitlines() if "weighted kappa" in line)
    every, better = (float(cell) for cell in row.split("|")[2:4])
    assert every >= 0.47
    assert better >= 0.57


def test_the_command_writes_where_it_is_told(tmp_path: Path) -> None:
    source, target = tmp_path / "cases.json", tmp_path / "deep" / "agreement.md"
    source.write_text(json.dumps({"cases": [ONE]}), encoding="utf-8")
    printed = StringIO()
    call_command("agreement", cases=source, output=str(target), stdout=printed)
    assert printed.getvalue() == f"Wrote {target}\n"
    assert target.read_text(encoding="utf-8").startswith("# Agreement with experts: protocol iop-2026.1\n")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (None, "No case file at"),
        ("{", "is not JSON"),
        ("[]", "no list of cases"),
        ('{"cases": [{"id": "q", "acceptable": ["iop"]}]}', "case q: no answers"),
        ('{"cases": [{"acceptable": ["iop"], "answers": {"who": "us"}}]}', "who: us is not one of"),
    ],
)
def test_the_command_fails_in_one_line_and_writes_nothing(
    tmp_path: Path, text: str | None, problem: str
) -> None:
    source, target = tmp_path / "cases.json", tmp_path / "agreement.md"
    if text is not None:
        source.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=problem) as caught:
        call_command("agreement", cases=source, output=str(target))
    assert str(caught.value).count("\n") == 0
    assert not target.exists()
