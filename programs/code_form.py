"""The field in which somebody types a private code."""

from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.translation import gettext_lazy as _

from programs import codes
from programs.codes import Code, CodeError


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
        self.helper = quiet_helper()

    def clean_code(self) -> Code:
        try:
            return codes.read(self.cleaned_data["code"])
        except CodeError as error:
            raise forms.ValidationError(str(error)) from error


def quiet_helper() -> FormHelper:
    """Draws a field alone: its template says the label, and what is wrong with it, above."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_labels = False
    helper.form_show_errors = False
    return helper
