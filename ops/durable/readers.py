"""People who read pages while something else goes on: how long each page took, and which failed."""

import http.client
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ops.durable.site import HOST

THINK = 0.12
"""Seconds between two pages of one reader: together they keep the site busy, not full."""


@dataclass
class Phase:
    """What was read while something went on. Milliseconds."""

    name: str
    took: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        took = sorted(self.took)
        return took[min(len(took) - 1, int(share * len(took)))] if took else float("nan")

    def __str__(self) -> str:
        fifty, ninety_five, ninety_nine = (self.percentile(share) for share in (0.5, 0.95, 0.99))
        return (
            f"{self.name:<26}{self.seconds:>7.1f}{len(self.took):>8}{len(self.failed):>8}"
            f"{fifty:>9.1f}{ninety_five:>9.1f}{ninety_nine:>9.1f}"
        )


HEAD = f"{'':<26}{'s':>7}{'pages':>8}{'failed':>8}{'p50 ms':>9}{'p95 ms':>9}{'p99 ms':>9}"


class Readers:
    """Readers of these pages, from now until `stop`."""

    def __init__(self, port: int, paths: Sequence[str], count: int = 3, seed: int = 1) -> None:
        self.port, self.paths = port, paths
        self.phase = Phase("warm-up")
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=(random.Random(seed + n),), daemon=True)
            for n in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def begin(self, name: str) -> Phase:
        """From now on what is read counts for this phase."""
        self.end()
        self.phase = Phase(name)
        self._begun = time.monotonic()
        return self.phase

    def end(self) -> None:
        if hasattr(self, "_begun"):
            self.phase.seconds = time.monotonic() - self._begun

    def stop(self) -> None:
        self.end()
        self._over.set()
        for thread in self._threads:
            thread.join(60)

    def _read(self, chance: random.Random) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        while not self._over.is_set():
            path, phase = chance.choice(self.paths), self.phase
            begun = time.perf_counter()
            try:
                connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
                answer = connection.getresponse()
                answer.read()
                if answer.status != 200:
                    phase.failed.append(f"{answer.status} {path}")
            except (OSError, http.client.HTTPException) as error:
                connection.close()
                phase.failed.append(f"{error!r} {path}")
            phase.took.append((time.perf_counter() - begun) * 1000)
            self._over.wait(THINK)
