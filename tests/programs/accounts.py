"""Accounts of every role, and browsers that are signed in as they would be: by password and second factor."""

from collections.abc import Iterable
from itertools import count
from typing import Any

from django.contrib.auth.models import User
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.plugins.otp_totp.models import TOTPDevice

from programs.models import StaffMember

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


def second_factor(user: User) -> TOTPDevice:
    """The account's authenticator app; a confirmed one."""
    device, _ = TOTPDevice.objects.get_or_create(user=user, name="app", defaults={"confirmed": True})
    return device


def client_of(user: User) -> Client:
    """A browser in which this account is signed in, second factor and all."""
    client = Client()
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = second_factor(user).persistent_id
    session.save()
    return client
