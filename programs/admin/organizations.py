"""Organizations, with the centers they run."""

from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from programs.admin import claims
from programs.admin.conflicts import Part
from programs.admin.guarded import Guarded
from programs.admin.watched import Watched
from programs.models import Center, Organization
from programs.staff.access import reach

SHOWN = 100
"""Centers named on an organization's page; the link beside them leads to all."""
COLUMNS = ("name", "state", "website", "phone")
IN_PLACE = ("name", "phone", "website")
"""What can be edited on the page of one of its centers."""
HELP = {
    "name": _("Ask: “What is the name of the organization that runs you?” As it stands on their letters."),
    "state": _("Two letters; empty when it runs centers in several states."),
    "website": _("Ask: “What is your website?” The first page is enough."),
    "phone": _("Ask: “Is there a number for all of your centers?” Leave it empty when there is none."),
}


class OrganizationForm(forms.ModelForm):
    """An organization's own columns."""

    class Meta:
        model = Organization
        fields = COLUMNS
        field_classes = {"website": partial(forms.URLField, assume_scheme="https")}
        help_texts = HELP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.is_bound:
            claims.beside(self, claims.of_organization(self.instance))


def part_of(organization: Organization, *, columns: tuple[str, ...] = COLUMNS, prefix: str = "") -> Part:
    """An organization as something two people may change at once."""
    label = str(_("Organization")) if prefix else ""
    return Part("organization", label, organization, OrganizationForm, columns, prefix)


@admin.register(Organization)
class OrganizationAdmin(Guarded, Watched):
    form = OrganizationForm
    change_form_template = "admin/programs/organization/change_form.html"
    list_display = ["name", "state", "center_count", "phone", "is_sample"]
    list_filter = ["is_sample", "state"]
    search_fields = ["name"]
    ordering = ["name", "id"]
    show_full_result_count = False
    list_per_page = 50
    fields = [*COLUMNS, "is_sample", "centers_here"]
    readonly_fields = ["is_sample", "centers_here"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        rows: QuerySet[Organization] = super().get_queryset(request).annotate(centers_run=Count("centers"))
        return rows

    def parts(self, organization: Organization) -> list[Part]:
        return [part_of(organization)]

    def save_model(self, request: HttpRequest, obj: Organization, form: ModelForm, change: bool) -> None:
        if change and not form.changed_data:
            return
        super().save_model(request, obj, form, change)
        found = claims.new(claims.of_organization(obj), form.changed_data)
        claims.teach(request, found, {"name": _("Name")})

    @admin.display(description=_("centers"), ordering="centers_run")
    def center_count(self, organization: Organization) -> int:
        return organization.centers_run  # type: ignore[attr-defined,no-any-return]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """With those of its centers that this account reaches."""
        found = super().get_object(request, object_id, from_field)
        if found is not None:
            found.reached = reach(request.user, found.centers.all())
        return found

    @admin.display(description=_("centers"))
    def centers_here(self, organization: Organization) -> str:
        if organization.pk is None:
            return ""
        reached: QuerySet[Center] = organization.reached  # type: ignore[attr-defined]
        centers = reached.only("organization", "name", "city", "state")[:SHOWN]
        rows = format_html_join(
            "",
            '<li><a href="{}">{}</a></li>',
            ((reverse("admin:programs_center_change", args=[center.pk]), center) for center in centers),
        )
        every = f"{reverse('admin:programs_center_changelist')}?organization__id__exact={organization.pk}"
        return format_html(
            '<ul>{}</ul><a href="{}">{}</a>', rows, every, _("All centers of this organization")
        )
