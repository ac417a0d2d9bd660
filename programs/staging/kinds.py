"""How each kind of files is looked over, and read some rows at a time. Reads files, writes nothing."""

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from programs.importing import findtreatment
from programs.importing.answers import CutOffError, Page, read_page
from programs.importing.coordinates import Box
from programs.importing.crawl import check_whole
from programs.importing.mapped import about_words, read_mapped_part
from programs.importing.mapping import ListMapping
from programs.importing.reading import (
    Edition,
    Part,
    Tallies,
    about_codes,
    cut,
    file_digest,
    glance,
    read_part,
)
from programs.importing.tables import opened_table
from programs.importing.workbook import StructureError
from programs.staging.glimpse import usable
from programs.staging.stored import source_of

Boxes = Callable[[], Mapping[str, Box]]
"""Gives the bounds of each state: read only where positions are checked."""
Seen = dict[str, Any]
"""What is known of a file: name, sha256, rows, edition, sources; codes of a workbook, page of a locator."""
Cells = dict[str, object]


class Kind(Protocol):
    """One way to read files.

    `look`: check a whole file. `survey`: what must be known of all files before any row is read. `part`: some
    rows, and into the tallies what was met. `whole`: rows as they stand in the file. `warnings`: at the end.
    """

    surveys: bool

    def look(self, path: Path, year: int | None) -> Seen: ...
    def check(self, files: list[Seen]) -> None: ...
    def survey(self, path: Path, tallies: Tallies) -> None: ...
    def part(self, path: Path, seen: Seen, start: int, most: int, tallies: Tallies) -> Part: ...
    def whole(self, path: Path, numbers: Collection[int]) -> dict[int, Cells]: ...
    def warnings(self, files: list[Seen], tallies: Tallies) -> list[str]: ...


def kind_of(names: Collection[str], mapping: ListMapping | None, boxes: Boxes) -> Kind:
    """How files of these names are read. StructureError where they do not go together."""
    if mapping is not None:
        return Lists(mapping, boxes)
    kinds = {Path(name).suffix.lower() for name in names}
    if kinds == {".json"}:
        return Locator(boxes)
    for name in sorted(names):
        if Path(name).suffix.lower() != (".xlsx" if ".xlsx" in kinds else ".json"):
            raise StructureError(
                f"{name}: neither a workbook of the national directories nor the locator’s JSON: "
                "choose a column mapping for it, and import it by itself"
            )
    return Workbooks()


class Workbooks:
    """The national directories."""

    surveys = False

    def look(self, path: Path, year: int | None) -> Seen:
        edition, rows = glance(path, year)
        return seen_of(path, edition, rows)

    def check(self, files: list[Seen]) -> None:
        return None

    def survey(self, path: Path, tallies: Tallies) -> None:
        return None

    def part(self, path: Path, seen: Seen, start: int, most: int, tallies: Tallies) -> Part:
        part = read_part(path, seen["edition"], start=start, most=most)
        seen["codes"] = sorted(part.tallies["listed"])
        tallies[f"{seen['name']} listed"] = part.tallies["listed"]
        tallies.setdefault(f"{seen['name']} used", Counter()).update(part.tallies["used"])
        part.editions[0].files.clear()
        return part

    def whole(self, path: Path, numbers: Collection[int]) -> dict[int, Cells]:
        return {}  # Every column that a directory has is kept with the row already.

    def warnings(self, files: list[Seen], tallies: Tallies) -> list[str]:
        found = []
        for seen in files:
            own = {name: tallies[f"{seen['name']} {name}"] for name in ("listed", "used")}
            found += about_codes(seen["name"], source_of(seen["sources"][0], None), own)
        return found


@dataclass(frozen=True)
class Lists:
    """A list that a mapping describes."""

    mapping: ListMapping
    boxes: Boxes
    surveys = False

    def look(self, path: Path, year: int | None) -> Seen:
        with opened_table(path, self.mapping.layout) as table:
            rows = sum(1 for _ in table.rows(self.mapping.headings))
        edition = Edition(self.mapping.source, self.mapping.day.year, day=self.mapping.day)
        return seen_of(path, edition, rows)

    def check(self, files: list[Seen]) -> None:
        return None

    def survey(self, path: Path, tallies: Tallies) -> None:
        return None

    def part(self, path: Path, seen: Seen, start: int, most: int, tallies: Tallies) -> Part:
        part = read_mapped_part(path, self.mapping, boxes=self.boxes(), start=start, most=most)
        for name, met in part.tallies.items():
            tallies.setdefault(name, Counter()).update(met)
        return part

    def whole(self, path: Path, numbers: Collection[int]) -> dict[int, Cells]:
        with opened_table(path, self.mapping.layout) as table:
            headings = usable(table.headings)
            try:
                rows = table.rows(headings)
                return {
                    number: {name: value for name, value in cut(values).items() if name in headings}
                    for number, values in rows
                    if number in numbers
                }
            except StructureError:
                return {}  # A column that nobody reads is broken: what was read is enough.

    def warnings(self, files: list[Seen], tallies: Tallies) -> list[str]:
        return about_words(self.mapping.source.title, tallies)


@dataclass(frozen=True)
class Locator:
    """Answers of the national locator, one page a file. All of them are surveyed before any row is read."""

    boxes: Boxes
    surveys = True

    def look(self, path: Path, year: int | None) -> Seen:
        page = _page(path)
        edition = Edition(findtreatment.SUBSTANCE_USE, year or date.today().year)
        sources = [source.code for source in findtreatment.TYPES.values()]
        counts = [page.number, page.total_pages, page.record_count]
        return seen_of(path, edition, len(page.rows)) | {"sources": sources, "page": counts}

    def check(self, files: list[Seen]) -> None:
        """ChangedError where the pages do not make one whole directory. That no row is on two of them is seen
        when they are read: a row that is there twice is left out as a duplicate."""
        rows = (({"frid": f"{at} {row}"} for row in range(seen["rows"])) for at, seen in enumerate(files))
        check_whole(_bare(seen["page"], list(some)) for seen, some in zip(files, rows, strict=True))

    def survey(self, path: Path, tallies: Tallies) -> None:
        for name, counter in findtreatment.new_tallies().items():
            tallies.setdefault(name, counter)
        findtreatment.survey(path.name, _page(path).rows, tallies)

    def part(self, path: Path, seen: Seen, start: int, most: int, tallies: Tallies) -> Part:
        findtreatment.check_keys(tallies)
        editions = {kind: Edition(source, seen["edition"]) for kind, source in findtreatment.TYPES.items()}
        rows = _page(path).rows[start : start + most]
        findtreatment.read_rows(path.name, rows, editions, tallies, self.boxes(), start=start)
        return Part(list(editions.values()), tallies, len(rows))

    def whole(self, path: Path, numbers: Collection[int]) -> dict[int, Cells]:
        rows = _page(path).rows
        return {number: row for number, row in enumerate(rows, 1) if number in numbers}

    def warnings(self, files: list[Seen], tallies: Tallies) -> list[str]:
        return findtreatment.warnings_of(tallies)


def seen_of(path: Path, edition: Edition, rows: int) -> Seen:
    return {
        "name": path.name,
        "sha256": file_digest(path),
        "rows": rows,
        "edition": edition.year,
        "sources": [edition.source.code],
    }


def _page(path: Path) -> Page:
    try:
        return read_page(path.read_bytes())
    except CutOffError as error:
        raise StructureError(f"{path.name}: {error}") from error
    except StructureError as error:
        raise StructureError(f"{path.name}: {error}") from error


def _bare(counts: list[int], rows: list[dict[str, Any]]) -> Page:
    number, pages, records = counts
    return Page(number, pages, records, rows)


def tallies_of(kept: Mapping[str, Mapping[str, int]]) -> Tallies:
    """Tallies as they were kept between two steps."""
    return {name: Counter(counts) for name, counts in kept.items()}


def as_json(tallies: Tallies) -> Any:
    return json.loads(json.dumps(tallies))
