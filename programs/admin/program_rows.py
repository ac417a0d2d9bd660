"""The programs on a center's page: all there is to each, folded, with its week."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, cast

from django.contrib import admin
from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from programs.admin.guarded import Guarded
from programs.admin.programs import SPANS, ProgramColumns, known_of, statements_of
from programs.admin.week_rows import zone_for
from programs.admin.workflow import was_public
from programs.models import Program


class ProgramRows(BaseInlineFormSet):
    """A center's programs. Reads those the center has at hand already, with their sessions."""

    def get_queryset(self) -> Any:
        if not hasattr(self, "_queryset"):
            self._queryset = list(self.instance.programs.all()) if self.instance.pk else []
        return self._queryset

    @cached_property
    def zone(self) -> str:
        """Where the weeks of programs begin that have none yet."""
        return zone_for(self.instance) if self.instance.pk else ""

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {**super().get_form_kwargs(index), "zone": self.zone}

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        program = form.instance
        if program.pk and not self.is_bound:
            cast(ProgramColumns, form).show_claims(known_of(program, statements_of(self.instance)))

    @property
    def changed_ones(self) -> Iterator[ProgramColumns]:
        """Stored programs that were changed and are not taken away."""
        for form in self.initial_forms:
            if form.instance.pk and form.has_changed() and not self._goes(form):
                form.instance.center = self.instance
                yield cast(ProgramColumns, form)

    @property
    def new_ones(self) -> Iterator[ProgramColumns]:
        for form in self.extra_forms:
            if form.has_changed() and not self._goes(form):
                yield cast(ProgramColumns, form)

    def _goes(self, form: ModelForm) -> bool:
        return bool(self.can_delete and self._should_delete_form(form))  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Any:
        """Programs, then their weeks. A program of which only the week changed is not written."""
        going = {form.instance.pk for form in self.initial_forms if self._goes(form)}
        saved = super().save(commit)
        for form in (*self.changed_weeks(going),):
            form.week.save(form.instance)
        return saved

    def changed_weeks(self, going: set[Any]) -> Iterator[ProgramColumns]:
        for form in self.forms:
            row = cast(ProgramColumns, form)
            if row.instance.pk and row.instance.pk not in going and row.week.has_changed():
                yield row

    def save_existing(self, form: Any, obj: Any, commit: bool = True) -> Any:
        return super().save_existing(form, obj, commit) if form.changed_data or form.is_detailed else obj


class ProgramInline(Guarded, admin.StackedInline):
    """Which programs there are, and all about each."""

    model = Program
    form = ProgramColumns
    formset = ProgramRows
    template = "admin/programs/program_rows.html"
    extra = 1
    show_change_link = True
    verbose_name_plural = _("Programs")
    fieldsets = [
        (None, {"fields": [("level", "track"), "is_listed"]}),
        (_("Openings"), {"fields": [("openings", "openings_until"), "wait_days"]}),
        (_("Hours, length and price"), {"fields": [*SPANS, "deposit", "plans"]}),
        (
            _("How it works"),
            {"fields": ["admission", "intake", "family", "return_to_use_policy", "aftercare"]},
        ),
    ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A program of a center that people have seen is taken off the list, and stays on record."""
        return super().has_delete_permission(request, obj) and not (obj is not None and was_public(obj))
