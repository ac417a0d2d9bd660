"""Finds the files that a brand brings or paints, before the house's of the same name.

So every address stays as it is, for browsers, templates and `collectstatic`; the house's brand finds nothing.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from iopfinder.brand.colors import painted
from iopfinder.brand.shape import Brand
from iopfinder.stylesheet import built

DESK = "css/admin-theme.css"
ICON = "icons/icon.svg"
LOGO, LOGO_DARK = "brand/logo.svg", "brand/logo-dark.svg"
SHARE = "pictures/share.png"


def build() -> dict[str, Path]:
    """The brand's files by the names they are served under, made anew when a source is newer."""
    brand: Brand = settings.BRAND
    files = dict(_brought(brand))
    made = {name: _copied(name, path) for name, path in files.items()}
    if brand.palette.light:
        house = settings.BASE_DIR / "static"
        made[DESK] = built(DESK, [house / DESK], _desk)
        if ICON not in made:
            made[ICON] = built(ICON, [house / ICON], _icon)
    return made


def _brought(brand: Brand) -> Iterator[tuple[str, Path]]:
    if brand.icon:
        yield ICON, brand.icon
    if brand.share:
        yield SHARE, brand.share
    if brand.logo:
        yield LOGO, brand.logo.file
        if brand.logo.dark:
            yield LOGO_DARK, brand.logo.dark


def _copied(name: str, path: Path) -> Path:
    """A file of the brand where built files lie. The folder is named after its bytes, so it is never old."""
    target: Path = settings.BUILT_STATIC / name
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return target


def _desk(sheet: str) -> str:
    return painted(sheet, settings.BRAND.palette)


def _icon(icon: str) -> str:
    """The house's mark, a week of care, in the brand's colors."""
    colors = settings.BRAND.palette.light
    return icon.replace("#0b4f52", colors["teal-fill"]).replace("#fbf6ec", colors["on-teal"])


class BrandFinder(BaseFinder):
    """Lets `collectstatic`, `runserver` and the tests find the brand's files like any other."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = build().get(path.replace("\\", "/"))
        if found is None:
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for name in build():
            yield name, FileSystemStorage(location=settings.BUILT_STATIC)
