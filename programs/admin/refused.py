"""Refused rows: back as a file, marked as handled, and imported again once they are mended."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from programs.admin.exports import logged
from programs.admin.reading import ReadOnlyAdmin
from programs.admin.staging import View, asking
from programs.importing.workbook import StructureError
from programs.models import ImportRun, RefusedRow, StagedImport
from programs.staff.access import may
from programs.staff.roles import Act
from programs.staging.bad_rows import BadRow, Came, bad_rows_file
from programs.staging.stored import mapping_of


@require_safe
@asking(Act.EXPORT)
def of_staged(request: HttpRequest, public_id: UUID, file: int) -> HttpResponse:
    """The refused rows of one file of an import that is not applied yet."""
    staged = get_object_or_404(StagedImport, public_id=public_id)
    seen = _seen(staged, file)
    rows = staged.rows.filter(file=seen["name"], outcome="refused").order_by("number")
    bad = [BadRow(row.number, row.reason, row.values["cells"]) for row in rows]
    return _file(request, staged, seen, bad)


@require_safe
@asking(Act.EXPORT)
def of_run(request: HttpRequest, public_id: UUID, file: int) -> HttpResponse:
    """The refused rows of one file of an import that was applied, in the order of its files."""
    run = get_object_or_404(ImportRun, public_id=public_id)
    names = files_with_refused(run)
    if file >= len(names):
        raise Http404
    staged = StagedImport.objects.filter(run=run).first()
    known = staged.progress.get("files", []) if staged else []
    seen = next((one for one in known if one["name"] == names[file]), {"name": names[file]})
    rows = run.refused_rows.filter(file=names[file], handled_at=None).order_by("row_number")
    return _file(request, staged, seen, [BadRow(row.row_number, row.reason, row.values) for row in rows])


def files_with_refused(run: ImportRun) -> list[str]:
    rows = run.refused_rows.filter(handled_at=None).order_by("file")
    return list(rows.values_list("file", flat=True).distinct())


def _seen(staged: StagedImport, file: int) -> dict[str, Any]:
    files: list[dict[str, Any]] = staged.progress.get("files", [])
    if file >= len(files):
        raise Http404
    return files[file]


def _file(
    request: HttpRequest, staged: StagedImport | None, seen: dict[str, Any], rows: list[BadRow]
) -> HttpResponse:
    if not rows:
        raise Http404
    name, kind, content = bad_rows_file(_came(staged, seen), rows)
    logged(request, "refused rows", name.rpartition(".")[2], len(rows))
    headers = {"Content-Disposition": content_disposition_header(True, name) or "attachment"}
    return HttpResponse(content, content_type=kind, headers=headers)


def _came(staged: StagedImport | None, seen: dict[str, Any]) -> Came:
    try:
        mapping = mapping_of(staged) if staged else None
    except StructureError:
        mapping = None
    layout = mapping.layout if mapping else None
    return Came(
        seen["name"],
        codes=seen.get("codes", ()),
        sheet=layout.sheet if layout else "",
        delimiter=layout.delimiter if layout else ",",
    )


class HandledFilter(admin.SimpleListFilter):
    title = _("handled")
    parameter_name = "handled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("Not yet")), ("yes", _("Handled"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RefusedRow]) -> QuerySet[RefusedRow]:
        return queryset.filter(handled_at__isnull=self.value() == "no") if self.value() else queryset


@admin.register(RefusedRow)
class RefusedRowAdmin(ReadOnlyAdmin):
    list_display = ["file", "row_number", "reason", "run", "handled_at", "handled_by"]
    list_filter = [HandledFilter]
    list_select_related = ["run", "handled_by"]
    search_fields = ["file", "reason"]
    actions = ["mark_handled"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_handle_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Act.CHANGE, RefusedRow)

    @admin.action(description=_("Mark as handled"), permissions=["handle"])
    def mark_handled(self, request: HttpRequest, rows: QuerySet[RefusedRow]) -> None:
        done = rows.filter(handled_at=None).update(handled_at=timezone.now(), handled_by=request.user)
        messages.success(
            request,
            ngettext("%(count)s row is marked as handled.", "%(count)s rows are marked as handled.", done)
            % {"count": done},
        )


ROOMS: tuple[tuple[str, View, str], ...] = (
    ("import/<uuid:public_id>/refused/<int:file>/", of_staged, "staged_refused"),
    ("import/run/<uuid:public_id>/refused/<int:file>/", of_run, "run_refused"),
)
