"""The whole directory as flat rows, one a program: what the bulk downloads hold, read in chunks."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet

from programs import facts
from programs.api.hsds import Address
from programs.cards import center_url
from programs.facts import FactSet
from programs.models import Center, Listing
from programs.models.centers import SHORT_ID
from programs.models.columns import NO, YES

CHUNK = 2000
"""Rows held at once: memory does not grow with the directory."""
LICENSE = (
    "Facts from SAMHSA's national directories are in the public domain; ZIP code centers: GeoNames, CC BY 4.0"
)
SOURCE = "Each row names its own in said_by, said_how and said_on"

FIELDS = (
    ("id", "public_id"),
    ("organization_id", "center__organization__public_id"),
    ("organization", "center__organization__name"),
    ("center_id", "center_public_id"),
    ("center", "name"),
    ("center_detail", "name_detail"),
    ("level", "level"),
    ("track", "track"),
    ("street1", "center__street1"),
    ("street2", "center__street2"),
    ("city", "city"),
    ("state", "state"),
    ("zip", "center__zip"),
    ("phone", "phone"),
    ("intake_phones", "center__intake_phones"),
    ("website", "center__website"),
    ("latitude", "center__lat"),
    ("longitude", "center__lon"),
    ("location_is", "center__location"),
    ("hours_per_week_min", "hours_per_week_min"),
    ("hours_per_week_max", "hours_per_week_max"),
    ("weeks_min", "program__weeks_min"),
    ("weeks_max", "program__weeks_max"),
    ("price_a_week_min", "program__price_min"),
    ("price_a_week_max", "program__price_max"),
    ("deposit", "program__deposit"),
    ("in_latest_edition", "in_latest_edition"),
    ("is_sample", "is_sample"),
    ("said_by", "said_source"),
    ("said_how", "said_method"),
    ("said_on", "said_on"),
)
"""What a row says, by the name of its column and where it is read. An empty cell is unknown."""
MADE = ("url", "known_yes", "known_no", "source", "license", "exported_on")
"""What is made of the rest. known_yes, known_no: codes of facts, parted by blanks; in neither: unknown."""
HEADER = (*(name for name, _ in FIELDS), *MADE)
Row = dict[str, Any]


def rows(address: Address, *, at: datetime, listed: QuerySet[Listing] | None = None) -> Iterator[Row]:
    """Every listed program by the names of HEADER, in a fixed order. One query, read in chunks.

    `listed`: these alone.
    """
    paths = [path for _, path in FIELDS]
    stated = {"source": SOURCE, "license": LICENSE, "exported_on": at.date()}
    found = _listed() if listed is None else listed.order_by("program_id")
    for record in found.values_list(*paths, "slug", *YES, *NO).iterator(chunk_size=CHUNK):
        row = dict(zip(HEADER, record[: len(FIELDS)], strict=False))
        slug, *masks = record[len(FIELDS) :]
        known = FactSet(tuple(masks[: len(YES)]), tuple(masks[len(YES) :]))
        row["url"] = address(center_url(slug, row["center_id"].hex[:SHORT_ID]))
        row["known_yes"] = " ".join(facts.unpack(known.yes))
        row["known_no"] = " ".join(facts.unpack(known.no))
        yield row | stated


def _listed() -> QuerySet[Listing]:
    return Listing.objects.order_by("program_id")


def changed_at() -> datetime | None:
    """When anything in the directory last changed; None for an empty one. One query."""
    newest: datetime | None = Center.objects.aggregate(newest=Max("updated_at"))["newest"]
    return newest


def text(value: Any) -> str:
    """A cell as text, safe to open in a spreadsheet: nothing a person typed can start a formula.

    An apostrophe is put before what would; `plain` takes it off again.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = str(value)
    is_number = isinstance(value, (int, float)) or hasattr(value, "as_tuple")
    return f"'{said}" if said[:1] in _STARTS and not is_number else said


def plain(cell: str) -> str:
    """What a cell of `text` said."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in _STARTS else cell


_STARTS = frozenset("=+-@\t\r\n'|%")


def texts(row: Row, header: Sequence[str] = HEADER) -> list[str]:
    return [text(row[name]) for name in header]
