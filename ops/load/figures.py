"""From a file of requests to a table."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. at: when it was sent. ms: until its answer was whole. outcome: served, sent away, error"""

    stage: str
    at: float
    name: str
    ms: float
    outcome: str
    why: str


@dataclass(frozen=True)
class Run:
    """All of a run. begins: when each stage did, in order. visits: how each ended, by stage."""

    requests: tuple[Asked, ...]
    begins: dict[str, float]
    visits: Counter[tuple[str, str]]

    def of(self, stage: str, *names: str) -> list[Asked]:
        return [one for one in self.requests if one.stage == stage and (not names or one.name in names)]


def read(path: Path) -> Run:
    requests, begins, visits = [], dict[str, float](), Counter[tuple[str, str]]()
    for line in path.read_text().splitlines():
        stage, at, name, ms, outcome, status, why = json.loads(line)
        if stage == "begins":
            begins[name] = at
        elif name == "visit":
            visits[stage, outcome] += 1
        else:
            requests.append(Asked(stage, at, name, ms, outcome, f"{status} {why}".strip()))
    return Run(tuple(requests), begins, visits)


def quantile(values: Sequence[float], share: float) -> float:
    """0 where there are none."""
    found = sorted(values)
    return found[min(len(found) - 1, int(len(found) * share))] if found else 0.0


def served(asked: Iterable[Asked]) -> list[float]:
    return [one.ms for one in asked if one.outcome == "served"]


COLUMNS = ("requests", "a second", "p50", "p95", "p99", "longest", "sent away", "errors")
HEAD = f"{'':<22} {' '.join(f'{name:>9}' for name in COLUMNS)}"


def line(label: str, asked: Sequence[Asked], seconds: float) -> str:
    """One row: milliseconds of what was served; what was sent away is counted beside it."""
    times, outcomes = served(asked), Counter(one.outcome for one in asked)
    waits = [*(quantile(times, share) for share in (0.5, 0.95, 0.99)), max(times, default=0.0)]
    middle = " ".join(f"{wait:>9.0f}" for wait in waits)
    rate = len(asked) / max(seconds, 1e-9)
    ends = f"{outcomes['sent away']:>9,} {outcomes['error']:>9,}"
    return f"{label:<22} {len(asked):>9,} {rate:>9.1f} {middle} {ends}"


def recovered(asked: Sequence[Asked], begin: float, limit: float, *, calm: int = 10) -> float | None:
    """Seconds from `begin` until, of who comes within `calm` seconds, 99 in 100 are served within `limit` ms;
    who is sent away is not. None where that never came."""
    waits = [
        (one.at - begin, one.ms if one.outcome == "served" else float("inf"))
        for one in asked
        if one.at >= begin
    ]
    last = int(max((at for at, _ in waits), default=0.0))
    for second in range(last - calm + 1):
        here = [wait for at, wait in waits if second <= at < second + calm]
        if here and quantile(here, 0.99) <= limit:
            return float(second)
    return None
