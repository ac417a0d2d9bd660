"""The secret in a one-time link: how it is drawn, written, read back, and found without being stored. Pure.

28 characters of Crockford's base 32 (140 random bits) in groups of four, in small letters:
``7qx2-m0fa-zk3d-9t5h-wcre-4b8n-j6vp``. It can be read out on the phone: there is no i, l, o or u.
"""

import hashlib
import secrets

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
LENGTH = 28
GROUP = 4
LONGEST = 60
"""Characters an address may have in its place: more are no slip of a hand."""
_LOOK_ALIKES = str.maketrans("oil", "011")


def new() -> str:
    """A fresh token, as it stands in an address."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(drawn[at : at + GROUP] for at in range(0, LENGTH, GROUP))


def digest(written: str) -> str:
    """64 hexadecimal digits under which a token is found; the token cannot be had from them.

    Capitals, hyphens and look-alikes do not matter. No key: 140 random bits are beyond guessing.
    """
    characters = written.lower().replace("-", "").translate(_LOOK_ALIKES)
    return hashlib.sha256(f"iopfinder link of a center 1|{characters}".encode()).hexdigest()
