"""Who is not to be called by a center. Kept as a keyed digest of the number or address, never in clear.

A center's own digests: what somebody told one center, no other can find out, and equal numbers at two centers
have unlike digests. Those of a center that was merged into another hold there. The key is one that this site
keeps (`programs.visitors.kept_keys`), so that a digest outlives a change of SECRET_KEY. Digests from before
there was one hang on SECRET_KEY and its fallbacks, and are still known under them.
A number is forgotten after DO_NOT_CALL_DAYS: five years, as 47 CFR 64.1200(d)(6) has for such a request.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils.timezone import localdate

from programs.models import Center, DoNotCall
from programs.phones import dial
from programs.sealing import derived, secrets_of_the_site
from programs.visitors import kept_keys
from programs.visitors.contents import Wanted

PURPOSE = "do not call"
_PURPOSE_BEFORE = b"iopfinder do not call 1"
LENGTH = 44
"""Characters of a digest under the key this site keeps; one under SECRET_KEY has 64."""


def remember(center: Center, wanted: Wanted) -> None:
    """From now on a request with this contact says that its person is not to be called."""
    goes_on = localdate() + timedelta(days=settings.DO_NOT_CALL_DAYS)
    digest = next(_digests(center.public_id.hex, wanted))
    DoNotCall.objects.update_or_create(digest=digest, defaults={"center": center, "purge_on": goes_on})


def forget(center: Center, wanted: Wanted) -> None:
    """The person wants to be called after all."""
    DoNotCall.objects.filter(digest__in=_known(center, wanted)).delete()


def is_known(center: Center, wanted: Wanted) -> bool:
    """Whether this contact was given before by somebody who is not to be called. Three queries."""
    known = DoNotCall.objects.filter(digest__in=_known(center, wanted), purge_on__gt=localdate())
    return known.exists()


def _known(center: Center, wanted: Wanted) -> list[str]:
    merged = Center.objects.filter(merged_into=center).values_list("public_id", flat=True)
    return [one for of in (center.public_id, *merged) for one in _digests(of.hex, wanted)]


def _digests(center: str, wanted: Wanted) -> Iterator[str]:
    """Under the kept key, then as before there was one. However a number is written, it is the same."""
    contact = dial(wanted.reach) if wanted.way == "phone" else wanted.reach.strip().casefold()
    said = f"{center}|{wanted.way}|{contact}".encode()
    if kept := kept_keys.key(PURPOSE):
        yield base64.urlsafe_b64encode(hmac.digest(kept, said, hashlib.sha256)).decode()
    for secret in secrets_of_the_site():
        yield hmac.digest(derived(secret, _PURPOSE_BEFORE), said, hashlib.sha256).hex()
