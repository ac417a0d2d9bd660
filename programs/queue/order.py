"""What waits, and in which order: the oldest harm first. Pure.

Harm is a head start in days, and each day of waiting adds one. Waiting counts up to `LONGEST` days, so that
nothing mild and very old stands before a listing that sends people to a dead number today; and as nothing
waits in vain, everything reaches its own best place within that time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType


class Kind(StrEnum):
    """Kinds of work. `REFUSED` is about rows of an import, all others about a center."""

    INQUIRY = "inquiry"
    REPORT = "report"
    PROPOSAL = "proposal"
    OPENINGS = "openings"
    FACTS = "facts"
    DRAFT = "draft"
    REFUSED = "refused"
    DUPLICATE = "duplicate"
    NEVER = "never"


LONGEST = 45
"""Days after which waiting adds nothing more."""
HARM: Mapping[Kind, int] = MappingProxyType(
    {
        Kind.INQUIRY: 90,
        Kind.PROPOSAL: 45,
        Kind.OPENINGS: 40,
        Kind.FACTS: 30,
        Kind.DRAFT: 15,
        Kind.REFUSED: 15,
        Kind.DUPLICATE: 10,
        Kind.NEVER: 0,
    }
)
"""Head starts in days: a person who waits for a call outweighs weeks of a listing that stands there twice."""
REPORT_HARM: Mapping[str, int] = MappingProxyType(
    {
        "closed": 90,
        "phone": 90,
        "moved": 80,
        "not_offered": 60,
        "cost": 45,
        "hours": 45,
        "claim": 30,
        "other": 30,
    }
)
"""The same for reports, by `ReportKind`."""
CALLS = frozenset({Kind.REPORT, Kind.OPENINGS, Kind.FACTS, Kind.NEVER})
"""Work that is done by calling the center; the rest is done at the desk."""


@dataclass(frozen=True, slots=True)
class Why:
    """One thing that waits. `center`, `ref`: ids of the center (None: no center's) and of the row behind it.

    since: the day from which it does harm; for what is about to happen, a day to come.
    detail: the kind of a report, the name of the other center, how many rows.
    """

    kind: Kind
    center: int | None
    since: date
    ref: int
    detail: str = ""

    @property
    def harm(self) -> int:
        """Its head start in days."""
        return REPORT_HARM[self.detail] if self.kind is Kind.REPORT else HARM[self.kind]


@dataclass(frozen=True, slots=True)
class Entry:
    """A center with all that waits there, the most urgent first; or the refused rows of one import."""

    whys: tuple[Why, ...]

    @property
    def center(self) -> int | None:
        return self.whys[0].center

    @property
    def kinds(self) -> frozenset[Kind]:
        return frozenset(why.kind for why in self.whys)

    @property
    def is_call(self) -> bool:
        """Whether something of it is done by calling the center."""
        return bool(self.kinds & CALLS)


def urgency(why: Why, *, today: date) -> int:
    """Days of harm: the head start of its kind, and the days since it began (fewer before it began)."""
    return why.harm + min((today - why.since).days, LONGEST)


def merged(waiting: Iterable[Why], *, today: date) -> list[Entry]:
    """All that waits as one list, each center once, the oldest harm first.

    A center stands where its most urgent matter stands; of equals the one that waits longest is first.
    """

    def rank(why: Why) -> tuple[int, date, str, int]:
        return -urgency(why, today=today), why.since, why.kind, why.ref

    grouped: dict[tuple[int | None, int], list[Why]] = {}
    for why in waiting:
        grouped.setdefault((why.center, why.ref if why.center is None else 0), []).append(why)
    entries = [Entry(tuple(sorted(whys, key=rank))) for whys in grouped.values()]
    return sorted(entries, key=lambda entry: (rank(entry.whys[0]), entry.center or 0))


def counted(entries: Iterable[Entry]) -> dict[Kind, int]:
    """In how many entries each kind of work waits; kinds that nowhere wait are left out."""
    counts: dict[Kind, int] = {}
    for entry in entries:
        for kind in entry.kinds:
            counts[kind] = counts.get(kind, 0) + 1
    return counts
