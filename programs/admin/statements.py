"""Statements: who said what. They are made on the page of a center or a program, and read here."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programs.admin.fact_field import folded, summary
from programs.admin.guarded import Guarded
from programs.admin.listed import KeepsListings
from programs.admin.reading import ReadOnly
from programs.models import Statement, StatementMethod


@admin.register(Statement)
class StatementAdmin(KeepsListings):
    list_display = ["center", "program", "source", "method", "said_on", "said_by", "entered_by"]
    list_filter = ["source", "method", "said_on"]
    list_select_related = ["center", "program", "entered_by"]
    search_fields = ["center__name", "=center__zip", "said_by"]
    show_full_result_count = False
    list_per_page = 50
    fields = [
        "center",
        "program",
        "source",
        "method",
        "said_on",
        "edition",
        "said_by",
        "entered_by",
        "created_at",
        "what",
    ]
    readonly_fields = ["what"]

    @admin.display(description=_("what was said"))
    def what(self, statement: Statement) -> str:
        return summary(statement.facts)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Statement | None = None) -> bool:
        """A slip may be taken back; what a directory said stays until the next edition."""
        if obj is not None and obj.method == StatementMethod.DIRECTORY:
            return False
        return super().has_delete_permission(request, obj)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected += [str(one) for one in objs if one.method == StatementMethod.DIRECTORY]
        return deleted, counts, perms_needed, protected

    def center_ids(self, rows: QuerySet[Any]) -> Iterable[int]:
        return rows.values_list("center_id", flat=True)


class StatementHistory(ReadOnly, Guarded, admin.TabularInline):
    """What has been said so far, newest first."""

    model = Statement
    verbose_name_plural = _("What has been said so far")
    template = "admin/programs/statement_rows.html"
    extra = 0
    fields = ["said_on", "source", "method", "said_by", "entered_by", "about", "what"]
    readonly_fields = ["said_on", "source", "method", "said_by", "entered_by", "about", "what"]
    ordering = ["-said_on", "-id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Statement]:
        return super().get_queryset(request).select_related("program", "entered_by")

    @admin.display(description=_("about"))
    def about(self, statement: Statement) -> str:
        return str(statement.program) if statement.program else str(_("the whole center"))

    @admin.display(description=_("what was said"))
    def what(self, statement: Statement) -> str:
        return folded(statement.facts)
