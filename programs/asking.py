"""Counts how often one network asks within a minute, in the memory of this server process.

For what is asked too often to be written down each time: the API, and reports of browsers. Tries that must
not be guessed at are counted in the database instead (`programs.throttle`), where all processes count
together; here each process counts by itself, so that several of them let through so many times as much.

No address is kept: only a keyed digest, under a key drawn at random for each minute, which is nowhere else
and gone with it. The number of networks is bounded: those beyond it count as one, so that a flood of
addresses neither fills the memory nor pushes others' counts out.
"""

import hashlib
import hmac
import secrets
import time
from collections import Counter
from threading import Lock

SECONDS = 60
NETWORKS = 20_000
"""Networks a minute that are told apart: about 3 MB."""
_KEY_BYTES = 32


class Minute:
    """The counts of the minute that is now."""

    def __init__(self) -> None:
        self._lock = Lock()
        self.forget()

    def forget(self) -> None:
        """Everything, the key included."""
        self._began = -1
        self._key = b""
        self._counts: Counter[bytes] = Counter()

    def wait(self, kind: str, network: str, limit: int, at: float | None = None) -> int:
        """Counts this request. 0 where it may go on, else the seconds until it may be tried again."""
        second = int(time.time() if at is None else at)
        with self._lock:
            if self._began != second // SECONDS:
                self._began, self._key, self._counts = (
                    second // SECONDS,
                    secrets.token_bytes(_KEY_BYTES),
                    Counter(),
                )
            who = self._of(kind, network)
            self._counts[who] += 1
            return 0 if self._counts[who] <= limit else SECONDS - second % SECONDS

    def _of(self, kind: str, network: str) -> bytes:
        who = hmac.digest(self._key, f"{kind}|{network}".encode(), hashlib.sha256)
        return who if who in self._counts or len(self._counts) < NETWORKS else kind.encode()


NOW = Minute()
"""Of this process."""
