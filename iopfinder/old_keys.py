"""What would be lost with the keys in SECRET_KEY_FALLBACKS, and what can be moved to the new one.

See docs/operations.md, "Rotate keys".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.core.signing import BadSignature, Signer, TimestampSigner
from django.db import transaction
from django.db.models import Count, Max
from django.db.models.functions import Length
from django.utils import timezone

from assessment.models import SavedAnswers
from programs.models import AuthenticatorApp, DeskSession, DoNotCall
from programs.sealing import BrokenSealError
from programs.visitors import do_not_call, kept_keys
from programs.visitors.resealing import hanging, reseal


@dataclass(frozen=True, slots=True)
class Held:
    """Rows of one kind: how many there are, how many hang on an old key (None: nobody can tell without what
    only a visitor knows), how many no key opens, and when all of them are gone by themselves."""

    what: str
    rows: int
    old: int | None
    broken: int = 0
    gone_by: date | None = None


def held() -> Iterator[Held]:
    """Every kind of row that needs a key of this site."""
    visitors = hanging()
    yield Held("texts that visitors wrote", visitors.looked_at, visitors.resealed, visitors.broken)
    yield _apps()
    yield _sessions()
    saved = SavedAnswers.objects.aggregate(last=Max("gone_on"))["last"]
    yield Held("answers under a private code", SavedAnswers.objects.count(), None, 0, saved)
    yield Held("keys that this site keeps", *kept_keys.hanging())
    before = DoNotCall.objects.annotate(length=Length("digest")).exclude(length=do_not_call.LENGTH)
    calls = before.aggregate(rows=Count("pk"), last=Max("purge_on"))
    if calls["rows"]:
        yield Held("do-not-call entries older than these keys", calls["rows"], None, 0, calls["last"])


def move() -> list[str]:
    """Seals anew, under SECRET_KEY, all that can be. The names of rows that no key opens."""
    names = [*reseal().names, *kept_keys.reseal()]
    for pk in AuthenticatorApp.objects.values_list("pk", flat=True):
        with transaction.atomic():
            app = AuthenticatorApp.objects.select_for_update().filter(pk=pk).first()
            try:
                if app is not None and app.hangs_on_an_old_key():
                    app.lock_key(app.key())
                    app.save(update_fields=["sealed_key"])
            except BrokenSealError:
                names.append(f"authenticatorapp {pk}")
    return names


def _apps() -> Held:
    old = broken = 0
    apps = list(AuthenticatorApp.objects.all())
    for app in apps:
        try:
            old += app.hangs_on_an_old_key()
        except BrokenSealError:
            broken += 1
    return Held("keys of authenticator apps", len(apps), old, broken)


def _sessions() -> Held:
    """A session goes over to the new key at its next click, and ends by itself within a working day."""
    rows = list(DeskSession.objects.filter(expire_date__gt=timezone.now()))
    now = [_is_signed(row, []) for row in rows]
    any_key = [_is_signed(row, settings.SECRET_KEY_FALLBACKS) for row in rows]
    last = max((row.expire_date for row in rows), default=None)
    old = sum(any_key) - sum(now)
    return Held("sessions of staff", len(rows), old, len(rows) - sum(any_key), last.date() if last else None)


def _is_signed(row: DeskSession, fallbacks: list[str]) -> bool:
    salt = type(row).get_session_store_class()().key_salt
    signer: Signer = TimestampSigner(salt=salt, fallback_keys=[*fallbacks])
    try:
        signer.unsign(row.session_data)
    except BadSignature:
        return False
    return True
