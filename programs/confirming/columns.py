"""Which columns a center may correct by itself, as form fields, as JSON and in words.

No column that decides where a center stands among others is here, nor what it was merged into, nor where its
facts come from.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import DecimalField, Field, Model
from django.forms import fields_for_model
from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import Center
from programs.phones import dial
from programs.states import STATES

Words = Any
"""A text, or a promise of one. (The stubs have a word of their own for the latter.)"""
CENTER_LABELS: Mapping[str, Words] = {
    "name": _("Name"),
    "name_detail": _("Second line of the name"),
    "street1": _("Street"),
    "street2": _("Street, second line"),
    "city": _("City"),
    "state": _("State"),
    "zip": _("ZIP code"),
    "phone": _("Phone"),
    "intake_phones": _("Phone for new clients"),
    "website": _("Website"),
    "email": _("E-mail (for us alone, not shown)"),
    "takes_inquiries": _("Calls back people who leave their number here"),
}
PROGRAM_LABELS: Mapping[str, Words] = {
    "is_listed": _("Offered"),
    "hours_per_week_min": _("Hours a week, from"),
    "hours_per_week_max": _("Hours a week, to"),
    "weeks_min": _("Weeks, from"),
    "weeks_max": _("Weeks, to"),
    "price_min": _("Price a week in dollars, from"),
    "price_max": _("Price a week in dollars, to"),
    "deposit": _("Deposit in dollars"),
    "wait_days": _("Days to wait for a first visit"),
    "plans": _("Insurance plans it takes"),
    "admission": _("Who is admitted, and what has to come first"),
    "intake": _("How the first visit works"),
    "family": _("How family takes part"),
    "return_to_use_policy": _("What happens after a return to use"),
    "aftercare": _("After the program"),
}
SPANS = (("hours_per_week_min", "hours_per_week_max"), ("weeks_min", "weeks_max"), ("price_min", "price_max"))
ADDRESS = ("street1", "street2", "city", "state", "zip")
OURS_ALONE = frozenset({"email", "takes_inquiries"})
"""Columns of a center that no directory ever writes."""
YES, NO = "yes", "no"


class _Website(forms.URLField):
    """People write "center.example"; then it is https."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", **kwargs)


def labels(model: type[Model]) -> Mapping[str, Words]:
    """The columns that may be corrected, in the order of the page, with their words."""
    return CENTER_LABELS if model is Center else PROGRAM_LABELS


def fields(model: type[Model]) -> dict[str, forms.Field]:
    """A form field for each column, as the model would have it."""
    made = fields_for_model(
        model,
        fields=list(labels(model)),
        field_classes={"website": _Website},
        labels=dict(labels(model)),
        help_texts=dict.fromkeys(labels(model), ""),
        formfield_callback=_field,
    )
    return {name: field for name, field in made.items() if field is not None}


def _field(column: "Field[Any, Any]", **kwargs: Any) -> forms.Field | None:
    if column.get_internal_type() == "BooleanField":
        choices = [(YES, _("Yes")), (NO, _("No"))]
        return forms.ChoiceField(
            choices=choices, widget=forms.RadioSelect, label=kwargs["label"], required=False
        )
    if column.get_internal_type() == "TextField":
        kwargs |= {"widget": forms.Textarea(attrs={"rows": 3}), "max_length": 2000}
    return column.formfield(**kwargs)


def check(name: str, value: Any) -> None:
    """ValidationError, in plain words, for a value that its field lets through and its column does not."""
    if name == "state" and value not in STATES:
        raise forms.ValidationError(_("Use the two letters of a state, for example AZ."))
    if name == "zip" and not (len(value) == 5 and value.isascii() and value.isdigit()):
        raise forms.ValidationError(_("A ZIP code has 5 digits."))
    if name == "phone" and value and not dial(value):
        raise forms.ValidationError(_("Write the number with its area code, for example 602-555-0142."))
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and value < 0:
        raise forms.ValidationError(_("This cannot be less than nothing."))


def plain(model: type[Model], name: str, value: Any) -> Any:
    """A column's value as JSON holds it: text, a number, true, false or null."""
    column = _column(model, name)
    if value is None or value == "":
        return None if column.null else ""
    if isinstance(column, DecimalField):
        return f"{Decimal(value).quantize(Decimal(1).scaleb(-column.decimal_places))}"
    return value


def read(model: type[Model], name: str, value: Any) -> Any:
    """What `plain` wrote, as the column's own type. ValidationError where it is none."""
    return _column(model, name).to_python(value)


def _column(model: type[Model], name: str) -> "Field[Any, Any]":
    column = model._meta.get_field(name)
    assert isinstance(column, Field)
    return column


def shown(name: str, value: Any) -> str:
    """A plain value in words; "" for none."""
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if value is None or value == "":
        return ""
    if name in {"price_min", "price_max", "deposit"}:
        return f"${number_format(Decimal(value), force_grouping=True)}"
    if name.startswith(("hours", "weeks", "wait")):
        return f"{Decimal(value).normalize():f}"
    return str(value)
