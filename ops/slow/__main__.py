"""`ops/slow_clients`: see there."""

import argparse
import http.client
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from pathlib import Path

from ops.durable.postgres import UNAVAILABLE, MissingError
from ops.durable.site import Site, manage
from ops.load.serving import Nginx, say, site_environment

HEAD = b"GET /programs/?place=85004 HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BODY = (
    b"POST /assessment/come-back/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\ncode="
)
LARGE = b"GET /programs/?place=85004&radius=100 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
PAGES = ("/", "/crisis/", "/programs/?place=85004", "/assessment/step-1/")
KINDS: dict[str, tuple[bytes, bytes]] = {
    "headers that never end": (HEAD, b"X: y\r\n"),
    "forms that never end": (BODY, b"x"),
    "answers that nobody reads": (LARGE, b""),
}
"""What a slow client sends at once, and then once a second."""


class Slow:
    """Many connections that are kept open as long as the other side lets them."""

    def __init__(self, port: int, first: bytes, piece: bytes, count: int) -> None:
        self.port, self.first, self.piece, self.count = port, first, piece, count
        self.open: list[socket.socket] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._drip, daemon=True)

    def start(self) -> None:
        for _ in range(self.count):
            one = socket.socket()
            # So small that an answer fills it at once.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            one.settimeout(5)
            one.connect(("127.0.0.1", self.port))
            one.sendall(self.first)
            self.open.append(one)
        self._thread.start()

    def _drip(self) -> None:
        while not self._over.wait(1):
            for one in self.open:
                with suppress(OSError):
                    one.sendall(self.piece)

    def stop(self) -> None:
        self._over.set()
        self._thread.join(20)
        for one in self.open:
            one.close()


def visits(port: int, seconds: float) -> tuple[list[float], list[str]]:
    """What an ordinary visitor waits for page after page, in milliseconds, and what was not answered well."""
    waited, wrong, until, number = [], [], time.monotonic() + seconds, 0
    while time.monotonic() < until:
        path = PAGES[number % len(PAGES)]
        number += 1
        began = time.perf_counter()
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            if answer.status != http.HTTPStatus.OK:
                wrong.append(f"{path}: {answer.status}")
        except OSError as error:
            wrong.append(f"{path}: {type(error).__name__}")
        finally:
            connection.close()
        waited.append((time.perf_counter() - began) * 1000)
    return sorted(waited), wrong


def told(name: str, waited: list[float], wrong: list[str]) -> str:
    half, nearly = waited[len(waited) // 2], waited[int(len(waited) * 0.99)]
    return (
        f"  {name:<28} {len(waited):>5} pages  p50 {half:>5.0f} ms  p99 {nearly:>5.0f} ms  {len(wrong)} lost"
    )


def rehearse(stack: ExitStack, count: int, seconds: float, report: Callable[[str], object]) -> list[str]:
    """Runs it; what did not hold."""
    scratch = Path(tempfile.mkdtemp(prefix="iopfinder-slow-", dir="/tmp"))
    scratch.chmod(0o755)
    stack.callback(shutil.rmtree, scratch, ignore_errors=True)
    env = site_environment(f"sqlite:///{scratch}/site.sqlite3", scratch)
    for words in ("migrate --no-input --verbosity 0", "compile_catalogs", "load_places", "load_sample"):
        manage({**env, "DEBUG": "1"}, *words.split())
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    site = Site(env, scratch / "site.log")
    stack.callback(site.stop)
    site.start()
    proxy = Nginx(scratch, [site.port], pages=scratch)
    stack.callback(proxy.stop)
    proxy.start()
    failed = []
    report(f"{count} slow clients at a time, {seconds:.0f} s each; nginx as in ops/nginx/site.conf")
    quiet, wrong = visits(proxy.port, seconds)
    report(told("nobody slow", quiet, wrong))
    failed += wrong
    for name, (first, piece) in KINDS.items():
        slow = Slow(proxy.port, first, piece, count)
        slow.start()
        waited, wrong = visits(proxy.port, seconds)
        slow.stop()
        report(told(name, waited, wrong))
        failed += [f"{name}: {one}" for one in wrong]
    return failed


def main() -> int:
    asked = argparse.ArgumentParser(prog="ops/slow_clients")
    asked.add_argument("--quick", action="store_true")
    asked.add_argument("--clients", type=int, default=400)
    given = asked.parse_args()
    with ExitStack() as stack:
        try:
            failed = rehearse(stack, given.clients, 5 if given.quick else 30, say_line)
        except MissingError as error:
            say(f"{error}\n")
            return UNAVAILABLE
        except subprocess.CalledProcessError as error:
            say(f"{error}\n")
            return 1
    for one in failed[:20]:
        say(f"LOST {one}\n")
    return 1 if failed else 0


def say_line(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
