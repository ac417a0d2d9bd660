"""The site as it serves people: gunicorn by the line of docs/operations.md, and who starts it again.

`Site` is what systemd is there: a gunicorn that ends is started anew, and none of its workers outlives it.
"""

import http.client
import os
import re
import secrets
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from ops.durable.postgres import ROOT

HOST = "find.example.org"
_EXEC = re.compile(r"^ExecStart=\S+gunicorn (.+)$", re.MULTILINE)
_RESTART_AFTER = 0.1
"""Seconds, as systemd's RestartSec."""


def environment(database_url: str, **more: str) -> dict[str, str]:
    """What an operator's environment file says, with keys made anew; nothing of the caller's but PATH."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "LANG": "C.UTF-8",
        "DATABASE_URL": database_url,
        "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "SITE_RUNNER": "Example County Health Department",
        "SITE_CONTACT": f"listings@{HOST}",
        "ACCEPT_PROVISIONAL_PROTOCOL": "1",
        **more,
    }


def manage(environment: Mapping[str, str], *words: str, root: Path = ROOT) -> str:
    """Run a management command as the operator would; what it printed. CalledProcessError."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=root,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.stderr.write(done.stderr)
        done.check_returncode()
    return done.stdout


def prepare(environment: Mapping[str, str], root: Path = ROOT, *more: str) -> None:
    """An empty database made ready for the site, with places, and what it serves; then these commands."""
    commands = ["migrate --no-input --verbosity 0", "load_places", "compile_catalogs"]
    commands += ["collectstatic --no-input --verbosity 0", *more]
    # One process for all: each takes seconds to start.
    calls = "; ".join(f"call_command(*{words.split()!r})" for words in commands)
    words = f"from django.core.management import call_command; {calls}"
    manage(environment, "shell", "--verbosity", "0", "--command", words, root=root)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def line(port: int, root: Path = ROOT, workers: int | None = None) -> list[str]:
    """The command of the unit file, on this port."""
    found = _EXEC.search((root / "docs/operations.md").read_text())
    if found is None:
        raise LookupError("docs/operations.md has no ExecStart line with gunicorn")
    words = shlex.split(found.group(1))
    words[words.index("--bind") + 1] = f"127.0.0.1:{port}"
    if workers is not None:
        words[words.index("--workers") + 1] = str(workers)
    return [str(Path(sys.executable).with_name("gunicorn")), *words]


class Site:
    """gunicorn, started again whenever it ends, until `stop`."""

    def __init__(
        self,
        environment: Mapping[str, str],
        log: Path,
        *,
        root: Path = ROOT,
        workers: int | None = None,
        port: int | None = None,
    ) -> None:
        self.port = port or free_port()
        self.environment, self.root, self.log = dict(environment), root, log
        self.command = line(self.port, root, workers)
        self.starts = 0
        self._over = threading.Event()
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        self._watcher.start()
        self.wait()

    def _watch(self) -> None:
        while not self._over.is_set():
            with self.log.open("ab") as log:
                self._process = subprocess.Popen(
                    self.command,
                    cwd=self.root,
                    env=self.environment,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            self.starts += 1
            group = self._process.pid
            self._process.wait()
            with suppress(ProcessLookupError):  # As systemd empties the control group.
                os.killpg(group, signal.SIGKILL)
            self._over.wait(_RESTART_AFTER)

    @property
    def master(self) -> int | None:
        process = self._process
        return process.pid if process and process.poll() is None else None

    @property
    def workers(self) -> list[int]:
        """Process ids of gunicorn's workers."""
        master = self.master
        if master is None:
            return []
        with suppress(OSError):
            return [int(pid) for pid in Path(f"/proc/{master}/task/{master}/children").read_text().split()]
        return []

    def answers(self, path: str = "/readyz", timeout: float = 2.0) -> bool:
        """Whether this page comes with 200 now, asked as the proxy asks."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def wait(self, timeout: float = 60.0, paths: tuple[str, ...] = ("/readyz",)) -> float:
        """Seconds until all these pages answered, three times running. TimeoutError."""
        begun, row = time.monotonic(), 0
        while row < 3:
            row = row + 1 if all(self.answers(path) for path in paths) else 0
            if time.monotonic() - begun > timeout:
                raise TimeoutError(f"the site did not answer within {timeout:.0f} s: see {self.log}")
            time.sleep(0.02 if row else 0.05)
        return time.monotonic() - begun

    def stop(self) -> None:
        self._over.set()
        process = self._process
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        if self._watcher.is_alive():
            self._watcher.join(20)
