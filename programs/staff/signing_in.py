"""Signing in, in two steps: a password, then a code. Between the two the browser is nobody yet.

A password that was right is noted in the session and is worth nothing but the next step: no page of the desk
takes the account from there.
"""

import time
from dataclasses import dataclass
from datetime import timedelta

import django_otp
from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django_otp.models import Device

from programs import throttle
from programs.staff import sessions
from programs.staff.access import role_of
from programs.throttle import Gate, gate, gate_of

WRONG_FROM_A_NETWORK = 30
"""Wrong passwords and codes within an hour from one network; an agency may have one address."""
WRONG_FOR_A_NAME = 10
NAME_MINUTES = 5
"""Wrong passwords for one name, typed in browsers that nobody signed in from before. The while is short: a
stranger who knows the name keeps its owner out for minutes, and from their own browser not at all."""
WRONG_CODES = 10
"""Wrong codes within an hour for one account. Whoever types these knows the password."""
STEP_SECONDS = 600
"""From the password to the code."""
KNOWN_DAYS = 30
_STEP = "signing in"
_BACKEND = "programs.staff.backend.StaffBackend"
_SALT = "iopfinder known browser"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Too many tries; `gate` says when to try again."""

    gate: Gate


def of_password(request: HttpRequest, name: str, password: str) -> User | Stopped | None:
    """The account of this name and password, or None; Stopped before the password is looked at."""
    gates = (_network(request), _of_name(request, name))
    if stop := enter(gates):
        return stop
    user = authenticate(request, username=name, password=password)
    if not isinstance(user, User) or role_of(user) is None:
        return None
    give_back(gates)
    return user


def code_gates(request: HttpRequest, user: User) -> tuple[Gate, ...]:
    """What counts wrong codes, of the app or of recovery, at sign-in and after."""
    return (_network(request), gate_of(str(user.pk), "staff code", WRONG_CODES))


def enter(gates: tuple[Gate, ...]) -> Stopped | None:
    """Counts a try at every gate. Stopped by the one that opens last."""
    shut = [one for one in gates if not one.enter()]
    return Stopped(max(shut, key=lambda one: one.opens_again)) if shut else None


def give_back(gates: tuple[Gate, ...]) -> None:
    for one in gates:
        one.give_back()


def begin(request: HttpRequest, user: User, then: str = "") -> None:
    """The password was right: a new session that knows this, and where to go in the end, and nothing else."""
    request.session.flush()
    request.session[_STEP] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "at": int(time.time()),
        "then": then,
    }


def halfway(request: HttpRequest) -> User | None:
    """Whose password was right a moment ago, in this browser; None when the password has changed since."""
    step = request.session.get(_STEP)
    if not step or time.time() - step["at"] > STEP_SECONDS:
        return None
    user = User.objects.select_related("staff_member").filter(pk=step["user"]).first()
    if user is None or role_of(user) is None or not _is_still(user, step["password"]):
        return None
    return user


def _is_still(user: User, password: str) -> bool:
    """Whether the password noted in the step is that of now. A key changed in between takes nobody back."""
    known = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(constant_time_compare(one, password) for one in known)


def finish(request: HttpRequest, user: User, device: Device) -> str:
    """Signs in. Where to go, or "". The session gets a new key and keeps nothing of the steps before."""
    then: str = request.session.get(_STEP, {}).get("then", "")
    request.session.flush()
    login(request, user, backend=_BACKEND)
    django_otp.login(request, device)
    sessions.notice(request)
    sessions.forget_ended()
    throttle.forget_old()
    return then


def know(response: HttpResponse, user: User) -> None:
    """Lets this browser be told from a stranger's: its wrong passwords are counted apart, for a month."""
    response.set_signed_cookie(
        settings.KNOWN_COOKIE_NAME,
        str(user.pk),
        salt=_SALT,
        max_age=timedelta(days=KNOWN_DAYS),
        path="/admin/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def _network(request: HttpRequest) -> Gate:
    return gate(request, "staff", WRONG_FROM_A_NETWORK)


def _of_name(request: HttpRequest, name: str) -> Gate:
    known = request.get_signed_cookie(
        settings.KNOWN_COOKIE_NAME, default="", salt=_SALT, max_age=timedelta(days=KNOWN_DAYS)
    )
    return gate_of(f"{known}|{name.strip().casefold()}", "staff name", WRONG_FOR_A_NAME, minutes=NAME_MINUTES)
