"""Fills the tables of ZIP codes and cities from the file of ZIP middles that comes with the site."""

import csv
import gzip
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import fsum
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from django.db import models, transaction

from programs.city_names import search_name
from programs.geo import Point
from programs.models import City, ZipCode

FILE = Path(__file__).resolve().parent / "data" / "zip_centroids.csv.gz"
COLUMNS = ("zip", "primary_city", "state", "county", "lat", "lon", "zip_type")
MILITARY = "Military"
"""Post offices of the armed forces abroad: their "cities" (APO, FPO, DPO) are no places to search near."""
_BATCH = 5000
_ZIP = re.compile(r"[0-9]{5}")
_STATE = re.compile(r"[A-Z]{2}")
_LETTER = re.compile(r"[A-Za-z]")


class GazetteerError(Exception):
    """The file cannot be read as a table of ZIP codes. The text is one clear line."""


class ZipRow(NamedTuple):
    """A line of the file, checked. `lat`, `lon` in degrees."""

    zip: str
    city: str
    state: str
    county: str
    lat: float
    lon: float
    military: bool


class CityRow(NamedTuple):
    """A city as its table stores it."""

    search_name: str
    state: str
    name: str
    county: str
    zip_count: int
    lat: float
    lon: float


_REST: dict[type[models.Model], tuple[str, ...]] = {
    ZipCode: ZipRow._fields[1:6],
    City: CityRow._fields[2:],
}
"""The columns after the key, in the order of the rows above."""


@dataclass(frozen=True, slots=True)
class Table:
    """The file: its good rows by ZIP code, and one line for each row that was refused."""

    rows: dict[str, ZipRow]
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What `load` did: numbers of rows in each table, and how many of both were written or taken out."""

    zips: int
    cities: int
    changed: int
    refused: tuple[str, ...]


def read(path: Path = FILE) -> Table:
    """The file as checked rows. GazetteerError when it is missing, broken or lacks a column."""
    rows: dict[str, ZipRow] = {}
    refused: list[str] = []
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
            reader = csv.reader(file)
            header = next(reader, [])
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise GazetteerError(f"{path.name}: no column {', '.join(missing)}")
            pick = itemgetter(*(header.index(name) for name in COLUMNS))
            for raw in reader:
                row = _checked(pick(raw)) if len(raw) == len(header) else f"{len(raw)} columns"
                if isinstance(row, str):
                    refused.append(f"line {reader.line_num}: {row}")
                elif row.zip in rows:
                    refused.append(f"line {reader.line_num}: ZIP {row.zip} a second time")
                else:
                    rows[row.zip] = row
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as error:
        raise GazetteerError(f"{path}: {error}") from error
    if not rows:
        raise GazetteerError(f"{path.name}: no ZIP codes in it")
    return Table(rows, tuple(refused))


def _checked(raw: tuple[str, ...]) -> ZipRow | str:
    """The row (its columns in the order of COLUMNS), or why it is refused."""
    code, city, state, county, lat, lon, kind = map(str.strip, raw)
    if not _ZIP.fullmatch(code):
        return f"{code!r} is not a ZIP code of 5 digits"
    if not _STATE.fullmatch(state):
        return f"ZIP {code}: {state!r} is not a state of 2 letters"
    if not _LETTER.search(city) or len(city) > 100 or len(county) > 100:
        return f"ZIP {code}: {city!r} is not the name of a city"
    try:
        point = Point(float(lat), float(lon))
    except ValueError:
        return f"ZIP {code}: {lat!r}, {lon!r} is not a place on earth"
    return ZipRow(code, city, state, county, point.lat, point.lon, kind == MILITARY)


def cities_of(rows: Iterable[ZipRow]) -> list[CityRow]:
    """The cities of these ZIP codes: all rows of one state with one searched name are one city.

    The name and county shown are the commonest among the rows (then the first by alphabet).
    """
    names: dict[str, str] = {}
    groups: dict[tuple[str, str], list[ZipRow]] = {}
    for row in rows:
        if not row.military:
            name = names.get(row.city) or names.setdefault(row.city, search_name(row.city))
            groups.setdefault((name, row.state), []).append(row)
    return [
        CityRow(
            name,
            state,
            _commonest([row.city for row in group]),
            _commonest([row.county for row in group]),
            len(group),
            round(fsum(row.lat for row in group) / len(group), 6),
            round(fsum(row.lon for row in group) / len(group), 6),
        )
        for (name, state), group in sorted(groups.items())
    ]


def _commonest(values: Sequence[str]) -> str:
    if len(set(values)) == 1:
        return values[0]
    return min(Counter(values).items(), key=lambda item: (-item[1], item[0]))[0]


def load(path: Path = FILE, *, force: bool = False) -> Loaded:
    """Make both tables equal to the file, in one transaction; rows that are equal already are not written.

    `force` writes every row anew. GazetteerError when the file is no such table; nothing changes then.
    """
    table = read(path)
    cities = cities_of(table.rows.values())
    with transaction.atomic():
        if force:
            ZipCode.objects.all().delete()
            City.objects.all().delete()
        changed = _level(ZipCode, ("zip",), [row[:6] for row in table.rows.values()])
        changed += _level(City, ("search_name", "state"), cities)
    return Loaded(len(table.rows), len(cities), changed, table.refused)


def _level(model: type[models.Model], key: tuple[str, ...], wanted: Sequence[tuple[Any, ...]]) -> int:
    """Make a table equal to these rows; a row starts with the columns of `key`, then those of `_REST`.

    Returns how many rows were written or taken out.
    """
    rest = _REST[model]
    width = len(key)
    stored = {row[1 : 1 + width]: row for row in model._default_manager.values_list("pk", *key, *rest)}
    created, updated = [], []
    for row in wanted:
        old = stored.pop(row[:width], None)
        if old is None:
            created.append(model(**dict(zip((*key, *rest), row, strict=True))))
        elif old[1:] != row:
            updated.append(model(pk=old[0], **dict(zip(rest, row[width:], strict=True))))
    gone = [row[0] for row in stored.values()]
    for start in range(0, len(gone), _BATCH):
        model._default_manager.filter(pk__in=gone[start : start + _BATCH]).delete()
    model._default_manager.bulk_update(updated, rest, batch_size=100)
    model._default_manager.bulk_create(created, batch_size=_BATCH)
    return len(gone) + len(updated) + len(created)
