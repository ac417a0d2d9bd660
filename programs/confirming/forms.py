"""The forms behind a link: all of it is right, or what should be different. Nothing here writes anything."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from programs.confirming import columns
from programs.confirming.as_listed import AsListed
from programs.facts import FactSet
from programs.labels import fact_labels
from programs.models import Center, Program
from programs.taxonomy import BY_CODE

UNSURE = "unsure"
FACT_CHOICES = [(columns.YES, _("Yes")), (columns.NO, _("No")), (UNSURE, _("Not sure"))]
ROLES = {
    "intake": _("Front desk or intake"),
    "manager": _("Director or manager"),
    "clinical": _("Clinical staff"),
    "outreach": _("Outreach"),
    "other": _("Another role here"),
}
CHANGED_MEANWHILE = _(
    "Our listing changed while you were reading. Please look at it once more, then send again. What you "
    "typed is still here."
)
CLASSES: Mapping[type[forms.Widget], str] = {
    forms.RadioSelect: "form-check-input",
    forms.CheckboxInput: "form-check-input",
    forms.Select: "form-select",
}
Value = str | int | bool | None


class ActForm(forms.Form):
    """Which of the two buttons was pressed."""

    act = forms.ChoiceField(choices=[("right", ""), ("correct", "")])


class SaidForm(forms.Form):
    """Who speaks, and which state of the listing they saw."""

    said_by = forms.ChoiceField(label=_("Your role at the center"), required=False)
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, listed: AsListed, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.listed = listed
        role = self.fields["said_by"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [("", _("Choose one")), *ROLES.items()]
        self._dress()

    def _dress(self) -> None:
        """The classes of the house, by kind of widget."""
        for field in self.fields.values():
            field.widget.attrs.setdefault("class", CLASSES.get(type(field.widget), "form-control"))

    @property
    def role(self) -> str:
        """The role in English, in which the desk reads it, whatever the language of the page."""
        with override("en"):
            return str(ROLES.get(self.cleaned_data["said_by"], ""))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("seen") != self.listed.digest:
            raise forms.ValidationError(CHANGED_MEANWHILE, code="changed")
        return data


@dataclass(frozen=True, slots=True)
class Change:
    """What should be different about a center, or about one program of it. Plain values, by column."""

    program: Program | None
    changes: Mapping[str, Value]
    base: Mapping[str, Value]
    facts: FactSet
    base_facts: Mapping[str, bool | None]
    note: str


class CorrectionForm(SaidForm):
    """Every column and every fact that a center may correct, as it is listed now."""

    note = forms.CharField(
        label=_("Anything else"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Please write nothing about any client."),
    )
    rest_is_right = forms.BooleanField(label=_("Everything I did not change is right."), required=False)

    def __init__(self, listed: AsListed, data: Mapping[str, Any] | None = None, **kwargs: Any) -> None:
        super().__init__(listed, data, **kwargs)
        self.fields["said_by"].required = True
        self._add("center", listed.center)
        for program in listed.programs:
            self._add(prefix_of(program), program)
            self.fields[f"{prefix_of(program)}-week"] = forms.CharField(
                label=_("Its week, in your words"),
                required=False,
                max_length=600,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("For example: Monday, Wednesday and Thursday, 6 to 9 p.m., group."),
            )
        for code, label in fact_labels().items():
            self.fields[f"fact-{code}"] = forms.ChoiceField(
                label=label,
                choices=FACT_CHOICES,
                required=False,
                widget=forms.RadioSelect,
                initial=_choice(listed.known.value(code)),
            )
        self._dress()

    def _add(self, prefix: str, row: Center | Program) -> None:
        for name, field in columns.fields(type(row)).items():
            field.initial = _initial(getattr(row, name))
            self.fields[f"{prefix}-{name}"] = field

    def clean(self) -> dict[str, Any]:
        for prefix, row in self._rows():
            self._check(prefix, type(row))
        data = super().clean()
        if not self.errors and not self.changes() and not data["rest_is_right"]:
            raise forms.ValidationError(
                _("Nothing is changed here. If all of it is right, use the other button."), code="nothing"
            )
        return data

    def _check(self, prefix: str, model: type[Center] | type[Program]) -> None:
        for name in columns.labels(model):
            key = f"{prefix}-{name}"
            if key in self.changed_data and key in self.cleaned_data:
                try:
                    columns.check(name, self.cleaned_data[key])
                except forms.ValidationError as error:
                    self.add_error(key, error)
        for low, high in columns.SPANS if model is Program else ():
            least, most = (self.cleaned_data.get(f"{prefix}-{name}") for name in (low, high))
            if least is not None and most is not None and least > most:
                self.add_error(f"{prefix}-{high}", _("This is less than where it starts."))

    def _rows(self) -> Iterator[tuple[str, Center | Program]]:
        yield "center", self.listed.center
        for program in self.listed.programs:
            yield prefix_of(program), program

    def changes(self) -> list[Change]:
        """What differs from what is listed, the center first. Empty where nothing does."""
        found = []
        for prefix, row in self._rows():
            changes, base = self._changed_columns(prefix, row)
            is_center = isinstance(row, Center)
            said = self.said if is_center else FactSet()
            note = self.cleaned_data.get("note" if is_center else f"{prefix}-week", "").strip()
            if changes or note or said != FactSet():
                base_facts = {code: self.listed.known.value(code) for code in _codes(said)}
                program = None if isinstance(row, Center) else row
                found.append(Change(program, changes, base, said, base_facts, note))
        return found

    def _changed_columns(
        self, prefix: str, row: Center | Program
    ) -> tuple[dict[str, Value], dict[str, Value]]:
        changes, base = {}, {}
        for name in columns.labels(type(row)):
            was, value = getattr(row, name), self.cleaned_data.get(f"{prefix}-{name}")
            if isinstance(was, bool):
                if value not in {columns.YES, columns.NO}:
                    continue
                value = value == columns.YES
            before, after = (columns.plain(type(row), name, one) for one in (was, value))
            if before != after:
                changes[name], base[name] = after, before
        return changes, base

    @property
    def said(self) -> FactSet:
        """The facts that were answered otherwise than they are listed."""
        answers = {code: self.cleaned_data.get(f"fact-{code}", "") for code in BY_CODE}
        known = {code: _choice(self.listed.known.value(code)) for code in BY_CODE}
        new = {code: answer for code, answer in answers.items() if answer != known[code]}
        return FactSet.of(
            yes=[code for code, answer in new.items() if answer == columns.YES],
            no=[code for code, answer in new.items() if answer == columns.NO],
        )

    @property
    def unsure(self) -> frozenset[str]:
        """The facts that whoever filled this in would not speak for."""
        return frozenset(code for code in BY_CODE if self.cleaned_data.get(f"fact-{code}") == UNSURE)


def prefix_of(program: Program) -> str:
    return f"program-{program.pk}"


def _initial(value: Any) -> Any:
    """As a person would type it: 9, not 9.0."""
    if isinstance(value, bool):
        return _choice(value)
    if isinstance(value, Decimal) and value == value.to_integral():
        return value.quantize(Decimal(1))
    return value


def _choice(value: bool | None) -> str:
    return "" if value is None else columns.YES if value else columns.NO


def _codes(said: FactSet) -> list[str]:
    return [code for code in BY_CODE if said.value(code) is not None]
