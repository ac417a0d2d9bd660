"""What processes hold and use while they work, read from /proc every few seconds."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
Pids = Callable[[], Iterable[int]]


def megabytes(pid: int) -> float:
    """Memory that is this process's own share (Pss). OSError when it is gone."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def seconds(pid: int) -> float:
    """Processor time of a process so far. OSError when it is gone."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def family(pid: int) -> list[int]:
    """A process and all that came of it."""
    found = [pid]
    with suppress(OSError):
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += family(int(child))
    return found


@dataclass(frozen=True)
class Sample:
    """at: seconds since 1970. memory: MB of each worker. used: processor seconds so far, by kind."""

    at: float
    memory: Mapping[int, float]
    used: Mapping[str, float]


@dataclass
class Samples:
    """Takes a sample every few seconds until it is stopped."""

    workers: Pids
    kinds: Mapping[str, Pids]
    every: float = 2.0
    taken: list[Sample] = field(default_factory=list)
    _over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> None:
        threading.Thread(target=self._run, daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _run(self) -> None:
        gone: dict[str, dict[int, float]] = {kind: {} for kind in self.kinds}
        while not self._over.wait(self.every):
            memory, used = {}, {}
            for pid in self.workers():
                with suppress(OSError):
                    memory[pid] = megabytes(pid)
            for kind, pids in self.kinds.items():
                for pid in pids():
                    with suppress(OSError):
                        gone[kind][pid] = seconds(pid)
                used[kind] = sum(gone[kind].values())
            self.taken.append(Sample(time.time(), memory, used))

    def between(self, begin: float, end: float) -> list[Sample]:
        return [one for one in self.taken if begin <= one.at <= end]
