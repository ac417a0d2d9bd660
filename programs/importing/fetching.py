"""Asks another site for something, politely: says who asks, waits as told, gives up in time.

One loop retries whatever may pass: a busy server, a broken line, an answer that ends in the middle. Libraries
retry the first two; the third only who reads the answer can see, hence a loop of our own on the standard
library.
"""

import http.client
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib import request
from urllib.error import HTTPError, URLError

from programs.importing.answers import CutOffError

T = TypeVar("T")
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers that may be better in a moment."""
LARGEST = 100_000_000
"""Bytes of one answer. 2,000 facilities have about 10 million."""


class FetchError(Exception):
    """The other site does not give what was asked for. The message says why, in one line."""


class _AgainError(Exception):
    """Worth asking again, after so many seconds at least."""

    def __init__(self, why: str, after: float = 0.0) -> None:
        super().__init__(why)
        self.after = after


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance, so that tests need not wait."""

    sleep: Callable[[float], object] = time.sleep
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    elapsed: Callable[[], float] = time.monotonic
    chance: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class Manners:
    """tries: in all. first, longest: seconds before the second try, and at most. timeout: seconds of silence
    on a line. whole: seconds for one answer. patience: a longer wait that the other site asks for ends it."""

    tries: int = 6
    first: float = 2.0
    longest: float = 120.0
    timeout: float = 60.0
    whole: float = 300.0
    patience: float = 900.0


class Fetcher:
    """Asks by GET. `agent` names the site and whom to write to."""

    def __init__(self, agent: str, *, manners: Manners | None = None, clock: Clock | None = None) -> None:
        self._headers = {"User-Agent": agent, "Accept": "application/json"}
        self._manners = manners or Manners()
        self._clock = clock or Clock()
        self._opener = _opener()

    def get(self, url: str, read: Callable[[bytes], T]) -> T:
        """What `read` makes of the answer. FetchError when nothing good comes, or not soon enough."""
        manners = self._manners
        for turn in range(1, manners.tries + 1):
            try:
                return read(self._body(url))
            except CutOffError as error:
                why, after = str(error), 0.0
            except _AgainError as error:
                why, after = str(error), error.after
            if after > manners.patience:
                raise FetchError(f"{url}: {why}: asks to wait {after:,.0f} seconds")
            if turn < manners.tries:
                self._clock.sleep(max(after, self._backoff(turn)))
        raise FetchError(f"{url}: {why}, {manners.tries} times")

    def _backoff(self, turn: int) -> float:
        """Twice as long each time, and by chance up to half of it less: many who wait do not come at once."""
        longest = min(self._manners.longest, self._manners.first * float(2 ** (turn - 1)))
        return longest * (1 - self._clock.chance() / 2)

    def _body(self, url: str) -> bytes:
        try:
            asked = request.Request(url, headers=self._headers)  # noqa: S310 - the opener knows HTTP only
            with self._opener.open(asked, timeout=self._manners.timeout) as answer:
                return self._read(answer)
        except HTTPError as error:
            with error:
                if error.code not in AGAIN:
                    raise FetchError(f"{url}: answers {error.code} {error.reason}") from error
                raise _AgainError(f"answers {error.code}", self._after(error)) from error
        except (http.client.HTTPException, OSError) as error:
            # URLError wraps what the line said; a time limit while reading comes bare.
            reason = error.reason if isinstance(error, URLError) else error
            raise _AgainError(f"no answer ({_line(reason)})") from error

    def _read(self, answer: http.client.HTTPResponse) -> bytes:
        """The whole answer, however slowly it drips, up to a size and a time."""
        began, pieces, size = self._clock.elapsed(), list[bytes](), 0
        while piece := answer.read1(1 << 16):
            pieces.append(piece)
            size += len(piece)
            if size > LARGEST:
                raise FetchError(f"{answer.url}: answers with more than {LARGEST // 1_000_000} MB")
            if self._clock.elapsed() - began > self._manners.whole:
                raise _AgainError(f"no whole answer in {self._manners.whole:,.0f} seconds")
        promised = answer.headers.get("Content-Length", "")
        if promised.isdecimal() and size < int(promised):
            raise CutOffError(f"an answer cut off after {size:,} bytes")
        return b"".join(pieces)

    def _after(self, error: HTTPError) -> float:
        """Seconds of a Retry-After header, which may be a number or a date; 0 for none."""
        told = (error.headers.get("Retry-After") or "").strip()
        if told.isdecimal():
            return float(told)
        try:
            day = parsedate_to_datetime(told)
        except ValueError:
            return 0.0
        day = day if day.tzinfo else day.replace(tzinfo=UTC)
        return max(0.0, (day - self._clock.now()).total_seconds())


def _opener() -> request.OpenerDirector:
    """HTTP and HTTPS, redirects and proxies; no files and no FTP, whatever an address says."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPRedirectHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _line(error: object) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
