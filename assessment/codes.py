"""The private code under which somebody comes back: how it is written, read, and turned into keys.

A code is 19 random characters (95 bits) and one check character, in groups of four:
``7QX2-M0FA-ZK3D-9T5H-WCRE``. It is shown once and never stored. From it come two things that say nothing
about each other: a locator, by which the row is found, and a key, which opens it. Both also need this
installation's SECRET_KEY. See docs/adr/0007-come-back-by-code.md.
"""

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from functools import reduce

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O (they look like 1 and 0) and no U."""
RANDOM = 19
LENGTH = RANDOM + 1
GROUP = 4
_LOOK_ALIKES = str.maketrans("OIL", "011")
_BETWEEN = str.maketrans("", "", " \t\r\n-\u00a0\u2010\u2011\u2012\u2013\u2014\u2212_.")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one derivation costs: memory in KiB, passes over it, lanes."""

    memory: int
    passes: int
    lanes: int


COST = Cost(memory=64 * 1024, passes=3, lanes=4)
"""RFC 9106, section 4, the second recommended choice. The code is random, so this is a second wall: it makes
each guess cost a quarter of a second even to somebody who holds the database and SECRET_KEY."""
_ONE_AT_A_TIME = threading.Lock()
"""Holds what derivations take to the memory of one in each server process, however many ask."""
_SALT = b"iopfinder saved answers, format 1"
"""Fixed: the row is found by the code alone, and no two codes are alike, so its own salt adds nothing."""


class CodeError(ValueError):
    """These characters are no code. ``str()`` says in a sentence what to look at."""


@dataclass(frozen=True, slots=True, repr=False)
class Code:
    """A code that passed its check character. It cannot be printed by accident: use `shown`."""

    characters: str

    @property
    def shown(self) -> str:
        return "-".join(self.characters[at : at + GROUP] for at in range(0, LENGTH, GROUP))


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`locator` finds the row (64 hexadecimal digits), `key` opens it (256 bits)."""

    locator: str
    key: bytes


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


def keys_of(code: Code) -> tuple[Keys, ...]:
    """The keys under SECRET_KEY, then under each fallback. The costly step is taken once."""
    with _ONE_AT_A_TIME:
        stretched = Argon2id(
            salt=_SALT, length=64, iterations=COST.passes, lanes=COST.lanes, memory_cost=COST.memory
        ).derive(code.characters.encode("ascii"))
    half = len(stretched) // 2
    return tuple(
        Keys(
            locator=hmac.new(
                derived(secret, b"iopfinder locator 1"), stretched[:half], hashlib.sha256
            ).hexdigest(),
            key=derived(secret, b"iopfinder saved key 1", stretched[half:]),
        )
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def derived(secret: str, purpose: bytes, more: bytes = b"") -> bytes:
    """A key of 256 bits for one purpose, from a secret of the installation and what else is given."""
    whole = HKDF(algorithm=hashes.SHA256(), length=32, salt=more or None, info=purpose)
    return whole.derive(secret.encode())


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
