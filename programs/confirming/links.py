"""Links by which a center confirms or corrects its own listing: made, looked up, used up, withdrawn.

A link is bound to one center and works once, for two weeks. It ends early when a newer one takes its place,
when somebody withdraws it, and when the center's e-mail address is no longer the one it was made for: whoever
reads the old mailbox need not speak for the center any more.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from programs.confirming import tokens
from programs.models import Center, CenterLink, CenterStatus

VALID_FOR = timedelta(days=14)
GONE = (CenterStatus.CLOSED, CenterStatus.MERGED)
"""Centers that have nothing left to confirm."""


class State(StrEnum):
    """What can still be done with a link; the words for it are in `programs.admin.confirming`."""

    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


def make(center: Center, *, by: Any = None, is_reminder: bool = False) -> tuple[CenterLink, str]:
    """A new link for a center, and its token: the only time that anybody sees it."""
    token = tokens.new()
    link = CenterLink.objects.create(
        center=center,
        token_digest=tokens.digest(token),
        email=center.email,
        is_reminder=is_reminder,
        created_by=by,
        expires_at=timezone.now() + VALID_FOR,
    )
    return link, token


def replace_others(link: CenterLink) -> int:
    """Withdraws all other open links of its center. How many those were."""
    others = still_open(CenterLink.objects.filter(center_id=link.center_id)).exclude(pk=link.pk)
    return others.update(revoked_at=timezone.now())


def withdraw(link: CenterLink) -> bool:
    """False where it was used or withdrawn already."""
    rows = CenterLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None)
    return bool(rows.update(revoked_at=timezone.now()))


def still_open(links: QuerySet[CenterLink], at: datetime | None = None) -> QuerySet[CenterLink]:
    """Those that work: unused, not withdrawn, in time, and for the address their center still has."""
    return links.filter(
        used_at=None, revoked_at=None, expires_at__gt=at or timezone.now(), email=F("center__email")
    ).exclude(center__status__in=GONE)


def find(token: str) -> CenterLink | None:
    """The open link with this token, its center at hand. None for every other token, for whatever reason.

    One query. Looking up a digest takes no longer for a token that is nearly right.
    """
    rows = still_open(CenterLink.objects.filter(token_digest=tokens.digest(token)))
    return rows.select_related("center", "center__organization").first()


def use(link: CenterLink) -> bool:
    """Uses the link up. True for one caller, however many ask at once; call it in the transaction that writes
    what the center said, so that both happen or neither."""
    # Not `still_open`: an update cannot look at other tables. `find` has, a moment ago.
    rows = CenterLink.objects.filter(pk=link.pk, used_at=None, revoked_at=None, expires_at__gt=timezone.now())
    return bool(rows.update(used_at=timezone.now()))


def state(link: CenterLink, at: datetime | None = None) -> State:
    """No query where the link's center is at hand."""
    if link.used_at:
        return State.USED
    if link.revoked_at or link.email != link.center.email or link.center.status in GONE:
        return State.WITHDRAWN
    return State.OPEN if link.expires_at > (at or timezone.now()) else State.EXPIRED


def address(token: str, language: str = "") -> str:
    """The whole address of the page behind a link, in a language or in the site's first.

    Under our own name, not what a request claims.
    """
    with override(language or settings.LANGUAGE_CODE):
        return f"{settings.SITE_URL}{reverse('programs:confirm', kwargs={'token': token})}"
