"""`python -m bench.report` writes docs/benchmarks.md from what `python -m bench` measured."""

import json
import os
import platform
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import django

from bench.__main__ import OUT, ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEAD = """# How fast it is

Written by `make bench`; do not edit by hand. Ratios count: what is compared took turns in one run. Times
are milliseconds in one process, through the whole middleware, compression and garbage collector on: least,
median and 99th percentile by the clock, and median processor time of the web process (a database server's
own is not in it).

The search asks for IOP programs within 25 miles of 85004 (Phoenix) with a wish for Medicaid. Its two
references ask no database: *finished page* puts the same HTML into the frame of the site as one text,
*twenty cards* lets a Django template render twenty fixed cards and no filters. *Requests against* is the
reference's least time by the page's: 1 would be as quick as the reference.
"""


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _machine() -> str:
    load = f", load {os.getloadavg()[0]:.1f} when written" if hasattr(os, "getloadavg") else ""
    return (
        f"{date.today():%Y-%m-%d} · {os.cpu_count()} × {_processor()}{load} · {platform.system()} · "
        f"Python {platform.python_version()} · Django {django.get_version()}"
    )


def _against(page: dict[str, float], reference: dict[str, float]) -> str:
    return f"{reference['least'] / page['least']:.2f}"


def _pages(pages: dict[str, dict[str, float]]) -> Iterator[str]:
    names = {
        "search": "search, 20 cards, all filters counted",
        "center": "center",
        "start": "search form without a place",
        "search_api": "the same search as JSON",
        "services": "first twenty services by HSDS",
        "cards": "reference: twenty cards",
        "literal": "reference: finished page",
    }
    yield "| page | least | median | p99 | processor | requests against 20 cards | … a finished page |"
    yield "|---|---|---|---|---|---|---|"
    for key, name in names.items():
        one = pages[key]
        cards, literal = _against(one, pages["cards"]), _against(one, pages["literal"])
        yield f"| {name} | {_times(one)} | {one['processor']:.1f} | {cards} | {literal} |"


def _times(one: dict[str, float]) -> str:
    return " | ".join(f"{one[key]:.1f}" for key in ("least", "median", "p99"))


def _steps(steps: dict[str, dict[str, float]]) -> Iterator[str]:
    yield "| step | least | median | p99 | times the SQL (target: 3 at most) |"
    yield "|---|---|---|---|---|"
    yield f"| `search.find`: 20 programs in order, all counts | {_times(steps['search'])} | {_ratio(steps)} |"
    yield f"| its two statements, straight to the driver | {_times(steps['SQL'])} | 1 |"


def _ratio(steps: dict[str, dict[str, float]]) -> str:
    return f"{steps['search']['least'] / steps['SQL']['least']:.1f}"


def _imports(imports: dict[str, dict[str, float]]) -> Iterator[str]:
    if not imports:
        yield "Not measured: the real workbooks were not there, the sample directory was searched."
        return
    first, again = imports["first"], imports["again"]
    least = imports["reading"]["seconds"] + imports["rows"]["seconds"]
    names = {
        "first": "both directories, first time",
        "again": "the same again (writes no row)",
        "reading": "reference: read and check both files",
        "rows": "reference: write the flat rows in one go",
    }
    yield "| import | seconds | processor seconds | peak MB |"
    yield "|---|---|---|---|"
    for key, name in names.items():
        one = imports[key]
        yield f"| {name} | {one['seconds']:.1f} | {one['processor']:.1f} | {one['megabytes'] or 0:.0f} |"
    yield ""
    yield f"First run: {first['seconds'] / least:.1f} times both references together (target: 3 at most)."
    yield f"Second run: {again['seconds'] / first['seconds']:.2f} of the first (target: 0.5 at most)."


def _desk(desk: dict[str, Any]) -> Iterator[str]:
    rows, pages = desk["rows"], desk["pages"]
    slow = sorted(pages.items(), key=lambda one: -one[1]["median"])
    most = max(one["queries"] for one in pages.values())
    yield (
        f"The directory desk with {rows['centers']:,} centers and {rows['history']:,} older copies of them "
        f"and their programs: {len(pages)} pages, {most} queries at most (target: 15). "
        "The slowest ten (target: 300 ms):"
    )
    yield ""
    yield "| page | least | median | p99 | queries |"
    yield "|---|---|---|---|---|"
    for name, one in slow[:10]:
        yield f"| {name} | {_times(one)} | {one['queries']} |"


def _database(figures: dict[str, Any]) -> Iterator[str]:
    name = NAMES[figures["database"]]
    yield f"## {name} {figures['version']}: {figures['centers']:,} centers, {figures['found']} programs found"
    yield ""
    tables = (_pages(figures["pages"]), _steps(figures["steps"]), _imports(figures["imports"]))
    for table in (*tables, _desk(figures["desk"])):
        yield from table
        yield ""


def _once(figures: dict[str, Any]) -> Iterator[str]:
    """What has nothing to do with the database."""
    yield "## Recommendation"
    yield ""
    yield from _recommendation(figures["assess"])
    yield ""
    yield "## Weight"
    yield ""
    yield "Kilobytes over the wire, compressed. Targets: first visit 75, next page 15."
    yield ""
    yield "| page | first visit, with styles and scripts | as next page |"
    yield "|---|---|---|"
    weights = figures["weights"]
    for name in ("home", "search", "center"):
        yield f"| {name} | {weights[f'{name}: first visit']:.1f} | {weights[f'{name}: HTML']:.1f} |"


def _recommendation(took: dict[str, float]) -> Iterator[str]:
    yield (
        f"`check` and `recommend` with all that would change the result and what would narrow it, asked of a "
        f"protocol that remembers nothing: {took['sets']:,.0f} sets of answers, random ones and, from the "
        "slowest of them, a search for slower ones. Processor milliseconds, best of five. The reference is "
        "the level alone."
    )
    yield ""
    yield "| answers | recommendation (target: under 50) | reference: the level alone | times the reference |"
    yield "|---|---|---|---|"
    rows = (("typical (median)", "median", "typical_level"), ("worst found", "worst", "worst_level"))
    for name, all_of_it, level in rows:
        ratio = took[all_of_it] / took[level]
        yield f"| {name} | {took[all_of_it]:.2f} | {took[level]:.3f} | {ratio:.0f} |"
    yield ""
    yield (
        f"99th percentile of random sets: {took['p99']:.2f} ms; someone who is not sure of anything: "
        f"{took['not_sure']:.2f} ms. The worst set leaves {took['open']:.0f} questions open and names "
        f"{took['ways']:.0f} changes."
    )


def main() -> None:
    paths = [OUT / f"{name}.json" for name in NAMES]
    measured = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
    lines = [HEAD, _machine(), ""]
    for figures in measured:
        lines += _database(figures)
    lines += _once(measured[0])
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
