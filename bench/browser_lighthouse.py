"""Lighthouse as it comes, on a phone of its own: slow 4G and a processor four times slower."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from tests.chromium import ARGUMENTS, find

FOLDER = Path(__file__).with_name("lighthouse")
PROGRAM = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
TRIES = 3
"""A browser sometimes does not come up, which says nothing of the page."""
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
METRICS = {
    "lcp": "largest-contentful-paint",
    "fcp": "first-contentful-paint",
    "tbt": "total-blocking-time",
    "cls": "cumulative-layout-shift",
    "bytes": "total-byte-weight",
}


@dataclass(frozen=True, slots=True)
class Audit:
    """Medians of some runs. scores: out of 100, by category. metrics: milliseconds, bytes, and the shift.
    failed: audits below 100 that count in a score or are about what browsers keep in memory, in any run.
    """

    runs: int
    scores: dict[str, float]
    metrics: dict[str, float]
    failed: list[str]


def install() -> None:
    """Lighthouse as locked, where it is not there yet. Its scripts are not run."""
    if PROGRAM.exists():
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    try:
        subprocess.run(command, cwd=FOLDER, check=True)
    except FileNotFoundError:
        sys.exit("npm is not installed. Lighthouse needs Node 18.20 or later; the site itself does not.")


def audit(address: str, headers: Mapping[str, str], *, runs: int, throttling: str = "simulate") -> Audit:
    """`throttling`: `simulate` loads the page quickly and reckons; `devtools` really holds it back."""
    found = [_once(address, headers, throttling) for _ in range(runs)]
    scores = {name: median(100 * one["categories"][name]["score"] for one in found) for name in CATEGORIES}
    metrics = {
        name: median(one["audits"][audit]["numericValue"] for one in found) for name, audit in METRICS.items()
    }
    failed = sorted({name for one in found for name in _failed(one)})
    return Audit(runs, scores, metrics, failed)


def _once(address: str, headers: Mapping[str, str], throttling: str) -> Any:
    chrome = " ".join(["--headless=new", *ARGUMENTS])
    with tempfile.TemporaryDirectory() as folder:
        sent, told = Path(folder, "headers.json"), Path(folder, "told.json")
        sent.write_text(json.dumps(dict(headers)), encoding="utf-8")
        command = ["node", str(PROGRAM), address, "--quiet", "--output=json", f"--output-path={told}"]
        command += [
            f"--chrome-flags={chrome}",
            f"--extra-headers={sent}",
            f"--throttling-method={throttling}",
        ]
        command += [f"--only-categories={','.join(CATEGORIES)}", "--no-enable-error-reporting"]
        environment = os.environ | {"CHROME_PATH": find() or ""}
        for _ in range(TRIES):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180)
            if done.returncode == 0:
                break
        else:
            raise RuntimeError(f"Lighthouse on {address}: {done.stderr[-2000:]}")
        report = json.loads(told.read_text(encoding="utf-8"))
    if "runtimeError" in report:
        raise RuntimeError(f"Lighthouse on {address}: {report['runtimeError']['message']}")
    return report


def _failed(report: Any) -> list[str]:
    counted = {
        ref["id"]
        for name, category in report["categories"].items()
        for ref in category["auditRefs"]
        if ref["id"] == "bf-cache" or (ref["weight"] > 0 and name != "performance")
    }
    below = (name for name in counted if report["audits"][name]["score"] not in (None, 1))
    return [name for name in below if report["audits"][name]["scoreDisplayMode"] != "notApplicable"]
