"""The forms of the inbox: what to list, and what to change of one report or call-back request."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from programs.models import Inquiry, InquiryStatus, Report, ReportStatus
from programs.staff.roles import Role, Thing
from programs.visitors.due import CLOSES
from programs.visitors.handling import mark

_STATUSES = [choice for choice in InquiryStatus.choices if choice[0] != InquiryStatus.WITHDRAWN]


class InboxForm(forms.Form):
    """Which list, and whether what is done stands in it. What is not understood is left out."""

    show = forms.ChoiceField(choices=[(one.value, one.value) for one in Thing], required=False)
    every = forms.BooleanField(required=False)
    p = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    def __init__(self, data: Mapping[str, Any], things: Sequence[Thing]) -> None:
        super().__init__(data)
        self.is_valid()
        asked = self.cleaned_data.get("show")
        self.shown = next((one for one in things if one == asked), things[0])
        self.with_done = bool(self.cleaned_data.get("every"))
        self.page = self.cleaned_data.get("p") or 1


class ExportForm(forms.Form):
    show = forms.ChoiceField(choices=[(one.value, one.value) for one in (Thing.INQUIRY, Thing.REPORT)])
    every = forms.BooleanField(required=False)


class MarkedForm(forms.Form):
    """A change to a row as its page showed it."""

    mark = forms.CharField(widget=forms.HiddenInput, max_length=40)
    note = forms.CharField(
        label=_("Add a note"),
        help_text=_("Encrypted, and erased with the request."),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self, row: Report | Inquiry, data: Mapping[str, Any] | None, initial: Mapping[str, Any]
    ) -> None:
        super().__init__(data, initial={"mark": mark(row), **initial})
        self.mark_value = mark(row) if data is None else str(data.get("mark", ""))

    def again(self, row: Report | Inquiry) -> None:
        """Somebody else was faster: what was entered stays, to be sent over what is stored now."""
        self.mark_value = mark(row)


class ReportForm(MarkedForm):
    status = forms.ChoiceField(label=_("Status"), choices=ReportStatus.choices)
    answer = forms.CharField(
        label=_("Answer"),
        help_text=_("The person who reported it can read this, with their code."),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    field_order = ["mark", "status", "answer", "note"]

    def __init__(self, row: Report, data: Mapping[str, Any] | None) -> None:
        super().__init__(row, data, {"status": row.status, "answer": row.answer})


class InquiryForm(MarkedForm):
    """`due_at` is cleaned to five in the afternoon of that day, on the clock of the center."""

    status = forms.ChoiceField(label=_("Status"), choices=_STATUSES)
    assignee = forms.ModelChoiceField(
        label=_("Looked after by"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Nobody yet"),
    )
    due_at = forms.DateField(
        label=_("Due on"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    do_not_call = forms.BooleanField(
        label=_("Do not call"),
        help_text=_("The number or address stays known for this center, in a form nobody can read."),
        required=False,
    )
    field_order = ["mark", "status", "assignee", "due_at", "note", "do_not_call"]

    def __init__(self, row: Inquiry, zone: ZoneInfo, user: Any, data: Mapping[str, Any] | None) -> None:
        self.zone, self.row = zone, row
        initial = {
            "status": row.status,
            "assignee": row.assignee_id,
            "due_at": row.due_at.astimezone(zone).date(),
            "do_not_call": row.do_not_call,
        }
        super().__init__(row, data, initial)
        self.fields["assignee"].queryset = _who(row, user)  # type: ignore[attr-defined]

    def clean_due_at(self) -> datetime:
        """The hour stays where the day does."""
        before = self.row.due_at.astimezone(self.zone)
        day = self.cleaned_data["due_at"]
        hour: time = before.time() if day == before.date() else CLOSES
        return datetime.combine(day, hour, self.zone)


def _who(row: Inquiry, user: Any) -> Any:
    """Who may look after a request: whoever asks, the staff of its center, and who does so now."""
    staff = Q(staff_member__role=Role.CENTER, staff_member__centers=row.center_id)
    who = Q(pk=user.pk) | Q(pk=row.assignee_id) | staff
    return User.objects.filter(who, is_active=True).distinct().order_by("username")
