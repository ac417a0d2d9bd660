"""`ops/past_one_machine`: see there."""

import argparse
import os
import re
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from ops.durable.postgres import UNAVAILABLE, MissingError, Postgres
from ops.durable.site import Site, free_port, manage
from ops.load.samples import family
from ops.load.serving import Nginx, cores, fill, say, site_environment
from ops.several.readers import Readers, Seen, recovered, slowest, told
from ops.several.replica import Replica, sql

PUBLIC = ("home", "search", "center", "compare", "api", "sitemap")
"""Pages that anybody reads; none of them may be lost to anything that happens to a database."""
PRIMARY = ("desk", "report")
WRITERS, TYPING = 4, 4.0
"""People who report a mistake, and the seconds each needs: who sends a form sooner is taken for a program."""
LAG = 2
"""Seconds that the replica may be behind, in this rehearsal."""
COUNT = (
    "SELECT coalesce(sum(seq_scan + idx_scan), 0) FROM pg_stat_user_tables WHERE relname = 'programs_listing'"
)


@dataclass
class Machines:
    """All parts, and what was seen of them."""

    primary: Postgres
    replica: Replica
    webs: list[Site]
    nginx: Nginx
    readers: Readers
    window: float
    failed: list[str] = field(default_factory=list)
    sent: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Fault:
    """Something that happens, and what mends it. keeps: the kinds of pages that nobody may lose meanwhile."""

    name: str
    happens: Callable[[Machines], object]
    mends: Callable[[Machines], object] | None = None
    keeps: tuple[str, ...] = PUBLIC


def kill_web(number: int) -> Callable[[Machines], None]:
    def kill(machines: Machines) -> None:
        master = machines.webs[number].master
        if master:
            os.kill(master, signal.SIGKILL)

    return kill


def kill_worker(machines: Machines) -> None:
    os.kill(machines.webs[0].workers[0], signal.SIGKILL)


def freeze(machines: Machines) -> None:
    _signal(machines, signal.SIGSTOP)


def thaw(machines: Machines) -> None:
    _signal(machines, signal.SIGCONT)


def _signal(machines: Machines, number: signal.Signals) -> None:
    """To the replica's server, which makes no more processes then, and to those it has."""
    with suppress(FileNotFoundError):
        postmaster = machines.replica.postmaster
        os.kill(postmaster, number)
        for pid in family(postmaster)[1:]:
            with suppress(ProcessLookupError):  # It has just ended.
                os.kill(pid, number)


def back(machines: Machines) -> None:
    machines.replica.start()
    machines.replica.follows()


def restart_primary(machines: Machines) -> None:
    machines.primary.stop("fast")
    machines.primary.start()


def web_restarts(machines: Machines) -> None:
    """One after the other, as an upgrade does it: a new process is asked for once it is ready."""
    for site in machines.webs:
        if site.master:
            os.kill(site.master, signal.SIGTERM)
        time.sleep(1)
        site.wait()


FAULTS = (
    Fault("nothing", lambda machines: None, keeps=(*PUBLIC, "question", "desk", "report")),
    Fault("web 1 killed, started again", kill_web(0), keeps=()),
    Fault("web 2 killed, started again", kill_web(1), keeps=()),
    Fault("one worker of web 1 killed", kill_worker, keeps=()),
    Fault("web 1, then web 2 restarted", web_restarts, keeps=()),
    Fault(
        "nginx reloaded",
        lambda machines: machines.nginx.reload(),
        keeps=(*PUBLIC, "question", "desk", "report"),
    ),
    Fault("replica killed, started again", lambda machines: machines.replica.kill(), back),
    Fault(
        "replica falls behind",
        lambda machines: sql(machines.replica, "SELECT pg_wal_replay_pause()"),
        lambda machines: sql(machines.replica, "SELECT pg_wal_replay_resume()"),
    ),
    Fault("replica frozen", freeze, thaw),
    Fault("primary restarted", restart_primary),
    Fault(
        "primary killed; then the replica promoted",
        lambda machines: machines.primary.kill(),
        lambda machines: machines.replica.promote(),
    ),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="ops/past_one_machine")
    parser.add_argument("--quick", action="store_true", help="a minute and a half, on the sample directory")
    parser.add_argument("--readers", type=int, default=4, help="visitors who read without a pause (4)")
    wanted = parser.parse_args()
    say(f"About {'two' if wanted.quick else 'eight'} minutes.")
    try:
        with ExitStack() as stack:
            machines = build(wanted, stack)
            stack.callback(thaw, machines)  # One that is frozen could not be stopped.
            return rehearse(machines)
    except MissingError as missing:
        sys.stderr.write(f"{missing}\n")
        return UNAVAILABLE


def build(wanted: argparse.Namespace, stack: ExitStack) -> Machines:
    # Readable by nginx's own account, with the waiting pages in it.
    scratch = Path(tempfile.mkdtemp(prefix="iopfinder-several-", dir="/tmp"))
    scratch.chmod(0o755)
    stack.callback(shutil.rmtree, scratch, ignore_errors=True)
    primary = Postgres()
    stack.callback(primary.remove)
    primary.create()
    env = site_environment(primary.url, scratch)
    say("Loading the directory …")
    holds = fill(primary, env, sample=wanted.quick)
    manage(env, "waiting_pages", str(scratch / "waiting"))
    replica = Replica(primary)
    stack.callback(replica.remove)
    replica.create()
    replica.follows()
    webs = [web(primary, replica, env, scratch, number) for number in (1, 2)]
    for site in webs:
        stack.callback(site.stop)
        site.start()
    nginx = Nginx(scratch, [site.port for site in webs], pages=scratch / "waiting")
    nginx.start()
    stack.callback(nginx.stop)
    readers = Readers(nginx.port, [], wanted.readers)
    readers.pages = pages(readers)
    say(f"{holds}; 2 web processes of 2 workers, a primary and its replica, nginx; {cores()} cores")
    return Machines(primary, replica, webs, nginx, readers, 6.0 if wanted.quick else 20.0)


def web(primary: Postgres, replica: Postgres, env: dict[str, str], scratch: Path, number: int) -> Site:
    """A web machine that takes whichever of the two databases may be written to for the primary."""
    counts = scratch / f"counts-{number}"
    counts.mkdir()
    hosts = ",".join(quote(str(one.place), safe="") for one in (primary, replica))
    more = {
        "DATABASE_URL": f"postgres://iopfinder@/postgres?host={hosts}&target_session_attrs=read-write",
        "DATABASE_REPLICA_URL": replica.url,
        "REPLICA_LAG_SECONDS": str(LAG),
        # What is looked at here is what faults do; being sent away in a rush is another thing.
        "SHED_AFTER_SECONDS": "0",
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
    }
    return Site({**env, **more}, scratch / f"web-{number}.log", workers=2, port=free_port())


def pages(readers: Readers) -> list[tuple[str, str]]:
    found = readers.ask("search", "/programs/?place=85004&radius=100")
    centers = list(dict.fromkeys(re.findall(r'href="(/programs/centers/[a-z0-9-]+/)[?"]', found)))
    ids = "&".join(f"center={one.rstrip('/').rpartition('-')[2]}" for one in centers[:3])
    return [
        ("home", "/"),
        ("search", "/programs/?place=85004&radius=50"),
        ("center", centers[0]),
        ("api", "/api/search/?place=60614"),
        ("search", "/es/programs/?place=10001&radius=25&level=iop"),
        ("compare", f"/programs/compare/?{ids}"),
        ("question", "/assessment/step-1/"),
        ("sitemap", "/sitemap.xml"),
        ("desk", "/readyz"),
        ("api", "/api/hsds/services?per_page=20"),
    ]


def rehearse(machines: Machines) -> int:
    center = next(path for kind, path in machines.readers.pages if kind == "center")
    over = threading.Event()
    writers = [
        threading.Thread(target=write, args=[machines, center, over, number], daemon=True)
        for number in range(WRITERS)
    ]
    machines.readers.start()
    for one in writers:
        one.start()
    time.sleep(3)
    rows = [suffer(machines, fault) for fault in FAULTS]
    over.set()
    for one in writers:
        one.join(30)
    machines.readers.stop()
    kept = int(sql(machines.replica, "SELECT count(*) FROM programs_report"))
    print(
        f"\n{time.strftime('%Y-%m-%d')}, {cores()} cores for everything. Visitors who read without a pause;"
    )
    print("what they saw from each fault on, and seconds until nothing went wrong any more.\n")
    print("\n".join(rows))
    if not machines.sent:
        machines.failed.append("no report was taken")
    print(f"\nReports acknowledged: {machines.sent}; in the database that was promoted: {kept}")
    print("(its log is streamed without waiting: what a primary took in its last moment may die with it)")
    print("\n".join(f"FAILED: {one}" for one in machines.failed) if machines.failed else "Held.")
    return 1 if machines.failed else 0


def suffer(machines: Machines, fault: Fault) -> str:
    """Let one thing happen, and mend it; a row of the table."""
    say(fault.name)
    begin, reads = time.time(), _reads(machines)
    fault.happens(machines)
    time.sleep(machines.window)
    mended = time.time()
    during = _share(machines, reads)
    if fault.mends:
        fault.mends(machines)
        time.sleep(machines.window)
    for site in machines.webs:
        site.wait()  # The next fault meets a whole site.
    end, reads = time.time(), _reads(machines)
    time.sleep(2)
    seen = machines.readers.between(begin, end)
    _judge(machines, fault, seen, machines.readers.between(end, time.time()))
    since = mended if fault.mends else begin
    mended_or = "it was mended" if fault.mends else "the fault"
    lines = [
        f"{fault.name}" + (f"; mended after {mended - begin:.0f} s" if fault.mends else ""),
        f"    public pages: {_row(seen, PUBLIC, begin)}",
        f"    questions: {_row(seen, ('question',), begin)}",
        f"    what needs the primary: {_row(seen, PRIMARY, since, mended_or)}",
        f"    read from the replica: {during} during it, {_share(machines, reads)} after",
    ]
    say("\n".join(lines))
    return "\n".join(lines)


def _row(seen: list[Seen], kinds: tuple[str, ...], since: float, what: str = "the fault") -> str:
    """What was seen of these kinds of pages, how long the slowest took, and when the last went wrong."""
    mine = [one for one in seen if one.kind in kinds]
    outcomes = told(mine)
    if all(one.well for one in mine):
        return f"{outcomes}; slowest {slowest(mine):.1f} s"
    return (
        f"{outcomes}; slowest {slowest(mine):.1f} s; last trouble {recovered(mine, since):.1f} s after {what}"
    )


def _judge(machines: Machines, fault: Fault, seen: list[Seen], after: list[Seen]) -> None:
    lost = [one for one in seen if one.kind in fault.keeps and not one.well]
    if lost:
        machines.failed.append(f"{fault.name}: {len(lost)} pages lost, such as {lost[0]}")
    still = [one for one in after if not one.well]
    if still:
        machines.failed.append(f"{fault.name}: not as before when it was over, such as {still[0]}")


def _reads(machines: Machines) -> tuple[int, int]:
    """Scans of the search's table so far, on the primary and on the replica; -1 where it cannot say."""
    found = []
    for server in (machines.primary, machines.replica):
        try:
            found.append(
                int(sql(server, f"SET statement_timeout = 500; {COUNT}")) if _answers(server) else -1
            )
        except Exception:  # A server that is down, starting or frozen says nothing, in many ways
            found.append(-1)
    return found[0], found[1]


def _answers(server: Postgres) -> bool:
    """Whether the server runs: a frozen one would keep psql waiting for ever."""
    try:
        state = Path(f"/proc/{server.postmaster}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "T"


def _share(machines: Machines, before: tuple[int, int]) -> str:
    now = _reads(machines)
    primary, replica = (
        max(0, there - here) if there >= 0 and here >= 0 else 0
        for here, there in zip(before, now, strict=True)
    )
    return f"{replica / (primary + replica):.0%}" if primary + replica else "nothing counted"


def write(machines: Machines, center: str, over: threading.Event, number: int) -> None:
    """Somebody reports mistakes as quickly as a person can; what was acknowledged is counted."""
    turn = 0
    while not over.wait(0.5):
        turn += 1
        network = f"10.{9 + number}.{turn >> 8 & 255}.{turn & 255}"
        page = machines.readers.ask("report", f"{center}report/", network)
        hidden = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)"', page))
        if "ticket" not in hidden:
            continue
        over.wait(TYPING)
        form = {**hidden, "what": "phone", "words": f"Out of service: {number}, {turn}.", "website": ""}
        taken = machines.readers.send(f"{center}report/", network, form)
        with machines.lock:
            machines.sent += taken


if __name__ == "__main__":
    sys.exit(main())
