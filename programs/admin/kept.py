"""Columns of a center that a person has set, and that an import therefore leaves alone."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from programs.importing.state import PLACE
from programs.models import Center

SPOT = ("lat", "lon", "location")
"""One thing in three columns: where it lies."""
KEEPABLE = tuple(name for name in PLACE if name not in {"in_latest_edition"})
_MOVES = {"street1", "street2", "city", "state", "zip", *SPOT}
"""Who changes one of these says where it lies; an import's point would belong to another address."""


def columns_of(changed: Iterable[str]) -> set[str]:
    """What a person decided by changing these fields, of what an import would otherwise write."""
    fields = set(changed)
    kept = fields & set(KEEPABLE)
    return kept | set(SPOT) if fields & _MOVES else kept


def keep(center: Center, changed: Iterable[str], handed_back: Iterable[str]) -> bool:
    """Note what a person has set and what they gave back to the directory. Whether that changed anything.

    A column that is changed and given back at once is kept: the change is the newer word.
    """
    back = set(handed_back)
    if "lat" in back:
        back |= set(SPOT)
    now_kept = (set(center.kept_columns) - back) | columns_of(changed)
    before = list(center.kept_columns)
    center.kept_columns = [name for name in KEEPABLE if name in now_kept]
    return bool(center.kept_columns != before)


def choices(center: Center) -> list[tuple[str, Any]]:
    """What is kept by people on this center, with its label; where it lies counts once."""
    shown = [name for name in center.kept_columns if name in KEEPABLE and name not in ("lon", "location")]
    return [(name, _("where it lies on the map") if name == "lat" else _verbose(name)) for name in shown]


def _verbose(name: str) -> str:
    return str(capfirst(Center._meta.get_field(name).verbose_name))  # type: ignore[union-attr]


class HandBackField(forms.MultipleChoiceField):
    """Boxes for the columns that people keep: ticked ones are filled by the directory again."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Let the directory fill these again"),
            required=False,
            help_text=_(
                "Somebody typed these in here, so an import leaves them as they are. What you tick is "
                "overwritten by the next import."
            ),
            **kwargs,
        )
