"""Programs: hours, prices, openings and the week. Their forms serve the center's page too."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from programs import facts, listings
from programs.admin import claims, saying
from programs.admin.conflicts import Part
from programs.admin.listed import KeepsListings
from programs.admin.watched import Watched
from programs.admin.week_rows import Week, WeekRows, week_words, zone_for
from programs.admin.workflow import was_public
from programs.facts import FactSet
from programs.models import Center, Program, Statement
from programs.times_of_day import facts_of_week

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
COLUMNS = ("level", "track", "is_listed", *DETAILS)
TEXTS = ("plans", "admission", "intake", "family", "return_to_use_policy", "aftercare")
HELP: Mapping[str, Any] = {
    "level": _("Ask: “How many hours a week is it?” An IOP has 9 to 19, a day program (PHP) 20 or more."),
    "track": _("Ask: “Is it for a certain group, or at a certain time?” For example: evening, teens, women."),
    "is_listed": _("Take the tick off when it is not offered any more. What is known of it is kept."),
    "hours_per_week_min": _("Ask: “How many hours a week do people come, at the least and at the most?”"),
    "hours_per_week_max": _("The same number as before, if there is one number only."),
    "weeks_min": _("Ask: “How many weeks does it take, from the first day to the last?”"),
    "weeks_max": _("Leave it empty when it differs from person to person."),
    "price_min": _("Ask: “What does a week cost for someone who pays without insurance?” In dollars."),
    "price_max": _("Where there is a sliding scale: the most that anyone pays for a week."),
    "deposit": _("Ask: “Is anything to be paid before the first day?” 0 means nothing; empty, nobody said."),
    "wait_days": _("Ask: “If I call today, in how many days is the first appointment?” Today is 0."),
    "plans": _(
        "Ask: “Which insurance plans do you take, by name?” Not every plan of a company may be taken."
    ),
    "admission": _(
        "Ask: “Who can come, and what has to be done first?” For example: detox, a referral, an ID."
    ),
    "intake": _("Ask: “What happens when someone calls?” Who answers, what they ask, what to bring."),
    "family": _("Ask: “How can family take part?” Days, times, and whether it costs more."),
    "return_to_use_policy": _("Ask: “What happens if someone uses again?” Write what they do, step by step."),
    "aftercare": _("Ask: “What is there when the program ends?” Groups, contacts, for how long."),
    "openings": _("Ask: “How many people could start this week?” 0 means none; empty, nobody said."),
    "openings_until": _("Ask: “Until when does that hold?” After this day the page shows none."),
}


class ProgramColumns(forms.ModelForm):
    """A program's own columns and its week. `zone` is where new rows of the week begin."""

    class Meta:
        model = Program
        fields = COLUMNS
        help_texts = HELP
        widgets = {name: forms.Textarea(attrs={"rows": 2}) for name in TEXTS}

    def __init__(self, *args: Any, zone: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.week: WeekRows = Week(
            self.data if self.is_bound else None,
            prefix=self.add_prefix("week"),
            before=self.instance.slots if self.instance.pk else (),
            zone=zone,
        )

    @property
    def week_told(self) -> str:
        """The stored week in words, for who may only look."""
        return week_words(self.week.before)

    def has_changed(self) -> bool:
        return super().has_changed() or self.week.has_changed()

    @property
    def is_detailed(self) -> bool:
        """Whether something was changed that rests on somebody's word."""
        return self.week.has_changed() or bool(set(DETAILS) & set(self.changed_data))

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
        if self.week.is_bound and not self.week.is_valid():
            self.add_error(None, _("Please look at the rows of the week: one of them has a mistake."))
        return data

    def show_claims(self, known: FactSet) -> None:
        """Point out beside its fields what is written there and may not be claimed."""
        if self.instance.pk and not self.is_bound:
            claims.beside(self, claims.of_program(self.instance, known))


class ProgramForm(ProgramColumns, saying.SayingForm):
    """A program on a page of its own, with what was heard about it alone."""

    class Meta(ProgramColumns.Meta):
        fields = ("center", *COLUMNS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        program: Program | None = kwargs.get("instance")
        zone = zone_for(program.center) if program and program.pk else ""
        super().__init__(*args, zone=zone, **kwargs)
        if self.instance.pk and "facts" in self.fields:
            about = [
                one
                for one in statements_of(self.instance.center)
                if one.program_id in (None, self.instance.pk)
            ]
            self.show_known(about)
            self.show_claims(facts.merge(one.said for one in about))


def statements_of(center: Center) -> list[Statement]:
    """All that was said about a center, read once for each time the center was."""
    if "_said" not in center.__dict__:
        center._said = list(Statement.objects.filter(center=center))  # type: ignore[attr-defined]
    return list(center._said)  # type: ignore[attr-defined]


def known_of(program: Program, statements: Iterable[Statement]) -> FactSet:
    """All that is known of a program, from what was said about its center and about it alone."""
    return facts.merge(one.said for one in statements if one.program_id in (None, program.pk))


def state(form: ProgramColumns, said: FactSet, sayer: saying.SayingForm, *, by: Any) -> Statement | None:
    """One statement for all that was heard of a program: facts, numbers, times of day of a changed week.

    None when nothing was. The program must be stored; what it now rests on is set and not stored.
    """
    program: Program = form.instance
    if form.week.has_changed():
        said = said.over(facts_of_week((slot.day, slot.starts) for slot in form.week.sessions))
    if not (form.is_detailed or any(said.yes) or any(said.no)):
        return None
    statement = sayer.record(center=program.center, program=program, said=said, by=by)
    if form.is_detailed:
        program.details_from = statement
    return statement


@admin.register(Program)
class ProgramAdmin(Watched, KeepsListings):
    form = ProgramForm
    change_form_template = "admin/programs/program/change_form.html"
    list_display = ["center", "level", "track", "is_listed", "openings", "openings_until"]
    list_filter = ["level", "is_listed", "center__is_sample"]
    list_select_related = ["center"]
    search_fields = ["center__name", "=center__zip", "center__city", "track"]
    show_full_result_count = False
    list_per_page = 50
    autocomplete_fields = ["center"]
    fieldsets = [
        (None, {"fields": ["center", "to_center", "level", "track", "is_listed"]}),
        saying.HOW,
        (_("Openings"), {"fields": [("openings", "openings_until"), "wait_days"]}),
        (_("Hours, length and price"), {"fields": [*SPANS, "deposit", "plans"]}),
        (
            _("How it works"),
            {"fields": ["admission", "intake", "family", "return_to_use_policy", "aftercare"]},
        ),
        saying.HEARD,
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Program]:
        rows: QuerySet[Program] = super().get_queryset(request).select_related("center")
        return rows.prefetch_related("sessions") if self.is_one(request) else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Program | None = None) -> list[str]:
        """A program stays with its center: what was said about it was said there."""
        return ["to_center", "center"] if obj else ["to_center"]

    def get_fieldsets(self, request: HttpRequest, obj: Program | None = None) -> Any:
        sections = super().get_fieldsets(request, obj)
        if obj is None or self.has_change_permission(request, obj):
            return sections
        return saying.without(sections)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only what was never public: a program that ended is taken off the list and stays on record."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and not (isinstance(obj, Program) and was_public(obj.center))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        protected += [str(one) for one in objs if was_public(one.center)]
        return deleted, counts, perms_needed, protected

    @admin.display(description=_("go to"))
    def to_center(self, program: Program) -> str:
        if program.pk is None:
            return ""
        address = reverse("admin:programs_center_change", args=[program.center_id])
        return format_html('<a href="{}">{}</a>', address, _("The center's page"))

    def parts(self, program: Program) -> list[Part]:
        return [part_of(program, prefix="")]

    def save_model(self, request: HttpRequest, obj: Program, form: ModelForm, change: bool) -> None:
        assert isinstance(form, ProgramForm)
        if change:
            state(form, form.cleaned_data["facts"], form, by=request.user)
        if not change or form.is_detailed or set(COLUMNS) & set(form.changed_data):
            super().save_model(request, obj, form, change)
        if not change and state(form, form.cleaned_data["facts"], form, by=request.user) and form.is_detailed:
            obj.save(update_fields=["details_from"])

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        assert isinstance(form, ProgramForm)
        form.save_m2m()
        if change and not (form.says_something or form.week.has_changed()):
            return
        if form.week.has_changed():
            form.week.save(form.instance)
        listings.rebuild([form.instance.center_id])
        said = statements_of(Center.objects.get(pk=form.instance.center_id))
        found = claims.of_program(form.instance, known_of(form.instance, said))
        changed = [*form.changed_data, *(["week"] if form.week.has_changed() else [])]
        claims.teach(request, claims.new(found, changed), labels(form))

    def center_ids(self, rows: QuerySet[Any]) -> Iterable[int]:
        return rows.values_list("center_id", flat=True)


def labels(form: forms.BaseForm) -> dict[str, object]:
    return {name: field.label for name, field in form.fields.items()}


def part_of(program: Program, *, prefix: str | None = None) -> Part:
    """A program as something two people may change at once. prefix: of its inputs; None: found by its id."""
    return Part(
        key=f"program-{program.pk}",
        label=str(program),
        row=program,
        form=ProgramColumns,
        columns=COLUMNS,
        prefix=prefix,
        week=True,
    )
