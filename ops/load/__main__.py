"""`ops/load/run`: see there."""

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from typing import Any

from ops.durable.postgres import ROOT, UNAVAILABLE, MissingError, Postgres
from ops.durable.site import Site, manage
from ops.load import figures
from ops.load.samples import Samples, family
from ops.load.serving import Nginx, cores, fill, say, site_environment

WORKERS = 2
TARGET = 1000.0
"""Milliseconds that one in a hundred may wait, under normal load."""
FLAT = 16.0
"""MB that a worker may have gained between the second quarter of the normal load and its last."""
Stage = dict[str, Any]


def stages(people: int, minutes: float, *, quick: bool) -> list[Stage]:
    """Normal, five times as many, as many in a hurry, normal again."""
    many, rush, after = (15, 10, 20) if quick else (180, 60, 90)
    rate = max(10, people // 10)
    return [
        {"name": "normal", "seconds": minutes * 60, "people": people, "rate": rate, "pace": 1},
        {"name": "five times", "seconds": many, "people": 5 * people, "rate": 5 * rate, "pace": 1},
        {"name": "in a hurry", "seconds": rush, "people": 5 * people, "rate": 5 * rate, "pace": 0},
        {"name": "after", "seconds": after, "people": people, "rate": 5 * rate, "pace": 1},
    ]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ops/load/run")
    parser.add_argument("--quick", action="store_true", help="under two minutes, on the sample directory")
    parser.add_argument("--people", type=int, default=0, help="visitors at a time, normally (200)")
    parser.add_argument("--minutes", type=float, default=0, help="of normal load (10)")
    parser.add_argument("--sample", action="store_true", help="the sample directory, whatever is there")
    found = parser.parse_args()
    found.people = found.people or 200
    found.minutes = found.minutes or (0.5 if found.quick else 10)
    found.sample = found.sample or found.quick
    return found


def main() -> int:
    wanted = arguments()
    plan = stages(wanted.people, wanted.minutes, quick=wanted.quick)
    say(f"About {sum(one['seconds'] for one in plan) / 60 + (0.5 if wanted.sample else 2):.0f} minutes.")
    try:
        with ExitStack() as stack:
            return rehearse(wanted, plan, stack)
    except MissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return UNAVAILABLE


def rehearse(wanted: argparse.Namespace, plan: list[Stage], stack: ExitStack) -> int:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))
    # Readable by nginx's own account, with the waiting pages in it.
    scratch = Path(tempfile.mkdtemp(prefix="iopfinder-load-", dir="/tmp"))
    scratch.chmod(0o755)
    stack.callback(shutil.rmtree, scratch, ignore_errors=True)
    (scratch / "counts").mkdir()
    server = Postgres(shared_buffers="256MB")
    stack.callback(server.remove)
    server.create()
    env = site_environment(server.url, scratch / "counts")
    say(f"PostgreSQL with fsync {server.setting('fsync')}; loading the directory …")
    holds = fill(server, env, sample=wanted.sample)
    manage(env, "waiting_pages", str(scratch / "waiting"))
    site = Site(env, scratch / "site.log", workers=WORKERS)
    stack.callback(site.stop)
    site.start()
    nginx = Nginx(scratch, [site.port], pages=scratch / "waiting")
    nginx.start()
    stack.callback(nginx.stop)
    before = site.workers
    say(f"{holds}; {WORKERS} workers; {cores()} cores; visitors come …")
    run, samples = load(plan, scratch, nginx, site, server)
    return report(run, samples, plan, holds, before == site.workers and site.starts == 1)


def load(
    plan: list[Stage], scratch: Path, nginx: Nginx, site: Site, server: Postgres
) -> tuple[figures.Run, Samples]:
    """Let locust run through the stages on the last core, beside servers that may use all of them."""
    requests = scratch / "requests.jsonl"
    locust = [
        str(ROOT / "build/load-venv/bin/locust"),
        "--headless",
        "--only-summary",
        "--loglevel",
        "WARNING",
    ]
    locust += ["--locustfile", "ops/load/locustfile.py", "--host", f"http://127.0.0.1:{nginx.port}"]
    pinned = ["taskset", "--cpu-list", str(max(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "LOAD_STAGES": json.dumps(plan)}
    with (scratch / "locust.log").open("wb") as log:
        generator = subprocess.Popen(
            [*pinned, *locust], cwd=ROOT, env={**env, "LOAD_REQUESTS": str(requests)}, stdout=log, stderr=log
        )
        samples = Samples(
            lambda: site.workers,
            {
                "workers": lambda: site.workers,
                "PostgreSQL": lambda: family(server.postmaster),
                "nginx": lambda: family(nginx.process.pid if nginx.process else 0),
                "generator": lambda: family(generator.pid),
            },
        )
        samples.start()
        try:
            generator.wait(sum(one["seconds"] for one in plan) + 120)
        finally:
            generator.terminate()
            generator.wait(30)
            samples.stop()
    if not requests.exists():
        sys.stderr.write((scratch / "locust.log").read_text())
    return figures.read(requests), samples


def report(run: figures.Run, samples: Samples, plan: list[Stage], holds: str, alive: bool) -> int:
    say("done\n")
    print(f"{time.strftime('%Y-%m-%d')}, {cores()} cores, {WORKERS} workers of 4 threads, {holds};")
    print("the generator shares the cores, pinned to the last one. Milliseconds of what was served.\n")
    print(figures.HEAD)
    for one in plan:
        asked = run.of(one["name"])
        print(figures.line(f"{one['name']} ({one['people']})", asked, one["seconds"]))
        print(figures.line("  crisis lines", run.of(one["name"], "crisis lines"), one["seconds"]))
    print("\nNormal load, by what was asked")
    for name in sorted({asked.name for asked in run.of("normal")}):
        print(figures.line(f"  {name}", run.of("normal", name), plan[0]["seconds"]))
    ended = sum(count for (stage, _), count in run.visits.items() if stage == "normal")
    begun = len(run.of("normal", "home"))
    print(
        f"Requests a visit, files included: about {len(run.of('normal')) / max(1.0, (begun + ended) / 2):.0f}"
    )
    visits = ", ".join(
        f"{stage}: {count} {outcome}" for (stage, outcome), count in sorted(run.visits.items())
    )
    print(f"\nVisits that ended: {visits}")
    _costs(run, samples, plan)
    return _verdict(run, samples, plan, alive)


def _costs(run: figures.Run, samples: Samples, plan: list[Stage]) -> None:
    """Processor time of a request by kind of process, and what it makes a core good for."""
    print("Processor, ms a request (files included):")
    for one in plan[:3]:
        begin = run.begins[one["name"]]
        taken = samples.between(begin, begin + one["seconds"])
        count = len(run.of(one["name"]))
        if len(taken) < 2 or not count:
            continue
        spent = {kind: taken[-1].used[kind] - taken[0].used[kind] for kind in taken[-1].used}
        words = ", ".join(f"{kind} {1000 * used / count:.2f}" for kind, used in spent.items())
        busy = sum(spent.values()) / (taken[-1].at - taken[0].at)
        site = sum(used for kind, used in spent.items() if kind != "generator")
        each = f"{count / site:.0f} requests a core and second"
        print(f"  {one['name']:<12} {words}; {busy:.2f} cores busy; {each}")


def _verdict(run: figures.Run, samples: Samples, plan: list[Stage], alive: bool) -> int:
    normal, after = run.of("normal"), run.of("after")
    p99 = figures.quantile(figures.served(normal), 0.99)
    limit = max(TARGET, 2 * p99)
    recovery = figures.recovered(after, run.begins["after"], limit)
    errors = [one for one in run.requests if one.outcome == "error"]
    gained = _gained(samples, run.begins["normal"], plan[0]["seconds"])
    refused = sum(one.outcome == "sent away" for one in run.requests)
    crisis = [one for one in run.requests if one.name == "crisis lines" and one.outcome != "served"]
    held = [median(one.memory.values()) for one in samples.taken if one.memory]
    memory = f"{held[0]:.0f} MB at first, {max(held):.0f} at most, {gained:+.1f} in the last half"
    print(f"Memory of a worker: {memory}")
    print(f"p99 under normal load: {p99:.0f} ms ({'within' if p99 < TARGET else 'MISSES'} {TARGET:.0f})")
    print(f"Sent away with whom to call: {refused:,}; from the crisis lines: {len(crisis)}")
    print(f"Back to normal after: {'never' if recovery is None else f'{recovery:.1f} s'}")
    failed = []
    if errors:
        failed.append(f"{len(errors)} errors, such as {errors[0]}")
    failed += ["somebody was sent away from the crisis lines"] if crisis else []
    failed += [] if alive else ["a worker died"]
    failed += ["nobody was sent away, in a hurry"] if not refused else []
    failed += ["it did not recover"] if recovery is None else []
    failed += [f"a worker gained {gained:.0f} MB"] if gained > FLAT and plan[0]["seconds"] >= 300 else []
    print("\n".join(f"FAILED: {one}" for one in failed) if failed else "Held.")
    return 1 if failed else 0


def _gained(samples: Samples, begin: float, seconds: float) -> float:
    """MB of the median worker from the second quarter of the normal load to its last."""

    def held(first: float, last: float) -> float:
        taken = samples.between(begin + first * seconds, begin + last * seconds)
        return median([median(one.memory.values()) for one in taken if one.memory] or [0.0])

    return held(0.75, 1.0) - held(0.25, 0.5)


if __name__ == "__main__":
    sys.exit(main())
