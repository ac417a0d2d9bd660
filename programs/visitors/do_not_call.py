"""Who is not to be called by a center. Kept as a keyed digest of the number or address, never in clear.

A center's own digests: what somebody told one center, no other can find out, and equal numbers at two centers
have unlike digests. Those of a center that was merged into another hold there. The key comes from SECRET_KEY;
digests under SECRET_KEY_FALLBACKS are still known, and are forgotten with the fallback they were made under.
A number is forgotten after DO_NOT_CALL_DAYS: five years, as 47 CFR 64.1200(d)(6) has for such a request.
"""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.utils.timezone import localdate

from programs.models import Center, DoNotCall
from programs.phones import dial
from programs.sealing import derived, secrets_of_the_site
from programs.visitors.contents import Wanted

_PURPOSE = b"iopfinder do not call 1"


def remember(center: Center, wanted: Wanted) -> None:
    """From now on a request with this contact says that its person is not to be called."""
    goes_on = localdate() + timedelta(days=settings.DO_NOT_CALL_DAYS)
    digest = next(_digests(center.public_id.hex, wanted))
    DoNotCall.objects.update_or_create(digest=digest, defaults={"center": center, "purge_on": goes_on})


def forget(center: Center, wanted: Wanted) -> None:
    """The person wants to be called after all."""
    DoNotCall.objects.filter(digest__in=_known(center, wanted)).delete()


def is_known(center: Center, wanted: Wanted) -> bool:
    """Whether this contact was given before by somebody who is not to be called. Two queries."""
    known = DoNotCall.objects.filter(digest__in=_known(center, wanted), purge_on__gt=localdate())
    return known.exists()


def _known(center: Center, wanted: Wanted) -> list[str]:
    merged = Center.objects.filter(merged_into=center).values_list("public_id", flat=True)
    return [one for of in (center.public_id, *merged) for one in _digests(of.hex, wanted)]


def _digests(center: str, wanted: Wanted) -> Iterator[str]:
    """Under SECRET_KEY, then under each fallback. However a number is written, it is the same number."""
    contact = dial(wanted.reach) if wanted.way == "phone" else wanted.reach.strip().casefold()
    for secret in secrets_of_the_site():
        key = derived(secret, _PURPOSE)
        yield hmac.new(key, f"{center}|{wanted.way}|{contact}".encode(), hashlib.sha256).hexdigest()
