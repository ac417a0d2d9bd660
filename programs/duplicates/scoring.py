"""How likely two centers are one place, from 0 to 1, and why. Pure.

Two signals decide together: whether it can be the same *place*, and whether it is the same *house* by name,
phone and website. Neither alone is enough: many houses share an address, and a chain has one number for all
its branches. What one of the two does not say speaks neither for nor against.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from programs import geo
from programs.importing import identity
from programs.phones import dial

Vector = tuple[float, float, float]

LEAST = 0.62
"""Pairs below this are not shown to anybody. Chosen by reading pairs of the national directory."""
NAME, PHONE, WEBSITE = 0.85, 0.55, 0.35
"""How far each signal alone would make two centers of one place the same house."""
UNITS = 0.5
"""What a name counts at most whose second lines name different units."""
UNSAID = 0.2
"""What a phone or a website counts that one of the two does not have."""
AT_DOOR, NEAR, FAR = 0.05, 0.25, 1.0
"""Miles between two exact positions: one door; around the corner; beyond, distance says nothing more."""
_COMMON = frozenset(
    [
        "a",
        "adult",
        "adults",
        "addiction",
        "and",
        "associates",
        "at",
        "behavior",
        "behavioral",
        "care",
        "center",
        "centers",
        "child",
        "children",
        "clinic",
        "clinical",
        "community",
        "counseling",
        "county",
        "dba",
        "department",
        "division",
        "drug",
        "family",
        "for",
        "group",
        "health",
        "healthcare",
        "hospital",
        "human",
        "inc",
        "inpatient",
        "in",
        "integrated",
        "intensive",
        "medical",
        "mental",
        "of",
        "office",
        "op",
        "opioid",
        "outpatient",
        "program",
        "programs",
        "psychiatric",
        "recovery",
        "regional",
        "rehabilitation",
        "residential",
        "saint",
        "service",
        "services",
        "site",
        "substance",
        "support",
        "system",
        "the",
        "therapy",
        "to",
        "treatment",
        "unit",
        "use",
        "wellness",
        "youth",
    ]
)
"""Words that many names share: they count little."""
_LITTLE = 0.25
_MANY_LIVE_HERE = frozenset(
    {"facebook.com", "instagram.com", "linkedin.com", "linktr.ee", "sites.google.com", "google.com"}
)
"""Hosts that say nothing without the first part of the path."""
SIGNAL = {
    **dict.fromkeys(("address", "street", "same_street", "zip", "distance"), "place"),
    **dict.fromkeys(("phone", "line", "intake_phone"), "phone"),
    "name": "name",
    "website": "website",
}
"""By the code of a reason: which signal it is about. A verdict has at most one reason of each."""
_NUMBER = re.compile(r"[0-9]+[a-z]?")


@dataclass(frozen=True, slots=True)
class Record:
    """What is compared of a center. `lat` and `lon` are None where only a ZIP code places it."""

    id: int
    name: str
    name_detail: str = ""
    street1: str = ""
    street2: str = ""
    zip: str = ""
    phone: str = ""
    intake_phones: str = ""
    website: str = ""
    lat: float | None = None
    lon: float | None = None
    is_sample: bool = False


@dataclass(frozen=True, slots=True)
class Traits:
    """A record made comparable: normalized once, compared many times."""

    id: int
    first: frozenset[str]
    second: frozenset[str]
    words: frozenset[str]
    street: str
    unit: str
    zip: str
    dialed: str
    numbers: frozenset[str]
    site: str
    at: Vector | None
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Reason:
    """One signal. code: which; value: from 0 to 1; about: what both have, or miles; for words on a page."""

    code: str
    value: float
    about: str = ""

    def as_dict(self) -> dict[str, str | float]:
        return {"code": self.code, "value": self.value, "about": self.about}


@dataclass(frozen=True, slots=True)
class Verdict:
    """A score from 0 to 1, and the signals that made it, strongest first; silent ones are left out."""

    score: float
    reasons: tuple[Reason, ...]


def traits(record: Record) -> Traits:
    """A record made comparable."""
    lines = (record.name, record.name_detail)
    place = None if record.lat is None or record.lon is None else geo.Point(record.lat, record.lon)
    main = dial(record.phone)
    intake = (dial(phone).partition(",")[0] for phone in record.intake_phones.split(";"))
    return Traits(
        id=record.id,
        first=frozenset(identity.name_of(record.name).split()),
        second=frozenset(identity.name_of(record.name_detail).split()),
        words=frozenset(identity.name_of(*lines).split()),
        street=identity.street_of(record.street1),
        unit=identity.unit_of(record.street1, record.street2),
        zip=record.zip,
        dialed=main,
        numbers=frozenset(number for number in (main.partition(",")[0], *intake) if number),
        site=site_of(record.website),
        at=geo.unit(place) if place else None,
        is_sample=record.is_sample,
    )


def alike(a: Traits, b: Traits) -> Verdict | None:
    """The verdict on two centers that somebody should look at; None where the score is under `LEAST`."""
    where = place_reason(a, b)
    if where.value < LEAST:
        return None  # The place alone bounds the score.
    verdict = _score(where, a, b)
    return verdict if verdict.score >= LEAST else None


def score(a: Traits, b: Traits) -> Verdict:
    """How likely two centers are one. The order of the two makes no difference."""
    return _score(place_reason(a, b), a, b)


def _score(where: Reason, a: Traits, b: Traits) -> Verdict:
    house = (name_reason(a, b), phone_reason(a, b), site_reason(a, b))
    total = weigh(where.value, *(reason.value for reason in house))
    said = (reason for reason in (where, *house) if reason.code)
    return Verdict(round(total, 3), tuple(sorted(said, key=lambda one: (-one.value, one.code))))


def weigh(place: float, name: float, phone: float, website: float) -> float:
    """The score of four signals from 0 to 1: rises, or stays, with each of them."""
    doubt = (1 - NAME * name) * (1 - PHONE * phone) * (1 - WEBSITE * website)
    return place * (1 - doubt)


# -- The signals. A reason without a code is silent: it counts, but there is nothing to tell ------


def name_reason(a: Traits, b: Traits) -> Reason:
    """Words that both names have; those that few names have count most."""
    whole = max(_shared(a.words, b.words), _inside(a.words, b.words))
    # One house with a second line for each of its units: likely one center, but less so.
    told = a.second and b.second and a.second != b.second
    units_differ = told and not a.second & b.second - _COMMON
    value = max(whole, (0.6 if units_differ else 0.9) * _inside(a.first, b.first))
    if units_differ:
        value = min(value, UNITS)
    return Reason("name" if value else "", round(value, 2), " ".join(sorted(a.words & b.words)))


def phone_reason(a: Traits, b: Traits) -> Reason:
    if a.dialed and a.dialed == b.dialed:
        return Reason("phone", 1.0, a.dialed)
    line = a.dialed.partition(",")[0]
    if line and line == b.dialed.partition(",")[0]:
        return Reason("line", 0.85, line)
    shared = a.numbers & b.numbers
    if shared:
        return Reason("intake_phone", 0.7, min(shared))
    return Reason("", UNSAID if not a.numbers or not b.numbers else 0.0)


def site_reason(a: Traits, b: Traits) -> Reason:
    if a.site and a.site == b.site:
        return Reason("website", 1.0, a.site)
    return Reason("", UNSAID if not a.site or not b.site else 0.0)


def place_reason(a: Traits, b: Traits) -> Reason:
    """The better of what the address and the distance say."""
    by_address, by_distance = _address(a, b), _distance(a, b)
    return max(by_address, by_distance, key=lambda one: one.value)


def _address(a: Traits, b: Traits) -> Reason:
    if a.zip != b.zip:
        return Reason("", 0.0)
    if not a.street or not b.street:
        return Reason("zip", 0.7, a.zip)
    if a.street == b.street:
        same_door = a.unit == b.unit or not a.unit or not b.unit
        return Reason("address", 1.0, a.street) if same_door else Reason("street", 0.9, a.street)
    if _bare(a.street) == _bare(b.street):
        return Reason("same_street", 0.55, _bare(a.street))
    return Reason("zip", 0.45, a.zip)


def _distance(a: Traits, b: Traits) -> Reason:
    """Only exact positions: the middle of a ZIP code is no place."""
    if a.at is None or b.at is None:
        return Reason("", 0.0)
    miles = geo.miles_of(geo.chord2(a.at, b.at))
    if miles >= FAR:
        return Reason("", 0.0)
    steps = ((AT_DOOR, 0.95, 0.95), (NEAR, 0.95, 0.7), (FAR, 0.7, 0.4))
    low = 0.0
    for high, near, far in steps:
        if miles < high:
            part = (miles - low) / (high - low)
            return Reason("distance", round(near - part * (near - far), 3), f"{miles:.2f}")
        low = high
    raise AssertionError("the last step ends where distance stops counting")


def _weight(words: frozenset[str]) -> float:
    return sum(_LITTLE if word in _COMMON else 1.0 for word in words)


def _shared(a: frozenset[str], b: frozenset[str]) -> float:
    """Dice's measure, weighted: 1 for the same words, 0 for none."""
    whole = _weight(a) + _weight(b)
    return 2 * _weight(a & b) / whole if whole else 0.0


def _inside(a: frozenset[str], b: frozenset[str]) -> float:
    """How far the shorter name stands in the longer one. One rare word is needed, and two words in all."""
    short = min(_weight(a), _weight(b))
    both = a & b
    if len(both) < 2 or not both - _COMMON:
        return 0.0
    return 0.85 * _weight(both) / short


def _bare(street: str) -> str:
    return " ".join(word for word in street.split() if not _NUMBER.fullmatch(word))


def site_of(website: str) -> str:
    """The host that tells houses apart: without www, with the first part of the path where many share it."""
    parts = urlsplit(website.lower())
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host in _MANY_LIVE_HERE:
        first = parts.path.strip("/").partition("/")[0]
        return f"{host}/{first}" if first else ""
    return host
