"""An upgrade copies what was there before changes were kept; what has copies already gets none."""

from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from programs import history, migrations
from programs.models import Center, DirectoryEntry, Organization, Program, Session, Statement
from tests.programs.factories import CenterFactory, ProgramFactory, SessionFactory, StatementFactory

pytestmark = pytest.mark.django_db
MODELS: tuple[Any, ...] = (Organization, Center, Program, Session, Statement, DirectoryEntry)
[NAME] = [path.stem for path in Path(next(iter(migrations.__path__))).glob("*_first_copies.py")]


def test_every_row_without_a_copy_gets_one() -> None:
    program = ProgramFactory(wait_days=4)
    SessionFactory(program=program)
    row = StatementFactory(
        center=program.center, source="samhsa_su", method="directory", edition=2023, yes_1=6
    )
    DirectoryEntry.objects.create(
        source="samhsa_su",
        key="k",
        center=program.center,
        statement=row,
        digest="d",
        first_edition=2023,
        last_edition=2023,
    )
    for model in MODELS:
        model.history.all().delete()
    later = CenterFactory()
    import_module(f"programs.migrations.{NAME}").copy_all(apps, SimpleNamespace(connection=connection))
    for model in MODELS:
        assert model.history.count() == model.objects.count() > 0
        for one in model.objects.exclude(pk=later.pk if model is Center else None):
            copy = one.history.get()
            for field in model._meta.concrete_fields:
                assert getattr(copy, field.attname) == getattr(one, field.attname)
    first = program.history.get()
    assert history.author(first) == "the first copy, made when changes began to be kept"
    assert later.history.get().history_change_reason is None
