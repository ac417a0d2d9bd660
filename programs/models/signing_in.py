"""What signing in needs: counts of tries, the second factor of an account, and who is signed in where.

A copy of the database opens nothing: keys of authenticator apps are locked under SECRET_KEY, recovery codes
and the names of sessions are digests.
"""

import time
from hmac import compare_digest
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, TimestampMixin
from django_otp.oath import TOTP

from programs import codes, sealing
from programs.codes import Code, CodeError

_PURPOSE = b"iopfinder authenticator app 1"


class Tries(models.Model):
    """How often somebody tried something within a while. `who` is a keyed hash; its key changes every day."""

    who = models.CharField(max_length=64, primary_key=True)
    day = models.DateField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "tries"

    def __str__(self) -> str:
        return "tries"


class SentForm(models.Model):
    """A form of the desk that was taken, so that it is not taken twice: see `programs.once`."""

    digest = models.CharField(max_length=64, primary_key=True)
    led_to = models.CharField(max_length=2000, blank=True)
    day = models.DateField(db_index=True)

    def __str__(self) -> str:
        return "sent form"


class AuthenticatorApp(TimestampMixin, Device):  # type: ignore[misc]
    """An app that shows six digits, new every thirty seconds (RFC 6238). No code is taken twice.

    `confirmed`: a code of it was typed once. An account has one, and beside it at most one not yet confirmed.
    """

    DIGITS = 6
    STEP = 30
    TOLERANCE = 1
    """Steps that a phone's clock may be off, either way."""

    sealed_key = models.BinaryField(editable=False)
    last_step = models.BigIntegerField(default=-1, editable=False)

    class Meta:
        verbose_name = _("authenticator app")
        verbose_name_plural = _("authenticator apps")
        constraints = [
            models.UniqueConstraint(fields=["user", "confirmed"], name="authenticatorapp_one_of_each")
        ]

    def lock_key(self, key: bytes) -> None:
        """Keeps this key, 20 random bytes, so that only this installation can read it, for this account."""
        self.sealed_key = sealing.lock(sealing.derived(settings.SECRET_KEY, _PURPOSE), key, self._bound())

    def key(self) -> bytes:
        """BrokenSealError when SECRET_KEY is no longer the one it was locked under."""
        return sealing.unlock_with_any(bytes(self.sealed_key), _PURPOSE, self._bound())

    def hangs_on_an_old_key(self) -> bool:
        """BrokenSealError as `key`."""
        return sealing.hangs_on_an_old_key(bytes(self.sealed_key), _PURPOSE, self._bound())

    def shows(self, digits: str) -> bool:
        """Whether the app shows these digits now; they are then good no more. To be saved."""
        try:
            key = self.key()
        except sealing.BrokenSealError:
            return False
        clock = TOTP(key, self.STEP)
        clock.time = time.time()
        if not clock.verify(int(digits), self.TOLERANCE, self.last_step + 1):
            return False
        self.last_step = clock.t()
        self.lock_key(key)  # anew, so that a SECRET_KEY that was replaced is needed no more
        self.set_last_used_timestamp(commit=False)
        return True

    def verify_token(self, token: str) -> bool:
        """`shows`, and noted. Call it by `django_otp.verify_token`, which locks the row."""
        if not self.shows(token):
            return False
        self.save()
        return True

    def _bound(self) -> bytes:
        return _PURPOSE + b"|" + str(self.user_id).encode()


class RecoveryCodes(TimestampMixin, Device):  # type: ignore[misc]
    """Ten codes on paper, each good once, for a day without the app. Kept as digests alone."""

    NUMBER = 10

    digests = models.JSONField(default=list, editable=False)

    class Meta:
        verbose_name = _("recovery codes")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user"], name="recoverycodes_one")]

    def renew(self) -> list[Code]:
        """Ten fresh codes; the earlier ones open nothing any more. To be saved, and shown this once."""
        fresh = [codes.new() for _ in range(self.NUMBER)]
        self.digests = [self._digest(code) for code in fresh]
        return fresh

    def verify_token(self, token: str) -> bool:
        """Uses a code up. Call it by `django_otp.verify_token`, which locks the row."""
        try:
            said = self._digest(codes.read(token))
        except CodeError:
            return False
        left = [digest for digest in self.digests if not compare_digest(digest, said)]
        if len(left) == len(self.digests):
            return False
        self.digests = left
        self.set_last_used_timestamp()
        return True

    @staticmethod
    def _digest(code: Code) -> str:
        return codes.digest(code, "recovery code")


class DeskSession(AbstractBaseSession):
    """Who is signed in, in which browser. `session_key` is a digest of what the browser's cookie says."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")

    class Meta(AbstractBaseSession.Meta):
        pass

    @classmethod
    def get_session_store_class(cls) -> Any:
        return import_module(settings.SESSION_ENGINE).SessionStore
