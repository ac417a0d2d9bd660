"""Who is at which center: one account at a time, for a while. The database decides it, in one statement."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from programs.models import Claim

HOLD = timedelta(minutes=20)
"""How long a center stays with someone who does nothing there."""


def take(user: Any, center_id: int, *, now: datetime) -> bool:
    """Gives the account a center that nobody else has, until `HOLD` from now; False if somebody has it.

    An account has one center at a time: the one it had before is free again.
    """
    if not (_renew(user, center_id, now) or _insert(user, center_id, now) or _renew(user, center_id, now)):
        return False
    Claim.objects.filter(by=user).exclude(center=center_id).delete()
    return True


def take_first(user: Any, center_ids: Iterable[int], *, now: datetime) -> int | None:
    """Gives the account the first of these centers that is free, and says which; None if none is."""
    return next((center_id for center_id in center_ids if take(user, center_id, now=now)), None)


def keep(user: Any, center_id: int, *, now: datetime) -> bool:
    """Extends a claim of this account, also a lapsed one that nobody took over; False if it has none."""
    return bool(Claim.objects.filter(center=center_id, by=user).update(until=now + HOLD))


def leave(user: Any, center_id: int) -> None:
    """Ends this account's claim on a center; what others have stays theirs."""
    Claim.objects.filter(center=center_id, by=user).delete()


def held_by(user: Any, *, now: datetime) -> int | None:
    """The center this account has now."""
    held = Claim.objects.filter(by=user, until__gt=now).order_by("-until")
    return held.values_list("center_id", flat=True).first()


def _renew(user: Any, center_id: int, now: datetime) -> bool:
    """One statement, so that of two who try at once the second finds the condition no longer true."""
    free_or_own = Q(until__lte=now) | Q(by=user)
    return bool(Claim.objects.filter(free_or_own, center=center_id).update(by=user, until=now + HOLD))


def _insert(user: Any, center_id: int, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Claim(center_id=center_id, by=user, until=now + HOLD).save(force_insert=True)
    except IntegrityError:
        return False
    return True
