"""One stylesheet, `css/site.css`: what our pages use of Bootstrap, from its package, then our theme.

Why one file: a first visit needs one request for its looks, and Bootstrap never applies for an
instant without the theme. Why it is built and not linked: nothing is painted before it is there, and three
quarters of Bootstrap are for classes that no page here bears (`iopfinder.used_styles`). And Bootstrap paints
arrows and checks with `data:` images, which the Content-Security-Policy forbids; the theme draws its own.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from inspect import getfile
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage
from django.template import engines

from iopfinder import used_styles
from iopfinder.brand.colors import painted

NAME = "css/site.css"
_DATA_IMAGE = re.compile(r"""url\((["'])data:.*?\1\)""", re.DOTALL)
_SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=.*?\*/")
_LICENSE = re.compile(r"""(?:@charset "[^"]+";)?/\*!.*?\*/\s*""", re.DOTALL)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def sources() -> list[Path]:
    """Bootstrap's file and ours, in the order they must apply, then all that pages are made of."""
    return [settings.BOOTSTRAP_CSS, settings.BASE_DIR / "static" / "css" / "theme.css", *_pages()]


def _pages() -> list[Path]:
    """Templates, scripts, and the Python that names classes; those of the forms' own packages, too."""
    named = ("iopfinder", "programs", "assessment", "crispy_forms", "crispy_bootstrap5")
    code = [Path(apps.get_app_config(name).path) for name in named]
    places: list[tuple[str | Path, str]] = [
        (folder, "*.html") for engine in engines.all() for folder in engine.template_dirs
    ]
    places += [(folder, "*.py") for folder in code]
    places.append((settings.BASE_DIR / "static" / "js", "*.js"))
    return sorted(path for folder, pattern in places for path in Path(folder).rglob(pattern))


def compose(bootstrap: str, theme: str, *pages: str) -> str:
    """Both sheets as one text without a `data:` image; of Bootstrap, its license notice and what these texts
    of pages use.
    """
    notice = _LICENSE.match(bootstrap)
    rules = bootstrap[notice.end() :] if notice else bootstrap
    rules = _SOURCE_MAP.sub("", _DATA_IMAGE.sub("none", rules))
    used = used_styles.only_used(rules, used_styles.words(pages), theme)
    return f"{notice[0] if notice else ''}{used}\n{compact(theme)}\n"


def compact(sheet: str) -> str:
    """A sheet without its comments, empty lines and indents."""
    lines = (line.strip() for line in _COMMENT.sub("", sheet).splitlines())
    return "\n".join(line for line in lines if line)


def build() -> Path:
    """The built file, written anew when a source is newer."""
    return built(NAME, sources(), _branded)


def _branded(bootstrap: str, theme: str, *pages: str) -> str:
    return compose(bootstrap, painted(theme, settings.BRAND.palette), *pages)


def built(name: str, files: Sequence[Path], make: Callable[..., str]) -> Path:
    """The file `make` writes from the texts of these files, made anew when one of them is newer.

    Safe when several processes build at once.
    """
    found = Path(settings.BUILT_STATIC) / name
    newest = max(path.stat().st_mtime_ns for path in (*files, Path(getfile(make))))
    if not found.exists() or found.stat().st_mtime_ns <= newest:
        found.parent.mkdir(parents=True, exist_ok=True)
        draft = found.with_name(f"{found.name}.{os.getpid()}")
        draft.write_text(make(*(path.read_text(encoding="utf-8") for path in files)), encoding="utf-8")
        draft.replace(found)
    return found


class SiteStylesheetFinder(BaseFinder):
    """Lets `collectstatic`, `runserver` and the tests find the built stylesheet like any other file."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path.replace("\\", "/") != NAME:
            return []
        built = str(build())
        return [built] if find_all else built

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        build()
        yield NAME, FileSystemStorage(location=settings.BUILT_STATIC)
