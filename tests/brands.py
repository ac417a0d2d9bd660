"""A second brand for tests: the one of examples/brand/, worn by the settings of one test."""

from pathlib import Path
from typing import Any

from iopfinder.brand import Brand, load

ROOT = Path(__file__).resolve().parent.parent
THEME = ROOT / "static" / "css" / "theme.css"
CEDAR = ROOT / "examples" / "brand" / "cedar-county.toml"


def brand_of(path: Path = CEDAR) -> Brand:
    loaded = load(str(path), THEME)
    assert not loaded.problems
    return loaded.brand


def wear(settings: Any, brand: Brand, built: Path) -> None:
    """Set what `iopfinder.settings` makes of a brand. `built`: an empty folder for its files.

    The languages stay: what an address means is decided once a process.
    """
    settings.BRAND = brand
    settings.SITE_NAME, settings.SITE_RUNNER, settings.SITE_CONTACT = brand.name, brand.runner, brand.contact
    settings.CRISIS_LINES, settings.REGION, settings.LEVELS_LISTED = brand.lines, brand.region, brand.levels
    settings.DEFAULT_FROM_EMAIL = brand.contact
    settings.BUILT_STATIC = built
