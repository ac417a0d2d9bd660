"""What a coordinator heard, written down as one new statement. Older statements are never edited."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs.admin.fact_field import FactsField, FactsWidget
from programs.facts import FactSet, provenance
from programs.models import Center, Program, Statement, StatementMethod, StatementSource
from programs.models.columns import fact_columns

METHODS = (StatementMethod.PHONE, StatementMethod.WEBSITE, StatementMethod.EMAIL, StatementMethod.VISIT)
"""How a coordinator can come to know something. A directory and a center speak for themselves."""
FIELDS = ("said_method", "said_on", "said_by", "facts")
SECTION: tuple[Any, Any] = (
    _("What you heard"),
    {
        "fields": [("said_method", "said_on", "said_by"), "facts"],
        "description": _(
            "Choose yes or no for what was said and leave the rest: unknown is not no. Saving makes one new "
            "statement with your name, the way and the day; older statements stay as they are."
        ),
    },
)


class SayingForm(forms.ModelForm):
    """A form with room for what was heard beside the model's own fields."""

    said_method = forms.ChoiceField(
        label=_("How"),
        choices=[(method.value, method.label) for method in METHODS],
        initial=StatementMethod.PHONE.value,
    )
    said_on = forms.DateField(label=_("When"), initial=timezone.localdate, widget=AdminDateWidget)
    said_by = forms.CharField(
        label=_("Who"),
        required=False,
        max_length=100,
        help_text=_("For example: intake. No names of clients."),
    )
    facts = FactsField(label=_("What was said"), required=False)

    def show_known(self, statements: Iterable[Statement]) -> None:
        """Show beside each fact what these statements make of it."""
        widget = self.fields["facts"].widget
        assert isinstance(widget, FactsWidget)
        widget.known = provenance(statement.said for statement in statements)

    def clean_said_on(self) -> Any:
        said_on = self.cleaned_data["said_on"]
        if said_on > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return said_on

    def record(self, *, center: Center, program: Program | None, said: FactSet, by: Any) -> Statement:
        """Store one new statement of these facts, in the way, on the day and by whom the form says."""
        return Statement.objects.create(
            center=center,
            program=program,
            source=StatementSource.COORDINATOR,
            method=self.cleaned_data["said_method"],
            said_on=self.cleaned_data["said_on"],
            said_by=self.cleaned_data["said_by"],
            entered_by=by,
            **fact_columns(said),
        )
