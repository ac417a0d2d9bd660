"""Walks through the questions as a person does: reads each screen, ticks, presses Continue."""

from __future__ import annotations

import time
from collections.abc import Mapping
from html.parser import HTMLParser

from django.http import HttpResponse
from django.test import Client

from assessment.answers import COOKIE, Draft, seal
from assessment.domain import load

CALM: dict[str, str | list[str]] = {
    "who": "me",
    "age": "26_64",
    "focus": "both",
    "danger_now": ["none"],
    "care_now": "none",
    "substances": ["alcohol"],
    "use_frequency": "weekly",
    "last_use": "3_to_7_days",
    "heavy_days": "no",
    "withdrawal_signs": "none",
    "withdrawal_history": "none",
    "pregnant": "no",
    "physical_health": "good",
    "mental_conditions": ["depression"],
    "mental_impact": "moderate",
    "unusual_experiences": "no",
    "suicidal_thoughts": "none",
    "readiness": "mostly",
    "urges": "most_days",
    "recent_harm": "trouble",
    "past_treatment": "weekly_not_enough",
    "home": "safe_sober",
    "support": "one",
    "obligations": ["full_time_job"],
    "daily_function": "slipping",
    "can_step_away": "no",
    "getting_there": "yes",
    "free_times": ["weekday_evening"],
}
"""Answers that meet no safety page and lead to an IOP."""


class _Fields(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: dict[str, list[str]] = {}
        self.checked: dict[str, list[str]] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "input" and found.get("type") in {"radio", "checkbox"}:
            self.names.setdefault(str(found["name"]), []).append(str(found["value"]))
            if "checked" in found:
                self.checked.setdefault(str(found["name"]), []).append(str(found["value"]))


def fields(response: HttpResponse) -> dict[str, list[str]]:
    """The choices each question on this page offers, read from its HTML."""
    parser = _Fields()
    parser.feed(response.content.decode())
    return parser.names


def ticked(response: HttpResponse) -> dict[str, list[str]]:
    parser = _Fields()
    parser.feed(response.content.decode())
    return parser.checked


class Walker:
    """One person with one browser. `visited` holds every address, `steps` what each screen asked."""

    def __init__(self, client: Client | None = None, prefix: str = "") -> None:
        self.client = client or Client()
        self.prefix = prefix
        self.visited: list[str] = []
        self.steps: list[tuple[str, ...]] = []

    def remember(self, answers: Mapping[str, object], **more: object) -> None:
        """Puts answers into this browser as if they had been given a moment ago."""
        given = {key: tuple(one) if isinstance(one, list) else one for key, one in answers.items()}
        self.client.cookies[COOKIE] = seal(Draft(given, **more), time.time())

    def get(self, address: str) -> HttpResponse:
        self.visited.append(address)
        return self.client.get(address)

    def post(self, address: str, data: Mapping[str, object]) -> HttpResponse:
        self.visited.append(address)
        response = self.client.post(address, data)
        if response.status_code in {302, 303}:
            self.visited.append(response["Location"])
        return response

    def step(self, number: int) -> str:
        return f"{self.prefix}/assessment/step-{number}/"

    def answer(self, address: str, answers: Mapping[str, object]) -> str:
        """Answers the screen at this address; the address that follows. Nothing else may come back."""
        page = self.get(address)
        asked = tuple(fields(page))
        self.steps.append(asked)
        response = self.post(page.context["page"].send, {name: answers[name] for name in asked})
        assert response.status_code == 303, (address, asked, response.status_code)
        return response["Location"]

    def walk(self, answers: Mapping[str, object] | None = None, stop: str = "/check/") -> str:
        """From the first screen on, going on from every safety page, until an address ends with `stop`."""
        return self.walk_from(self.step(1), {**CALM, **(answers or {})}, stop)

    def walk_from(self, address: str, answers: Mapping[str, object], stop: str = "/check/") -> str:
        for _ in range(len(load().screens) * 2 + 4):
            if address.endswith(stop) or ("/step-" not in address and "/pause/" not in address):
                return address
            address = self.go_on() if address.endswith("/pause/") else self.answer(address, answers)
        raise AssertionError("the walk does not end")

    def go_on(self) -> str:
        page = self.get(f"{self.prefix}/assessment/pause/")
        shown = page.context["form"].initial["shown"]
        return self.post(f"{self.prefix}/assessment/pause/", {"shown": shown})["Location"]
