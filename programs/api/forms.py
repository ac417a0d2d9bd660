"""What may be asked of the API, as forms. The OpenAPI document is written from these."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError

PER_PAGE = 50
MOST_PER_PAGE = 1000
MOST_WHOLE = 100
"""Items a page with all that belongs to them: a thousand organizations so told were gigabytes."""
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""What is asked beyond these is as good as these: the ends of the calendar are not in every time zone."""
MOST_METERS = 500_000


class Flag(forms.NullBooleanField):
    """true or false, as the standard writes them; 1 and 0 will do."""

    # The field's own widget takes any other word for "unknown".
    widget = forms.TextInput
    default_error_messages = {"invalid": "Write true or false."}

    def to_python(self, value: object) -> bool | None:  # type: ignore[override]  # as the parent does
        if value in (None, ""):
            return None
        said = {"true": True, "1": True, "false": False, "0": False}.get(str(value).lower())
        if said is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return said


class NothingForm(forms.Form):
    """Nothing may be asked."""


class PageForm(forms.Form):
    """Which page of a list, and as what."""

    page = forms.IntegerField(min_value=1, max_value=1_000_000, required=False, help_text="From 1.")
    per_page = forms.IntegerField(
        min_value=1,
        max_value=MOST_PER_PAGE,
        required=False,
        help_text=f"Items a page, {PER_PAGE} unless told; {MOST_WHOLE} at most if told whole.",
    )
    format = forms.ChoiceField(
        choices=[("json", "json"), ("ndjson", "ndjson")],
        required=False,
        help_text="ndjson streams everything that was found, an item a line, without pages.",
    )

    def clean(self) -> dict[str, Any]:
        """`size`: items a page, fewer where they are told whole."""
        said = self.cleaned_data
        is_whole = said.get("full") or said.get("full_service")
        most = MOST_WHOLE if is_whole else MOST_PER_PAGE
        return said | {"size": min(said.get("per_page") or PER_PAGE, most)}


class TaxonomyForm(PageForm):
    search = forms.CharField(max_length=80, required=False, help_text="Part of a name.")


class TermForm(TaxonomyForm):
    taxonomy_id = forms.UUIDField(required=False, help_text="Only the terms of this taxonomy.")
    parent_id = forms.UUIDField(required=False, help_text="Terms have no parents here: finds none.")
    top_only = Flag(required=False, help_text="Every term is at the top.")


class FullServiceForm(forms.Form):
    full_service = Flag(required=False, help_text="Services with all that belongs to them, not ids.")


class OrganizationForm(TaxonomyForm, FullServiceForm):
    full = Flag(required=False, help_text="Organizations with their services.")


class _Services(PageForm):
    search = forms.CharField(
        max_length=80, required=False, help_text="Words of the names of center, organization, city or track."
    )
    taxonomy_term_id = forms.UUIDField(required=False, help_text="Services known to have this term.")
    taxonomy_id = forms.UUIDField(required=False, help_text="Services with any term of this taxonomy.")
    organization_id = forms.UUIDField(required=False, help_text="Services of this organization.")
    modified_after = forms.DateTimeField(
        required=False,
        help_text="Changed at or after this moment, or just before it (RFC 3339; UTC unless told).",
    )
    full = Flag(required=False, help_text="Items with all that belongs to them.")

    def clean_modified_after(self) -> datetime | None:
        at: datetime | None = self.cleaned_data["modified_after"]
        return at and min(max(at, FIRST), LAST)


class ServiceForm(_Services):
    minimal = Flag(required=False, help_text="Only id and modified_date of everything found, on one page.")


class AtLocationForm(_Services):
    postcode = forms.RegexField(
        r"^\d{5}$", required=False, help_text="A ZIP code. Alone: only places with this ZIP code."
    )
    proximity = forms.IntegerField(
        min_value=1,
        max_value=MOST_METERS,
        required=False,
        help_text="Meters from the middle of the ZIP code, as the crow flies. Needs postcode.",
    )

    def clean_proximity(self) -> int | None:
        meters: int | None = self.cleaned_data["proximity"]
        if meters and not self.data.get("postcode"):
            raise ValidationError("Say from where: give a postcode as well.")
        return meters


def uuid_or_none(text: str) -> UUID | None:
    """The id in an address; None for what is no id."""
    try:
        return UUID(text)
    except ValueError:
        return None
