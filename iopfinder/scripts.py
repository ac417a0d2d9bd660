"""Our scripts as they are sent: without comments and indents, which are a quarter of them and only for us."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage
from rjsmin import jsmin

from iopfinder.stylesheet import built


def _is_ours(path: str) -> bool:
    return path.replace("\\", "/").startswith("js/") and path.endswith(".js")


def small(script: str) -> str:
    """The same script in fewer characters."""
    return str(jsmin(script))


def _built(path: str, source: Path) -> Path:
    return built(path, [source], small)


class OwnFilesFinder(FileSystemFinder):
    """The files of `static/`; instead of a script the one that is sent, made when it is asked for."""

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = super().find(path, find_all=True)
        if _is_ours(path):
            found = [str(_built(path, Path(one))) for one in found]
        return found if find_all or not found else found[0]

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            if _is_ours(path):
                _built(path, Path(storage.path(path)))
                yield path, FileSystemStorage(location=settings.BUILT_STATIC)
            else:
                yield path, storage
