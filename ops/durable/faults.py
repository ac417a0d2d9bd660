"""Kills, in an order that a seed decides, and notes how long it took until the site answered again."""

import os
import random
import signal
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress

from ops.durable.importers import CommandImporter
from ops.durable.postgres import Postgres
from ops.durable.site import Site

PAGES = ("/readyz", "/programs/?zip=85004")
"""What must come with 200 before the site counts as recovered: the database asked, and a search."""


class Faults(threading.Thread):
    """One fault after another until it is over; each kind at least once, if there is time."""

    def __init__(
        self,
        postgres: Postgres,
        site: Site,
        importer: CommandImporter,
        over: threading.Event,
        seed: int,
        every: tuple[float, float],
    ) -> None:
        super().__init__(name="faults", daemon=True)
        self.postgres, self.site, self.importer, self.over = postgres, site, importer, over
        self.chance, self.every = random.Random(seed), every
        self.seconds: defaultdict[str, list[float]] = defaultdict(list)
        """How long each fault lasted for whoever reads pages, by kind."""
        self.wrong: list[str] = []
        self.kinds: dict[str, Callable[[], object]] = {
            "SIGKILL a gunicorn worker": self._worker,
            "SIGKILL gunicorn's master": self._master,
            "SIGKILL the import command": self.importer.kill,
            "restart the database, fast": lambda: self._restart("fast"),
            "restart the database, immediate": lambda: self._restart("immediate"),
            "SIGKILL one database session": self._session,
            "SIGKILL the database's postmaster": self._postmaster,
        }

    def run(self) -> None:
        waiting: list[str] = []
        while not self.over.wait(self.chance.uniform(*self.every)):
            if not waiting:
                waiting = sorted(self.kinds)
                self.chance.shuffle(waiting)
            name = waiting.pop()
            begun = time.monotonic()
            try:
                self.kinds[name]()
                self.site.wait(paths=PAGES)
            except Exception as error:
                self.wrong.append(f"{name}: {error!r}")
                return
            self.seconds[name].append(time.monotonic() - begun)

    def _worker(self) -> None:
        workers = self.site.workers
        if workers:
            _kill(self.chance.choice(workers))

    def _master(self) -> None:
        if self.site.master:
            _kill(self.site.master)

    def _restart(self, mode: str) -> None:
        self.postgres.stop(mode)
        self.postgres.start()

    def _session(self) -> None:
        """A server process dies, as of a bug: the database throws all sessions out and recovers."""
        postmaster = self.postgres.postmaster
        sessions = [pid for pid in _children(postmaster) if _title(pid).startswith("postgres: iopfinder")]
        if sessions:
            _kill(self.chance.choice(sessions))

    def _postmaster(self) -> None:
        self.postgres.kill()
        self.postgres.start()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _children(pid: int) -> list[int]:
    with suppress(OSError), open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
        return [int(one) for one in file.read().split()]
    return []


def _title(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123
        return file.read().replace(b"\0", b" ").decode(errors="replace")
    return ""
