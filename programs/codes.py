"""A private code: how it is written and read, and the ticket that makes a form sent twice one form.

A code is 19 random characters (95 bits) and one check character, in groups of four:
``7QX2-M0FA-ZK3D-9T5H-WCRE``. It is shown once and never stored.
"""

import hashlib
import json
import secrets
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from functools import reduce

from django.conf import settings
from django.utils.translation import gettext

from programs.sealing import BrokenSealError, derived, lock, unlock_with_any

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O (they look like 1 and 0) and no U."""
RANDOM = 19
LENGTH = RANDOM + 1
GROUP = 4
_LOOK_ALIKES = str.maketrans("OIL", "011")
_BETWEEN = str.maketrans("", "", " \t\r\n-\u00a0\u2010\u2011\u2012\u2013\u2014\u2212_.")
_SKEW_SECONDS = 60


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """A code that passed its check character. It cannot be printed by accident: use `shown`."""

    characters: str

    @property
    def shown(self) -> str:
        return "-".join(self.characters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


class CodeError(ValueError):
    """These characters are no code. ``str()`` says in a sentence what to look at."""


def new() -> Code:
    """A fresh code, from the operating system's randomness."""
    given = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return Code(given + _check_character(given))


def read(typed: str) -> Code:
    """The code somebody typed: small letters, spaces and look-alikes do not matter. CodeError if it is none.

    What is refused here can be worked out by anybody, so saying it gives nothing away.
    """
    characters = typed.upper().translate(_BETWEEN).translate(_LOOK_ALIKES)
    if len(characters) != LENGTH:
        raise CodeError(
            gettext("A code has %(length)d letters and numbers. This has %(typed)d.")
            % {"length": LENGTH, "typed": len(characters)}
        )
    if strange := next((one for one in characters if one not in ALPHABET), None):
        raise CodeError(
            gettext("The sign “%(sign)s” is in none of our codes. Look at it again.") % {"sign": strange}
        )
    if _syndrome(characters):
        raise CodeError(
            gettext("One character seems to be wrong, or two have changed places. Look at the code again.")
        )
    return Code(characters)


def digest(code: Code, purpose: str) -> str:
    """64 hexadecimal digits by which a table finds what a code stands for; the code cannot be had from them.

    Without a key: 95 random bits are beyond guessing, and what must be found outlives every key.
    """
    return hashlib.sha256(f"iopfinder {purpose} 1|{code.characters}".encode("ascii")).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class Ticket:
    """A code that a form will be kept under, and when the form was made, in seconds."""

    code: Code
    issued: int

    def age(self, at: float | None = None) -> float:
        return (time.time() if at is None else at) - self.issued


def ticket(code: Code, purpose: bytes, bound: bytes = b"", at: float | None = None) -> str:
    """A code, locked, for a hidden field: a form sent twice is kept under one code.

    `bound`: which form it is; the ticket is none for any other.
    """
    plain = json.dumps([code.characters, int(time.time() if at is None else at)]).encode()
    return urlsafe_b64encode(lock(derived(settings.SECRET_KEY, purpose), plain, purpose + bound)).decode()


def ticket_of(
    sent: str, purpose: bytes, bound: bytes = b"", *, lasts: int, at: float | None = None
) -> Ticket | None:
    """The ticket somebody sent back, if it is ours, for this form, and at most `lasts` seconds old."""
    try:
        characters, issued = json.loads(
            unlock_with_any(urlsafe_b64decode(sent.encode("ascii")), purpose, purpose + bound)
        )
    except (ValueError, BrokenSealError):
        return None
    found = Ticket(Code(characters), issued)
    return found if -_SKEW_SECONDS <= found.age(at) <= lasts else None


def _check_character(characters: str) -> str:
    return next(one for one in ALPHABET if not _syndrome(characters + one))


def _syndrome(characters: str) -> int:
    """0 for a right code. Each character is weighed by its own power of 2 in the field of 32 elements, so one
    wrong character is always noticed, and so are any two that changed places."""
    return reduce(lambda total, one: _twice(total) ^ ALPHABET.index(one), characters, 0)


def _twice(element: int) -> int:
    """Times x modulo x^5 + x^2 + 1, whose powers run through all 31 elements that are not 0."""
    shifted = element << 1
    return shifted ^ 0b100101 if shifted & 0b100000 else shifted
