"""Where to look when no program is near: by video in the whole state, with a ride, or one level beside.

Each way is counted and shows its first programs on the page itself, because the level a person needs may not
stand in an address. Nothing here replaces medical care to stop safely: there the page names the doctor.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from programs import search
from programs.cards import Card, card
from programs.criteria import SearchCriteria
from programs.levels import Level, nearest
from programs.models import ZipCode
from programs.states import STATES

AT_HOME = (Level.OUTPATIENT, Level.IOP, Level.PHP)
"""Levels at which a person lives at home, so that video can stand in for the way there."""
SHOWN = 3


@dataclass(frozen=True, slots=True, repr=False)
class WayOut:
    """One way. `kind`: video (in `state`, at any distance), ride (within `miles`, no telehealth asked) or
    level (another level within `miles`). `total`: how many programs; `cards`: the first of them."""

    kind: str
    level: Level
    total: int
    cards: tuple[Card, ...]
    miles: int = 0
    state: str = ""


def ways_out(asked: SearchCriteria, place: ZipCode, *, today: date) -> Iterator[WayOut]:
    """The ways that lead to a program, the nearest to what was asked first."""
    (level,) = asked.levels
    free = replace(asked, musts=frozenset())
    if level in AT_HOME:
        total, hits = search.by_video(free, state=place.state, today=today)
        if total:
            state = STATES.get(place.state, place.state)
            yield WayOut("video", level, total, _cards(hits), state=state)
    if asked.musts:
        yield from _near("ride", free, today)
    if level is not Level.DETOX:
        for other in nearest(level):
            if other is not Level.DETOX:
                musts = asked.musts if other in AT_HOME else frozenset()
                yield from _near("level", replace(asked, levels=(other,), musts=musts), today)


def _near(kind: str, criteria: SearchCriteria, today: date) -> Iterator[WayOut]:
    """The search in the smallest circle that holds enough to show."""
    results = search.find(criteria, today=today, enough=SHOWN)
    if results.total:
        (level,) = criteria.levels
        yield WayOut(kind, level, results.total, _cards(results.hits), miles=results.criteria.radius_miles)


def _cards(hits: tuple[search.Hit, ...]) -> tuple[Card, ...]:
    return tuple(card(hit, number=number) for number, hit in enumerate(hits[:SHOWN], start=1))
