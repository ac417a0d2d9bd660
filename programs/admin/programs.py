"""Programs: hours, prices, openings and the week."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTimeWidget
from django.db.models import Q, QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from programs import facts
from programs.admin import saying
from programs.admin.listed import KeepsListings
from programs.admin.rows import LabeledRows
from programs.levels import Level, band
from programs.models import Program, Session, Statement
from programs.times_of_day import facts_of_week
from programs.words import LEVEL_SHORT

SPANS = (("hours_per_week_min", "hours_per_week_max"), ("weeks_min", "weeks_max"), ("price_min", "price_max"))
DETAILS = (
    *(name for span in SPANS for name in span),
    "deposit",
    "wait_days",
    "plans",
    "admission",
    "intake",
    "family",
    "return_to_use_policy",
    "aftercare",
    "openings",
    "openings_until",
)
"""Columns whose values somebody has stated: changing one needs a statement to rest on."""


def _about(program: Program) -> QuerySet[Statement]:
    """What was said about this program or about its whole center."""
    return Statement.objects.filter(Q(program=None) | Q(program=program), center_id=program.center_id)


class ProgramForm(saying.SayingForm):
    """A program's own columns, and what was heard about it."""

    class Meta:
        model = Program
        fields = ("center", "level", "track", "is_listed", *DETAILS)
        widgets = {
            name: forms.Textarea(attrs={"rows": 2})
            for name in ("plans", "admission", "intake", "family", "return_to_use_policy", "aftercare")
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and "facts" in self.fields:
            self.show_known(_about(self.instance))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for low, high in SPANS:
            if data.get(low) is not None and data.get(high) is not None and data[low] > data[high]:
                self.add_error(high, _("This is less than where it starts."))
        for name in ("price_min", "deposit"):
            if data.get(name) is not None and data[name] < 0:
                self.add_error(name, _("This cannot be less than nothing."))
        if data.get("openings") is not None and data.get("openings_until") is None:
            self.add_error("openings_until", _("Say until when this holds, so that it does not grow stale."))
        return data


class SessionForm(forms.ModelForm):
    class Meta:
        model = Session
        fields = ("day", "starts", "ends", "kind", "telehealth", "time_zone")
        # A timetable has no seconds.
        widgets = {name: AdminTimeWidget(format="%H:%M") for name in ("starts", "ends")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("starts") and data.get("ends") and data["starts"] >= data["ends"]:
            self.add_error("ends", _("A session ends after it starts."))
        return data


class Week(LabeledRows):
    """A program's sessions. New rows start with the time zone of the others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial_forms:
            zone = self.initial_forms[0].instance.time_zone
            for form in self.extra_forms:
                form.initial["time_zone"] = zone
                form.fields["time_zone"].initial = zone


class SessionInline(admin.TabularInline):
    model = Session
    form = SessionForm
    formset = Week
    extra = 1
    verbose_name_plural = _("The week")


@admin.register(Program)
class ProgramAdmin(KeepsListings):
    form = ProgramForm
    list_display = ["center", "level", "track", "is_listed", "openings", "openings_until"]
    list_filter = ["level", "is_listed", "center__is_sample"]
    list_select_related = ["center"]
    search_fields = ["center__name", "=center__zip", "center__city", "track"]
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ["center"]
    inlines = [SessionInline]
    fieldsets = [
        (None, {"fields": ["center", "to_center", "level", "track", "is_listed"]}),
        (_("Openings"), {"fields": [("openings", "openings_until"), "wait_days"]}),
        (
            _("Hours, length and price"),
            {"fields": [*SPANS, "deposit", "plans"]},
        ),
        (
            _("How it works"),
            {"fields": ["admission", "intake", "family", "return_to_use_policy", "aftercare"]},
        ),
        saying.SECTION,
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> list[str]:
        """A program stays with its center: what was said about it was said there."""
        return ["to_center", "center"] if obj else ["to_center"]

    def get_fieldsets(self, request: HttpRequest, obj: Program | None = None) -> Any:
        """Who may only look is not asked what they heard."""
        sections = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sections
        return [section for section in sections if section is not saying.SECTION]

    @admin.display(description=_("go to"))
    def to_center(self, program: Program) -> str:
        if program.pk is None:
            return ""
        address = reverse("admin:programs_center_change", args=[program.center_id])
        return format_html('<a href="{}">{}</a>', address, _("The center's page"))

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        week_changed = any(formset.has_changed() for formset in formsets)
        for formset in formsets:
            self.save_formset(request, form, formset, change=change)
        assert isinstance(form, ProgramForm)
        _record(form, by=request.user, week_changed=week_changed)
        _teach(request, form.instance)
        super().save_related(request, form, [], change)

    def center_ids(self, rows: QuerySet[Any]) -> Iterable[int]:
        return rows.values_list("center_id", flat=True)


def _record(form: ProgramForm, *, by: Any, week_changed: bool) -> None:
    """One statement for all that was heard: facts, numbers, and the times of day of a changed week."""
    program: Program = form.instance
    said = form.cleaned_data["facts"]
    if week_changed:
        said = said.over(facts_of_week(program.sessions.values_list("day", "starts")))
    detailed = week_changed or bool(set(DETAILS) & set(form.changed_data))
    if detailed or any(said.yes) or any(said.no):
        statement = form.record(center=program.center, program=program, said=said, by=by)
        if detailed:
            Program.objects.filter(pk=program.pk).update(details_from=statement)


def _teach(request: HttpRequest, program: Program) -> None:
    """Say so when the hours lie outside the reference band of the level. It may still be right."""
    level = Level(program.level)
    known = facts.merge(statement.said for statement in _about(program))
    teens_only = known.value("age_under_18") is True and known.value("age_adults") is not True
    reference = band(level, teen=teens_only)
    stated = [
        hours for hours in (program.hours_per_week_min, program.hours_per_week_max) if hours is not None
    ]
    if reference and any(not reference.holds(float(hours)) for hours in stated):
        messages.warning(
            request,
            now(
                "These hours lie outside what is usual for this level (%(level)s). "
                "Please ask once more whether the level is right."
            )
            % {"level": LEVEL_SHORT[level.value]},
        )
