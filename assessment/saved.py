"""Answers kept for thirty days under a private code: lock and store, find and open, erase.

The row holds a locator, a locked box of one size, and the date on which it goes. Without the code nobody can
open the box, and nothing in the row tells whose it is. A code that was never given out, one whose time is up
and one that was erased are answered by the same steps.
"""

from dataclasses import replace
from datetime import date, timedelta

from django.utils.timezone import localdate

from assessment import codes
from assessment.answers import IDLE_SECONDS, Draft, pack, unpack
from assessment.codes import Code, Keys
from assessment.domain import load
from assessment.models import SavedAnswers
from programs import codes as tickets
from programs import throttle
from programs.sealing import BrokenSealError, lock, unlock

DAYS = 30
PADDED = 2048
"""Every box holds this many bytes of plain text: the length says nothing about the answers."""
_PURPOSE = b"iopfinder saved answers 1"
_NO_TIME = 0
"""Stands where the cookie has the time of the last visit: the box tells no time, even when it is open."""
_TICKET = b"iopfinder ticket to save 1"
_NOTHING = bytes(12 + PADDED + 16)
"""Tried when there is no row, so that finding nothing costs what finding something costs."""


class NothingSavedError(Exception):
    """No box opens with this code: it never was, its time is up, it was erased, or the row was changed."""


def save(code: Code, draft: Draft, today: date | None = None) -> date:
    """Keeps this draft under the code; the date on which it goes. Saving twice under one code is saving once.

    What was read on safety pages is not kept: whoever comes back in three weeks reads them again.
    """
    gone_on = (today or localdate()) + timedelta(days=DAYS)
    keys = codes.keys_of(code)[0]
    sealed = _seal(keys, replace(draft, seen=frozenset(), begun=None), gone_on)
    SavedAnswers.objects.update_or_create(
        locator=keys.locator, defaults={"sealed": sealed, "gone_on": gone_on}
    )
    return gone_on


def open_with(code: Code, today: date | None = None) -> Draft:
    """The draft under this code.

    NothingSavedError; UnusableError (assessment.answers) when the questions were renewed since.
    """
    forget_old(today)
    all_keys = codes.keys_of(code)
    rows = {row.locator: row for row in SavedAnswers.objects.filter(locator__in=_locators(all_keys))}
    keys = next((one for one in all_keys if one.locator in rows), all_keys[0])
    row = rows.get(keys.locator)
    plain = _open(keys, bytes(row.sealed) if row else _NOTHING, row.gone_on if row else date.min)
    return unpack(plain, load(), _NO_TIME)


def erase(code: Code, today: date | None = None) -> None:
    """Erases what is kept under this code, if anything is. The same steps either way."""
    forget_old(today)
    SavedAnswers.objects.filter(locator__in=_locators(codes.keys_of(code))).delete()


def forget_old(today: date | None = None) -> int:
    """Deletes every row whose day has come, and yesterday's counts of tries. How many boxes went."""
    today = today or localdate()
    throttle.forget_old(today)
    return SavedAnswers.objects.filter(gone_on__lte=today).delete()[0]


def _locators(all_keys: tuple[Keys, ...]) -> list[str]:
    return [keys.locator for keys in all_keys]


def _bound(keys: Keys, gone_on: date) -> bytes:
    """What the lock also vouches for: this row and its date, so that neither can be exchanged."""
    return b"|".join((_PURPOSE, keys.locator.encode(), gone_on.isoformat().encode()))


def _seal(keys: Keys, draft: Draft, gone_on: date) -> bytes:
    plain = pack(draft, load(), _NO_TIME)
    if len(plain) > PADDED:
        raise ValueError("The answers no longer fit into the box: raise PADDED.")
    return lock(keys.key, plain.ljust(PADDED), _bound(keys, gone_on))


def _open(keys: Keys, sealed: bytes, gone_on: date) -> bytes:
    try:
        return unlock(keys.key, sealed, _bound(keys, gone_on))
    except BrokenSealError as error:
        raise NothingSavedError from error


def ticket(code: Code, at: float | None = None) -> str:
    """A code to be saved under, locked, for a hidden field: a form sent twice shows one code."""
    return tickets.ticket(code, _TICKET, at=at)


def code_of(sent: str, at: float | None = None) -> Code | None:
    """The code in a ticket of ours that is at most half an hour old; otherwise None."""
    found = tickets.ticket_of(sent, _TICKET, lasts=IDLE_SECONDS, at=at)
    return found.code if found else None
