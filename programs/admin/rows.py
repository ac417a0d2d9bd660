"""Rows of an inline table that a screen reader can name."""

from django.forms import ModelForm
from django.forms.models import BaseInlineFormSet


class LabeledRows(BaseInlineFormSet):
    """Django labels such controls by their column's head alone, which no screen reader ties to them."""

    def add_fields(self, form: ModelForm, index: int | None) -> None:
        super().add_fields(form, index)
        for field in form.fields.values():
            field.widget.attrs.setdefault("aria-label", field.label)
