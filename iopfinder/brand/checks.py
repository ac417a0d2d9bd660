"""What is wrong with a brand, as system checks: every command of manage.py refuses to go on, and says why."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import polib
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register

from iopfinder.brand.finder import LOGO
from iopfinder.brand.painting import house_colors
from iopfinder.brand.shape import Brand
from iopfinder.stylesheet import NAME
from programs import gazetteer


@register("brand", Tags.staticfiles)  # so that collectstatic refuses, too
def brand_is_whole(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    for problem in settings.BRAND_PROBLEMS:
        where = f"{problem.file}:{problem.line}" if problem.line else problem.file
        yield Error(f"{where}: {problem.what}", hint=problem.mend, id="brand.E001")


@register()
def region_is_on_the_map(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Every county and place of the region is one we know by its ZIP codes."""
    region = settings.REGION
    if not (region.counties or region.places):
        return
    rows = gazetteer.read().rows.values()
    counties = {f"{row.county}, {row.state}" for row in rows}
    cities = {f"{row.city}, {row.state}" for row in rows}
    yield from _unknown("county", [f"{name}, {state}" for state, name in region.counties], counties)
    yield from _unknown("place", list(region.places), cities)


def _unknown(kind: str, wanted: list[str], known: set[str]) -> Iterator[CheckMessage]:
    for name in wanted:
        if name not in known:
            close = get_close_matches(name, sorted(known), n=3)
            hint = f"Is it one of these? {'; '.join(close)}" if close else "Look up how the mail writes it."
            yield Error(f"BRAND_FILE: we know no {kind} {name!r}.", hint=hint, id="brand.E002")


@register()
def languages_are_whole(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Every language a brand offers has every sentence of ours. The words in the code are English."""
    brand: Brand = settings.BRAND
    for language in brand.languages if brand.key else ():
        if language != "en":
            yield from _untranslated(language, Path(settings.LOCALE_PATHS[0]))


def _untranslated(language: str, folder: Path) -> Iterator[CheckMessage]:
    catalog = folder / language / "LC_MESSAGES" / "django.po"
    hint = f"Complete locale/{language}/LC_MESSAGES/django.po, or leave the language out of BRAND_FILE."
    if not catalog.is_file():
        yield Error(f"There is no catalog for {language!r}.", hint=hint, id="brand.E003")
        return
    open_ones = [
        entry for entry in polib.pofile(str(catalog)) if not entry.translated() and not entry.obsolete
    ]
    if open_ones:
        what = f"The catalog for {language!r} lacks {len(open_ones)} sentences, as {open_ones[0].msgid!r}."
        yield Error(what, hint=hint, id="brand.E003")


@register(deploy=True)
def collected_files_are_the_brands(app_configs: Any, **kwargs: Any) -> Iterable[CheckMessage]:
    """Browsers get what `collectstatic` made: after a change of the brand it must be made anew."""
    brand: Brand = settings.BRAND
    root = Path(settings.STATIC_ROOT)
    sheet = root / NAME
    if not sheet.is_file():
        return
    house = house_colors(settings.BASE_DIR / "static" / "css" / "theme.css")[0]
    action = brand.palette.light.get("teal", house["teal"])
    logo = root / LOGO
    same_logo = (logo.read_bytes() if logo.is_file() else b"") == (
        brand.logo.file.read_bytes() if brand.logo else b""
    )
    if f"--teal: {action};" not in sheet.read_text(encoding="utf-8") or not same_logo:
        yield Warning(
            "The collected static files are another brand's.",
            hint="Run `manage.py collectstatic --clear` with the same BRAND_FILE.",
            id="brand.W001",
        )
