"""Pages through the whole middleware in one process, and their weight."""

import gzip
import re
from collections.abc import Iterator, Mapping
from html import unescape
from itertools import cycle
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.measure import Timing, Work, race
from bench.questions import SEARCH_URL, Visit, Visits

ROUNDS = 120
SECONDS = 60
FEW = 20


def pages(visits: Mapping[str, Visits]) -> dict[str, Timing]:
    """Each kind of page, in turn with the reference pages; its requests are asked one after another."""
    client = Client(headers={"accept-encoding": "gzip"})
    work = {name: _get(client, cycle(asked)) for name, asked in visits.items()}
    return race(work, rounds=ROUNDS, seconds=SECONDS)


def queries(visits: Mapping[str, Visits]) -> dict[str, int]:
    """The most queries that one of the first FEW requests for each kind of page takes, once all is warm."""
    client = Client(headers={"accept-encoding": "gzip"})
    most = {}
    for name, asked in visits.items():
        taken = []
        for one in asked[:FEW]:
            _ask(client, one)
            with CaptureQueriesContext(connection) as sent:
                _ask(client, one)
            taken.append(len(sent))
        most[name] = max(taken)
    return most


def _get(client: Client, visits: Iterator[Visit]) -> Work:
    return lambda: _ask(client, next(visits))


def _ask(client: Client, visit: Visit) -> None:
    response = client.get(visit.path, headers={"cookie": visit.cookie} if visit.cookie else {})
    if response.status_code != 200:
        raise RuntimeError(f"{visit.path} answered {response.status_code}")


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
