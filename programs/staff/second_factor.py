"""The second factor of an account: an app that shows six digits, and recovery codes for a day without it."""

import secrets
from base64 import b32encode, b64decode, b64encode
from urllib.parse import quote, urlencode

import django_otp
import segno
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device

from programs import sealing
from programs.codes import Code
from programs.models import AuthenticatorApp, RecoveryCodes

FEW = 3
"""With fewer recovery codes than this left, whoever signs in is told."""
_KEY_BYTES = 20
_OFFER = "new app"
_PURPOSE = b"iopfinder offered app 1"


def app_of(user: User) -> AuthenticatorApp | None:
    found: AuthenticatorApp | None = AuthenticatorApp.objects.filter(user=user, confirmed=True).first()
    return found


def codes_left(user: User) -> int:
    device = RecoveryCodes.objects.filter(user=user).first()
    return len(device.digests) if device else 0


def offer(request: HttpRequest, user: User) -> bytes:
    """A key for a new app, kept locked in this session alone until a code of it was typed."""
    try:
        return _unlock(request.session.get(_OFFER, ""), user)
    except (sealing.BrokenSealError, ValueError):
        key = secrets.token_bytes(_KEY_BYTES)
        locked = sealing.lock(sealing.derived(settings.SECRET_KEY, _PURPOSE), key, _bound(user))
        request.session[_OFFER] = b64encode(locked).decode()
        return key


def take_up(request: HttpRequest, user: User, digits: str, *, replaces: bool) -> AuthenticatorApp | None:
    """The offered app as the account's own, if these are its digits. `replaces`: in place of an earlier one.

    None for other digits, and where the account has an app in the meantime that this one must not replace.
    """
    app = AuthenticatorApp(user=user, name="app", confirmed=True)
    app.lock_key(offer(request, user))
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)
        if (app_of(user) and not replaces) or not app.shows(digits):
            return None
        AuthenticatorApp.objects.filter(user=user).delete()
        app.save()
    del request.session[_OFFER]
    return app


def renew_codes(user: User) -> list[Code]:
    """Ten fresh recovery codes. They cannot be shown again."""
    with transaction.atomic():
        device, _ = RecoveryCodes.objects.select_for_update().get_or_create(
            user=user, defaults={"name": "codes"}
        )
        fresh = device.renew()
        device.save()
    return list(fresh)


def verified(user: User, device: Device | None, token: str) -> Device | None:
    """The device, if this is a code of it. Two requests at once with one code: one of them is let in."""
    return django_otp.verify_token(user, device.persistent_id, token) if device else None


def proven(user: User, code: str) -> bool:
    """Whether this is a code of the account's app, or one of its recovery codes, which is then used up."""
    return bool(
        verified(user, app_of(user) if len(code) == AuthenticatorApp.DIGITS else codes_of(user), code)
    )


def codes_of(user: User) -> RecoveryCodes | None:
    found: RecoveryCodes | None = RecoveryCodes.objects.filter(user=user).first()
    return found


def reset(user: User) -> None:
    """Takes the second factor from an account: the next sign-in sets up a new one."""
    with transaction.atomic():
        AuthenticatorApp.objects.filter(user=user).delete()
        RecoveryCodes.objects.filter(user=user).delete()


def address(user: User, key: bytes) -> str:
    """What an app reads to take a key up (otpauth)."""
    site = str(settings.SITE_NAME).replace(":", " ")
    label = quote(f"{site}:{user.get_username()}")
    return f"otpauth://totp/{label}?" + urlencode(
        {"secret": in_letters(key), "issuer": site}, quote_via=quote
    )


def in_letters(key: bytes) -> str:
    """A key as it is typed into an app: 32 letters and numbers."""
    return b32encode(key).decode()


def picture(text: str) -> str:
    """A text as a square that a phone reads: SVG without a style, black on white in light and in dark."""
    return segno.make(text, error="m", micro=False).svg_inline(
        scale=4, border=4, light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )


def _unlock(offered: str, user: User) -> bytes:
    return sealing.unlock_with_any(b64decode(offered), _PURPOSE, _bound(user))


def _bound(user: User) -> bytes:
    return _PURPOSE + b"|" + str(user.pk).encode()
