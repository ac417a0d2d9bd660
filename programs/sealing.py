"""What is encrypted on this server: keys for one purpose each, locks, and seals on what lies in a table.

Every key comes from SECRET_KEY by HKDF (RFC 5869); what was locked under one of SECRET_KEY_FALLBACKS still
opens, so that a key can be changed. A lock is AES-256-GCM: what was changed, cut or taken from elsewhere
does not open. See docs/adr/0007-come-back-by-code.md and docs/legal.md.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

BLOCK = 2048
"""A sealed text takes a multiple of this many bytes: a name alone and a name with a note look alike."""
_NONCE = 12
_COUNT = 4
"""Bytes that say how long the text is, before it."""
_FORMAT = b"\x01"
_PURPOSE = b"iopfinder sealed rows 1"


class BrokenSealError(Exception):
    """This does not open: it was changed, belongs to another row, or its key is gone."""


def derived(secret: str, purpose: bytes, more: bytes = b"") -> bytes:
    """A key of 256 bits for one purpose, from a secret of the installation and what else is given."""
    whole = HKDF(algorithm=hashes.SHA256(), length=32, salt=more or None, info=purpose)
    return whole.derive(secret.encode())


def secrets_of_the_site() -> tuple[str, ...]:
    """The secret to lock with, then those that may still open."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def lock(key: bytes, plain: bytes, bound: bytes) -> bytes:
    """The text, locked. `bound`: what the lock vouches for beside it; the same is needed to open."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def unlock(key: bytes, locked: bytes, bound: bytes) -> bytes:
    """What was locked with this key for this. BrokenSealError."""
    try:
        return AESGCM(key).decrypt(locked[:_NONCE], locked[_NONCE:], bound)
    except (InvalidTag, ValueError) as error:
        raise BrokenSealError from error


def unlock_with_any(locked: bytes, purpose: bytes, bound: bytes) -> bytes:
    """What was locked for a purpose under any secret of the site. BrokenSealError."""
    for secret in secrets_of_the_site():
        try:
            return unlock(derived(secret, purpose), locked, bound)
        except BrokenSealError:
            continue
    raise BrokenSealError("No key of this site opens it.")


def hangs_on_an_old_key(locked: bytes, purpose: bytes, bound: bytes) -> bool:
    """Whether only one of SECRET_KEY_FALLBACKS opens this lock. BrokenSealError where no key does."""
    try:
        unlock(derived(settings.SECRET_KEY, purpose), locked, bound)
    except BrokenSealError:
        unlock_with_any(locked, purpose, bound)
        return True
    return False


def seal(text: str, *, kind: str, row: str) -> bytes:
    """A text for a column of a table. `kind` and `row` say which column of which row; both never change."""
    plain = text.encode()
    plain = len(plain).to_bytes(_COUNT, "big") + plain
    plain += bytes(-len(plain) % BLOCK)
    return _FORMAT + lock(derived(settings.SECRET_KEY, _PURPOSE), plain, _bound(kind, row))


def unseal(sealed: bytes | memoryview, *, kind: str, row: str) -> str:
    """The text that was sealed for this column of this row. BrokenSealError; never anything else."""
    sealed = bytes(sealed)
    if sealed[:1] != _FORMAT:
        raise BrokenSealError("Not sealed by this version of the site.")
    plain = unlock_with_any(sealed[1:], _PURPOSE, _bound(kind, row))
    length = int.from_bytes(plain[:_COUNT], "big")
    return plain[_COUNT : _COUNT + length].decode()


def needs_new_seal(sealed: bytes | memoryview, *, kind: str, row: str) -> bool:
    """Whether a text opens only under a key that is to be given up. BrokenSealError where none opens it."""
    return hangs_on_an_old_key(bytes(sealed)[1:], _PURPOSE, _bound(kind, row))


def _bound(kind: str, row: str) -> bytes:
    """With the length of the kind, so that no other kind and row read alike."""
    return b"|".join((_PURPOSE, str(len(kind)).encode(), kind.encode(), row.encode()))
