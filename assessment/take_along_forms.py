"""The two forms around a private code."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from assessment import codes
from assessment.codes import Code, CodeError


class SaveForm(forms.Form):
    """`ticket` holds the code under which to save, locked (`assessment.saved.ticket`)."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=300)


class CodeForm(forms.Form):
    """A code as somebody typed it; cleaned to a `Code`."""

    code = forms.CharField(
        label=_("Your code"),
        help_text=_("20 letters and numbers. Small letters and spaces are fine."),
        max_length=80,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autocorrect": "off",
                "enterkeyhint": "go",
            }
        ),
        error_messages={
            "required": _("Type the code you wrote down."),
            "max_length": _("That is too long for a code. It has 20 letters and numbers."),
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True
        self.helper.form_show_labels = False
        self.helper.form_show_errors = False

    def clean_code(self) -> Code:
        try:
            return codes.read(self.cleaned_data["code"])
        except CodeError as error:
            raise forms.ValidationError(str(error)) from error
