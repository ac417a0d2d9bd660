"""The pages as a server gives them: gunicorn with two sync workers, eight connections that never rest.

wrk asks where it is installed, else a small client of ours, which costs the machine more: figures of the one
are not to be held against those of the other.
"""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench.questions import Visit, Visits

WORKERS = 2
CONNECTIONS = 8
SECONDS = 2
ROUNDS = 3
STARTING = 60
"""Seconds that the server may take until it answers."""
_SCRIPT = Path(__file__).with_name("visits.lua")


@dataclass(frozen=True, slots=True)
class Served:
    """What came back: requests a second of both workers, milliseconds, and answers that were no page."""

    rate: float
    median: float
    p99: float
    requests: int
    failed: int


@dataclass(frozen=True, slots=True)
class Memory:
    """Megabytes of the larger worker: resident, and its fair share of what processes share (0: unknown)."""

    resident: float
    share: float


@dataclass(frozen=True, slots=True)
class Load:
    """What each page was, and a worker that has answered nothing yet, each page once, and all of it."""

    pages: dict[str, Served]
    client: str
    idle: Memory
    warm: Memory
    after: Memory

    @property
    def requests(self) -> int:
        return sum(one.requests for one in self.pages.values())


def load(visits: Mapping[str, Visits]) -> Load:
    """Every kind of page in turn, ROUNDS times."""
    with _server() as (port, workers):
        idle = _memory(workers)
        for asked in visits.values():
            _ask(port, asked[0])
        warm = _memory(workers)
        runs: dict[str, list[Served]] = {name: [] for name in visits}
        for _ in range(ROUNDS):
            for name, asked in visits.items():
                runs[name].append(_wrk(port, asked) if shutil.which("wrk") else _ours(port, asked))
                # What was asked for last is still worked on: the next page waits for its end.
                _ask(port, Visit("/healthz"))
        after = _memory(workers)
    pages = {name: _middle(all_of_it) for name, all_of_it in runs.items()}
    return Load(pages, "wrk" if shutil.which("wrk") else "ours", idle, warm, after)


def _middle(runs: list[Served]) -> Served:
    return Served(
        median(one.rate for one in runs),
        median(one.median for one in runs),
        median(one.p99 for one in runs),
        sum(one.requests for one in runs),
        sum(one.failed for one in runs),
    )


@contextmanager
def _server() -> Iterator[tuple[int, list[int]]]:
    """A server of this environment on loopback: its port, and the ids of its workers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "iopfinder.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--workers", str(WORKERS), "--no-control-socket", "--log-level", "critical"]
    server = subprocess.Popen([*command, *options])
    try:
        yield port, _workers(port, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=STARTING)


def _workers(port: int, server: int) -> list[int]:
    """The ids of the workers, once all are there and one answers; [] where the system does not tell them."""
    until = time.monotonic() + STARTING
    while True:
        try:
            _ask(port, Visit("/healthz"))
            found = _children(server)
            if len(found) in (0, WORKERS):
                return found
        except OSError:
            if time.monotonic() > until:
                raise
        time.sleep(0.1)


def _children(process: int) -> list[int]:
    path = Path(f"/proc/{process}/task/{process}/children")
    return [int(one) for one in path.read_text().split()] if path.exists() else []


def _memory(workers: list[int]) -> Memory:
    found = [(_kilobytes(one, "status", "VmRSS"), _kilobytes(one, "smaps_rollup", "Pss")) for one in workers]
    resident, share = max(found, default=(0, 0))
    return Memory(resident / 1024, share / 1024)


def _kilobytes(process: int, file: str, name: str) -> int:
    path = Path(f"/proc/{process}/{file}")
    found = re.search(rf"^{name}:\s+(\d+) kB", path.read_text(), re.MULTILINE) if path.exists() else None
    return int(found[1]) if found else 0


def _ask(port: int, visit: Visit) -> int:
    """The status of one answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=STARTING)
    headers = {"Host": "testserver", "Accept-Encoding": "gzip"}
    connection.request(
        "GET", visit.path, headers=headers | ({"Cookie": visit.cookie} if visit.cookie else {})
    )
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def _wrk(port: int, visits: Visits) -> Served:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.writelines(f"{one.path}\t{one.cookie}\n" for one in visits)
        file.flush()
        options = ["--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{SECONDS}s"]
        patience = ["--timeout", f"{STARTING}s", "--script", str(_SCRIPT)]
        command = ["wrk", *options, *patience, f"http://127.0.0.1:{port}", "--", file.name]
        done = subprocess.run(
            command, capture_output=True, text=True, check=True, env={"PATH": os.environ["PATH"]}
        )
    told = json.loads(done.stdout.splitlines()[-1])
    rate = told["requests"] / told["seconds"]
    return Served(rate, told["median"], told["p99"], told["requests"], told["failed"])


def _ours(port: int, visits: Visits) -> Served:
    """The same by threads of this process: each asks as soon as it has its answer."""
    began = time.perf_counter()

    def sit(seat: int) -> list[tuple[float, bool]]:
        answers: list[tuple[float, bool]] = []
        while time.perf_counter() < began + SECONDS:
            asked = time.perf_counter()
            status = _ask(port, visits[(seat + len(answers) * CONNECTIONS) % len(visits)])
            answers.append(((time.perf_counter() - asked) * 1e3, status == 200))
        return answers

    with ThreadPoolExecutor(CONNECTIONS) as seats:
        answers = [one for seat in seats.map(sit, range(CONNECTIONS)) for one in seat]
    rate = len(answers) / (time.perf_counter() - began)
    times = sorted(milliseconds for milliseconds, _ in answers)
    p99 = times[max(0, round(len(times) * 0.99) - 1)]
    return Served(rate, median(times), p99, len(times), sum(not good for _, good in answers))
