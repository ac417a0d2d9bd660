"""What `ops.load.people` says, done by locust. Read by `ops/load/run`, which says in the environment:

LOAD_STAGES: a list of {"name", "seconds", "people", "rate" (new people a second), "pace" (1: as people think,
0: without a pause)}. LOAD_REQUESTS: the file that every request is written to.
"""

import json
import os
import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import gevent
from locust import FastHttpUser, LoadTestShape, constant, events, task

from ops.load import people
from ops.load.people import ADULT, FAMILY, PLACES, TEEN, Person

STAGES = json.loads(os.environ["LOAD_STAGES"])
kept = Path(os.environ["LOAD_REQUESTS"]).open("w", buffering=1 << 16)  # noqa: SIM115 - open until the end
CALLED = '"tel:988"'
TRIES = 4
networks = iter(range(1, 1 << 24))


class Stage:
    """Where the run is: its name and how fast people think."""

    name, pace = "", 1.0


class LeftError(Exception):
    """Somebody was sent away too often, or a page broke: they leave."""


@events.request.add_listener
def _keep(
    name: str, response_time: float, response: Any, exception: Any, start_time: float, **_: Any
) -> None:
    status = getattr(response, "status_code", 0) or 0
    outcome = "error" if exception else "sent away" if status == 503 else "served"
    kept.write(
        json.dumps([Stage.name, start_time, name, response_time, outcome, status, str(exception or "")])
        + "\n"
    )


@events.quitting.add_listener
def _close(**_: Any) -> None:
    kept.close()


class Stages(LoadTestShape):
    def tick(self) -> tuple[int, float] | None:
        left = self.get_run_time()
        for stage in STAGES:
            if left < stage["seconds"]:
                if Stage.name != stage["name"]:
                    kept.write(json.dumps(["begins", time.time(), stage["name"], 0, "", 0, ""]) + "\n")
                Stage.name, Stage.pace = stage["name"], stage["pace"]
                return stage["people"], stage["rate"]
            left -= stage["seconds"]
        return None


class Visitor(FastHttpUser):
    abstract = True
    wait_time = constant(0)
    network_timeout = connection_timeout = 90.0

    def begin(self) -> None:
        """A new person with an empty browser, in a network of their own."""
        self.chance = random.Random()
        self.client.cookiejar.clear()
        number = next(networks)
        self.network = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        self.home = "/es/" if self.chance.random() < 0.2 else "/"

    def think(self, least: float, most: float) -> None:
        gevent.sleep(self.chance.uniform(least, most) * Stage.pace)

    def ask(self, path: str, name: str, form: list[tuple[str, str]] | None = None) -> tuple[str, str]:
        """A page and where it is in the end. Who is sent away waits and asks again, some times. LeftError."""
        for _ in range(TRIES):
            with self._request(path, name, form) as response:
                text = response.text or ""
                if response.status_code == 503 and response.headers.get("Retry-After") and _is_clear(text):
                    response.success()
                elif response.status_code != 200:
                    response.failure(f"{response.status_code} {text[:200]!r}")
                    raise LeftError
                else:
                    return text, str(response.url or path)
            # As the page asks, more or less; who hurries waits a second.
            gevent.sleep(1 + self.chance.uniform(5, 15) * Stage.pace)
        raise LeftError

    def _request(self, path: str, name: str, form: list[tuple[str, str]] | None) -> Any:
        headers = {"X-Visitor": self.network, "Accept-Encoding": "gzip"}
        if form is None:
            return self.client.get(path, name=name, headers=headers, catch_response=True)
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        return self.client.post(path, urlencode(form), name=name, headers=headers, catch_response=True)

    def visit(self, does: Callable[[], None]) -> None:
        self.begin()
        try:
            does()
            outcome = "finished"
        except LeftError:
            outcome = "gave up"
        kept.write(json.dumps([Stage.name, time.time(), "visit", 0, outcome, 0, ""]) + "\n")
        self.think(1, 5)

    # -- Parts of a visit ------------------------------------------------------------------------
    def arrive(self) -> None:
        page, _ = self.ask(self.home, "home")
        for file in people.files(page):
            self.ask(file, "file")
        self.think(3, 10)

    def questions(self, person: Person) -> bool:
        """From the first question to the result. False where the site says to call somebody instead."""
        self.ask(f"{self.home}assessment/", "before the questions")
        self.think(2, 8)
        page, at = self.ask(f"{self.home}assessment/step-1/", "question")
        for _ in range(60):
            if "/assessment/result/" in at:
                return True
            if "/check/" in at:
                self.think(3, 10)
                page, at = self.ask(f"{self.home}assessment/result/", "result")
                self.think(10, 30)
                continue
            asked = people.form(page, "/assessment/pause/" if "/pause/" in at else "/send/")
            if asked is None:
                return False
            self.think(3, 12)
            name = "safety page" if "/pause/" in at else "answer"
            page, at = self.ask(asked.action, name, asked.filled(person, self.chance))
        return False

    def take_along(self) -> None:
        for path, name in (("print/", "print"), ("summary.pdf", "pdf")):
            if self.chance.random() < 0.3:
                self.ask(f"{self.home}assessment/{path}", name)
                self.think(3, 10)

    def near_me(self) -> None:
        page, _ = self.ask(f"{self.home}assessment/result/", "result")
        asked = people.form(page, "/assessment/programs/")
        if asked is None:
            return
        zip_code = self.chance.choice(PLACES)
        page, _ = self.ask(asked.action, "programs for answers", [*asked.hidden, ("zip", zip_code)])
        self.think(5, 20)
        self.look_at(people.centers(page))

    def search(self) -> None:
        where = {"place": self.chance.choice(PLACES), "radius": self.chance.choice(("25", "50", "100"))}
        for narrower in ({}, {"level": "iop"}, {"level": "iop", "pay": "pay_medicaid"}):
            page, _ = self.ask(f"{self.home}programs/?{urlencode({**where, **narrower})}", "search")
            self.think(5, 20)
        found = people.centers(page)
        self.look_at(found)
        if len(found) > 1:
            ids = [("center", one.rstrip("/").rpartition("-")[2]) for one in found[:3]]
            self.ask(f"{self.home}programs/compare/?{urlencode(ids)}", "compare")
            self.think(10, 30)
        if self.chance.random() < 0.2:
            self.ask(f"{self.home}programs/map/?{urlencode(where)}", "map")
            self.think(5, 15)

    def look_at(self, found: list[str]) -> None:
        for center in self.chance.sample(found, min(2, len(found))):
            self.ask(center, "center")
            self.think(8, 25)


class Asking(Visitor):
    """Somebody who answers the questions for themselves."""

    weight = 5
    person = ADULT

    @task
    def go(self) -> None:
        self.visit(self._go)

    def _go(self) -> None:
        self.arrive()
        if self.questions(self.person):
            self.take_along()
            self.near_me()
            self.search()


class AskingForSomeone(Asking):
    weight = 3
    person = FAMILY


class Teen(Asking):
    weight = 1
    person = TEEN


class Searching(Visitor):
    """Somebody who knows what they look for; typed letters are completed."""

    weight = 4

    @task
    def go(self) -> None:
        self.visit(self._go)

    def _go(self) -> None:
        self.arrive()
        for typed in ("Pho", "Phoe", "Phoenix"):
            self.ask(f"{self.home}programs/places/?q={typed}", "suggestions")
        self.search()


class Family(Visitor):
    """Somebody who reads."""

    weight = 3

    @task
    def go(self) -> None:
        self.visit(self._go)

    def _go(self) -> None:
        self.arrive()
        self.ask(f"{self.home}families/", "families")
        self.think(15, 40)
        page, _ = self.ask(f"{self.home}guide/", "guide")
        pages = people.links(page, "/guide/[a-z-]+/")
        for one in self.chance.sample(pages, min(3, len(pages))):
            self.think(10, 40)
            self.ask(one, "guide")
        self.search()


class Program(Visitor):
    """A program that reads the API."""

    weight = 1

    @task
    def go(self) -> None:
        self.visit(self._go)

    def _go(self) -> None:
        for number in (1, 2, 3):
            self.ask(f"/api/hsds/services?page={number}&per_page=50", "api")
            self.think(0.5, 2)
        self.ask(f"/api/search/?place={self.chance.choice(PLACES)}", "api")
        self.think(5, 10)


class InDanger(Visitor):
    """One person a second who needs the crisis lines. Nobody may ever send them away."""

    fixed_count = 1

    @task
    def go(self) -> None:
        self.begin()
        self.ask(f"{self.home}crisis/", "crisis lines")
        gevent.sleep(1)


def _is_clear(text: str) -> bool:
    """Whether a refusal says whom to call, or is the API's own."""
    return CALLED in text or text.startswith("{")
