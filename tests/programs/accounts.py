"""Accounts of every role, and browsers that are signed in as they would be: by password and second factor."""

import secrets
import time
from collections.abc import Iterable
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP

from programs.models import AuthenticatorApp, StaffMember

_NUMBERS = count()
PASSWORD = "a long enough one"


def account(
    role: str,
    *,
    states: Iterable[str] = (),
    organizations: Iterable[Any] = (),
    centers: Iterable[Any] = (),
    name: str = "",
) -> User:
    """An active account of this role and reach, with a second factor."""
    user = User.objects.create_user(
        name or f"{role}-{next(_NUMBERS)}", f"{role}@example.org", PASSWORD, is_staff=True
    )
    member = StaffMember.objects.create(user=user, role=role, states=list(states))
    member.organizations.set(organizations)
    member.centers.set(centers)
    second_factor(user)
    return user


def second_factor(user: User) -> AuthenticatorApp:
    """The account's authenticator app; a confirmed one."""
    device: AuthenticatorApp | None = AuthenticatorApp.objects.filter(user=user).first()
    if device is None:
        device = AuthenticatorApp(user=user, name="app", confirmed=True)
        device.lock_key(secrets.token_bytes(20))
        device.save()
    return device


def digits_of(user: User, *, later: int = 0) -> str:
    """What the app of an account shows now, or some steps of thirty seconds later. One that was used is not
    taken again: the next one is, from a phone whose clock is a little fast."""
    device = AuthenticatorApp.objects.get(user=user)
    clock = TOTP(device.key())
    clock.time = (
        max(time.time(), (device.last_step + 1) * AuthenticatorApp.STEP) + later * AuthenticatorApp.STEP
    )
    return f"{clock.token():06d}"


def client_of(user: User) -> Client:
    """A browser in which this account is signed in, second factor and all."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = second_factor(user).persistent_id
    session["seen"] = int(time.time())
    session.save()
    return client
