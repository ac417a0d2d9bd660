"""What the guide states grows old, and someone is told."""

import warnings
from datetime import date, timedelta
from io import StringIO
from shutil import copytree

import pytest
from django.core.management import call_command

from iopfinder.guide import checks
from iopfinder.guide.claims import claims, old_claims
from iopfinder.guide.reading import CONTENT, guide
from programs.standard_questions import STANDARD_QUESTIONS

WRITTEN = date(2026, 11, 22)


def test_every_claim_names_sources_and_a_day():
    every = list(claims(guide("en")))
    assert len(every) > 140
    assert all(claim.sources and claim.checked and claim.words for claim in every)
    pages = {claim.page for claim in every}
    assert {"levels", "ten-questions", "families", "medicines"} <= pages
    assert sum(claim.page == "ten-questions" for claim in every) >= len(STANDARD_QUESTIONS)


def test_a_claim_holds_for_a_year_and_then_is_old():
    every = list(claims(guide("en")))
    newest = max(claim.checked for claim in every)
    assert old_claims(guide("en"), today=WRITTEN) == []
    assert len(old_claims(guide("en"), today=newest + timedelta(days=366))) == len(every)


@pytest.mark.filterwarnings("default")
def test_nothing_was_left_unchecked_for_a_year():
    """Warns, and does not fail: an old fact may well be true."""
    old = old_claims(guide("en"), today=date.today())
    if old:
        warnings.warn(f"{len(old)} facts of the guide were checked over a year ago", stacklevel=1)


def test_the_system_check_warns_after_a_year_and_is_silent_before(monkeypatch):
    monkeypatch.setattr(checks, "localdate", lambda: WRITTEN)
    assert list(checks.guide_is_looked_after(None)) == []
    monkeypatch.setattr(checks, "localdate", lambda: WRITTEN + timedelta(days=366))
    (told,) = checks.guide_is_looked_after(None)
    assert told.id == "iopfinder.W010"
    assert "guide_claims --old" in told.hint


def test_the_system_check_names_a_broken_file_and_its_line(monkeypatch, tmp_path):
    assert list(checks.guide_can_be_read(None)) == []
    folder = copytree(CONTENT, tmp_path / "content")
    path = folder / "paying.toml"
    path.write_text(path.read_text().replace('kind = "steps"', 'kind = "stairs"'))
    monkeypatch.setattr(checks, "CONTENT", folder)
    (told,) = checks.guide_can_be_read(None)
    assert told.id == "iopfinder.E010"
    assert "paying.toml:" in told.msg
    assert list(checks.guide_is_looked_after(None)) == []


def test_the_command_lists_every_claim_or_the_old_ones(monkeypatch):
    out = StringIO()
    call_command("guide_claims", stdout=out)
    lines = out.getvalue().splitlines()
    assert len(lines) == len(list(claims(guide("en")))) + 1
    assert any("paying/medicare  [medicare]  It has paid" in line for line in lines)
    out = StringIO()
    monkeypatch.setattr("iopfinder.management.commands.guide_claims.localdate", lambda: WRITTEN)
    call_command("guide_claims", "--old", stdout=out)
    assert out.getvalue() == f"{len(lines) - 1} facts, 0 of them checked over a year ago.\n"
