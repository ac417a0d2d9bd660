"""Organizations, with the centers they run."""

from django.contrib import admin
from django.db import models
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from programs.admin.guarded import Guarded
from programs.models import Organization

SHOWN = 100
"""Centers named on an organization's page; the link beside them leads to all."""


@admin.register(Organization)
class OrganizationAdmin(Guarded, admin.ModelAdmin):
    list_display = ["name", "state", "center_count", "phone", "is_sample"]
    list_filter = ["is_sample", "state"]
    search_fields = ["name"]
    ordering = ["name", "id"]
    show_full_result_count = False
    list_per_page = 50
    fields = ["name", "state", "website", "phone", "is_sample", "centers_here"]
    readonly_fields = ["is_sample", "centers_here"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        rows: QuerySet[Organization] = super().get_queryset(request).annotate(centers_run=Count("centers"))
        return rows

    @admin.display(description=_("centers"), ordering="centers_run")
    def center_count(self, organization: Organization) -> int:
        return organization.centers_run  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("centers"))
    def centers_here(self, organization: Organization) -> str:
        if organization.pk is None:
            return ""
        centers = organization.centers.only("organization", "name", "city", "state")[:SHOWN]
        rows = format_html_join(
            "",
            '<li><a href="{}">{}</a></li>',
            ((reverse("admin:programs_center_change", args=[center.pk]), center) for center in centers),
        )
        every = f"{reverse('admin:programs_center_changelist')}?organization__id__exact={organization.pk}"
        return format_html(
            '<ul>{}</ul><a href="{}">{}</a>', rows, every, _("All centers of this organization")
        )
