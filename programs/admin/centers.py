"""Centers: the page a coordinator works on while on the phone."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Prefetch, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from programs.admin import saying
from programs.admin.listed import KeepsListings
from programs.admin.rows import LabeledRows
from programs.admin.statements import StatementHistory
from programs.models import Center, CenterLocation, CenterStatus, Program, Statement, ZipCode
from programs.states import STATES
from programs.words import LEVEL_SHORT


class CenterForm(saying.SayingForm):
    """A center's own columns, and what was heard about it."""

    class Meta:
        model = Center
        fields = (
            "organization",
            "name",
            "name_detail",
            "status",
            "street1",
            "street2",
            "city",
            "state",
            "zip",
            "lat",
            "lon",
            "phone",
            "intake_phones",
            "website",
        )
        field_classes = {"website": partial(forms.URLField, assume_scheme="https")}
        help_texts = {"lat": _("Leave both empty to use the middle of the ZIP code.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "facts" in self.fields:
            self.show_known(Statement.objects.filter(center=self.instance, program=None))

    def clean_state(self) -> str:
        state: str = self.cleaned_data["state"].strip().upper()
        if state not in STATES:
            raise forms.ValidationError(_("Use the two letters of a state, for example AZ."))
        return state

    def clean_zip(self) -> str:
        code: str = self.cleaned_data["zip"].strip()
        if not (len(code) == 5 and code.isascii() and code.isdigit()):
            raise forms.ValidationError(_("A ZIP code has 5 digits."))
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self.instance.slug = slugify(data.get("name", ""))[:120] or "center"
        if "lat" in data and "lon" in data and "zip" in data:
            self._place(data)
        return data

    def _place(self, data: dict[str, Any]) -> None:
        """An address that was typed is exact; otherwise the place is the middle of the ZIP code."""
        given = (data["lat"] is not None, data["lon"] is not None)
        if given[0] != given[1]:
            self.add_error("lat", _("Give both latitude and longitude, or neither."))
            return
        typed = {"lat", "lon"} & set(self.changed_data)
        if all(given) and (typed or self.instance.location == CenterLocation.EXACT):
            self.instance.location = CenterLocation.EXACT
            return
        middle = ZipCode.objects.filter(zip=data["zip"]).first()
        data["lat"], data["lon"] = (middle.lat, middle.lon) if middle else (None, None)
        self.instance.location = CenterLocation.ZIP if middle else CenterLocation.UNKNOWN


class ProgramInline(admin.TabularInline):
    """Which programs there are. Their hours, prices and timetables are on each program's own page."""

    model = Program
    formset = LabeledRows
    fields = ["level", "track", "details", "is_listed"]
    readonly_fields = ["details"]
    extra = 0

    @admin.display(description=_("more"))
    def details(self, program: Program) -> str:
        if program.pk is None:
            return ""
        address = reverse("admin:programs_program_change", args=[program.pk])
        return format_html('<a href="{}">{}</a>', address, _("Hours, week and price"))


@admin.register(Center)
class CenterAdmin(KeepsListings):
    form = CenterForm
    list_display = [
        "name",
        "city",
        "state",
        "zip",
        "levels",
        "status",
        "in_latest_edition",
        "is_sample",
        "phone",
    ]
    list_filter = ["programs__level", "status", "in_latest_edition", "is_sample", "state"]
    search_fields = ["name", "name_detail", "city", "=zip", "phone", "organization__name"]
    search_help_text = _("Name, city, ZIP code, phone or organization")
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ["organization"]
    readonly_fields = ["location", "in_latest_edition", "is_sample", "page"]
    inlines = [ProgramInline, StatementHistory]
    fieldsets = [
        (None, {"fields": ["organization", "name", "name_detail", "status", "page"]}),
        (_("Phone and website"), {"fields": ["phone", "intake_phones", "website"]}),
        (
            _("Address"),
            {"fields": ["street1", "street2", ("city", "state", "zip"), ("lat", "lon", "location")]},
        ),
        saying.SECTION,
        (_("Where it comes from"), {"fields": ["in_latest_edition", "is_sample"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Center]:
        programs = Prefetch("programs", queryset=Program.objects.filter(is_listed=True), to_attr="listed")
        return super().get_queryset(request).prefetch_related(programs)

    def get_fieldsets(self, request: HttpRequest, obj: Center | None = None) -> Any:
        """Who may only look is not asked what they heard."""
        sections = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sections
        return [section for section in sections if section is not saying.SECTION]

    @admin.display(description=_("levels"))
    def levels(self, center: Center) -> str:
        offered = {program.level for program in center.listed}  # type: ignore[attr-defined]
        return ", ".join(str(label) for code, label in LEVEL_SHORT.items() if code in offered)

    @admin.display(description=_("on the site"))
    def page(self, center: Center) -> str:
        if center.pk is None or center.status == CenterStatus.DRAFT:
            return str(_("Not shown yet"))
        return format_html('<a href="{}">{}</a>', center.get_absolute_url(), _("See its page"))

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        said = form.cleaned_data["facts"]
        if any(said.yes) or any(said.no):
            assert isinstance(form, saying.SayingForm)
            form.record(center=form.instance, program=None, said=said, by=request.user)
        super().save_related(request, form, formsets, change)

    def center_ids(self, rows: QuerySet[Any]) -> Iterable[int]:
        return rows.values_list("pk", flat=True)
