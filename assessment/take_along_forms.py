"""The forms around a private code: to keep answers under one, and to type one (`programs.code_form`)."""

from django import forms

from programs.code_form import CodeForm

__all__ = ["CodeForm", "SaveForm"]


class SaveForm(forms.Form):
    """`ticket` holds the code under which to save, locked (`assessment.saved.ticket`)."""

    ticket = forms.CharField(widget=forms.HiddenInput, max_length=300)
