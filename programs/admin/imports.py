"""The history of imports: what was read, what became of it, and the rows that were refused."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from programs.admin.reading import ReadOnlyAdmin
from programs.models import DirectoryEntry, ImportRun, RefusedRow

OUTCOMES = ["read", "created", "updated", "unchanged", "joined", "duplicate", "refused", "vanished"]
SHOWN = 50
"""Warnings and refused rows named on an import's page; the link beside them leads to all refused rows."""


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["finished_at", "by", *OUTCOMES]
    list_filter = ["finished_at"]
    list_select_related = ["by"]
    fields = ["public_id", "finished_at", "by", "files_read", *OUTCOMES, "warned", "refused_here"]
    readonly_fields = ["files_read", "warned", "refused_here"]

    @admin.display(description=_("files"))
    def files_read(self, run: ImportRun) -> str:
        return format_html_join(
            "",
            "<p>{}</p>",
            ((", ".join(f"{key}: {value}" for key, value in file.items()),) for file in run.files),
        )

    @admin.display(description=_("warnings"))
    def warned(self, run: ImportRun) -> str:
        if not run.warnings:
            return str(_("None"))
        return format_html(
            "<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((w,) for w in run.warnings[:SHOWN]))
        )

    @admin.display(description=_("refused rows"))
    def refused_here(self, run: ImportRun) -> str:
        rows = format_html_join(
            "",
            "<li>{}</li>",
            ((str(row),) for row in run.refused_rows.all()[:SHOWN]),
        )
        if not rows:
            return str(_("None"))
        every = f"{reverse('admin:programs_refusedrow_changelist')}?run__id__exact={run.pk}"
        return format_html(
            '<ul>{}</ul><a href="{}">{}</a>', rows, every, _("All refused rows of this import")
        )


@admin.register(RefusedRow)
class RefusedRowAdmin(ReadOnlyAdmin):
    list_display = ["file", "row_number", "reason", "run"]
    list_select_related = ["run"]
    search_fields = ["file", "reason"]

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        return lookup == "run__id__exact" or super().lookup_allowed(lookup, value, request)


@admin.register(DirectoryEntry)
class DirectoryEntryAdmin(ReadOnlyAdmin):
    list_display = ["center", "source", "scope", "first_edition", "last_edition", "in_latest"]
    list_filter = ["source", "in_latest", "last_edition"]
    list_select_related = ["center"]
    search_fields = ["center__name", "=key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DirectoryEntry]:
        return super().get_queryset(request).select_related("center", "statement")
