"""The real site on loopback, as docs/operations.md starts it: gunicorn, production settings, packed files.

A browser talks to gunicorn itself: no proxy in front that could make it look quicker (HTTP/2) than it is.
"""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.__main__ import FILES, ROOT

STARTING = 60
"""Seconds that the server may take until it answers."""


def prepare(folder: Path) -> None:
    """The environment of a production server. Its database is that of DATABASE_URL, or a new one here, which
    is filled with the real directory where ../shared has it, or else with the sample.
    """
    own = "DATABASE_URL" not in os.environ
    os.environ |= {
        "BENCH_STATIC_ROOT": f"{folder}/static",
        "DEBUG": "0",
        "HTTPS": "0",
        "SECRET_KEY": "only-for-this-run-" * 4,
        "ALLOWED_HOSTS": "localhost",
        "DJANGO_SETTINGS_MODULE": "bench.browser_settings",
    }
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{folder}/browser.sqlite3")
    commands = [["compile_catalogs"], ["migrate", "--verbosity=0"], ["collectstatic", "--no-input", "-v0"]]
    if own:
        fill = ["import_directory", *map(str, FILES)] if FILES else ["load_sample"]
        commands += [["load_places"], fill]
    for command in commands:
        silent = subprocess.PIPE
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, check=True, stdout=silent)


@contextmanager
def serving() -> Iterator[str]:
    """The address of the running site. `localhost`, which browsers trust as they trust HTTPS."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "iopfinder.wsgi", "--bind", f"127.0.0.1:{port}"]
    options = ["--workers", "2", "--threads", "4", "--no-control-socket", "--log-level", "critical"]
    quiet = subprocess.DEVNULL
    server = subprocess.Popen([*command, *options], cwd=ROOT, stderr=quiet)
    try:
        _wait(port, server)
        yield f"http://localhost:{port}"
    finally:
        server.terminate()
        server.wait(timeout=STARTING)


def _wait(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTING
    while server.poll() is None and time.monotonic() < until:
        connection = http.client.HTTPConnection("localhost", port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    sys.exit("The site did not start. `DEBUG=1 python manage.py check` may say why.")
