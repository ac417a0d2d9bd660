"""A published version never changes, a sign-off counts for exactly what was read, and the sheet is fresh."""

from __future__ import annotations

import re
import shutil
from datetime import date
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.management import CommandError, call_command

from assessment import checks
from assessment.domain import ContentError, Protocol, load, read, versions
from assessment.domain.content import CONTENT, CURRENT
from assessment.domain.review import SignOff, digests, sealed, whole
from assessment.review.graph import drawing
from assessment.review.sheet import Sheet

CLINICAL = settings.BASE_DIR / "docs" / "clinical"


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("review.toml")
    return Path(shutil.copytree(CONTENT / CURRENT, tmp_path / "iop-test", ignore=ignore))


@pytest.fixture
def published(draft: Path) -> Path:
    (draft / "review.toml").write_text(sealed(draft, date(2026, 1, 2)), encoding="utf-8")
    return draft


def review_content(folder: Path, output: Path, **options: object) -> str:
    printed = StringIO()
    call_command("review_content", content=folder, output=output, stdout=printed, **options)
    return printed.getvalue()


def test_the_current_version_is_published_and_every_version_there_is_can_still_be_read() -> None:
    assert load().review.published is not None
    assert CURRENT in versions()
    for version in versions():
        assert load(version).review.status in ("provisional", "signed_off"), version


@pytest.mark.parametrize("name", sorted(digests(CONTENT / CURRENT)))
def test_one_changed_byte_in_a_published_file_is_refused_by_name(published: Path, name: str) -> None:
    assert read(published).review.status == "provisional"
    (published / name).write_bytes((published / name).read_bytes() + b"\n")
    with pytest.raises(ContentError, match=f"{re.escape(name)} is not as it was published") as caught:
        read(published)
    assert caught.value.file == "review.toml"
    lines = (published / "review.toml").read_text(encoding="utf-8").splitlines()
    assert name in lines[(caught.value.line or 0) - 1]


def test_one_digest_stands_for_all_files_in_whatever_order_they_are_found(
    draft: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert whole({"b": "2", "a": "1"}) == whole({"a": "1", "b": "2"}) != whole({"a": "2", "b": "1"})
    forward = sorted(draft.glob("*.toml"))
    for order in (forward, forward[::-1]):
        monkeypatch.setattr(Path, "glob", lambda *_, order=order: iter(order))
        assert list(digests(draft)) == [path.name for path in forward]


def test_a_refused_review_points_at_the_line_to_mend(published: Path) -> None:
    review = published / "review.toml"
    lines = review.read_text(encoding="utf-8").splitlines()
    (published / "advice.toml").write_bytes(b"\n")
    with pytest.raises(ContentError) as caught:
        read(published)
    assert lines[(caught.value.line or 0) - 1].startswith('"advice.toml"')
    assert (caught.value.line or 0) > 1 + next(
        number for number, line in enumerate(lines) if "sha256" in line
    )
    review.write_text("# advice.toml\n\n[sign_off]\nby = 'x'\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read(published)
    assert caught.value.line == 3


def test_a_file_added_to_or_taken_from_a_published_version_is_refused(published: Path) -> None:
    extra = published / "more.toml"
    extra.write_text("", encoding="utf-8")
    with pytest.raises(ContentError, match=r"more\.toml is not as it was published"):
        read(published)
    extra.unlink()
    (published / "advice.toml").unlink()
    with pytest.raises(ContentError, match=r"advice\.toml is not as it was published"):
        read(published)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "a review names the day of publication"),
        ("published = 3", "published must be a table"),
        ("[published]\non = 'today'", "on must be a date"),
        ("[published]\non = 2026-01-02T03:04:05", "on must be a date"),
        ("[published]\non = 2026-01-02\nsha256 = 'x'", "sha256 must be of type dict"),
        ("[published]\non = 2026-01-02", r"advice\.toml is not as it was published"),
        ("[signed]\non = 2026-01-02", "signed is not known here"),
    ],
)
def test_a_review_that_is_not_one_is_refused(draft: Path, text: str, problem: str) -> None:
    (draft / "review.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ContentError, match=problem):
        read(draft)


@pytest.mark.parametrize(
    ("wrong", "right", "problem"),
    [
        ('by = "', 'by = " ', None),
        ('by = "A. Nurse"', 'by = ""', "by is missing"),
        ('by = "A. Nurse"', 'by = "A. Nurse"\nrole = "RN"', "role is not known here"),
        ("[published]\n", "[published]\nby = 'x'\n", "by is not known here"),
    ],
)
def test_a_sign_off_says_who_when_and_for_what(
    published: Path, wrong: str, right: str, problem: str | None
) -> None:
    text = sealed(published, date(2026, 1, 2), SignOff("A. Nurse", date(2026, 1, 3), "0" * 64))
    (published / "review.toml").write_text(text.replace(wrong, right, 1), encoding="utf-8")
    if problem:
        with pytest.raises(ContentError, match=problem):
            read(published)
    else:
        assert read(published).review.status == "stale"


def test_a_draft_is_published_once_and_signed_for_exactly_its_files(draft: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert "iop-test: draft" in review_content(draft, out)
    with pytest.raises(CommandError, match="is a draft"):
        review_content(draft, out, sign_off="A. Nurse, RN")
    assert "iop-test: provisional" in review_content(draft, out, publish=True)
    with pytest.raises(CommandError, match="A change is a new version"):
        review_content(draft, out, publish=True)
    with pytest.raises(CommandError, match="needs a name"):
        review_content(draft, out, sign_off="  ")
    printed = review_content(draft, out, sign_off='Ann "Bo" Lee,\n MD \\ PhD')
    assert printed == f"iop-test: signed_off, digest {whole(digests(draft))}\n"
    sign_off = read(draft).review.sign_off
    assert sign_off is not None
    assert (sign_off.by, sign_off.sha256) == ('Ann "Bo" Lee, MD \\ PhD', whole(digests(draft)))
    assert "Signed by Ann" in (out / "review-sheet.md").read_text(encoding="utf-8")


def test_the_command_refuses_changed_content_in_one_line(published: Path, tmp_path: Path) -> None:
    (published / "rules.toml").write_text("x = 1\n", encoding="utf-8")
    with pytest.raises(CommandError, match=r"^review.toml:\d+: rules.toml is not as it was published"):
        review_content(published, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_digest_tells_names_and_bytes_apart(draft: Path) -> None:
    before = whole(digests(draft))
    (draft / "advice.toml").rename(draft / "advise.toml")
    assert whole(digests(draft)) != before
    (draft / "advise.toml").rename(draft / "advice.toml")
    assert whole(digests(draft)) == before


def deploying(protocol: Protocol, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(checks, "load", lambda: protocol)
    found = run_checks(include_deployment_checks=True)
    return [
        str(one.id)
        for one in found
        if str(one.id) in ("assessment.E005", "assessment.E006", "assessment.E007")
    ]


def test_deployment_refuses_a_draft_a_stale_sign_off_and_by_itself_a_provisional_version(
    draft: Path, monkeypatch: pytest.MonkeyPatch, settings: object
) -> None:
    def standing(sign_off: SignOff | None) -> list[str]:
        (draft / "review.toml").write_text(sealed(draft, date(2026, 1, 2), sign_off), encoding="utf-8")
        return deploying(read(draft), monkeypatch)

    for accepted in (False, True):
        settings.ACCEPT_PROVISIONAL_PROTOCOL = accepted  # type: ignore[attr-defined]
        (draft / "review.toml").unlink(missing_ok=True)
        assert deploying(read(draft), monkeypatch) == ["assessment.E005"]
        assert standing(SignOff("A. Nurse", date(2026, 1, 3), "0" * 64)) == ["assessment.E006"]
        assert standing(None) == ([] if accepted else ["assessment.E007"])
        assert standing(SignOff("A. Nurse", date(2026, 1, 3), whole(digests(draft)))) == []


def test_content_that_cannot_be_read_is_reported_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Protocol:
        raise ContentError("rules.toml", 7, "no such need")

    monkeypatch.setattr(checks, "load", broken)
    assert list(checks.a_clinician_has_signed(None)) == []


@pytest.mark.parametrize(
    ("name", "make"), [("review-sheet.md", lambda one: Sheet(one).text()), ("flow.svg", drawing)]
)
def test_the_committed_sheet_and_picture_are_fresh(name: str, make: object) -> None:
    committed = (CLINICAL / name).read_text(encoding="utf-8")
    assert committed == make(load()), "run: manage.py review_content"  # type: ignore[operator]


def test_the_sheet_holds_every_question_option_rule_and_sentence_in_every_voice() -> None:
    protocol = load()
    text, publication = Sheet(protocol).text(), protocol.publication
    for language in ("en", "es"):
        for observer in (False, True):
            words = protocol.words(language, observer)
            for question in protocol.questions:
                asked = words.question(question.id)
                said = [asked.text, asked.hint, asked.why]
                said += [part for one in asked.options.values() for part in (one.label, one.hint)]
                assert all(part in text for part in said), question.id
            rules = [*publication.rules, publication.under_13]
            rules += [one.note for one in publication.notes if one.note]
            for rule in rules:
                assert words.because(rule.id) in text
                assert rule.source in text
            for kind in ("interrupt", "advice", "support", "tradeoff", "benefit", "downside"):
                plural = {"interrupt": "interrupts", "advice": "advice"}.get(kind, f"{kind}s")
                for item in getattr(publication, plural):
                    assert all(part in text for part in getattr(words, kind)(item.code)), item.code


def test_the_picture_is_well_formed_keeps_text_in_its_boxes_and_needs_no_style_or_script() -> None:
    picture = drawing(load())
    assert not re.search(r"style|script|href|\son\w+=|url\(", picture)
    root = ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    shown = [text.text or "" for text in root.iter(f"{space}text")]
    for question in load().questions:
        assert any(question.id in text for text in shown), question.id
    for rule in load().publication.rules:
        assert any(rule.id.partition(".")[2] in text for text in shown), rule.id
    boxes = [
        [float(one.get(key, "0")) for key in ("x", "y", "width", "height")]
        for one in root.iter(f"{space}rect")
    ]
    for one, other in ((a, b) for a in boxes[1:] for b in boxes[1:] if a is not b):
        apart = one[0] + one[2] <= other[0] or other[0] + other[2] <= one[0]
        assert apart or one[1] + one[3] <= other[1] or other[1] + other[3] <= one[1]
    assert max(one[1] + one[3] for one in boxes[1:]) < boxes[0][3]
