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
    """One fault after another, until it is over and each kind has come at least once."""

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
        self.kinds: dict[str, Callable[[], bool]] = {
            "SIGKILL a gunicorn worker": self._worker,
            "SIGKILL gunicorn's master": self._master,
            "SIGKILL the import command": self.importer.kill,
            "restart the database, fast": lambda: self._restart("fast"),
            "restart the database, immediate": lambda: self._restart("immediate"),
            "SIGKILL one database session": self._session,
            "SIGKILL the database's postmaster": self._postmaster,
        }

    @property
    def missing(self) -> list[str]:
        """Kinds that have not come yet."""
        return sorted(name for name in self.kinds if not self.seconds.get(name))

    def run(self) -> None:
        waiting: list[str] = []
        while self._goes_on():
            if not waiting:
                waiting = sorted(self.kinds)
                self.chance.shuffle(waiting)
            name = waiting.pop()
            begun = time.monotonic()
            try:
                if not self.kinds[name]():
                    waiting.insert(0, name)  # There was nothing to kill: it comes again, last of its round.
                    continue
                self.site.wait(paths=PAGES)
            except Exception as error:
                self.wrong.append(f"{name}: {error!r}")
                return
            self.seconds[name].append(time.monotonic() - begun)

    def _goes_on(self) -> bool:
        """Whether there is one more, after a pause."""
        pause = self.chance.uniform(*self.every)
        if not self.over.wait(pause):
            return True
        if self.missing:
            time.sleep(pause)
        return bool(self.missing)

    def _worker(self) -> bool:
        workers = self.site.workers
        return bool(workers) and _kill(self.chance.choice(workers))

    def _master(self) -> bool:
        master = self.site.master
        return master is not None and _kill(master)

    def _restart(self, mode: str) -> bool:
        self.postgres.stop(mode)
        self.postgres.start()
        return True

    def _session(self) -> bool:
        """A server process dies, as of a bug: the database throws all sessions out and recovers."""
        postmaster = self.postgres.postmaster
        sessions = [pid for pid in _children(postmaster) if _title(pid).startswith("postgres: iopfinder")]
        return bool(sessions) and _kill(self.chance.choice(sessions))

    def _postmaster(self) -> bool:
        self.postgres.kill()
        self.postgres.start()
        return True


def _kill(pid: int) -> bool:
    """Whether it was there to be killed."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
        return True
    return False


def _children(pid: int) -> list[int]:
    with suppress(OSError), open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
        return [int(one) for one in file.read().split()]
    return []


def _title(pid: int) -> str:
    with suppress(OSError), open(f"/proc/{pid}/cmdline", "rb") as file:  # noqa: PTH123
        return file.read().replace(b"\0", b" ").decode(errors="replace")
    return ""
