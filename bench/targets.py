"""What the site is held to, at each size, and whether it holds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figures = Mapping[str, Any]
"""What `python -m bench` measured at one size."""
AT_LEAST, AT_MOST = "≥", "≤"
AGAINST_PLAIN = {"21k": 6.0, "210k": 12.0, "1050k": 40.0}
AGAINST_CARDS = {"21k": 0.6, "210k": 0.6, "1050k": 0.5}
AGAINST_SQL = {"21k": 3.0, "210k": 3.0, "1050k": 2.0}
MEGABYTES = {"21k": 30.0, "210k": 50.0, "1050k": 150.0}
P99 = 4.0
QUERIES = 3
HANDOVER = 1.5
IMPORT = 3.0
AGAIN = 0.5
GROWTH = 1.5


@dataclass(frozen=True, slots=True)
class Target:
    """One figure beside its limit."""

    name: str
    found: float
    way: str
    limit: float
    most: float | None = None
    """What a page would reach that had nothing left to do."""
    beside: str = ""

    @property
    def holds(self) -> bool:
        return self.found >= self.limit if self.way == AT_LEAST else self.found <= self.limit

    @property
    def words(self) -> str:
        most = "" if self.most is None else f"; a finished page makes {_short(self.most)}"
        held = "holds" if self.holds else "**missed**"
        return f"{_short(self.found)} ({self.way} {self.limit:g}) {held}{most}{self.beside}"


def _short(value: float) -> str:
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def of(figures: Figures) -> Iterator[Target]:
    """The targets of one size."""
    size, pages, load = figures["size"], figures["pages"], figures["load"]["pages"]
    search = load["search"]
    grown = figures["load"]["after"]["resident"] - figures["load"]["idle"]["resident"]
    yield Target(
        "search, requests a second against the plain version",
        _ratio(search["rate"], load["plain"]["rate"]),
        AT_LEAST,
        AGAINST_PLAIN[size],
        _ratio(load["literal"]["rate"], load["plain"]["rate"]),
    )
    yield Target(
        "… in one large city",
        _ratio(load["same"]["rate"], load["plain_city"]["rate"]),
        AT_LEAST,
        AGAINST_PLAIN[size],
        _ratio(load["literal"]["rate"], load["plain_city"]["rate"]),
    )
    yield Target(
        "… against an empty page with 20 cards",
        _ratio(search["rate"], load["cards"]["rate"]),
        AT_LEAST,
        AGAINST_CARDS[size],
        _ratio(load["literal"]["rate"], load["cards"]["rate"]),
        f"; {_short(_ratio(search['rate'], load['kept_cards']['rate']))} where its frame is kept, too",
    )
    yield Target("search step, times bare SQL", step(figures["steps"]), AT_MOST, AGAINST_SQL[size])
    yield Target("search, p99 over median at 8 connections", _tail(search), AT_MOST, P99)
    yield Target("search, queries", figures["queries"]["search"], AT_MOST, QUERIES)
    yield Target(
        "result with hand-over, times the search page",
        _ratio(pages["handover"]["median"], pages["search"]["median"]),
        AT_MOST,
        HANDOVER,
    )
    yield Target("MB of a worker over an idle one", grown, AT_MOST, MEGABYTES[size])
    if imports := figures.get("imports"):
        least = imports["reading"]["seconds"] + imports["rows"]["seconds"]
        first, again = imports["first"]["seconds"], imports["again"]["seconds"]
        yield Target("import, times reading and COPY", _ratio(first, least), AT_MOST, IMPORT)
        yield Target("the same edition again, of the first", _ratio(again, first), AT_MOST, AGAIN)


def step(steps: Mapping[str, Mapping[str, float]]) -> float:
    """The search beside the quicker of two ways to the same answer in SQL."""
    return _ratio(steps["search"]["median"], min(steps[way]["median"] for way in ("own", "alone")))


def growth(measured: Sequence[Figures]) -> Target | None:
    """The page's median from the smallest to the largest size of PostgreSQL, where both were measured.

    Each in units of the empty page beside it: another hour, the machine is busy otherwise.
    """
    sizes = {one["size"]: one["pages"] for one in measured if one["database"] == "postgresql"}
    if not {"21k", "1050k"} <= sizes.keys():
        return None
    low, high = (
        _ratio(sizes[size]["search"]["median"], sizes[size]["cards"]["median"]) for size in ("21k", "1050k")
    )
    return Target("search page's median, 1.05 M against 21 k centers", _ratio(high, low), AT_MOST, GROWTH)


def _tail(one: Mapping[str, float]) -> float:
    return _ratio(one["p99"], one["median"])


def _ratio(one: float, other: float) -> float:
    return one / other if other else 0.0
