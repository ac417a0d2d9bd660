"""Timing. Everything that is compared takes turns in one run, so that a busy machine slows all alike."""

import gc
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from statistics import median

Work = Callable[[], object]
FEWEST = 10
"""Rounds of a race that is stopped for its time."""


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds a call: by the clock (least, median, 99th percentile) and of processor time (median).

    Processor time is that of this process: a database server's own is not in it.
    """

    least: float
    median: float
    p99: float
    processor: float


def race(
    contestants: Mapping[str, Work], *, rounds: int, warm_up: int = 5, seconds: float = inf
) -> dict[str, Timing]:
    """Every contestant once a round, in turn; the garbage collector stays on, as it is in production.

    After so many seconds no further round begins, but at least FEWEST are run.
    """
    clock: dict[str, list[float]] = {name: [] for name in contestants}
    processor: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(warm_up):
        for work in contestants.values():
            work()
    gc.collect()
    until = time.monotonic() + seconds
    for number in range(rounds):
        if number >= FEWEST and time.monotonic() > until:
            break
        for name, work in contestants.items():
            busy, began = time.process_time_ns(), time.perf_counter_ns()
            work()
            clock[name].append((time.perf_counter_ns() - began) / 1e6)
            processor[name].append((time.process_time_ns() - busy) / 1e6)
    return {
        name: Timing(min(clock[name]), median(clock[name]), _p99(clock[name]), median(processor[name]))
        for name in contestants
    }


def _p99(values: list[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.99) - 1)]
