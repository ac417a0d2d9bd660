"""From a draft to a public page, and to its end: which steps there are, and who may take them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminDateWidget
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from programs import listings
from programs.models import UNPUBLISHED, Center, CenterStatus
from programs.staff.access import may
from programs.staff.roles import Act

_DRAFT, _REVIEW, _PUBLISHED, _CLOSED = (
    CenterStatus.DRAFT,
    CenterStatus.REVIEW,
    CenterStatus.PUBLISHED,
    CenterStatus.CLOSED,
)
STEPS: Mapping[tuple[str, str], tuple[Act, Any]] = {
    (_DRAFT, _REVIEW): (Act.CHANGE, _("Send to review")),
    (_DRAFT, _PUBLISHED): (Act.PUBLISH, _("Publish")),
    (_REVIEW, _DRAFT): (Act.CHANGE, _("Back to draft")),
    (_REVIEW, _PUBLISHED): (Act.PUBLISH, _("Publish")),
    (_PUBLISHED, _REVIEW): (Act.PUBLISH, _("Take off the site, back to review")),
    (_PUBLISHED, _CLOSED): (Act.CHANGE, _("It has closed")),
    (_CLOSED, _PUBLISHED): (Act.PUBLISH, _("It is open again")),
    (_CLOSED, _REVIEW): (Act.PUBLISH, _("Back to review")),
}
"""Every step there is, from one status to another: the right it takes, and the words on its button.

What becomes public takes the right to publish. That a center has closed, whoever heard it may say: a number
that nobody answers does more harm than a page that is brought back after a second look. Merging, and taking a
merge back, are done where duplicates are looked at.
"""


class StepForm(forms.Form):
    """The step somebody chose. `was`: the status they saw; a step from another one is not what they meant."""

    was = forms.ChoiceField(choices=CenterStatus.choices)
    to = forms.ChoiceField(choices=CenterStatus.choices)
    closed_on = forms.DateField(
        label=_("Closed since"), required=False, initial=timezone.localdate, widget=AdminDateWidget
    )

    def clean_closed_on(self) -> date | None:
        day: date | None = self.cleaned_data["closed_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day has not come yet."))
        return day


class OutdatedError(Exception):
    """The center is not in the status from which the step was to be taken."""


def steps(user: Any, center: Center) -> list[tuple[str, Any]]:
    """The steps this account may take with this center: where to, and the words of the button."""
    return [
        (to, words)
        for (was, to), (act, words) in STEPS.items()
        if was == center.status and may(user, act, center)
    ]


def take(user: Any, center_id: int, *, was: str, to: str, closed_on: date | None = None) -> Center:
    """Take one step; the listings follow. The center as it is now.

    OutdatedError when it is not in `was` any more; PermissionDenied for a step that is none, or not theirs.
    """
    with transaction.atomic():
        center: Center = Center.objects.select_for_update().get(pk=center_id)
        if center.status != was:
            raise OutdatedError
        if to not in {where for where, _words in steps(user, center)}:
            raise PermissionDenied
        center.status = to
        center.closed_on = (closed_on or timezone.localdate()) if to == CenterStatus.CLOSED else None
        center.save(update_fields=["status", "closed_on", "updated_at"])
        listings.rebuild([center.pk])
        center.refresh_from_db()
        return center


def was_public(center: Center) -> bool:
    """Whether anybody outside can ever have seen it. Such a center is closed, never deleted."""
    if center.status not in UNPUBLISHED:
        return True
    if "_was_public" not in center.__dict__:
        seen = center.history.exclude(status__in=UNPUBLISHED).exists()
        center._was_public = seen or center.entries.exists()  # type: ignore[attr-defined]
    return bool(center._was_public)  # type: ignore[attr-defined]
