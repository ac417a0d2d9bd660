"""Takes the directory out as a file, as far as an account reaches; and the log of who took what."""

import tempfile
from collections.abc import Callable, Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Max, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from programs.admin.reading import ReadOnlyAdmin
from programs.api.bulk import XLSX, address_of, batched, csv_lines, json_lines, xlsx
from programs.api.rows import CHUNK, HEADER, Row, rows
from programs.models import Center, ExportLog, Listing, StatementMethod
from programs.staff.access import may, reach
from programs.staff.roles import Act, Thing

_CENTER = (
    ("id", "public_id"),
    ("status", "status"),
    ("center", "name"),
    ("center_detail", "name_detail"),
    ("organization", "organization__name"),
    *((name, name) for name in ("street1", "street2", "city", "state", "zip", "phone", "intake_phones")),
    *((name, name) for name in ("website", "email", "takes_inquiries")),
    ("latitude", "lat"),
    ("longitude", "lon"),
    ("location_is", "location"),
    ("in_latest_edition", "in_latest_edition"),
    ("merged_into", "merged_into__public_id"),
    ("closed_on", "closed_on"),
    ("is_sample", "is_sample"),
    ("confirmed_on", "confirmed_on"),
)
"""What a row of centers says, by its column. `confirmed_on`: when a person last vouched for it."""
CENTER_HEADER = tuple(name for name, _path in _CENTER)


class ExportForm(forms.Form):
    """What to take out, and as what."""

    what = forms.ChoiceField(
        label=lazy("What"),
        choices=[
            ("programs", lazy("Programs that are on the site, with all that is known")),
            ("centers", lazy("Centers, drafts and closed ones included")),
        ],
        widget=forms.RadioSelect,
        initial="programs",
    )
    file_format = forms.ChoiceField(
        label=lazy("As"),
        choices=[("csv", "CSV"), ("xlsx", lazy("Excel workbook (XLSX)")), ("json", "JSON")],
        widget=forms.RadioSelect,
        initial="csv",
    )


def export(request: HttpRequest) -> HttpResponseBase:
    """GET asks what; POST gives the file and writes down who took it."""
    if not may(request.user, Act.EXPORT, Thing.LISTING):
        raise PermissionDenied
    form = ExportForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        context = {**admin.site.each_context(request), "title": _("Take the directory out"), "form": form}
        return TemplateResponse(request, "admin/staging/export.html", context)
    what, file_format = form.cleaned_data["what"], form.cleaned_data["file_format"]
    count, found = _PARTS[what](request)
    logged(request, what, file_format, count)
    header = HEADER if what == "programs" else CENTER_HEADER
    response = _file(found, file_format, header, what)
    response.headers["Content-Disposition"] = f'attachment; filename="{what}.{file_format}"'
    return response


def logged(request: HttpRequest, what: str, file_format: str, count: int) -> None:
    """Write down who took what. Before it is handed out: what is not written down is not given."""
    by: Any = request.user
    # The ending of a file that came in may be as long as its name.
    longest = ExportLog._meta.get_field("file_format").max_length
    ExportLog.objects.create(by=by, what=what, file_format=file_format[:longest], rows=count)


def _file(found: Iterator[Row], file_format: str, header: tuple[str, ...], what: str) -> HttpResponseBase:
    if file_format == "xlsx":
        out = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        xlsx(found, out, at=now(), header=header, title=what.capitalize())
        out.seek(0)
        return FileResponse(out, content_type=XLSX)
    lines = csv_lines(found, header) if file_format == "csv" else json_lines(found)
    kind = "text/csv; charset=utf-8" if file_format == "csv" else "application/json"
    return StreamingHttpResponse(batched(lines), content_type=kind)


def _programs(request: HttpRequest) -> tuple[int, Iterator[Row]]:
    listed: QuerySet[Listing] = reach(request.user, Listing.objects.all())
    return listed.count(), rows(address_of(request), at=now(), listed=listed)


def _centers(request: HttpRequest) -> tuple[int, Iterator[Row]]:
    found: QuerySet[Center] = reach(request.user, Center.objects.all())
    return found.count(), _center_rows(found)


def _center_rows(found: QuerySet[Center]) -> Iterator[Row]:
    people = ~Q(statements__method=StatementMethod.DIRECTORY)
    stated = found.annotate(confirmed_on=Max("statements__said_on", filter=people)).order_by("id")
    for values in stated.values_list(*(path for _name, path in _CENTER)).iterator(chunk_size=CHUNK):
        yield dict(zip(CENTER_HEADER, values, strict=True))


_PARTS: dict[str, Callable[[HttpRequest], tuple[int, Iterator[Row]]]] = {
    "programs": _programs,
    "centers": _centers,
}


@admin.register(ExportLog)
class ExportLogAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "what", "file_format", "rows"]
    list_filter = ["what", "at"]
    list_select_related = ["by"]
    fields = ["at", "by", "what", "file_format", "rows"]


ROOMS: tuple[tuple[str, Callable[..., HttpResponse | HttpResponseBase], str], ...] = (
    ("export/", export, "export"),
)
