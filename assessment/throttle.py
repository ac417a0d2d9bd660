"""Counts tries from one network within an hour, in the database: all server processes count together.

No address is stored: only a keyed hash, whose key is drawn from SECRET_KEY and the day. When the day is over
the rows go, and the key is never used again.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils.timezone import now

from assessment.models import Tries
from programs.networks import network
from programs.sealing import derived

WRONG_CODES = 20
"""Tries to open or erase within an hour from one network. Right codes are not counted."""
SAVES = 30
"""A shelter or a library may send many people from one address."""


@dataclass(frozen=True, slots=True)
class Gate:
    """One kind of try, by one network, in this hour."""

    who: str
    day: datetime
    limit: int

    def enter(self) -> bool:
        """Counts this try before anything else is done. False when there were too many."""
        Tries.objects.get_or_create(who=self.who, defaults={"day": self.day.date()})
        Tries.objects.filter(who=self.who).update(count=F("count") + 1)
        count: int = Tries.objects.values_list("count", flat=True).get(who=self.who)
        return count <= self.limit

    def give_back(self) -> None:
        """This try was a right one: it does not count."""
        Tries.objects.filter(who=self.who, count__gt=0).update(count=F("count") - 1)


def gate(request: HttpRequest, kind: str, limit: int, at: datetime | None = None) -> Gate:
    at = at or now()
    key = derived(settings.SECRET_KEY, b"iopfinder tries 1", at.date().isoformat().encode())
    said = f"{kind}|{at.hour}|{network(request)}".encode()
    return Gate(hmac.new(key, said, hashlib.sha256).hexdigest(), at, limit)
