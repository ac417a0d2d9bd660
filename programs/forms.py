"""The search form: the only reader of a search address. `programs/_form.html` lays it out."""

from dataclasses import replace
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from programs.criteria import (
    FIELD_OF,
    FREE_HOURS,
    OFFERS_IOP,
    OPEN_NOW,
    PAYMENT,
    RADII,
    RADIUS,
    WHOLE_STATE,
    WISH_FIELDS,
    Order,
    SearchCriteria,
    Wish,
    wish_for,
    wishes_for,
)
from programs.geo import Point
from programs.hours_field import HoursField
from programs.levels import LEVELS, Level
from programs.places import LONGEST, Place, coarse
from programs.taxonomy import AGES, GROUPS
from programs.week import Hours
from programs.words import FACT_LABELS, LEVEL_LABELS, ORDER_LABELS, WISH_LABELS

UNRESOLVED = Place(Point(0, 0), "", "", "US")
"""Stands for a place that is only carried along as it was typed."""
MOST_WISHES = 30
"""Boxes that may be ticked in one search: each is one more thing to weigh for every program around."""
LAST_PAGE = 2000
"""More pages than any search can have; a larger number is a mistake or a machine."""


def _of(codes: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(code, FACT_LABELS[code]) for code in codes]


class SharedFields(dict[str, forms.Field]):
    """The fields of a form that changes none of them: copying two dozen takes longer than reading a search,
    so that all forms of the class share theirs."""

    def __deepcopy__(self, memo: Any) -> dict[str, forms.Field]:
        return dict(self)


class OnceEachField(forms.MultipleChoiceField):
    """Any of some choices."""

    def to_python(self, value: Any) -> list[str]:
        """Each choice once: an address may repeat one two thousand times, and each is looked up among all."""
        return list(dict.fromkeys(super().to_python(value)))


class AgeField(forms.MultipleChoiceField):
    """Any of the ages. Addresses from when only one could be chosen say `age=` for any age."""

    def to_python(self, value: Any) -> list[str]:
        return [age for age in super().to_python(value) if age]


def _wish_field(label: Any, codes: tuple[str, ...]) -> forms.MultipleChoiceField:
    return OnceEachField(label=label, choices=lambda: _of(codes), required=False)


def _musts() -> list[tuple[str, str]]:
    return [
        (PAYMENT, PAYMENT),
        (FREE_HOURS, FREE_HOURS),
        *((code, code) for code in FIELD_OF if code not in GROUPS["payment"]),
    ]


class SearchForm(forms.Form):
    """Place, limits and wishes. Everything is optional; without a place there is nothing to search yet."""

    place = forms.CharField(label=_("ZIP code or city"), max_length=LONGEST, required=False)
    radius = forms.TypedChoiceField(
        label=_("Within"),
        choices=[*((radius, radius) for radius in RADII), (WHOLE_STATE, _("The whole state"))],
        coerce=lambda said: said if said == WHOLE_STATE else int(said),
        empty_value=RADIUS,  # type: ignore[arg-type]  # the stubs know only text
        required=False,
    )
    level = forms.MultipleChoiceField(
        label=_("Level of care"),
        choices=[(level.value, LEVEL_LABELS[level]) for level in LEVELS],
        required=False,
    )
    age = AgeField(label=_("Age"), choices=_of(AGES), required=False)
    open = forms.ChoiceField(
        label=_("Open places"),
        choices=[("", ""), (OPEN_NOW, _("Has told of an open place"))],
        required=False,
    )
    order = forms.ChoiceField(label=_("Order"), choices=ORDER_LABELS.items(), required=False)
    must = OnceEachField(label=_("Must have"), choices=_musts, required=False)
    unsaid = forms.ChoiceField(
        label=_("Not said"), choices=[("", ""), (OFFERS_IOP, OFFERS_IOP)], required=False
    )
    free = HoursField(label=_("Hours you are free"), required=False)
    work = HoursField(label=_("Work or class"), required=False)
    page = forms.IntegerField(label=_("Page"), min_value=1, max_value=LAST_PAGE, required=False)
    pay = _wish_field(WISH_LABELS["pay"], WISH_FIELDS["pay"])
    cost = _wish_field(WISH_LABELS["cost"], WISH_FIELDS["cost"])
    treats = _wish_field(WISH_LABELS["treats"], WISH_FIELDS["treats"])
    format = _wish_field(WISH_LABELS["format"], WISH_FIELDS["format"])
    time = _wish_field(WISH_LABELS["time"], WISH_FIELDS["time"])
    gender = _wish_field(WISH_LABELS["gender"], WISH_FIELDS["gender"])
    medicine = _wish_field(WISH_LABELS["medicine"], WISH_FIELDS["medicine"])
    people = _wish_field(WISH_LABELS["people"], WISH_FIELDS["people"])
    condition = _wish_field(WISH_LABELS["condition"], WISH_FIELDS["condition"])
    detox = _wish_field(WISH_LABELS["detox"], WISH_FIELDS["detox"])
    language = _wish_field(WISH_LABELS["language"], WISH_FIELDS["language"])
    approach = _wish_field(WISH_LABELS["approach"], WISH_FIELDS["approach"])
    help = _wish_field(WISH_LABELS["help"], WISH_FIELDS["help"])

    def __init__(self, data: QueryDict | dict[str, Any]) -> None:
        super().__init__(data)

    def clean_place(self) -> str:
        """A location is cut to about a mile, whoever wrote it finer; `was_finer` says so."""
        typed: str = self.cleaned_data["place"]
        place = coarse(typed)
        self.was_finer = place != typed
        return place

    def clean(self) -> dict[str, Any]:
        ticked = sum(len(set(self.cleaned_data.get(field, ()))) for field in WISH_FIELDS)
        if ticked > MOST_WISHES:
            raise forms.ValidationError(
                _("Please tick %(most)d boxes at most: what matters most to you.") % {"most": MOST_WISHES}
            )
        return self.cleaned_data

    @property
    def asks(self) -> bool:
        """True when a place was typed and everything typed is valid so far."""
        return self.is_valid() and bool(self.cleaned_data["place"])

    def wishes(self) -> tuple[Wish, ...]:
        """What was asked for beside the limits. The form must be valid."""
        ticked = wishes_for(code for field in WISH_FIELDS for code in self.cleaned_data[field])
        return (*ticked, wish_for(self.hours)) if self.hours else ticked

    @property
    def hours(self) -> Hours | None:
        """The visitor's week, where they marked one. The form must be valid."""
        free, work = self.cleaned_data["free"], self.cleaned_data["work"]
        return Hours(free, work) if free | work else None

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """What was asked, as pairs for an address; the place as typed. The form must be valid."""
        return self.criteria(self.place_as_typed()).params()

    def place_as_typed(self) -> Place:
        """Stands for the place where nobody needs to know where it is. The form must be valid."""
        return replace(UNRESOLVED, query=self.cleaned_data["place"])

    def criteria(self, place: Place) -> SearchCriteria:
        """The search around this place. The form must be valid. A must without its wish is dropped."""
        said = self.cleaned_data
        wishes = self.wishes()
        whole_state = said["radius"] == WHOLE_STATE
        return SearchCriteria(
            point=place.point,
            place=place.query,
            radius_miles=RADIUS if whole_state else said["radius"],
            state=place.state if whole_state else "",
            levels=tuple(Level(level) for level in LEVELS if level in said["level"]),
            ages=tuple(age for age in AGES if age in said["age"]),
            wishes=wishes,
            musts=frozenset(said["must"]) & {wish.key for wish in wishes},
            unsaid=said["unsaid"] or None,
            page=said["page"] or 1,
            zone=place.zone,
            open_now=bool(said["open"]),
            order=Order(said["order"] or Order.FIT),
        )


SearchForm.base_fields = SharedFields(SearchForm.base_fields)


class PlaceForm(forms.Form):
    """What someone has typed so far of a place. More than a place can have is no place."""

    q = forms.CharField(max_length=LONGEST, required=False)
