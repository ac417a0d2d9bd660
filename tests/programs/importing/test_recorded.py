"""An import records every row it wrote, with its own id as the reason, and nothing else."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from programs.importing import apply as applying
from programs.importing.run import run
from programs.models import Center, DirectoryEntry, ImportRun, Organization, Program, Statement
from tests.programs.importing.workbooks import facility, workbook

pytestmark = pytest.mark.django_db
MODELS: tuple[Any, ...] = (Organization, Center, Program, Statement, DirectoryEntry)
REBUILT = {"updated_at": None}
"""Rebuilding the listings at the end touches the day of the last change."""


def last_copies(model: Any, reason: str) -> dict[int, Any]:
    return {one.id: one for one in model.history.filter(history_change_reason=reason).order_by("history_id")}


def columns_of(row: Any, model: Any) -> dict[str, Any]:
    return {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields} | REBUILT


def reason() -> str:
    return f"import:{ImportRun.objects.first().public_id}"


def test_every_row_of_a_first_import_is_recorded_as_it_is(places: None, tmp_path: Path) -> None:
    by = User.objects.create_user("u")
    rows = [facility(number, "SA * OP OIT RD * MD") for number in (1, 2)]
    run([workbook(tmp_path, rows, year=2022)], by=by)
    for model in MODELS:
        copies = last_copies(model, reason())
        assert len(copies) == model.objects.count() > 0
        for row in model.objects.all():
            saved = copies[row.pk]
            assert columns_of(saved, model) == columns_of(row, model)
            assert (saved.history_type, saved.history_user) == ("+", by)


def test_a_second_edition_records_what_it_changed_and_no_more(places: None, tmp_path: Path) -> None:
    first = [facility(number, "SA * OP OIT RD * MD") for number in (1, 2, 3)]
    run([workbook(tmp_path, first, year=2022)])
    before = reason()
    second = [facility(1, "SA * OP OIT RD * MD"), facility(2, "SA * OP * MD", phone="217-555-0777")]
    run([workbook(tmp_path, second, year=2023)])
    assert reason() != before
    changed = Center.objects.get(phone="217-555-0777")
    assert last_copies(Center, reason())[changed.pk].phone == "217-555-0777"
    assert last_copies(Center, before)[changed.pk].phone != "217-555-0777"
    unlisted = {saved.center_id for saved in last_copies(Program, reason()).values() if not saved.is_listed}
    assert changed.pk in unlisted
    assert len(last_copies(Statement, reason())) == len(last_copies(DirectoryEntry, reason())) == 3
    assert not last_copies(Organization, reason())
    for model in MODELS:
        assert {one.history_type for one in last_copies(model, reason()).values()} <= {"~"}
        for pk, saved in (last_copies(model, before) | last_copies(model, reason())).items():
            assert columns_of(saved, model) == columns_of(model.objects.get(pk=pk), model)


def test_an_import_that_changes_nothing_records_nothing(places: None, tmp_path: Path) -> None:
    path = workbook(tmp_path, [facility(1, "SA * OP * MD")], year=2023)
    run([path])
    run([path])
    assert ImportRun.objects.count() == 2
    assert [model.history.count() for model in MODELS] == [model.objects.count() for model in MODELS]


def test_an_import_that_fails_at_the_end_records_nothing(
    places: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(ids: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(applying.listings, "rebuild", fail)
    with pytest.raises(RuntimeError):
        run([workbook(tmp_path, [facility(1, "SA * OP * MD")], year=2023)])
    assert [model.history.count() for model in MODELS] == [0] * len(MODELS)
    assert not ImportRun.objects.exists()
