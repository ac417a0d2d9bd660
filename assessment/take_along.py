"""The sheet as a PDF: tagged for screen readers (PDF/UA-1), its fonts inside, made without system packages.

The layout stands in `take_along.typ`. What it shows goes in as JSON and comes out as text: nothing in it is
read as markup. The compiler sees no file but the layout, loads no package, asks no network.
"""

import json
import threading
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path

import typst
from django.conf import settings
from django.utils.translation import get_language, gettext

from assessment.sheet import Sheet

LAYOUT = Path(__file__).with_name("take_along.typ")
NOWHERE = Path(__file__).with_name("no-packages")
"""A folder that does not exist: where the compiler would look for packages."""
_ONE_AT_A_TIME = threading.Lock()
"""One PDF at a time in each server process: however many ask, pages are still served."""

Pairs = Iterable[tuple[object, object]]


@cache
def _layout() -> bytes:
    return LAYOUT.read_bytes()


def pdf(sheet: Sheet, today: date) -> bytes:
    """The sheet as a PDF in the language of the page. It carries the day it was made, not the minute."""
    said = json.dumps(_said(sheet), ensure_ascii=False)
    with _ONE_AT_A_TIME:
        made: bytes = typst.compile(
            _layout(),
            format="pdf",
            pdf_standards=["ua-1"],
            ignore_system_fonts=True,
            package_path=str(NOWHERE),
            package_cache_path=str(NOWHERE),
            sys_inputs={"said": said},
            timestamp=int(datetime.combine(today, time(12), UTC).timestamp()),
        )
    return made


def _said(sheet: Sheet) -> dict[str, object]:
    """The sheet as the layout reads it: a headline, then sections of pairs, bullets or numbers."""
    result = sheet.result
    return {
        "language": get_language() or "en",
        "site": str(settings.SITE_NAME),
        "colors": _colors(),
        "title": gettext("Your result"),
        "made": gettext("Made on %(date)s.") % {"date": sheet.made_on},
        "notice": gettext("This sheet holds private answers. Keep it where only you can read it."),
        "danger": sheet.danger,
        "level": "" if sheet.emergency else sheet.level,
        "verdict": sheet.headline,
        "lead": list(sheet.under),
        "urgent": _urgent(sheet),
        "sections": [section for section in _sections(sheet) if section["items"]],
        "answers": {
            "title": gettext("All your answers"),
            "parts": [
                {"title": name, "rows": [[row.text, ", ".join(row.said)] for row in rows if row.answered]}
                for name, rows in sheet.answers.sections
            ],
        },
        "foot": gettext(
            "Protocol %(protocol)s, provisional. It is a guide to talk over with a professional, "
            "not a diagnosis."
        )
        % {"protocol": result.protocol},
    }


def _colors() -> dict[str, str]:
    """The theme's, or the brand's, as on white paper."""
    light = settings.BRAND.palette.light
    return {"action": light.get("teal", "#0b4f52"), "soft": light.get("ink-soft", "#4a443a")}


def _urgent(sheet: Sheet) -> list[list[str]]:
    return [[str(cause.title), str(cause.text)] for cause in sheet.result.causes]


def _sections(sheet: Sheet) -> Iterable[dict[str, object]]:
    result = sheet.result
    helps = _section("plain", gettext("Whom to call at any time"), _helps(sheet))
    if sheet.emergency:
        yield helps
        yield _section("plain", gettext("Once you are safe"), [(sheet.level, "")] if sheet.level else [])
    at_once = [(f"“{said}”", "") for said in result.call_now]
    yield _section("bullets", gettext("Call now if this is true"), at_once)
    yield {
        "kind": "reasons",
        "title": gettext("Why we say this, in your own answers"),
        "items": [
            [told.title, told.because, " ".join(f"“{one}”" for one in told.said)] for told in sheet.reasons
        ],
    }
    yield _section("plain", gettext("Medicine and safety"), result.medicine)
    yield _section("plain", gettext("Where the need and your days disagree"), sheet.trade_offs)
    yield _section("plain", gettext("Your likely path"), sheet.path)
    asked = [(question, "") for question in sheet.questions]
    yield _section("numbers", gettext("Ten questions to ask a program"), asked)
    unknown = [(item.text, "") for item in result.unknown]
    yield _section("bullets", gettext("You were not sure about these, and they could change it"), unknown)
    for_it = [(item.title, "") for item in result.benefits]
    yield _section("bullets", gettext("What speaks for an IOP"), for_it)
    hard = [(item.title, "") for item in result.downsides]
    yield _section("bullets", gettext("What would be hard about an IOP"), hard)
    yield _section("plain", gettext("What would help it work"), result.supports)
    yield _section("plain", gettext("Good to know"), result.advice)
    if not sheet.emergency:
        yield helps


def _helps(sheet: Sheet) -> Pairs:
    return [(line.name, " · ".join(line.ways)) for line in sheet.help]


def _section(kind: str, title: str, pairs: Pairs) -> dict[str, object]:
    return {"kind": kind, "title": title, "items": [[str(one), str(other)] for one, other in pairs]}
