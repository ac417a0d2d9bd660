"""What people do on the site, and how a browser reads its forms. Standard library alone: locust reads it."""

import random
import re
from dataclasses import dataclass
from html import unescape

PLACES = (
    *("85004", "60614", "10001", "90012", "77002", "33130", "19104", "98101", "80202", "30303", "02118"),
    *("48226", "55401", "63103", "87102", "97204", "37203", "44113", "21201", "70112", "28202", "84101"),
    *("59718", "82001", "58102", "05401", "04401", "99501", "96813", "79901", "32801", "46204", "53202"),
)
"""ZIP codes, cities and country."""
USUAL: dict[str, tuple[str, ...]] = {
    "focus": ("both",),
    "danger_now": ("none",),
    "care_now": ("none",),
    "substances": ("alcohol",),
    "use_frequency": ("weekly",),
    "last_use": ("3_to_7_days",),
    "heavy_days": ("no",),
    "withdrawal_signs": ("none",),
    "withdrawal_history": ("none",),
    "pregnant": ("no",),
    "physical_health": ("good",),
    "unusual_experiences": ("no",),
    "suicidal_thoughts": ("none",),
    "recent_harm": ("trouble",),
}
"""What most answer; the rest, and now and then these too, is answered as it falls."""
OFTEN = 0.85
_TAG = re.compile(r"<input\b[^>]*>")
_ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')
_FORM = re.compile(r'<form\b[^>]*\baction="([^"]*)"[^>]*>(.*?)</form>', re.DOTALL)


@dataclass(frozen=True)
class Person:
    """Who somebody is, as far as it decides what they answer and see."""

    who: str
    ages: tuple[str, ...]

    def answers(self, question: str, options: list[str], chance: random.Random) -> list[str]:
        wanted = {"who": (self.who,), "age": self.ages, **USUAL}.get(question, ())
        known = [one for one in wanted if one in options]
        if known and (question in {"who", "age"} or chance.random() < OFTEN):
            return [chance.choice(known)]
        return [chance.choice(options)]


ADULT = Person("me", ("18_25", "26_64", "26_64", "26_64", "65_plus"))
TEEN = Person("me", ("13_17",))
FAMILY = Person("someone_else", ("13_17", "18_25", "26_64"))


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: where it is sent, its hidden fields, and its choices by question."""

    action: str
    hidden: tuple[tuple[str, str], ...]
    choices: dict[str, list[str]]

    def filled(self, person: Person, chance: random.Random) -> list[tuple[str, str]]:
        given = [
            (name, one) for name, found in self.choices.items() for one in person.answers(name, found, chance)
        ]
        return [*self.hidden, *given]


def form(page: str, part: str) -> Form | None:
    """The first form of a page that is sent to an address with this in it."""
    for action, inside in _FORM.findall(page):
        if part in action and "/forget/" not in action:
            return _read(unescape(action), inside)
    return None


def _read(action: str, inside: str) -> Form:
    hidden, choices = [], dict[str, list[str]]()
    for tag in _TAG.findall(inside):
        said = dict(_ATTRIBUTE.findall(tag))
        name, value = said.get("name", ""), unescape(said.get("value", ""))
        if said.get("type") == "hidden":
            hidden.append((name, value))
        elif said.get("type") in {"radio", "checkbox"}:
            choices.setdefault(name, []).append(value)
    return Form(action, tuple(hidden), choices)


def links(page: str, part: str) -> list[str]:
    """The addresses a page links to that have this in them, each once, in order."""
    return list(dict.fromkeys(unescape(one) for one in re.findall(rf'href="([^"]*{part}[^"]*)"', page)))


def files(page: str) -> list[str]:
    """The files that a browser fetches with a page the first time."""
    return list(dict.fromkeys(re.findall(r'(?:src|href)="(/static/[^"]+\.(?:css|js|svg))"', page)))


def centers(page: str) -> list[str]:
    """The centers a page links to, without what was searched for."""
    return list(dict.fromkeys(re.findall(r'href="((?:/es)?/programs/centers/[a-z0-9-]+/)[?"]', page)))
