"""The search step beside bare SQL."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection
from django.http import QueryDict
from django.utils.timezone import localdate

from bench.measure import Timing, race
from bench.questions import SEARCH
from programs import places, search
from programs.forms import SearchForm

ROUNDS = 200
Statement = tuple[str, Any]


def steps() -> tuple[dict[str, Timing], int]:
    """`programs.search.find` beside the statements it sends, handed to the driver as they are; the total."""
    form = SearchForm(QueryDict(SEARCH))
    place = places.resolve("85004")
    if not form.is_valid() or not isinstance(place, places.Found):
        raise RuntimeError("the question of the benchmark is not a search")
    criteria = form.criteria(place.place)
    today = localdate()
    sent = _sent(lambda: search.find(criteria, today=today))
    results = search.find(criteria, today=today)
    timings = race(
        {"search": lambda: search.find(criteria, today=today), "SQL": lambda: _bare(sent)}, rounds=ROUNDS
    )
    return timings, results.total


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


def _bare(statements: list[Statement]) -> None:
    """Send them and fetch all rows, with the driver's own cursor."""
    with connection.cursor() as cursor:
        driver = cursor.cursor
        for sql, params in statements:
            driver.execute(sql, params)
            driver.fetchall()
