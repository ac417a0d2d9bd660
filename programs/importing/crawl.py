"""Collects all pages of the national locator in a folder, and goes on where an earlier run was stopped.

Pages are checked against each other as they come: what changes while it is read is no directory. The folder
holds only whole answers, each under its own name; a page is there or it is not.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b, sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from programs.importing.answers import ROW, CutOffError, Page, read_page
from programs.importing.fetching import Clock, Fetcher
from programs.importing.workbook import StructureError

MAX_PAGES = 10_000
MAX_AGE = timedelta(hours=12)
"""Pages that were begun longer ago are thrown away: the locator has moved on."""
PAUSE = 1.0
"""Seconds between two pages."""
EVERYWHERE = {
    "sType": "both",
    # By distance from the middle of the country, as far as the other side of the Earth: all there is.
    "limitType": 2,
    "limitValue": 20_040_000,
    "sAddr": "39.8283,-98.5795",
    "sort": 0,
}
_MANIFEST = "crawl.json"
_NOT_THE_PLACE = ("irow", "miles")
"""Keys of a row that depend on the question asked, not on the place."""


class ChangedError(Exception):
    """The pages do not fit each other. They are thrown away; nothing was imported."""


@dataclass(slots=True)
class _Checker:
    """Whether pages, in order, make one whole. ChangedError says what does not fit."""

    size: int
    first: Page | None = None
    rows: int = 0
    seen: dict[bytes, int] = field(default_factory=dict)

    def add(self, page: Page, asked: int) -> None:
        if page.number != asked:
            raise ChangedError(f"page {asked} was asked for, page {page.number} came")
        first = self.first = self.first or page
        if (page.total_pages, page.record_count) != (first.total_pages, first.record_count):
            raise ChangedError(
                f"the locator changed while it was read: {first.record_count:,} records on "
                f"{first.total_pages:,} pages at first, {page.record_count:,} on "
                f"{page.total_pages:,} at page {asked}"
            )
        self._check_counts(page)
        if not page.rows:
            raise ChangedError(f"page {asked} of {page.total_pages} is empty")
        self._check_repeats(page)
        self.rows += len(page.rows)
        if self.rows > page.record_count:
            raise ChangedError(f"more rows than the {page.record_count:,} records that were promised")

    def finish(self) -> None:
        promised = self.first.record_count if self.first else 0
        if self.rows != promised:
            raise ChangedError(f"{promised:,} records were promised, {self.rows:,} rows came")

    def _check_counts(self, page: Page) -> None:
        pages, records = page.total_pages, page.record_count
        if not records:
            raise ChangedError("the locator lists nothing at all")
        if not 1 <= pages <= min(records, MAX_PAGES) or records > pages * self.size:
            raise ChangedError(f"{records:,} records cannot be on {pages:,} pages of up to {self.size:,}")

    def _check_repeats(self, page: Page) -> None:
        ids = [_id(row) for row in page.rows]
        before = [self.seen[one] for one in ids if one in self.seen]
        if len(before) == len(ids):
            raise ChangedError(f"page {page.number} repeats page {before[0]}")
        if before:
            raise ChangedError(
                f"{len(before)} rows of page {before[0]} came again on page {page.number}: "
                "rows moved meanwhile"
            )
        self.seen.update(dict.fromkeys(ids, page.number))


def check_whole(pages: Iterable[Page]) -> None:
    """ChangedError where pages, in any order, do not make one whole directory."""
    found = sorted(pages, key=lambda page: page.number)
    checker = _Checker(max((len(page.rows) for page in found), default=0))
    for asked, page in enumerate(found, 1):
        checker.add(page, asked)
    checker.finish()


class Crawl:
    """One reading of the whole locator at `url`, kept in `folder`."""

    def __init__(self, folder: Path, url: str, size: int, clock: Clock | None = None) -> None:
        self.folder, self.size = folder, size
        self._url, self._clock = url, clock or Clock()

    def collect(self, fetcher: Fetcher, say: Callable[[str], object] = lambda line: None) -> None:
        """Have every page in the folder. ChangedError when they do not fit (none is kept), FetchError or
        StructureError when one does not come (those that came are kept for the next run)."""
        self._begin(say)
        checker = _Checker(self.size)
        try:
            number = self._take_kept(checker) + 1
            if number > 1:
                say(f"Going on after page {number - 1} of an earlier run.")
            while checker.first is None or number <= checker.first.total_pages:
                if number > 1:
                    self._clock.sleep(PAUSE)
                body, page = fetcher.get(self._address(number), lambda body: (body, read_page(body)))
                checker.add(page, number)
                self._write(self._path(number), body)
                say(f"Page {number:,} of {page.total_pages:,}")
                number += 1
            checker.finish()
        except ChangedError:
            self.clear()
            raise

    def pages(self) -> Iterator[tuple[str, list[ROW]]]:
        """The collected pages in order: the name of the file, and its rows."""
        for path in self._paths():
            yield path.name, read_page(path.read_bytes()).rows

    @property
    def digest(self) -> str:
        """SHA-256 of all pages, one after another."""
        found = sha256()
        for path in self._paths():
            found.update(path.read_bytes())
        return found.hexdigest()

    def clear(self) -> None:
        """Take our own files out of the folder, and the folder if nothing else is in it."""
        for path in (*self._paths(), self.folder / _MANIFEST, *self.folder.glob("page-*.part")):
            path.unlink(missing_ok=True)
        if self.folder.is_dir() and not any(self.folder.iterdir()):
            self.folder.rmdir()

    def _begin(self, say: Callable[[str], object]) -> None:
        """A folder with pages of this very question, begun not long ago, or with none."""
        now = self._clock.now()
        kept = _manifest(self.folder / _MANIFEST)
        if kept.get("asked") != self._address(0) or not _is_young(kept.get("begun"), now):
            if self._paths():
                say("The pages of an earlier run are too old or of another question: beginning anew.")
            self.clear()
            self.folder.mkdir(parents=True, exist_ok=True)
            manifest = {"asked": self._address(0), "begun": now.isoformat()}
            self._write(self.folder / _MANIFEST, json.dumps(manifest).encode())

    def _take_kept(self, checker: _Checker) -> int:
        """Check the pages that are there; the number of the last good one. A broken one ends them."""
        for number, path in enumerate(self._paths(), 1):
            try:
                if path != self._path(number):
                    raise CutOffError
                page = read_page(path.read_bytes())
            except (CutOffError, StructureError):
                for broken in self._paths()[number - 1 :]:
                    broken.unlink()
                return number - 1
            checker.add(page, number)
        return len(self._paths())

    def _address(self, number: int) -> str:
        return f"{self._url}?{urlencode(EVERYWHERE | {'page': number, 'pageSize': self.size})}"

    def _path(self, number: int) -> Path:
        return self.folder / f"page-{number:05}.json"

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("page-*.json"))

    def _write(self, path: Path, body: bytes) -> None:
        """All of it or nothing, wherever the process is killed."""
        part = path.with_suffix(".part")
        with part.open("wb") as stream:
            stream.write(body)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(path)


def _id(row: ROW) -> bytes:
    """What makes a row the same on another page: its id, or else all that it says."""
    if row.get("frid"):
        return str(row["frid"]).encode()
    said = {key: value for key, value in row.items() if key not in _NOT_THE_PLACE}
    return blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=16).digest()


def _manifest(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_young(begun: object, now: datetime) -> bool:
    try:
        age = now - datetime.fromisoformat(str(begun))
    except (TypeError, ValueError):
        return False
    return timedelta(0) <= age <= MAX_AGE
