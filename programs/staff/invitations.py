"""Inviting somebody: an account that waits, a link by mail, good once and for a week, a first password.

A link that was used, one whose time is up, one withdrawn and one never given are all the same: none.
"""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from programs.models import Invitation
from programs.staff import post
from programs.staff.accounts import Reach, place

DAYS = 7


class TakenError(Exception):
    """Somebody has an account by this name or address."""


def invite(email: str, given: Reach, *, by: User, first_name: str = "", last_name: str = "") -> User:
    """An account that waits for its owner. Send the link with `send`. TakenError."""
    email = email.strip().lower()
    with transaction.atomic():
        if is_taken(email):
            raise TakenError
        user = User(username=email, email=email, first_name=first_name, last_name=last_name, is_active=False)
        user.set_unusable_password()
        user.save()
        place(user, given)
        _renew(user, by)
    return user


def is_taken(email: str) -> bool:
    named = User.objects.filter(username__iexact=email) | User.objects.filter(email__iexact=email)
    return named.exists()


def send(user: User, *, by: User) -> bool:
    """Mails a fresh link; earlier ones open nothing any more. False when the mail server did not take it."""
    token = _renew(user, by)
    link = settings.SITE_URL + reverse("admin:invitation", args=[token])
    return post.send("invitation", user, {"link": link, "by": by, "days": DAYS})


def waiting(user: User) -> Invitation | None:
    """The invitation that an account has not taken up yet, in time or not."""
    return Invitation.objects.filter(user=user, used_at=None).first()


def withdraw(user: User) -> bool:
    """Removes an account that nobody took up. False where somebody did."""
    with transaction.atomic():
        if Invitation.objects.select_for_update().filter(user=user, used_at=None).first() is None:
            return False
        user.delete()
    return True


def opened_by(token: str) -> Invitation | None:
    """The invitation that this token opens now."""
    return (
        Invitation.objects.select_related("user", "invited_by")
        .filter(
            token_digest=_digest(token), used_at=None, expires_at__gt=timezone.now(), user__is_active=False
        )
        .first()
    )


def accept(token: str, password: str) -> User | None:
    """Uses the token up: the account is its owner's, with this password. None for one that opens nothing."""
    with transaction.atomic():
        digest = _digest(token)
        if Invitation.objects.select_for_update().filter(token_digest=digest).first() is None:
            return None
        invitation = opened_by(token)
        if invitation is None:
            return None
        user = invitation.user
        user.is_active = True
        user.set_password(password)
        user.save()
        invitation.used_at = timezone.now()
        invitation.save()
    return user


def _renew(user: User, by: User) -> str:
    token = secrets.token_urlsafe(32)
    Invitation.objects.update_or_create(
        user=user,
        defaults={
            "token_digest": _digest(token),
            "invited_by": by,
            "expires_at": timezone.now() + timedelta(days=DAYS),
            "used_at": None,
        },
    )
    return token


def _digest(token: str) -> str:
    return hashlib.sha256(f"iopfinder invitation 1|{token}".encode()).hexdigest()
