"""Counts tries within a while, in the database: all server processes count together.

No address and no name is stored: only a keyed hash, whose key is drawn from SECRET_KEY and the day. When the
day is over the rows go, and the key is never used again.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest
from django.utils.timezone import localdate, now

from programs.models import Tries
from programs.networks import network
from programs.sealing import derived

HOUR = 60


@dataclass(frozen=True, slots=True)
class Gate:
    """One kind of try, by one network or on one name, in this while."""

    who: str
    day: datetime
    limit: int
    minutes: int = HOUR

    def enter(self) -> bool:
        """Counts this try before anything else is done. False when there were too many."""
        Tries.objects.get_or_create(who=self.who, defaults={"day": self.day.date()})
        Tries.objects.filter(who=self.who).update(count=F("count") + 1)
        count: int = Tries.objects.values_list("count", flat=True).get(who=self.who)
        return count <= self.limit

    def give_back(self) -> None:
        """This try was a right one: it does not count."""
        Tries.objects.filter(who=self.who, count__gt=0).update(count=F("count") - 1)

    @property
    def opens_again(self) -> datetime:
        """When tries are counted from nothing again."""
        begun = self.day.replace(minute=0, second=0, microsecond=0)
        whole = (self.day.minute // self.minutes + 1) * self.minutes
        return begun + timedelta(minutes=whole)


def gate(request: HttpRequest, kind: str, limit: int, at: datetime | None = None) -> Gate:
    """Tries of one kind from the network of a request, an hour long."""
    return gate_of(network(request), kind, limit, at=at)


def gate_of(who: str, kind: str, limit: int, *, minutes: int = HOUR, at: datetime | None = None) -> Gate:
    """Tries of one kind by or on anybody who can be named. `minutes`: a part of the hour that fits evenly."""
    at = at or now()
    key = derived(settings.SECRET_KEY, b"iopfinder tries 1", at.date().isoformat().encode())
    said = f"{kind}|{at.hour}|{at.minute // minutes}|{who}".encode()
    return Gate(hmac.new(key, said, hashlib.sha256).hexdigest(), at, limit, minutes)


def forget_old(today: date | None = None) -> None:
    """Deletes yesterday's counts."""
    Tries.objects.filter(day__lt=today or localdate()).delete()
