"""A PostgreSQL server of one's own that writes through to the disk, and may be stopped, restarted and killed.

Unlike `bin/with-postgres`, which is for tests: there nothing is synced, here all is as it comes.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
UNAVAILABLE = 69
"""How a rehearsal ends where the machine lacks what it needs."""
PATIENCE = 60.0
"""Seconds that a server has to come up again."""


class MissingError(Exception):
    """The machine has no PostgreSQL server. The message says what to install."""


class Postgres:
    """One server in a directory of its own, as the account `postgres` where we are root."""

    def __init__(self, **settings: str) -> None:
        self.binaries = binaries()
        # A socket's path holds about 100 bytes, so the directory is in /tmp whatever TMPDIR says.
        self.place = Path(tempfile.mkdtemp(prefix="iopfinder-durable-", dir="/tmp"))
        self.data = self.place / "data"
        self.settings = {"listen_addresses": "", "unix_socket_directories": str(self.place), **settings}
        self.owner: tuple[str, ...] = ()
        if os.geteuid() == 0:
            account = "postgres" if _is_account("postgres") else "nobody"
            shutil.chown(self.place, account)
            self.owner = ("runuser", "-u", account, "--")
        self.place.chmod(0o755)

    @property
    def url(self) -> str:
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        return f"postgres://iopfinder@{quote(str(self.place), safe='')}/{database}"

    def create(self) -> None:
        """Make the files of the server and start it. Pages carry checksums, so that damage is noticed."""
        words = ["--username", "iopfinder", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        self.run("initdb", "--pgdata", str(self.data), "--data-checksums", *words)
        self.start()

    def start(self) -> None:
        """Start, however the server went: after a kill its children may hold the memory for a moment."""
        options = " ".join(f"-c {name}='{value}'" for name, value in self.settings.items())
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.ctl("start", "--log", str(self.place / "server.log"), "--options", options)
                return
            except subprocess.CalledProcessError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self, mode: str = "fast") -> None:
        self.ctl("stop", "--mode", mode)

    def kill(self) -> None:
        """SIGKILL the postmaster, as a machine short of memory would."""
        os.kill(self.postmaster, signal.SIGKILL)

    @property
    def postmaster(self) -> int:
        """The process id of the server. FileNotFoundError where it is down."""
        return int((self.data / "postmaster.pid").read_text().splitlines()[0])

    def ctl(self, act: str, *more: str) -> None:
        words = ("--pgdata", str(self.data), "--wait", "--timeout", str(int(PATIENCE)), "--silent")
        self.run("pg_ctl", *words, *more, act)

    def run(self, program: str, *words: str) -> str:
        """Run a program of the server's own as its account; what it printed. CalledProcessError."""
        done = subprocess.run(
            [*self.owner, str(self.binaries / program), *words],
            cwd=self.place,
            stdin=subprocess.DEVNULL,
            # The server that pg_ctl starts keeps what it is given: no pipe of ours, or we wait for its end.
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.STDOUT,
            text=True,
            check=True,
        )
        return done.stdout or ""

    def setting(self, name: str) -> str:
        """What a setting of the running server is."""
        words = ("-h", str(self.place), "-U", "iopfinder", "-d", "postgres", "-Atc", f"SHOW {name}")
        return self.run("psql", *words).strip()

    def remove(self) -> None:
        """Stop the server and take its files away."""
        if not self.place.exists():
            return
        with suppress(subprocess.CalledProcessError, OSError):  # It was down.
            self.stop("immediate")
        shutil.rmtree(self.place, ignore_errors=True)


def end_tidily() -> None:
    """Whoever ends this process from outside gets its servers stopped and its files taken away, too."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def binaries() -> Path:
    """Where PostgreSQL's programs are. MissingError."""
    found = subprocess.run(
        [ROOT / "bin/with-postgres", "--find"], capture_output=True, text=True, check=False
    )
    if found.returncode:
        raise MissingError("No PostgreSQL server here. On Debian or Ubuntu: apt-get install postgresql")
    return Path(found.stdout.strip())


def _is_account(name: str) -> bool:
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True
