"""The whole directory as one file: CSV, GeoJSON and XLSX, written as it is read.

Memory stays the same for thirty programs and for a million. XLSX is put together in a temporary file, for a
workbook is a zip whose parts end with each other.
"""

import csv
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import IO, Any
from uuid import UUID

import xlsxwriter
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import last_modified, require_safe

from programs.api.hsds import Address
from programs.api.limits import limited_files
from programs.api.rows import HEADER, LICENSE, SOURCE, Row, changed_at, rows, text, texts

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHEET_ROWS = 1_000_000
"""Programs on one sheet: a sheet ends at 1,048,576 rows."""
BATCH = 500


class _Echo:
    """A file for `csv` that gives back what is written."""

    def write(self, value: str) -> str:
        return value


def csv_lines(found: Iterable[Row], header: Sequence[str] = HEADER) -> Iterator[str]:
    """CSV (RFC 4180, UTF-8), the header first."""
    writer = csv.writer(_Echo())
    yield writer.writerow(header)
    for row in found:
        yield writer.writerow(texts(row, header))


def json_lines(found: Iterable[Row]) -> Iterator[str]:
    """One array with an object for each row."""
    yield "[\n"
    for number, row in enumerate(found):
        yield (",\n" if number else "") + json.dumps(row, default=_plain)
    yield "\n]\n"


def geojson(found: Iterable[Row], *, at: datetime) -> Iterator[str]:
    """One FeatureCollection (RFC 7946). A program without a known place has no geometry."""
    head = {"type": "FeatureCollection", "source": SOURCE, "license": LICENSE, "exported_on": at.date()}
    yield json.dumps(head, default=str)[:-1] + ', "features": [\n'
    for number, row in enumerate(found):
        yield (",\n" if number else "") + json.dumps(_feature(row), default=_plain)
    yield "\n]}\n"


def _feature(row: Row) -> dict[str, Any]:
    where = (row["longitude"], row["latitude"])
    said = {name: value for name, value in row.items() if name not in _PLACES}
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": None if None in where else {"type": "Point", "coordinates": where},
        "properties": said,
    }


_PLACES = {"latitude", "longitude", "source", "license", "exported_on"}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, (UUID, date)):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def xlsx(
    found: Iterable[Row],
    out: IO[bytes],
    *,
    at: datetime,
    header: Sequence[str] = HEADER,
    title: str = "Programs",
) -> None:
    """A workbook: "About", then "Programs" ("Programs 2" … past a million). No cell is a formula."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        about = book.add_worksheet("About")
        for line, pair in enumerate((("Source", SOURCE), ("License", LICENSE), ("Exported", str(at.date())))):
            about.write_row(line, 0, pair)
        sheet, line = book.add_worksheet(title), 0
        sheet.write_row(0, 0, header)
        for number, row in enumerate(found):
            line += 1
            if number and number % SHEET_ROWS == 0:
                sheet, line = book.add_worksheet(f"{title} {number // SHEET_ROWS + 1}"), 1
                sheet.write_row(0, 0, header)
            for column, name in enumerate(header):
                _cell(sheet, line, column, row[name])


def _cell(sheet: Any, line: int, column: int, value: Any) -> None:
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        sheet.write_number(line, column, value)
    elif said := text(value):
        sheet.write_string(line, column, said)


# -- Addresses ----------------------------------------------------------------------------------


def address_of(request: HttpRequest) -> Address:
    root = request.build_absolute_uri("/").rstrip("/")
    return lambda path: f"{root}{path}"


View = Callable[[HttpRequest], HttpResponseBase]


def download(name: str) -> Callable[[View], View]:
    """A file for anybody, under this name; 304 for who has it since the last change."""

    def decorate(view: View) -> View:
        @require_safe
        @last_modified(lambda request: changed_at())
        @limited_files
        @wraps(view)
        def wrapper(request: HttpRequest) -> HttpResponseBase:
            response = view(request)
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
            response.headers["Access-Control-Allow-Origin"] = "*"
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
            response.headers["X-Robots-Tag"] = "noindex"
            return response

        return wrapper

    return decorate


def batched(lines: Iterator[str]) -> Iterator[str]:
    """Some hundred lines at a time: each part that is sent costs a step of the server."""
    batch: list[str] = []
    for line in lines:
        batch.append(line)
        if len(batch) == BATCH:
            yield "".join(batch)
            batch.clear()
    yield "".join(batch)


@download("programs.csv")
def programs_csv(request: HttpRequest) -> HttpResponseBase:
    lines = csv_lines(rows(address_of(request), at=now()))
    return StreamingHttpResponse(batched(lines), content_type="text/csv; charset=utf-8")


@download("programs.geojson")
def programs_geojson(request: HttpRequest) -> HttpResponseBase:
    at = now()
    parts = geojson(rows(address_of(request), at=at), at=at)
    return StreamingHttpResponse(batched(parts), content_type="application/geo+json")


@download("programs.xlsx")
def programs_xlsx(request: HttpRequest) -> HttpResponseBase:
    at = now()
    out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    xlsx(rows(address_of(request), at=at), out, at=at)
    out.seek(0)
    return FileResponse(out, content_type=XLSX)


def links() -> dict[str, str]:
    """The addresses of the files by their kind."""
    return {kind: reverse(f"programs_api:bulk_{kind.lower()}") for kind in ("CSV", "GeoJSON", "XLSX")}
