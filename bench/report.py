"""`python -m bench.report` writes docs/benchmarks.md from what `python -m bench` measured."""

import json
import os
import platform
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import django

from bench import browser_report, targets
from bench.__main__ import OUT, ROOT, SIZES
from bench.served import WORKERS
from bench.targets import Figures

PAGE = ROOT / "docs" / "benchmarks.md"
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
HEAD = """# How fast it is

Written by `make bench`; do not edit by hand. Ratios count: what is compared took turns in one run, and a
figure from a busy machine says so. `make bench SIZES=21k` measures the directory as it is, in a third of the
time; 210k and 1050k are copies of it on PostgreSQL, each center within ten miles of its original: the country
does not grow, it becomes denser, and a search around any ZIP code has ten and fifty times the programs before
it. That is the hard case. With copies spread over ten degrees instead (`BENCH_JITTER=10`; medians of 450
searches around 150 ZIP codes, each beside the empty page), the search page at 1.05 M takes 1.36 times what it
takes at 21k (target: 1.5 at most), and `search.find` takes 4.0 ms.

The search asks for IOP programs within 25 miles with a wish for Medicaid, around a thousand ZIP codes, drawn
evenly from those that have a center, so that nothing kept from one request answers the next; *one large
city* is always 85004 (Phoenix). The other pages are asked for in as many ways as they have. References, in
the same run:

- *empty page with 20 cards*: twenty fixed cards and no filters, no database, all of it rendered by Django
  templates. Nothing of it is kept: it is the floor of a Django template, and does not move when the site
  learns to keep a part of its pages. Beside it the same with its frame kept, as the site's own pages have it.
- *finished page*: the HTML of a search put into the frame of the site as one text: the least a page can cost.
- *plain version*: the same question as one would first write it in Django: facts in a many-to-many table, a
  box and the haversine in the ORM, eight facts counted. It does less than the site's page.
  PostGIS instead of the box costs the same: 7 % more database time for the same three statements at 18,700
  centers (least of 60 rounds, in turn), so that the reference needs no extension.
- *bare SQL*: the same answer by statements written by hand, straight to the driver.

Two tables for each size. In one process through the whole middleware, compression and garbage collector on:
milliseconds by the clock, median processor time of the web process (a database server's own is not in it),
and queries. Then served: gunicorn, two sync workers, eight connections that never rest, on the same cores as
the database and the client; milliseconds at that load. PostgreSQL runs as `bin/with-postgres` starts it, with
its default memory (128 MB of shared buffers) and no syncing.
"""
PAGES = {
    "search": "search, 20 cards, all filters counted",
    "same": "search, one large city",
    "handover": "result with hand-over: assess, match, 20 cards",
    "center": "center",
    "compare": "comparison of three",
    "places": "suggestions of places",
    "question": "question",
    "start": "search form without a place",
    "desk_list": "desk: list of centers",
    "desk_search": "desk: list of centers, searched by a word",
    "services": "API: twenty services by HSDS",
    "search_api": "API: search",
    "plain": "reference: plain version of the search",
    "plain_city": "reference: plain version, one large city",
    "cards": "reference: empty page with 20 cards",
    "kept_cards": "reference: the same, its frame kept",
    "literal": "reference: finished page",
}


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _machine(measured: list[Figures]) -> str:
    """Where and when; with a warning where something else was at work."""
    cores = os.cpu_count() or 1
    load = max((one["busy"] for one in measured), default=0.0)
    client = "/".join(sorted({one["load"]["client"] for one in measured}))
    busy = f"; **the machine was busy with other work (load {load:.1f})**" if load > cores else ""
    memory = f" · {_gigabytes()} GB" if _gigabytes() else ""
    return (
        f"{date.today():%Y-%m-%d} · {cores} × {_processor()}{memory} · {platform.system()} · "
        f"Python {platform.python_version()} · Django {django.get_version()} · client: {client} · "
        f"{sum(one['seconds'] for one in measured) / 60:.0f} minutes in all{busy}"
    )


def _gigabytes() -> int:
    info = Path("/proc/meminfo")
    return round(int(info.read_text().split()[1]) / 1e6) if info.exists() else 0


def _pages(figures: Figures) -> Iterator[str]:
    yield "| page | least | median | p99 | processor | queries | median, of 20 cards' |"
    yield "|---|---|---|---|---|---|---|"
    pages, queries = figures["pages"], figures["queries"]
    for key, name in PAGES.items():
        one = pages[key]
        share = one["median"] / pages["cards"]["median"]
        yield f"| {name} | {_times(one)} | {one['processor']:.1f} | {queries[key]} | {share:.1f} |"


def _load(load: dict[str, Any]) -> Iterator[str]:
    yield "| page | requests/s | … a core | median | p99 | p99 / median | of 20 cards | × plain version |"
    yield "|---|---|---|---|---|---|---|---|"
    pages = load["pages"]
    cores = min(os.cpu_count() or 1, WORKERS)
    for key in (name for name in PAGES if name in pages):
        one = pages[key]
        tail = f"{one['p99'] / one['median']:.1f}" if one["median"] else "–"
        against = [
            f"{one['rate'] / pages[of]['rate']:.2f}" if pages[of]["rate"] else "–"
            for of in ("cards", "plain")
        ]
        rates = f"{one['rate']:.1f} | {one['rate'] / cores:.1f}"
        lost = f" ({one['failed']} failed)" if one["failed"] else ""
        times = f"{one['median']:.0f} | {one['p99']:.0f} | {tail}"
        yield f"| {PAGES[key]}{lost} | {rates} | {times} | {' | '.join(against)} |"
    yield ""
    idle, warm, after = (load[state] for state in ("idle", "warm", "after"))
    requests = sum(one["requests"] for one in pages.values())
    yield (
        f"Resident memory of the larger worker: {idle['resident']:.0f} MB idle, {warm['resident']:.0f} MB "
        f"once each page was asked for, {after['resident']:.0f} MB after {requests:,} requests (its share of "
        f"what processes share: {idle['share']:.0f}, {warm['share']:.0f}, {after['share']:.0f})."
    )


def _times(one: dict[str, float]) -> str:
    return " | ".join(f"{one[key]:.1f}" for key in ("least", "median", "p99"))


def _steps(figures: Figures) -> Iterator[str]:
    names = {
        "search": "`search.find`: 20 programs in order, all counts",
        "own": "its own statements, straight to the driver",
        "alone": "the same answer by SQL alone: every count a sum",
        "few": "less: the counts of 6 facts and the 20 nearest",
    }
    steps = figures["steps"]
    yield "| step, around 40 places | least | median | p99 | search, times this |"
    yield "|---|---|---|---|---|"
    for key, name in names.items():
        times = steps["search"]["median"] / steps[key]["median"]
        yield f"| {name} | {_times(steps[key])} | {times:.1f} |"


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


def _size(figures: Figures) -> Iterator[str]:
    """One database at one size."""
    took = figures["seconds_to"]
    loaded = f"; its copies were made in {took['grow']:.0f} s" if took["grow"] >= 1 else ""
    yield f"## {_name(figures)} {figures['version']}: {figures['centers']:,} centers"
    yield ""
    yield (
        f"{figures['found']} programs are found at the median place. Measured in {figures['seconds']:.0f} s, "
        f"with a load of {figures['busy']:.1f} before it began{loaded}; the plain version's tables hold "
        f"{figures['facts']:,} facts as rows, filled in {took['fill']:.0f} s."
    )
    yield ""
    tables = [_pages(figures), _load(figures["load"]), _steps(figures)]
    if "desk" in figures:
        tables += [_imports(figures.get("imports", {})), _desk(figures["desk"])]
    for table in tables:
        yield from table
        yield ""


def _name(figures: Figures) -> str:
    return NAMES[figures["database"]]


def _targets(measured: list[Figures]) -> Iterator[str]:
    """One column a database and size; then how cost grows."""
    columns = [{target.name: target for target in targets.of(one)} for one in measured]
    names = list(dict.fromkeys(name for column in columns for name in column))
    yield "## Targets"
    yield ""
    yield "| | " + " | ".join(f"{_name(one)}, {one['centers']:,}" for one in measured) + " |"
    yield "|---" * (len(measured) + 1) + "|"
    for name in names:
        yield f"| {name} | " + " | ".join(one[name].words if name in one else "" for one in columns) + " |"
    yield ""
    if growth := targets.growth(measured):
        name = growth.name[0].upper() + growth.name[1:]
        yield f"{name}, each against the empty page beside it: {growth.words}."
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
    paths = [OUT / f"{name}-{size}.json" for name in NAMES for size in SIZES]
    measured = [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]
    lines = [HEAD, _machine(measured), "", *_targets(measured)]
    for figures in measured:
        lines += _size(figures)
    lines += next((list(_once(figures)) for figures in measured if "assess" in figures), [])
    lines += browser_report.section()
    PAGE.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{PAGE.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
