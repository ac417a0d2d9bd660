"""What makes a row the same place in another edition, or in another directory. Pure.

A place is known by its name and its address, both normalized: case, punctuation, abbreviations, legal forms
("Inc") and suite numbers do not count. The reasons are in docs/adr/0005-importing.md.
"""

import re
import unicodedata
from functools import lru_cache
from hashlib import blake2b
from uuid import UUID, uuid5

NAMESPACE = UUID("5f2f6c1e-8c0b-5d0e-9b53-1f1b1c6f9a10")
"""Fixed for good: public ids are derived from it."""

_LEGAL = frozenset(
    {
        "co",
        "corp",
        "corporation",
        "inc",
        "incorporated",
        "limited",
        "llc",
        "llp",
        "lp",
        "ltd",
        "pa",
        "pc",
        "pllc",
        "the",
    }
)
_NAME_WORDS = {
    "assoc": "associates",
    "behav": "behavioral",
    "bhvl": "behavioral",
    "centre": "center",
    "cnslg": "counseling",
    "counselling": "counseling",
    "csl": "counseling",
    "ctr": "center",
    "ctrs": "centers",
    "dept": "department",
    "ft": "fort",
    "grp": "group",
    "hlth": "health",
    "hosp": "hospital",
    "med": "medical",
    "mt": "mount",
    "outpt": "outpatient",
    "psych": "psychiatric",
    "rehab": "rehabilitation",
    "serv": "service",
    "servs": "services",
    "st": "saint",
    "subst": "substance",
    "svc": "service",
    "svcs": "services",
    "trt": "treatment",
    "univ": "university",
}
_STREET_WORDS = {
    "avenue": "ave",
    "av": "ave",
    "boulevard": "blvd",
    "circle": "cir",
    "court": "ct",
    "center": "ctr",
    "centre": "ctr",
    "drive": "dr",
    "east": "e",
    "expressway": "expy",
    "extension": "ext",
    "fort": "ft",
    "freeway": "fwy",
    "heights": "hts",
    "highway": "hwy",
    "junction": "jct",
    "lane": "ln",
    "mount": "mt",
    "north": "n",
    "northeast": "ne",
    "northwest": "nw",
    "parkway": "pkwy",
    "place": "pl",
    "plaza": "plz",
    "road": "rd",
    "route": "rte",
    "rt": "rte",
    "saint": "st",
    "south": "s",
    "southeast": "se",
    "southwest": "sw",
    "square": "sq",
    "street": "st",
    "terrace": "ter",
    "trail": "trl",
    "turnpike": "tpke",
    "west": "w",
}
_UNIT = frozenset(
    {"apartment", "apt", "bldg", "building", "fl", "floor", "rm", "room", "ste", "suite", "suites", "unit"}
)
_WORD = re.compile(r"[a-z0-9]+")
_SEPARATOR = "\x1f"


_KEPT = 1 << 16
"""Texts remembered: names and streets of a whole directory, which are asked for again row by row."""


@lru_cache(maxsize=_KEPT)
def words(text: str) -> tuple[str, ...]:
    """Lower-case words without accents and punctuation; `&` is "and"; `O'Neil's` is one word."""
    plain = text if text.isascii() else unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = plain.lower().replace("&", " and ").replace("'", "").replace(".", "")
    return tuple(_WORD.findall(plain))


@lru_cache(maxsize=_KEPT)
def name_of(*parts: str) -> str:
    """A name without what changes from edition to edition. Lines of a name count as one."""
    kept = [_NAME_WORDS.get(word, word) for part in parts for word in words(part)]
    bare = [word for word in kept if word not in _LEGAL]
    return " ".join(bare or kept)


@lru_cache(maxsize=_KEPT)
def street_of(street: str) -> str:
    """A street with its number, without suite, floor or building."""
    kept: list[str] = []
    for word in words(street):
        if word in _UNIT and kept:
            break
        kept.append(_STREET_WORDS.get(word, word))
    return " ".join(kept)


def unit_of(street1: str, street2: str) -> str:
    """Suite, floor and building: what `street_of` leaves out, and the second line."""
    first = words(street1)
    at = next((i for i, word in enumerate(first) if word in _UNIT and i), len(first))
    return " ".join((*first[at:], *words(street2)))


def digits_of(phone: str) -> str:
    """The number without an extension: two lines of one office are one phone."""
    return re.sub(r"\D", "", phone.lower().partition("x")[0])


def key_of(*parts: str) -> str:
    """Parts that were normalized, as one short key."""
    return blake2b(_SEPARATOR.join(parts).encode(), digest_size=16).hexdigest()


def center_id(key: str) -> UUID:
    """The public id of the center that was first known by this key: the same on every installation."""
    return uuid5(NAMESPACE, f"center:{key}")


def organization_id(name: str, state: str) -> UUID:
    """One organization for each name in a state."""
    return uuid5(NAMESPACE, f"organization:{name_of(name)}:{state}")


def program_id(center: UUID, level: str) -> UUID:
    return uuid5(NAMESPACE, f"program:{center}:{level}")


PIECE = 8
"""Hexadecimal digits of a digest that stand for one column."""


def piece_of(*values: object) -> str:
    """What a digest remembers of a column."""
    text = _SEPARATOR.join(str(value) for value in values)
    return blake2b(text.encode(), digest_size=PIECE // 2).hexdigest()


def digest_of(pieces: tuple[str, ...]) -> str:
    """The pieces of all columns in a row, so that one can later tell which of them changed."""
    return "".join(pieces)


def pieces_of(digest: str) -> tuple[str, ...]:
    return tuple(digest[at : at + PIECE] for at in range(0, len(digest), PIECE))
