"""Pages through the whole middleware in one process, and their weight."""

import gzip
import re
from html import unescape
from pathlib import Path

from django.conf import settings
from django.test import Client

from bench.measure import Timing, Work, race
from bench.questions import SEARCH, SEARCH_URL

ROUNDS = 200


def pages() -> dict[str, Timing]:
    """The search page and a center page beside the two reference pages."""
    client = Client(headers={"accept-encoding": "gzip"})
    addresses = {
        "search": SEARCH_URL,
        "center": _first_center(client),
        "start": "/programs/",
        "search_api": f"/api/search/?{SEARCH}",
        "services": "/api/hsds/services?per_page=20",
        "literal": "/bench/literal/",
        "cards": "/bench/cards/",
    }
    return race({name: _get(client, url) for name, url in addresses.items()}, rounds=ROUNDS)


def _get(client: Client, url: str) -> Work:
    def get() -> None:
        response = client.get(url)
        if response.status_code != 200:
            raise RuntimeError(f"{url} answered {response.status_code}")

    return get


def _first_center(client: Client) -> str:
    body = client.get(SEARCH_URL, headers={"accept-encoding": "identity"}).content.decode()
    found = re.search(r'<h3><a href="([^"]+)"', body)
    if found is None:
        raise RuntimeError("the search found no center")
    return unescape(found[1])


def weights() -> dict[str, float]:
    """Kilobytes over the wire, compressed: each page's HTML, and the files a first visit fetches with it."""
    client = Client(headers={"accept-encoding": "gzip"})
    urls = {"home": "/", "search": SEARCH_URL, "center": _first_center(client)}
    found: dict[str, float] = {}
    for name, url in urls.items():
        body = client.get(url).content
        html = gzip.decompress(body).decode()
        found[f"{name}: HTML"] = len(body) / 1000
        found[f"{name}: first visit"] = (len(body) + sum(map(_size, _files(html)))) / 1000
    return found


def _files(html: str) -> set[Path]:
    """The static files a page names, and the modules these import."""
    named = re.findall(rf'(?:src|href)="{re.escape(settings.STATIC_URL)}([^"]+)"', html)
    found: set[Path] = set()
    waiting = [Path(settings.STATIC_ROOT, name) for name in named]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            if path.suffix == ".js":
                waiting += _imports(path)
    return found


def _imports(path: Path) -> list[Path]:
    names = re.findall(r'(?:from|import)\s*\(?"(\.[^"]+)"', path.read_text(encoding="utf-8"))
    return [(path.parent / name).resolve() for name in names]


def _size(path: Path) -> int:
    packed = path.with_name(f"{path.name}.gz")
    return (packed if packed.exists() else path).stat().st_size
