"""What is typed at sign-in."""

import re
from typing import Any

from django import forms
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs import codes

_SIX = re.compile(r"[0-9]{6}")
_BETWEEN = str.maketrans("", "", " \t\u00a0-")


class NextForm(forms.Form):
    """Where to go in the end: an address of this site, or nowhere in particular."""

    next = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)

    def clean_next(self) -> str:
        address: str = self.cleaned_data["next"]
        return address if url_has_allowed_host_and_scheme(address, allowed_hosts=None) else ""


class PasswordForm(NextForm):
    name = forms.CharField(
        label=_("User name or e-mail"),
        max_length=254,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "username",
                "autocapitalize": "none",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    field_order = ["name", "password", "next"]


class DigitsField(forms.CharField):
    """Six digits, with or without a space between."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("6-digit code"))
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false", "size": 10}
        )
        super().__init__(**{"max_length": 20, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        digits: str = super().clean(value).translate(_BETWEEN)
        if not _SIX.fullmatch(digits):
            raise forms.ValidationError(gettext("A code from the app has six digits."))
        return digits


class RecoveryField(forms.CharField):
    """A recovery code: small letters, spaces and look-alikes do not matter."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Recovery code"))
        widget = forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "size": 28}
        )
        super().__init__(**{"max_length": 60, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        try:
            return codes.read(super().clean(value)).characters
        except codes.CodeError as error:
            raise forms.ValidationError(str(error)) from error


class DigitsForm(forms.Form):
    code = DigitsField()


class _AtOnce(forms.Form):
    """The code alone on a page: one types it at once."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True


class NextStepForm(_AtOnce):
    code = DigitsField()


class RecoveryForm(_AtOnce):
    code = RecoveryField()


class ProofField(forms.CharField):
    """A code of the app or a recovery code, told apart by their length."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "size": 28})
        super().__init__(**{"max_length": 60, "widget": widget, **kwargs})

    def clean(self, value: Any) -> str:
        said: str = super().clean(value)
        field = DigitsField() if len(said.translate(_BETWEEN)) <= 8 else RecoveryField()
        return str(field.clean(said))


class NewAppForm(forms.Form):
    """In place of the app of before: a sign that it is you, and that the new app works."""

    proof = ProofField(label=_("A code from the app you use now, or a recovery code"))
    code = DigitsField(label=_("The 6-digit code the new app shows"))
