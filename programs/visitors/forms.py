"""What visitors fill in: what is wrong on a page, and how a center may call them back.

Both begin empty. `clean` turns away what no person sends: a field filled that nobody sees, a form sent within
seconds, one that was made for another center. What was typed stays on the page.
"""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import validate_email
from django.db.models import TextChoices
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from programs.code_form import quiet_helper
from programs.codes import Ticket
from programs.models import Center, ReportKind
from programs.phones import dial
from programs.visitors import sending
from programs.visitors.contents import Wanted
from programs.visitors.sending import Kind

LONGEST_WORDS, LONGEST_NOTE = 1000, 500
_ONE_OF_THESE = {"invalid_choice": _("Choose one of the answers shown here.")}


class Whom(TextChoices):
    ME = "me", _("For me")
    OTHER = "other", _("For someone else")


class Way(TextChoices):
    PHONE = "phone", _("By phone")
    EMAIL = "email", _("By e-mail")


class Message(TextChoices):
    """What may be left where other people can hear or read it."""

    OPEN = "open", _("They may leave a message and say who they are")
    DISCREET = "discreet", _("They may leave a message, but only a name and a number")
    NONE = "none", _("No message: they speak with me or with nobody")


class VisitorForm(forms.Form):
    """A form about one center. `ticket` comes back as a `Ticket`; `website` is a field nobody sees."""

    kind: Kind
    ticket = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    website = forms.CharField(required=False, max_length=400)

    def __init__(self, center: Center, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.center = center
        self.helper = quiet_helper()
        self.helper.field_class = "choices"
        self.renewed = "" if self.is_bound else sending.new_ticket(self.kind, center)
        """The ticket to send along, where the one that came cannot be used again."""

    @property
    def ticket_value(self) -> str:
        return self.renewed or str(self["ticket"].value() or "")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        ticket = sending.ticket_of(cleaned.get("ticket", ""), self.kind, self.center)
        if ticket is None:
            self.renewed = sending.new_ticket(self.kind, self.center)
            self.add_error(None, _("This page stayed open for long. Please send it once more."))
        elif not self.errors and (ticket.age() < sending.QUICK or cleaned.get("website")):
            self.add_error(None, _("This came too fast to be read. Please look it over and send it again."))
        cleaned["ticket"] = ticket
        return cleaned

    @property
    def sent(self) -> Ticket:
        """The ticket of a valid form."""
        ticket: Ticket = self.cleaned_data["ticket"]
        return ticket


class ReportForm(VisitorForm):
    kind = Kind.REPORT
    what = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=ReportKind.choices,
        widget=forms.RadioSelect,
        error_messages={**_ONE_OF_THESE, "required": _("Choose what is wrong.")},
    )
    words = forms.CharField(
        label=_("In your words, if you like"),
        help_text=_("What did you find instead? Please no names and nothing about anyone’s health."),
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"max_length": _("Please use at most 1,000 letters.")},
    )


class CallBackForm(VisitorForm):
    kind = Kind.INQUIRY
    whom = forms.ChoiceField(
        label=_("Who is the call for?"),
        choices=Whom.choices,
        widget=forms.RadioSelect,
        error_messages={**_ONE_OF_THESE, "required": _("Choose who the call is for.")},
    )
    name = forms.CharField(
        label=_("What should they call you?"),
        help_text=_("A first name or any name is enough."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Write a name they can ask for."),
            "max_length": _("Please use at most 80 letters."),
        },
    )
    way = forms.ChoiceField(
        label=_("How should they reach you?"),
        choices=Way.choices,
        widget=forms.RadioSelect,
        error_messages={**_ONE_OF_THESE, "required": _("Choose phone or e-mail.")},
    )
    reach = forms.CharField(
        label=_("Your phone number or e-mail address"),
        help_text=_("One is enough. Take one that only you answer or read."),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        ),
        error_messages={
            "required": _("Write the number or address they should use."),
            "max_length": _("That is too long for a number or an address."),
        },
    )
    message = forms.ChoiceField(
        label=_("If someone else answers, or nobody does?"),
        choices=Message.choices,
        widget=forms.RadioSelect,
        error_messages={**_ONE_OF_THESE, "required": _("Choose what they may leave behind.")},
    )
    time = forms.CharField(
        label=_("A good time, if you like"),
        help_text=_("For example: mornings, or after 6 on weekdays."),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"max_length": _("Please use at most 100 letters.")},
    )
    note = forms.CharField(
        label=_("Anything they should know before they call, if you like"),
        help_text=_("Please nothing about health. You can talk about that on the phone."),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Please use at most 500 letters.")},
    )
    consent = forms.BooleanField(
        label=_("I agree to this"),
        error_messages={"required": _("Without your agreement we send nothing. Tick the box to agree.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        way, reach = cleaned.get("way"), cleaned.get("reach")
        if way == Way.PHONE and reach and not dial(reach):
            self.add_error("reach", _("That is no US phone number. It has ten digits, like 602-555-0142."))
        if way == Way.EMAIL and reach:
            try:
                validate_email(reach)
            except forms.ValidationError:
                self.add_error("reach", _("That is no e-mail address. One looks like name@example.org."))
        if way == Way.EMAIL and cleaned.get("message") == Message.NONE:
            words = _("An e-mail always stays in your inbox. Choose another answer, or give a phone number.")
            self.add_error("message", words)
        return cleaned

    @property
    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        told = {
            name: self.cleaned_data[name]
            for name in ("whom", "name", "way", "reach", "message", "time", "note")
        }
        return Wanted(**told, language=get_language() or "en")
