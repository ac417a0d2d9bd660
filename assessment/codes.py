"""The private code under which somebody comes back, turned into keys (how it is written: `programs.codes`).

From the code come two things that say nothing about each other: a locator, by which the row is found, and a
key, which opens it. Both also need this installation's SECRET_KEY. See docs/adr/0007-come-back-by-code.md.
"""

import hashlib
import hmac
import threading
from dataclasses import dataclass

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from programs.codes import ALPHABET, LENGTH, RANDOM, Code, CodeError, new, read
from programs.sealing import derived, secrets_of_the_site

__all__ = ["ALPHABET", "LENGTH", "RANDOM", "Code", "CodeError", "Cost", "Keys", "keys_of", "new", "read"]


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


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """`locator` finds the row (64 hexadecimal digits), `key` opens it (256 bits)."""

    locator: str
    key: bytes


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
        for secret in secrets_of_the_site()
    )
