"""docs/white-label.md, played step by step: whoever follows the page has a site of their own at its end."""

import os
import re
import subprocess
import sys

import pytest
from django.core.management import call_command
from django.utils.translation import override

from iopfinder.brand import checks
from iopfinder.brand.colors import LEVELS, TOKENS
from tests.brands import CEDAR, ROOT, brand_of, wear

PAGE = (ROOT / "docs" / "white-label.md").read_text(encoding="utf-8")
TABLE = PAGE[PAGE.index("| Key |") : PAGE.index("### Colors")]
STEPS = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def juniper(tmp_path):
    """The file that the steps of the page make."""
    path = tmp_path / "juniper.toml"
    path.write_text("\n".join(STEPS), encoding="utf-8")
    return path


def test_each_step_leaves_a_brand_that_is_right(tmp_path):
    assert len(STEPS) == 4
    for number in range(1, len(STEPS) + 1):
        path = tmp_path / f"after-{number}.toml"
        path.write_text("\n".join(STEPS[:number]), encoding="utf-8")
        assert str(brand_of(path).name) == "Juniper County Care Finder"


def test_check_says_that_it_is_right(juniper):
    (line,) = [
        line for line in PAGE.splitlines() if line.startswith("BRAND_FILE=") and line.endswith("check")
    ]
    command = line.split(".venv/bin/python ")[1].split()
    clean = {key: value for key, value in os.environ.items() if key != "DJANGO_SETTINGS_MODULE"}
    run = subprocess.run(
        [sys.executable, *command],
        env=clean | {"BRAND_FILE": str(juniper), "DEBUG": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stderr) == (0, "")
    assert "no issues" in run.stdout


def test_the_site_is_the_countys(juniper, settings, tmp_path, client):
    brand = brand_of(juniper)
    wear(settings, brand, tmp_path / "built")
    home, crisis = client.get("/").content.decode(), client.get("/es/crisis/").content.decode()
    assert "Juniper County Care Finder" in home
    assert 'content="#fbfaf7"' in home
    assert "A service of Juniper County." in home
    assert "IOPFinder" not in home + crisis
    assert 'href="tel:15055550142"' in crisis
    assert "Equipo de crisis del condado" in crisis
    with override("es"):
        assert str(brand.region.name) == "Condado de Juniper"


def test_collecting_makes_its_files_and_the_check_tells_when_it_was_forgotten(juniper, settings, tmp_path):
    settings.STATIC_ROOT = tmp_path / "static"
    call_command("collectstatic", interactive=False, verbosity=0)
    wear(settings, brand_of(juniper), tmp_path / "built")
    assert [one.id for one in checks.collected_files_are_the_brands(None)] == ["brand.W001"]
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    assert list(checks.collected_files_are_the_brands(None)) == []
    for name in ("css/site.css", "css/admin-theme.css", "icons/icon.svg"):
        collected = (settings.STATIC_ROOT / name).read_text(encoding="utf-8")
        assert "#1f4d3a" in collected
        assert "#0b4f52" not in collected


def test_the_page_names_every_key_and_the_example_uses_most_of_them():
    for key in (*TOKENS, *LEVELS):
        assert f"`{key}`" in PAGE or f"{key} = " in PAGE, key
    named = set(re.findall(r"^(?:\[\[?)?([a-z_.]+)", CEDAR.read_text(encoding="utf-8"), re.MULTILINE))
    for key in named - {"paper", "ink"} - set(LEVELS):
        assert re.search(rf"(?<![\w.]){re.escape(key)}\b", TABLE), key
