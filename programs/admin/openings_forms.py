"""The openings board's forms: what to show, and a number and a time for each program."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from programs.models import Program
from programs.states import STATES

DAYS = (1, 3, 7, 14)
"""For how many days an answer may hold."""
USUAL = 7
MOST = 99
ALL, TOLD, LAPSED, UNTOLD = "", "told", "lapsed", "untold"


class BoardForm(forms.Form):
    """Which programs to show."""

    q = forms.CharField(label=_("Center, organization or city"), required=False, max_length=100)
    state = forms.ChoiceField(label=_("State"), required=False)
    which = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=[
            (ALL, _("All programs")),
            (TOLD, _("With open places told")),
            (LAPSED, _("Lapsed")),
            (UNTOLD, _("Never told")),
        ],
    )
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = self.fields["state"]
        assert isinstance(states, forms.ChoiceField)
        states.choices = [("", _("All states")), *((code, code) for code in sorted(STATES))]

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked; where that is not understood, everything."""
        self.is_valid()
        data = getattr(self, "cleaned_data", {})
        told: dict[str, Any] = {name: data.get(name) or "" for name in ("q", "state", "which")}
        return told | {"page": data.get("page") or 1}


def day_words(days: int) -> str:
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


def as_seen(program: Program) -> str:
    """What a line showed when it was made: whoever saves says so, and nothing newer is written over."""
    number = "" if program.openings is None else program.openings
    return f"{number}|{program.openings_until or ''}"


class LineForm(forms.Form):
    """One program. number: empty takes back what was told. days: empty leaves the day, or means a week."""

    number = forms.IntegerField(required=False, min_value=0, max_value=MOST)
    days = forms.TypedChoiceField(required=False, coerce=int, empty_value=None)
    seen = forms.CharField(max_length=40)

    def __init__(self, program: Program, today: date, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs | {"prefix": f"p{program.pk}"})
        self.program = program
        self.today = today
        holds = is_holding(program, today)
        self.now = program.openings if holds else None
        self.fields["number"].initial = self.now
        days = self.fields["days"]
        assert isinstance(days, forms.TypedChoiceField)
        days.choices = [("", ""), *((one, str(one)) for one in DAYS)]
        self.fields["seen"].initial = as_seen(program)

    @property
    def values(self) -> dict[str, str]:
        """What the fields show. The page writes its hundreds of fields itself, which is quicker."""
        if self.is_bound:
            return {name: str(self.data.get(f"{self.prefix}-{name}", "")) for name in self.fields}
        initial = {name: field.initial for name, field in self.fields.items()}
        return {name: "" if value is None else str(value) for name, value in initial.items()}

    @property
    def as_it_is(self) -> str:
        """The first choice of days: as long as was told before."""
        until = self.program.openings_until
        if self.now is None or until is None:
            return "–"
        return _("until %(day)s") % {"day": date_format(until, "SHORT_DATE_FORMAT")}

    @property
    def shown(self) -> int | None:
        """The number that the line showed when it was made; somebody else may have changed it since."""
        number, _bar, until = self.cleaned_data["seen"].partition("|")
        return int(number) if number.isdecimal() and until >= self.today.isoformat() else None

    @property
    def change(self) -> tuple[int | None, date | None] | None:
        """The new number and day of a valid line; None where it says nothing new."""
        number, days = self.cleaned_data["number"], self.cleaned_data["days"]
        if number == self.shown and (days is None or number is None):
            return None
        if number is None:
            return None, None
        return number, self.today + timedelta(days=days or USUAL)


def is_holding(program: Program, today: date) -> bool:
    """Whether visitors see the open places now."""
    until = program.openings_until
    return program.openings is not None and until is not None and until >= today


@dataclass(frozen=True, slots=True)
class Board:
    """The lines of a page, as forms."""

    lines: Sequence[LineForm]

    @property
    def is_valid(self) -> bool:
        # Every line is read, so that each says what is wrong with it.
        return not any(tuple(not line.is_valid() for line in self.lines))

    def changes(self) -> Iterator[tuple[LineForm, tuple[int | None, date | None]]]:
        """The lines that say something new. Call it once all are valid."""
        for line in self.lines:
            if line.change is not None:
                yield line, line.change
