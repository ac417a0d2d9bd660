"""The forms of the import room: what is sent, what of a preview is shown, and what is done next."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.importing.mapping import EARLIEST
from programs.importing.reading import FIRST_EDITION
from programs.models import SavedMapping
from programs.staging.preview import OUTCOMES

NATIONAL, NEW = "national", "new"


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """One file or more, as a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        listed = data if isinstance(data, list | tuple) and data else [None]
        return [super(FilesField, self).clean(one, initial) for one in listed]


class SendForm(forms.Form):
    """Files, and what is known about them."""

    sent = FilesField(
        label=_("Files"),
        allow_empty_file=True,
        max_length=150,
        help_text=_("Up to 25 MB each. All files of one import are of one kind."),
        error_messages={"required": _("Choose at least one file.")},
    )
    kind = forms.ChoiceField(label=_("What they are"))
    day = forms.DateField(
        label=_("Date of the list"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("For a list with a column mapping: the day it was made. Left empty: today."),
    )
    year = forms.IntegerField(
        label=_("Edition"),
        required=False,
        min_value=FIRST_EDITION,
        help_text=_("For a national directory: its year, where the name of the file does not say it."),
    )
    is_part = forms.BooleanField(
        label=_("These are only some rows of the list, such as mended ones"),
        required=False,
        help_text=_("Centers that are not in the files then stay as they are."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        saved = [(str(one.pk), one.name) for one in SavedMapping.objects.defer("document")]
        field: Any = self.fields["kind"]
        field.choices = [
            (NATIONAL, _("Workbooks of the national directories, or JSON of FindTreatment.gov")),
            *([(_("A list with a saved column mapping"), saved)] if saved else []),
            (NEW, _("Another list: I will say what its columns mean")),
        ]

    def clean_day(self) -> Any:
        day, today = self.cleaned_data["day"], timezone.localdate()
        if day and not EARLIEST <= day <= today:
            raise forms.ValidationError(_("A day in the future, or before 1990."))
        return day or today

    def clean_year(self) -> Any:
        year, latest = self.cleaned_data["year"], timezone.localdate().year + 1
        if year and year > latest:
            raise forms.ValidationError(_("Not later than %(year)s."), params={"year": latest})
        return year

    @property
    def mapping(self) -> SavedMapping | None:
        kind = self.cleaned_data["kind"]
        return None if kind in (NATIONAL, NEW) else SavedMapping.objects.filter(pk=kind).first()


class ShownForm(forms.Form):
    """Which rows of a preview, and which page of them. What makes no sense shows the first page of all."""

    outcome = forms.ChoiceField(choices=[(code, words) for code, words in OUTCOMES.items()], required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=100_000)

    @classmethod
    def of(cls, data: Any) -> tuple[str, int]:
        form = cls(data)
        form.is_valid()
        return form.cleaned_data.get("outcome") or "", form.cleaned_data.get("page") or 1
