"""Fixtures of the import tests: a few ZIP codes, and the command run as a person runs it."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from programs.models import ZipCode


@pytest.fixture
def places(db: None) -> None:
    ZipCode.objects.bulk_create(
        ZipCode(zip=zip_code, city=city, state=state, county="", lat=lat, lon=lon)
        for zip_code, city, state, lat, lon in (
            ("62701", "Springfield", "IL", 39.8, -89.65),
            ("02134", "Boston", "MA", 42.36, -71.13),
            ("00601", "Adjuntas", "PR", 18.18, -66.75),
        )
    )


class Import:
    """Runs the command; remembers what it said on stderr."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.err = ""

    def __call__(self, *paths: Path, **options: Any) -> dict[str, Any]:
        out, err = StringIO(), StringIO()
        options.setdefault("refused", self.folder / "refused.csv")
        try:
            call_command("import_directory", *paths, json=True, stdout=out, stderr=err, **options)
        finally:
            self.err = err.getvalue()
        lines = out.getvalue().splitlines()
        assert len(lines) == 1, "exactly one JSON object"
        return json.loads(lines[0])


@pytest.fixture
def imported(places: None, tmp_path: Path) -> Import:
    return Import(tmp_path)


@pytest.fixture
def dump() -> Callable[[], dict[str, list[tuple[Any, ...]]]]:
    """Every row of every table of the programs app, the import history aside."""
    from django.apps import apps

    def dumped() -> dict[str, list[tuple[Any, ...]]]:
        return {
            model.__name__: list(model._default_manager.order_by("pk").values_list())
            for model in apps.get_app_config("programs").get_models()
            if model.__name__ not in ("ImportRun", "RefusedRow")
        }

    return dumped
