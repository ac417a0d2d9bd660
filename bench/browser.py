"""`python -m bench.browser` (`make bench-browser`): how heavy and how quick the site is in a phone's browser.

Starts the real site and asks Lighthouse (median of five), then a browser that is really held back, for every
kind of page in both languages and colors. Figures go to build/browser/browser.json and into their section of
docs/benchmarks.md. Ends with 1 when something falls short that no busy machine can excuse.

`--quick`: once each, the five pages of Lighthouse in English, every kind of page in one color.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from bench import browser_lighthouse, browser_pages, browser_paint, browser_report, browser_site
from tests.chromium import ARGUMENTS, find

RUNS = 5


def _lighthouse(site: str, cookies: list[Any], kinds: dict[str, str], *, quick: bool) -> dict[str, Any]:
    """Audits by "language page throttling": medians in English, once in Spanish and once really held back."""
    plan = [("en", "simulate", 1 if quick else RUNS)]
    plan += [] if quick else [("es", "simulate", 1), ("en", "devtools", 1)]
    found = {}
    for language, throttling, runs in plan:
        for name in browser_pages.AUDITED:
            address = site + browser_pages.in_language(kinds[name], language)
            headers = browser_pages.header(cookies) if name in browser_pages.ANSWERED else {}
            found[f"{language} {name} {throttling}"] = asdict(
                browser_lighthouse.audit(address, headers, runs=runs, throttling=throttling)
            )
            print(".", end="", flush=True)
    return found


def _pages(browser: Browser, site: str, kinds: dict[str, str], *, quick: bool) -> dict[str, Any]:
    """Weight and paints by "language page"."""
    found: dict[str, Any] = {}
    for language in ("en", "es"):
        make = browser_paint.contexts(browser, browser_pages.answered(browser, site))
        home = site + browser_pages.in_language("/", language)
        for name, path in kinds.items():
            address = site + browser_pages.in_language(path, language)
            colors = (False,) if quick else (False, True)
            found[f"{language} {name}"] = {
                "weight": asdict(browser_paint.weight(make, home, address)),
                "painted": [asdict(browser_paint.painted(make, address, dark=dark)) for dark in colors],
            }
            print(".", end="", flush=True)
    return found


def measure(*, quick: bool) -> dict[str, Any]:
    began = time.monotonic()
    with browser_site.serving() as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find(), args=list(ARGUMENTS))
        kinds = browser_pages.kinds(browser, site)
        cookies = browser_pages.answered(browser, site)
        lighthouse = _lighthouse(site, cookies, kinds, quick=quick)
        pages = _pages(browser, site, kinds, quick=quick)
        version = browser.version
        browser.close()
    print()
    return {
        "chromium": version,
        "load": os.getloadavg()[0],
        "seconds": time.monotonic() - began,
        "lighthouse": lighthouse,
        "pages": pages,
    }


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="once each; writes no document")
    chosen = parser.parse_args()
    if find() is None:
        sys.exit("No Chromium here. apt-get install chromium, or set CHROMIUM to its path.")
    browser_lighthouse.install()
    with tempfile.TemporaryDirectory() as folder:
        browser_site.prepare(Path(folder))
        import django

        # Playwright's synchronous interface runs inside an event loop, where Django refuses the database.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        django.setup()
        figures = measure(quick=chosen.quick)
    browser_report.OUT.parent.mkdir(parents=True, exist_ok=True)
    browser_report.OUT.write_text(json.dumps(figures, indent=1), encoding="utf-8")
    print("\n".join(browser_report.section()))
    if not chosen.quick:
        browser_report.write()
    short = browser_report.shortfalls(figures)
    sys.exit("Falls short:\n" + "\n".join(short) if short else 0)


if __name__ == "__main__":
    main()
