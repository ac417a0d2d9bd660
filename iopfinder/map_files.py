"""The files of the map: Leaflet from its package, and one stylesheet, `css/map.css`, of Leaflet's and ours.

Why they are built and not linked: Leaflet's sheet asks for pictures of pins and layers that no map here
shows, and its script for a source map that is not served. Both asks are cut; the script is
otherwise as released.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage, Storage

from iopfinder.stylesheet import built, compact

SCRIPT = "leaflet/leaflet.js"
SHEET = "css/map.css"
NOTICE = "/* Leaflet, https://leafletjs.com, (c) Volodymyr Agafonkin and CloudMade, BSD-2-Clause */"
_PICTURE = re.compile(r"(?:background-image|behavior):\s*url\([^)]*\);?")
_SOURCE_MAP = re.compile(r"^//# sourceMappingURL=.*$", re.MULTILINE)


def script(leaflet: str) -> str:
    """Leaflet's script without the line that names its source map."""
    return _SOURCE_MAP.sub("", leaflet)


def sheet(leaflet: str, ours: str) -> str:
    """Leaflet's sheet without its pictures, then ours."""
    return "\n".join((NOTICE, compact(_PICTURE.sub("", leaflet)), compact(ours), ""))


def build() -> dict[str, Path]:
    """Both files by the names they are served under, made anew when a source is newer."""
    ours = settings.BASE_DIR / "static" / "css" / "map-theme.css"
    return {
        SCRIPT: built(SCRIPT, [settings.LEAFLET / "leaflet.js"], script),
        SHEET: built(SHEET, [settings.LEAFLET / "leaflet.css", ours], sheet),
    }


class MapFilesFinder(BaseFinder):
    """Lets `collectstatic`, `runserver` and the tests find the built files like any other."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        name = path.replace("\\", "/")
        if name not in (SCRIPT, SHEET):
            return []
        made = str(build()[name])
        return [made] if find_all else made

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for name in build():
            yield name, FileSystemStorage(location=settings.BUILT_STATIC)
