"""Visitors who never stop: they read public pages, go through a question, and write once in a while."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class Seen:
    """What one visitor saw. at: when they asked. outcome: a status, or "no answer"."""

    at: float
    kind: str
    seconds: float
    outcome: str

    @property
    def well(self) -> bool:
        return self.outcome in {"200", "302", "303", "304"}


class Readers:
    """Threads that ask one page after the other, each request by a connection of its own."""

    def __init__(self, port: int, pages: Sequence[tuple[str, str]], count: int) -> None:
        self.port, self.pages = port, pages
        self.seen: list[Seen] = []
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._read, args=[number], daemon=True) for number in range(count)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def _read(self, number: int) -> None:
        turn = number
        while not self._over.wait(0.05):
            kind, path = self.pages[turn % len(self.pages)]
            turn += 1
            self.ask(kind, path, network=f"10.0.{number}.{turn % 250}")

    def ask(self, kind: str, path: str, network: str = "10.1.0.1") -> str:
        """A page, noted by its kind; what it says, "" where nothing came."""
        return self._request(kind, "GET", path, {"X-Visitor": network})[1]

    def send(self, path: str, network: str, form: dict[str, str]) -> bool:
        """Sends a form with its own token for a cookie, noted as a report; whether it was taken."""
        headers = {"X-Visitor": network, "Content-Type": "application/x-www-form-urlencoded"}
        headers["Cookie"] = f"csrf={form['csrfmiddlewaretoken']}"
        seen, text = self._request("report", "POST", path, headers, urlencode(form))
        return seen.well and 'id="problem"' not in text

    def _request(
        self, kind: str, method: str, path: str, headers: dict[str, str], body: str | None = None
    ) -> tuple[Seen, str]:
        began, at = time.monotonic(), time.time()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        outcome, text = "no answer", ""
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode(errors="replace")
            outcome = str(response.status)
            if response.status == 503 and kind != "desk" and "tel:988" not in text and text[:1] != "{":
                outcome = "503 without whom to call"
        except (OSError, http.client.HTTPException):
            pass  # That is what was seen: nothing.
        finally:
            connection.close()
        seen = Seen(at, kind, time.monotonic() - began, outcome)
        self.seen.append(seen)
        return seen, text

    def between(self, begin: float, end: float) -> list[Seen]:
        return [one for one in list(self.seen) if begin <= one.at < end]


def told(seen: Sequence[Seen]) -> str:
    """What visitors saw: "812 well", and what else."""
    counted = Counter("well" if one.well else one.outcome for one in seen)
    others = ", ".join(
        f"{count} × {outcome}" for outcome, count in sorted(counted.items()) if outcome != "well"
    )
    return f"{counted['well']} well" + (f", {others}" if others else "")


def recovered(seen: Sequence[Seen], since: float) -> float:
    """Seconds until the last request that did not go well had its answer; 0 where there was none."""
    return max([0.0, *(one.at + one.seconds - since for one in seen if not one.well)])


def slowest(seen: Sequence[Seen]) -> float:
    return max((one.seconds for one in seen), default=0.0)
