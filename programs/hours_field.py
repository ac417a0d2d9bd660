"""The form field for hours of a week: parts of it that were ticked, and weeks as an address tells them."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from programs.week import LONGEST, PARTS, half_hours

_MOST = 8
"""Values that one field may have: the parts of a week, and a few weeks."""


class HoursField(forms.Field):
    """Half hours of a week as one number (`programs.week`), 0 for none: all its values taken together.

    Every form shares the one field, as nothing here changes it.
    """

    widget = forms.MultipleHiddenInput
    hidden_widget = forms.MultipleHiddenInput

    def __deepcopy__(self, memo: Any) -> "HoursField":
        return self

    def clean(self, value: Any) -> int:
        values = [one for one in value or () if one]
        if len(values) > _MOST or any(len(one) > LONGEST for one in values):
            raise ValidationError(_("Too many hours at once. Please mark them on the week."))
        marked = 0
        for one in values:
            try:
                marked |= PARTS[one] if one in PARTS else half_hours(one)
            except ValueError:
                raise ValidationError(_("We cannot read these hours. Please mark them anew.")) from None
        return marked
