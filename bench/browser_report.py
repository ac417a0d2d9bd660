"""The section of docs/benchmarks.md about browsers, from what `python -m bench.browser` measured.

`bench.report` takes the lines from here when it writes the page anew; `write` puts them into the old one.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from bench.__main__ import ROOT
from bench.browser_pages import AUDITED, MAPS, NOT_INDEXED

OUT = ROOT / "build" / "browser" / "browser.json"
PAGE = ROOT / "docs" / "benchmarks.md"
TITLE = "## In a phone's browser"
FIRST, NEXT = 75_000, 15_000
"""Bytes over the wire that a first visit and a next page may take; what a map draws aside."""
LCP_MS = 1_500
PERFORMANCE = 95
MEANT = {
    "bf-cache": "browsers keep no `no-store` page in memory, which pages made from answers are, on purpose",
    "is-crawlable": "pages made from answers are `noindex`, on purpose",
}


def section() -> list[str]:
    """Lines of Markdown with their heading; none where nothing was measured."""
    if not OUT.exists():
        return []
    figures = json.loads(OUT.read_text(encoding="utf-8"))
    return [
        TITLE,
        "",
        *_head(figures),
        "",
        *_audits(figures),
        "",
        *_weights(figures),
        "",
        *_paints(figures),
        "",
    ]


def write() -> None:
    """The page with this section in it: in the place of the old one, or at the end."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    lines = "\n".join(section())
    old = re.compile(rf"^{re.escape(TITLE)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    if old.search(text):
        text = old.sub(lambda _: f"{lines}\n", text)
    else:
        text = f"{text.rstrip()}\n\n{lines}\n" if text.strip() else f"{lines}\n"
    PAGE.write_text(f"{text.rstrip()}\n", encoding="utf-8")


def shortfalls(figures: dict[str, Any]) -> list[str]:
    """What falls short however busy the machine was: weight, shifts, scores without a clock, strangers."""
    found = []
    for name, one in figures["pages"].items():
        weight = one["weight"]
        if name.partition(" ")[2] not in MAPS:
            found += [f"{name}: first visit {weight['first']}"] * (weight["first"] > FIRST)
            found += [f"{name}: next page {weight['next']}"] * (weight["next"] > NEXT)
        found += [f"{name}: shifts"] * (max(paint["cls"] for paint in one["painted"]) > 0)
        found += [f"{name}: {said}" for said in (*weight["strangers"], *weight["complaints"])]
    for name, audit in figures["lighthouse"].items():
        scores = audit["scores"]
        wanted = {"accessibility", "best-practices"} | (set() if _page(name) in NOT_INDEXED else {"seo"})
        found += [f"{name}: {what} {scores[what]:.0f}" for what in sorted(wanted) if scores[what] < 100]
        found += [f"{name}: shifts"] * (audit["metrics"]["cls"] > 0)
    return found


def _page(name: str) -> str:
    return name.split(" ")[1]


def _head(figures: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Written by `make bench-browser`: Chromium {figures['chromium']} asks gunicorn itself on loopback, "
        f"production settings, packed static files; load {figures['load']:.1f} when done. A first visit has "
        "nothing cached; bytes are as they came over the wire, without headers (about 1.1 kB an answer)."
    )


def _audits(figures: dict[str, Any]) -> Iterator[str]:
    audits = figures["lighthouse"]
    runs = audits["en home simulate"]["runs"]
    yield (
        f"Lighthouse 12.8, mobile, median of {runs} in English and one in Spanish: scores out of 100, and "
        "what slow 4G and a processor four times slower would make of it. *Held back*: one more with "
        "`devtools` throttling, which waits 562 ms for every answer. Targets: accessibility, best practices "
        f"and SEO 100, performance {PERFORMANCE}, largest paint {LCP_MS / 1000} s, no shift."
    )
    yield ""
    yield (
        "| page | performance | accessibility | best practices | SEO | largest paint, s | blocked, ms "
        "| shift | held back: largest paint, s |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    failed: set[str] = set()
    for name in AUDITED:
        for language in ("en", "es"):
            if audit := audits.get(f"{language} {name} simulate"):
                really = audits.get(f"{language} {name} devtools")
                yield _audit(name, language, audit, really)
                failed |= set(audit["failed"])
    yield ""
    for one in sorted(failed):
        yield f"- `{one}` fails: {MEANT.get(one, 'to be looked at')}."


def _audit(name: str, language: str, audit: dict[str, Any], really: dict[str, Any] | None) -> str:
    scores, metrics = audit["scores"], audit["metrics"]
    cells = [f"{name}{' (Spanish)' if language == 'es' else ''}"]
    cells += [f"{scores[what]:.0f}" for what in ("performance", "accessibility", "best-practices")]
    cells += ["not indexed" if name in NOT_INDEXED else f"{scores['seo']:.0f}"]
    cells += [f"{metrics['lcp'] / 1000:.2f}", f"{metrics['tbt']:.0f}", f"{metrics['cls']:.3g}"]
    cells += [f"{really['metrics']['lcp'] / 1000:.2f}" if really else ""]
    return f"| {' | '.join(cells)} |"


def _weights(figures: dict[str, Any]) -> Iterator[str]:
    yield (
        f"Every kind of page, English / Spanish, kilobytes. Targets: first visit {FIRST / 1000:.0f}, next "
        f"page {NEXT / 1000:.0f}, maps aside. *Next*: coming from the front page, with the scripts this kind "
        "of page has of its own. *Again*: the same page asked anew."
    )
    yield ""
    yield "| page | first visit | requests | next | again |"
    yield "|---|---|---|---|---|"
    for name in _names(figures):
        both = [figures["pages"][f"{language} {name}"]["weight"] for language in ("en", "es")]
        cells = [" / ".join(f"{one[key] / 1000:.1f}" for one in both) for key in ("first", "next", "again")]
        yield f"| {name} | {cells[0]} | {both[0]['requests']} | {cells[1]} | {cells[2]} |"


def _paints(figures: dict[str, Any]) -> Iterator[str]:
    yield (
        "The same pages at 390 px, held back the same way by Playwright, first visits in English and "
        "Spanish, light and dark: the largest paint (the slowest of them; each waited for two answers of "
        "562 ms, the page and its styles) and the sum of all shifts."
    )
    yield ""
    yield "| page | largest paint, s | what it was | shift |"
    yield "|---|---|---|---|"
    for name in _names(figures):
        paints = [
            one for language in ("en", "es") for one in figures["pages"][f"{language} {name}"]["painted"]
        ]
        slowest = max(paints, key=lambda one: one["lcp"])
        shift = max(one["cls"] for one in paints)
        yield f"| {name} | {slowest['lcp'] / 1000:.2f} | {slowest['element']} | {shift:.3g} |"


def _names(figures: dict[str, Any]) -> list[str]:
    return [name.partition(" ")[2] for name in figures["pages"] if name.startswith("en ")]
