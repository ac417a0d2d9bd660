"""The history of imports: what was read, what became of it, and the rows that were refused."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from programs.admin.guarded import Guarded
from programs.admin.reading import ReadOnlyAdmin
from programs.admin.refused import files_with_refused
from programs.importing.mapping import parse_mapping
from programs.importing.workbook import StructureError
from programs.models import DirectoryEntry, ImportRun, SavedMapping, StagedImport
from programs.staff.access import may
from programs.staff.roles import Act

OUTCOMES = ["read", "created", "updated", "unchanged", "joined", "duplicate", "refused", "vanished"]
SHOWN = 50
"""Warnings and refused rows named on an import's page; the link beside them leads to all refused rows."""


@admin.register(ImportRun)
class ImportRunAdmin(ReadOnlyAdmin):
    list_display = ["finished_at", "by", *OUTCOMES, "undone_at"]
    list_filter = ["finished_at"]
    list_select_related = ["by"]
    fields = [
        *("public_id", "finished_at", "by", "undone_at", "undone_by", "files_read", *OUTCOMES),
        *("warned", "refused_here"),
    ]
    readonly_fields = ["files_read", "warned", "refused_here"]
    change_list_template = "admin/staging/runs.html"
    change_form_template = "admin/staging/run.html"

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        run = self.get_object(request, object_id)
        files = files_with_refused(run) if run and may(request.user, Act.EXPORT, ImportRun) else []
        ways = {
            "may_undo": bool(run and not run.undone_at) and may(request.user, Act.REVERT, ImportRun),
            "refused_files": list(enumerate(files)),
        }
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **ways})

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


@admin.register(DirectoryEntry)
class DirectoryEntryAdmin(ReadOnlyAdmin):
    list_display = ["center", "source", "scope", "first_edition", "last_edition", "in_latest"]
    list_filter = ["source", "in_latest", "last_edition"]
    list_select_related = ["center"]
    search_fields = ["center__name", "=key"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DirectoryEntry]:
        return super().get_queryset(request).select_related("center", "statement")


@admin.register(StagedImport)
class StagedImportAdmin(ReadOnlyAdmin):
    """Stands in the list of tables, and leads to the import room."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:staging"))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        staged = self.get_object(request, object_id)
        if staged is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined,no-any-return]
        return HttpResponseRedirect(reverse("admin:staged", args=[staged.public_id]))


class SavedMappingForm(forms.ModelForm):
    """A mapping may be written by hand, too: it is held to what the command line takes."""

    class Meta:
        model = SavedMapping
        fields = ["name", "document"]
        widgets = {"document": forms.Textarea(attrs={"rows": 24, "cols": 80, "spellcheck": "false"})}

    def clean_document(self) -> str:
        document: str = self.cleaned_data["document"]
        try:
            parse_mapping(document, str(self.data.get("name") or "mapping"))
        except StructureError as error:
            raise forms.ValidationError(str(error)) from error
        return document


@admin.register(SavedMapping)
class SavedMappingAdmin(Guarded, admin.ModelAdmin):
    form = SavedMappingForm
    list_display = ["name", "by", "updated_at"]
    list_select_related = ["by"]
    search_fields = ["name"]

    def save_model(self, request: HttpRequest, obj: SavedMapping, form: Any, change: bool) -> None:
        by: Any = request.user
        obj.by = by
        super().save_model(request, obj, form, change)
