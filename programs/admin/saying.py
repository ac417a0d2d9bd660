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
HOW: tuple[Any, Any] = (
    _("How you know"),
    {
        "fields": [("said_method", "said_on", "said_by")],
        "description": _(
            "What you change below rests on this: who told you, how, and on which day. Older statements stay "
            "as they are."
        ),
    },
)
HEARD: tuple[Any, Any] = (
    _("What you heard"),
    {
        "fields": ["facts"],
        "classes": ["heard"],
        "description": _(
            "Choose yes or no for what was said and leave the rest: unknown is not no. Saving makes one new "
            "statement with your name, the way and the day."
        ),
    },
)
SECTIONS = (HOW, HEARD)


def without(sections: Iterable[Any]) -> list[Any]:
    """Who may only look is not asked what they heard."""
    return [section for section in sections if section not in SECTIONS]


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

    @property
    def says_something(self) -> bool:
        """Whether anything but the way, the day and the person was changed: those alone say nothing."""
        return bool(set(self.changed_data) - {"said_method", "said_on", "said_by"})

    def clean_said_on(self) -> Any:
        said_on = self.cleaned_data["said_on"]
        if said_on > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return said_on

    def record(
        self, *, center: Center, program: Program | None, said: FactSet, by: Any, note: str = ""
    ) -> Statement:
        """Store one new statement of these facts, in the way, on the day and by whom the form says."""
        return Statement.objects.create(
            center=center,
            program=program,
            source=StatementSource.COORDINATOR,
            method=self.cleaned_data["said_method"],
            said_on=self.cleaned_data["said_on"],
            said_by=self.cleaned_data["said_by"],
            entered_by=by,
            note=note,
            **fact_columns(said),
        )
