"""The search step beside bare SQL, around places drawn as visitors' are."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import cycle
from statistics import median
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils.timezone import localdate

from bench.measure import Timing, race
from bench.questions import LIKE_IT
from programs import geo, places, search
from programs.criteria import SearchCriteria
from programs.facts import pack
from programs.forms import SearchForm
from programs.levels import Level
from programs.models.columns import NO, YES
from programs.taxonomy import FACTS

ROUNDS = 200
SECONDS = 30
PLACES = 40
Statement = tuple[str, Any]
_FEW = ("pay_medicaid", "pay_medicare", "pay_private", "telehealth", "co_occurring", "lang_spanish")


@dataclass(frozen=True, slots=True)
class Steps:
    """The search and its references, by name."""

    timings: dict[str, Timing]
    found: int
    """Programs that the search finds at the median place."""


def steps(zips: Iterable[str]) -> Steps:
    """`programs.search.find` beside three ways to bare SQL, handed to the driver as it is.

    own: the statements that the search sends. alone: the same answer by SQL alone: every count as a sum in
    the database, and the twenty that fit best. few: what a plain page asks: a total, the counts of six facts
    and two of levels, and the twenty nearest.
    """
    today = localdate()
    asked = [_criteria(code) for code in dict.fromkeys(zips)][:PLACES]
    own = [_sent(partial(search.find, one, today=today)) for one in asked]
    found = median(search.find(one, today=today).total for one in asked)
    ways = {
        "own": own,
        "alone": [[_levels(one), _sums(one), _ranked(one)] for one in asked],
        "few": [[_levels(one), _counts(one), _nearest(one)] for one in asked],
    }
    work: dict[str, Callable[[], object]] = {"search": _find(asked, today)}
    work |= {name: _bare(statements) for name, statements in ways.items()}
    return Steps(race(work, rounds=ROUNDS, seconds=SECONDS), int(found))


def _criteria(code: str) -> SearchCriteria:
    form = SearchForm(QueryDict(LIKE_IT.format(zip=code)))
    place = places.resolve(code)
    if not form.is_valid() or not isinstance(place, places.Found):
        raise RuntimeError("the question of the benchmark is not a search")
    return form.criteria(place.place)


def _find(asked: Sequence[SearchCriteria], today: date) -> Callable[[], object]:
    turn = cycle(asked)
    return lambda: search.find(next(turn), today=today)


def _chord(criteria: SearchCriteria) -> str:
    """The square of the chord to rows of the flat table `l`, as one would write it by hand."""
    here = zip("xyz", geo.unit(criteria.point), strict=True)
    return " + ".join(f"(l.{axis} - ({at!r})) * (l.{axis} - ({at!r}))" for axis, at in here)


def _near(criteria: SearchCriteria) -> str:
    """The condition for rows within the distance."""
    cells = ", ".join(map(str, geo.cells_within(criteria.point, criteria.radius_miles)))
    return f"l.cell IN ({cells}) AND {_chord(criteria)} <= {geo.chord2_of(criteria.radius_miles)!r}"


def _levels(criteria: SearchCriteria) -> Statement:
    return f"SELECT level, count(*) FROM programs_listing l WHERE {_near(criteria)} GROUP BY level", None


def _of_level(criteria: SearchCriteria) -> str:
    (level,) = criteria.levels
    return f"{_near(criteria)} AND l.level = '{Level(level).value}'"


def _sums(criteria: SearchCriteria) -> Statement:
    """How many have each fact, how many have said no to each, and how many there are."""
    columns = (*YES, *NO)
    sums = [f"sum((l.{columns[fact.word]} >> {fact.bit}) & 1)" for fact in FACTS]
    return f"SELECT count(*), {', '.join(sums)} FROM programs_listing l WHERE {_of_level(criteria)}", None


def _counts(criteria: SearchCriteria) -> Statement:
    masks = [pack([code]) for code in _FEW]
    counts = [
        f"sum(CASE WHEN l.yes_{word} & {bit} <> 0 THEN 1 ELSE 0 END)"
        for mask in masks
        for word, bit in enumerate(mask)
        if bit
    ]
    return f"SELECT count(*), {', '.join(counts)} FROM programs_listing l WHERE {_of_level(criteria)}", None


def _nearest(criteria: SearchCriteria) -> Statement:
    columns = "l.program_id, l.name, l.slug, l.city, l.state, l.phone, l.center_public_id, l.said_on"
    order = f"ORDER BY {_chord(criteria)}, l.tie LIMIT 20"
    return f"SELECT {columns} FROM programs_listing l WHERE {_of_level(criteria)} {order}", None


def _ranked(criteria: SearchCriteria) -> Statement:
    """Whole rows of the twenty that fit best, then the nearest."""
    (wish,) = criteria.wishes
    word, bit = next((word, bit) for word, bit in enumerate(pack(wish.any_of)) if bit)
    fits = f"CASE WHEN l.yes_{word} & {bit} <> 0 THEN 3 WHEN l.no_{word} & {bit} <> 0 THEN -2 ELSE 0 END"
    order = f"ORDER BY {fits} DESC, {_chord(criteria)}, l.tie, l.program_id LIMIT 20"
    return f"SELECT l.* FROM programs_listing l WHERE {_of_level(criteria)} {order}", None


def _sent(work: Callable[[], object]) -> list[Statement]:
    """The statements that some work sends."""
    found: list[Statement] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append((sql, params))
        return execute(sql, params, many, context)

    noting: AbstractContextManager[Any] = connection.execute_wrapper(note)
    with noting:
        work()
    return found


def _bare(asked: Sequence[Sequence[Statement]]) -> Callable[[], object]:
    """Send the statements of the next place and fetch all rows, with the driver's own cursor."""
    turn = cycle(asked)

    def send() -> None:
        with connection.cursor() as cursor:
            driver = cursor.cursor
            for sql, params in next(turn):
                driver.execute(sql, params) if params else driver.execute(sql)
                driver.fetchall()

    return send
