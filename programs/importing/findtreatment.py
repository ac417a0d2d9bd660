"""FindTreatment.gov, the national locator: the directories' other form, with websites and positions.

It speaks in words where the workbooks have codes; `service_words.txt` says which code a word stands for, and
the declarations of `samhsa` what the code means. A word that is not there says nothing and is reported.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from programs.facts import FactSet
from programs.importing import samhsa
from programs.importing.answers import ROW, plain_key
from programs.importing.coordinates import Box, Verdict, checked
from programs.importing.reading import KEPT, Edition, File, Refused, Tallies
from programs.importing.rows import Row, RowError, clean_website, make_row, readable_phone
from programs.importing.source import Question, Reader
from programs.importing.workbook import StructureError

NAME = "FindTreatment.gov"
_TEXT = ("name1", "name2", "street1", "street2", "city", "state", "zip")
_PHONES = ("phone", "intake1", "intake2", "intake1a", "intake2a")
_NEEDED = ("name1", "street1", "city", "state", "zip", "phone", "typefacility", "services")
"""Keys without which no row can be understood. Where no row has one, the format has changed."""
_USED = ("website", "latitude", "longitude", "name2", "street2")
_KNOWN = frozenset((*_NEEDED, *_USED, *_PHONES, "irow", "frid", "miles", "hotline1"))
_CATEGORY, _WORDS = "f2", "f3"
_LEFT_OUT = "-"
_UNABLE = frozenset({"offers_iop", "offers_detox", "detox_residential", "detox_hospital", "detox_outpatient"})
"""What the mental health directory does not ask: absence there is no proof."""


def _askable(question: Question) -> Question:
    return replace(question, asked=()) if question.fact in _UNABLE else question


SUBSTANCE_USE = replace(
    samhsa.SUBSTANCE_USE,
    code="findtreatment_su",
    title=f"{NAME}, substance use",
    told_by=frozenset(),
)
MENTAL_HEALTH = replace(
    samhsa.MENTAL_HEALTH,
    code="findtreatment_mh",
    title=f"{NAME}, mental health",
    told_by=frozenset(),
    questions=tuple(map(_askable, samhsa.MENTAL_HEALTH.questions)),
)
TYPES = {"SA": SUBSTANCE_USE, "MH": MENTAL_HEALTH}
"""By `typeFacility`."""

Pages = Callable[[], Iterable[tuple[str, list[ROW]]]]
"""Goes through all pages from the start: the name of a page, and its rows."""


def plain(words: str) -> str:
    """Words without case and punctuation, to look them up."""
    return re.sub(r"[^a-z0-9]+", " ", words.lower().replace("'", "").replace("’", "")).strip()


def _vocabulary() -> dict[tuple[str, str], str]:
    """(category, words) to code; the category is "" where the words mean the same everywhere."""
    found: dict[tuple[str, str], str] = {}
    for line in Path(__file__).with_name("service_words.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, _, words = line.partition(" ")
            code, _, category = code.partition("/")
            found[category, words] = code
    return found


VOCABULARY: Mapping[tuple[str, str], str] = _vocabulary()


@lru_cache(maxsize=10_000)
def code_of_words(category: str, words: str) -> str | None:
    """The code of the workbooks for what the locator says; None when we do not know these words."""
    return VOCABULARY.get((category, plain(words))) or VOCABULARY.get(("", plain(words)))


def read_pages(pages: Pages, *, year: int, boxes: Mapping[str, Box], digest: str) -> list[Edition]:
    """All pages as editions of two directories. StructureError when they are not in the format we know.

    A fact may be a no only where some row of the same directory says yes to it: then it was asked. A row
    without any service says nothing at all.
    """
    tallies = new_tallies()
    for name, rows in pages():
        survey(name, rows, tallies)
    check_keys(tallies)
    editions = {kind: Edition(source, year) for kind, source in TYPES.items()}
    for name, rows in pages():
        read_rows(name, rows, editions, tallies, boxes)
    found = [edition for edition in editions.values() if edition.read]
    if not any(edition.rows for edition in found):
        refused = next((row for edition in found for row in edition.refused), None)
        raise StructureError(f"{NAME}: no row that can be taken" + (f": {refused.reason}" if refused else ""))
    for edition in found:
        edition.files.append(File(NAME, digest, edition.source.code, edition.year))
    found[0].warnings += warnings_of(tallies)
    return found


def new_tallies() -> Tallies:
    return {name: Counter() for name in (*TYPES, "keys", "unknown", "positions")}


def survey(name: str, rows: list[ROW], tallies: Tallies) -> None:
    """Note which keys, words and codes there are: all pages must be gone over before any row is read."""
    for number, row in enumerate(rows, 1):
        tallies["keys"].update(row.keys())
        codes = _codes(row, f"{name}, row {number}", tallies["unknown"])
        if (kind := _kind(row)) in TYPES:
            tallies[kind].update(codes)


def read_rows(
    name: str,
    rows: list[ROW],
    editions: Mapping[str, Edition],
    tallies: Tallies,
    boxes: Mapping[str, Box],
    *,
    start: int = 0,
) -> None:
    """Add rows of a page that was surveyed to the editions, by their kind; the first has number start + 1."""
    readers = {kind: Reader(source, tallies[kind]) for kind, source in TYPES.items()}
    for number, row in enumerate(rows, start + 1):
        edition = editions.get(_kind(row), editions["SA"])
        try:
            edition.rows.append(_row(name, number, row, readers, boxes, tallies["positions"]))
        except RowError as error:
            edition.refused.append(Refused(name, number, str(error), _values(row)))


def _row(
    page: str,
    number: int,
    row: ROW,
    readers: Mapping[str, Reader],
    boxes: Mapping[str, Box],
    positions: Counter[str],
) -> Row:
    kind = _kind(row)
    if kind not in readers:
        raise RowError(f"typeFacility is neither {' nor '.join(readers)}: {kind[:20] or 'blank'}")
    codes = _codes(row, "", Counter())
    facts = readers[kind].facts(codes) if codes else FactSet()
    values = _values(row)
    point, verdict = checked(
        row.get("latitude"), row.get("longitude"), boxes.get(str(values["state"] or "").upper())
    )
    raw = values | {key: readable_phone(str(values[key] or "")) for key in _PHONES}
    made = make_row(
        page, number, raw, facts, website=clean_website(str(row.get("website") or "")), point=point
    )
    positions[verdict.value] += 1
    return made


def _values(row: ROW) -> dict[str, object]:
    """The columns of the workbooks; what is no text and no number is left out."""
    return {
        key: str(value)[:KEPT] if isinstance(value := row.get(key), str | int) else None
        for key in (*_TEXT, *_PHONES)
    }


def _kind(row: ROW) -> str:
    return str(row.get("typefacility") or "").strip().upper()


def _codes(row: ROW, where: str, unknown: Counter[str]) -> frozenset[str]:
    """The codes of all services of a row. StructureError when services are not in the shape we know."""
    codes = set()
    for category, words in _services(row, where):
        code = code_of_words(category, words)
        if code is None:
            unknown[f"{words} ({category})"] += 1
        elif code != _LEFT_OUT:
            codes.add(code)
    return frozenset(codes)


def _services(row: ROW, where: str) -> Iterator[tuple[str, str]]:
    services = row.get("services")
    if services is None:
        return
    if not isinstance(services, list):
        raise StructureError(f"{NAME}: {where}: services are not a list: the format has changed")
    for service in services:
        said: dict[str, Any] = {}
        if isinstance(service, dict):
            said = {plain_key(key): value for key, value in service.items()}
        if _CATEGORY not in said or not isinstance(said.get(_WORDS, 0), str | None):
            there = ", ".join(sorted(said)) or type(service).__name__
            raise StructureError(
                f"{NAME}: {where}: a service without {_CATEGORY} and {_WORDS} (there is: {there[:100]}): "
                "the format has changed"
            )
        for words in (said[_WORDS] or "").split(";"):
            if words.strip():
                yield str(said[_CATEGORY] or "").strip().upper(), words.strip()


def check_keys(tallies: Tallies) -> None:
    """StructureError where no row has a key that every row needs: the format has changed."""
    keys = tallies["keys"]
    missing = [key for key in _NEEDED if not keys[key]]
    if missing:
        others = ", ".join(sorted(set(keys) - _KNOWN)) or "nothing else"
        raise StructureError(
            f"{NAME}: no row has {', '.join(missing)} (unknown keys: {others[:200]}): the format has changed"
        )


def warnings_of(tallies: Tallies) -> list[str]:
    """What was left out, and why."""
    keys, unknown, positions = tallies["keys"], tallies["unknown"], tallies["positions"]
    found = [
        f"{NAME}: unknown key {key} in {_rows(keys[key])}: left out" for key in sorted(set(keys) - _KNOWN)
    ]
    found += [f"{NAME}: no row has {key}" for key in _USED if not keys[key]]
    found += [
        f"{NAME}: unknown words “{words[:120]}”: taken as unknown in {_rows(times)}"
        for words, times in sorted(unknown.items())
    ]
    told = {
        Verdict.SWAPPED: "latitude and longitude were swapped: put right",
        Verdict.REFUSED: "position outside the state: the middle of the ZIP code is taken",
    }
    found += [
        f"{NAME}: {words} in {_rows(positions[verdict])}"
        for verdict, words in told.items()
        if positions[verdict]
    ]
    return found


def _rows(count: int) -> str:
    return "1 row" if count == 1 else f"{count:,} rows"
