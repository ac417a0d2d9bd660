"""One row of a directory: checked, cleaned, and with its identity. Pure."""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit, urlunsplit

from programs.facts import FactSet
from programs.importing import identity
from programs.importing.source import Reader

_STATES = """
AK AL AR AS AZ CA CO CT DC DE FL FM GA GU HI IA ID IL IN KS KY LA MA MD ME MH MI MN MO MP MS MT
NC ND NE NH NJ NM NV NY OH OK OR PA PR PW RI SC SD TN TX UT VA VI VT WA WI WV WY
"""
STATES = frozenset(_STATES.split())
"""States, the District of Columbia, territories and freely associated states, by postal code."""

LONGEST = {
    "name1": 200,
    "name2": 200,
    "street1": 200,
    "street2": 200,
    "city": 100,
    "phone": 40,
    "intake1": 40,
    "intake2": 40,
    "intake1a": 40,
    "intake2a": 40,
}
_ERRORS = frozenset({"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_UNSEEN = re.compile(
    r"[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]+"
)
"""Characters without a shape: they turn the direction of what follows, or make two names look like one."""
_ESCAPED = re.compile(r"_x00[01][0-9A-Fa-f]_")
"""How workbooks write control characters."""
_ZIP = re.compile(r"(\d{3,5})(?:-?\d{4})?")
_PHONE = re.compile(
    r"(?:\+?1[\s.-]*)?\(?(\d{3})\)?[\s./-]*(\d{3})[\s.-]*(\d{4})(?:\s*(?:x|ext\.?|#)\s*(\d{1,10}))?",
    re.IGNORECASE | re.ASCII,
)
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
WEBSITE = 200
"""Characters of an address on the web."""
_NO_PHONE = frozenset({"", "9999999999", "0000000000"})

COLUMNS = (
    *("name", "name_detail", "street1", "street2", "place", "phone", "intake_phones", "facts"),
    *("website", "point"),
)
"""What a digest remembers, in this order. `place` is city, state and ZIP; `facts` includes the levels.

The last two only where a source speaks of them."""


class RowError(Exception):
    """A row that cannot be taken. The message is the reason, for the person who mends it."""


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A row that was found good; equal only to itself.

    Text is trimmed, a missing phone is "", the ZIP has five digits. said_on: a day of its own, if not the
    edition's. website: None where the source never speaks of websites and positions; `point` is latitude and
    longitude of the door.
    """

    file: str
    number: int
    name: str
    name_detail: str
    street1: str
    street2: str
    city: str
    state: str
    zip: str
    phone: str
    intake_phones: str
    facts: FactSet
    said_on: date | None = None
    website: str | None = None
    point: tuple[float, float] | None = None

    # Identity, from the plainest to the most exact: see the ADR.
    key: str = ""
    key_with_unit: str = ""
    key_with_phones: str = ""
    address: str = ""
    digest: str = ""

    @property
    def columns(self) -> dict[str, object]:
        """What this row says about the columns of a center, under the names of `COLUMNS`."""
        said: dict[str, object] = {
            "name": self.name,
            "name_detail": self.name_detail,
            "street1": self.street1,
            "street2": self.street2,
            "place": (self.city, self.state, self.zip),
            "phone": self.phone,
            "intake_phones": self.intake_phones,
        }
        if self.website is not None:
            said |= {"website": self.website, "point": self.point or ()}
        return said


def read_row(
    file: str, number: int, raw: Mapping[str, object], reader: Reader, codes: Collection[str]
) -> Row:
    """The row, cleaned and with its keys. RowError gives the first reason to refuse it."""
    return make_row(file, number, raw, reader.facts(codes))


def make_row(
    file: str,
    number: int,
    raw: Mapping[str, object],
    facts: FactSet,
    *,
    said_on: date | None = None,
    website: str | None = None,
    point: tuple[float, float] | None = None,
) -> Row:
    """A row whose columns are named as in the workbooks, and what else is said. RowError as in `read_row`."""
    text = _checked(raw)
    state, zip_code = text["state"].upper(), _zip(text["zip"])
    phone = clean_phone(text["phone"])
    intake = _phones(text[column] for column in ("intake1", "intake2", "intake1a", "intake2a"))
    name = (text["name1"], text["name2"])
    street = (text["street1"], text["street2"])
    bare = (identity.name_of(*name), identity.street_of(street[0]), zip_code)
    unit = identity.unit_of(*street)
    said: list[tuple[object, ...]] = [(value,) for value in (*name, *street)]
    said += [(text["city"], state, zip_code), (phone,), (intake,), (facts.yes, facts.no)]
    if website is not None:
        said += [(website,), point or ()]
    return Row(
        file=file,
        number=number,
        name=name[0],
        name_detail=name[1],
        street1=street[0],
        street2=street[1],
        city=text["city"],
        state=state,
        zip=zip_code,
        phone=phone,
        intake_phones=intake,
        facts=facts,
        said_on=said_on,
        website=website,
        point=point,
        key=identity.key_of(*bare),
        key_with_unit=identity.key_of(*bare, unit),
        key_with_phones=identity.key_of(*bare, unit, identity.digits_of(phone), intake),
        address=f"{bare[1]}, {zip_code}",
        digest=identity.digest_of(tuple(identity.piece_of(*one) for one in said)),
    )


def _checked(raw: Mapping[str, object]) -> dict[str, str]:
    """The cells as text, if all that must be there is there and fits."""
    text = {column: _text(column, value) if value is not None else "" for column, value in raw.items()}
    for column in ("name1", "city", "state", "zip"):
        if not text[column]:
            raise RowError(f"{column} is blank")
    for column, longest in LONGEST.items():
        if len(text[column]) > longest:
            raise RowError(f"{column} is longer than {longest} characters")
    if text["state"].upper() not in STATES:
        raise RowError(f"state is not a state or territory of the United States: {text['state'][:20]}")
    return text


def clean_phone(text: str) -> str:
    """A phone as people read it. Words as in 888-PARNEXT stay.

    "" for a placeholder: no number at all (also before an extension), or nothing but nines or zeros.
    """
    if not text:
        return ""
    phone = " ".join(text.split())
    number = re.split(r"(?:^| )x", phone, maxsplit=1)[0]
    if identity.digits_of(number) in _NO_PHONE and not re.search(r"[A-Za-z]{3}", number):
        return ""
    return phone


def readable_phone(text: str) -> str:
    """A number of ten digits as 217-555-0101, with its extension; any other text as it is."""
    match = _PHONE.fullmatch(" ".join(text.split()))
    return f"{match[1]}-{match[2]}-{match[3]}{f' x{match[4]}' if match[4] else ''}" if match else text


def clean_website(text: str) -> str:
    """An address on the web, with its scheme; "" for what cannot be one."""
    written = text.strip()
    if not written or not written.isprintable() or re.search(r"[\s<>\"\\]", written):
        return ""
    if not re.match(r"https?://", written, re.IGNORECASE):
        if "://" in written or "@" in written:
            return ""
        written = f"http://{written}"
    try:
        parts = urlsplit(written)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    if parts.username is not None or len(written) > WEBSITE or not _HOST.fullmatch(host):
        return ""
    return urlunsplit((parts.scheme.lower(), f"{host}:{port}" if port else host, *parts[2:]))


def _phones(texts: Iterable[str]) -> str:
    found = dict.fromkeys(clean_phone(text) for text in texts)
    return "; ".join(phone for phone in found if phone)


def _zip(text: str) -> str:
    match = _ZIP.fullmatch(text)
    if not match:
        raise RowError(f"zip is not a ZIP code: {text[:20]}")
    return match[1].zfill(5)


def _text(column: str, value: object) -> str:
    if isinstance(value, bool):
        raise RowError(f"{column} holds TRUE or FALSE instead of text")
    if isinstance(value, float):
        if not value.is_integer():
            raise RowError(f"{column} holds a number with decimals")
        value = int(value)
    text = str(value)
    if "_x" in text:
        text = _ESCAPED.sub(" ", text)
    if not text.isprintable():
        text = _CONTROL.sub(" ", _UNSEEN.sub("", text))
    text = text.strip()
    if text in _ERRORS:
        raise RowError(f"{column} holds the error value {text}")
    return text
