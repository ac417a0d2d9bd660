"""What a coordinator says about a pair: which words to keep, and that it is one center or two."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from programs.duplicates.merging import GROUPS
from programs.models import Center, CenterStatus, PairStatus, Program

LEFT, RIGHT = "left", "right"
SIDES = ((LEFT, _("The left one")), (RIGHT, _("The right one")))
DIFFERENT, INTO_LEFT, INTO_RIGHT, AGAIN = "different", "into_left", "into_right", "again"
LABELS = {
    "name": _("Name"),
    "name_detail": _("Second line of the name"),
    "organization": _("Organization"),
    "address": _("Address and place on the map"),
    "phone": _("Phone"),
    "intake_phones": _("Intake phones"),
    "website": _("Website"),
    "email": _("E-mail"),
    "takes_inquiries": _("Takes call-back requests"),
}
Twins = list[tuple[Program, Program]]


class PairsForm(forms.Form):
    """Which pairs to list."""

    q = forms.CharField(label=_("Name or city"), required=False, max_length=100)
    status = forms.ChoiceField(label=_("Which"), required=False, choices=PairStatus.choices)
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    @property
    def wanted(self) -> Mapping[str, Any]:
        data = self.cleaned_data if self.is_valid() else {}
        return {
            "q": data.get("q") or "",
            "status": data.get("status") or PairStatus.OPEN.value,
            "page": data.get("page") or 1,
        }


class DecisionForm(forms.Form):
    """A choice for each group of columns that differs, and for each program that both have.

    `seen`: the fingerprint of what the page showed.
    """

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    decision = forms.ChoiceField(choices=[(one, one) for one in (DIFFERENT, INTO_LEFT, INTO_RIGHT, AGAIN)])

    def __init__(self, left: Center, right: Center, twins: Twins, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.twins = twins
        for group in differing(left, right):
            self.fields[group] = forms.ChoiceField(
                label=LABELS[group],
                choices=SIDES,
                required=False,
                initial=fuller(group, left, right),
                widget=forms.RadioSelect,
            )
        for here, _there in twins:
            self.fields[f"track_{here.pk}"] = forms.CharField(
                label=_("Keep both; call the one that moves"),
                required=False,
                max_length=60,
                widget=forms.TextInput(attrs={"class": "vTextField"}),
            )

    def taken(self, survivor: str) -> list[str]:
        """The groups that the survivor takes from the other side."""
        return [
            group
            for group in GROUPS
            if group in self.fields and (self.cleaned_data[group] or self.fields[group].initial) != survivor
        ]

    def tracks(self, survivor: str) -> dict[int, str]:
        """Tracks for programs that shall stay beside their twin, by the id of the one that moves."""
        told = ((pair, self.cleaned_data[f"track_{pair[0].pk}"]) for pair in self.twins)
        return {pair[1 if survivor == LEFT else 0].pk: track for pair, track in told if track}


def differing(left: Center, right: Center) -> Iterator[str]:
    """The groups of columns in which two centers differ."""
    for group, names in GROUPS.items():
        if any(getattr(left, name) != getattr(right, name) for name in names):
            yield group


def fuller(group: str, left: Center, right: Center) -> str:
    """The side to begin with: the one that says something, or an exact place, or the published one."""
    has = [
        sum(getattr(one, name) not in ("", None, False) for name in GROUPS[group]) for one in (left, right)
    ]
    if group == "address":
        has = [count + (one.location == "exact") for count, one in zip(has, (left, right), strict=True)]
    if has[0] != has[1]:
        return LEFT if has[0] > has[1] else RIGHT
    only_right = left.status != CenterStatus.PUBLISHED == right.status
    return RIGHT if only_right else LEFT
