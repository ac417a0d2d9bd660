"""Keys of this site's own, drawn at random and kept sealed under SECRET_KEY (`programs.models.KeptKey`).

A digest that must be found again for years cannot hang on a key that may be changed tomorrow.
"""

import secrets

from django.db import transaction

from programs.models import KeptKey
from programs.sealing import BrokenSealError, needs_new_seal, seal, unseal

_KIND = "kept key"


def key(purpose: str) -> bytes | None:
    """The key for this purpose, drawn when it is first asked for. None where no key of the site opens it."""
    row = KeptKey.objects.filter(purpose=purpose).first()
    if row is None:
        # Two who come first at once: one key stays, and both read that one.
        fresh = seal(secrets.token_hex(32), kind=_KIND, row=purpose)
        KeptKey.objects.bulk_create([KeptKey(purpose=purpose, sealed=fresh)], ignore_conflicts=True)
        row = KeptKey.objects.get(purpose=purpose)
    try:
        return bytes.fromhex(unseal(row.sealed, kind=_KIND, row=purpose))
    except BrokenSealError:
        return None


def hanging() -> tuple[int, int, int]:
    """How many keys there are, how many hang on an old SECRET_KEY, and how many nothing opens."""
    old = broken = 0
    rows = list(KeptKey.objects.all())
    for row in rows:
        try:
            old += needs_new_seal(row.sealed, kind=_KIND, row=row.purpose)
        except BrokenSealError:
            broken += 1
    return len(rows), old, broken


def reseal() -> list[str]:
    """Seals under SECRET_KEY what hangs on an old one. The names of those that nothing opens."""
    broken = []
    for purpose in KeptKey.objects.values_list("purpose", flat=True):
        with transaction.atomic():
            row = KeptKey.objects.select_for_update().get(purpose=purpose)
            try:
                if needs_new_seal(row.sealed, kind=_KIND, row=purpose):
                    row.sealed = seal(unseal(row.sealed, kind=_KIND, row=purpose), kind=_KIND, row=purpose)
                    row.save(update_fields=["sealed"])
            except BrokenSealError:
                broken.append(f"keptkey {purpose}")
    return broken
