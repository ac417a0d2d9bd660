"""What the database knows before an import, as plain objects that a plan may change. Pure."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from programs.facts import DIRECTORY, FactSet, Said, listed_together
from programs.levels import LEVELS, Level

PLACE = (
    "name",
    "name_detail",
    "street1",
    "street2",
    "city",
    "state",
    "zip",
    "phone",
    "intake_phones",
    "lat",
    "lon",
    "location",
    "in_latest_edition",
    "website",
)
"""The columns of a center that an edition fills."""
PUBLISHED, CLOSED, MERGED = "published", "closed", "merged"
"""What a center may be, as `CenterStatus` has it. Drafts are neither."""


@dataclass(slots=True)
class Place:
    """A center. `changed` names the columns that a plan has set anew; a new one has no `id`.

    `kept` names columns that a person has set. `merged_into` is the center that this one has become.
    """

    public_id: UUID
    organization: UUID
    name: str
    name_detail: str
    street1: str
    street2: str
    city: str
    state: str
    zip: str
    phone: str
    intake_phones: str
    lat: float | None
    lon: float | None
    location: str
    in_latest_edition: bool | None
    website: str = ""
    slug: str = ""
    id: int | None = None
    status: str = PUBLISHED
    kept: frozenset[str] = frozenset()
    merged_into: UUID | None = None
    changed: set[str] = field(default_factory=set)

    def set(self, **columns: object) -> set[str]:
        """Set columns; the names of those that differ."""
        different = {name for name, value in columns.items() if getattr(self, name) != value}
        for name in different:
            setattr(self, name, columns[name])
        self.changed |= different
        return different


@dataclass(slots=True)
class Entry:
    """A row of a directory, as it was last seen, with what its statement says.

    `source` is the code of its `Source`; `title` is kept where the code alone does not say whose list it is.
    """

    source: str
    key: str
    center: UUID
    digest: str
    first_edition: int
    last_edition: int
    in_latest: bool
    facts: FactSet
    said_on: date
    title: str = ""
    id: int | None = None
    statement_id: int | None = None
    changed: bool = False


@dataclass(slots=True)
class Offer:
    """A program of the general track. `kept_by_people`: someone other than a directory stands behind it."""

    center: UUID
    level: Level
    is_listed: bool = True
    kept_by_people: bool = False
    id: int | None = None
    changed: bool = False


@dataclass(slots=True)
class State:
    """The directory, indexed as a plan needs it. `points`: ZIP code to latitude and longitude."""

    points: dict[str, tuple[float, float]] = field(default_factory=dict)
    organizations: dict[UUID, int | None] = field(default_factory=dict)
    organization_names: dict[UUID, tuple[str, str]] = field(default_factory=dict)
    places: dict[UUID, Place] = field(default_factory=dict)
    entries: dict[tuple[str, str], Entry] = field(default_factory=dict)
    entries_of: dict[UUID, list[Entry]] = field(default_factory=lambda: defaultdict(list))
    offers: dict[tuple[UUID, Level], Offer] = field(default_factory=dict)

    def add_entry(self, entry: Entry) -> None:
        self.entries[entry.source, entry.key] = entry
        self.entries_of[entry.center].append(entry)

    def rename_entry(self, entry: Entry, key: str) -> None:
        """Give an entry the identity under which the newest edition lists it."""
        del self.entries[entry.source, entry.key]
        entry.key = key
        self.entries[entry.source, key] = entry

    def survivor(self, center: UUID) -> UUID:
        """The center that this one has become; itself where it was not merged."""
        seen = {center}
        while (into := self.places[center].merged_into) is not None and into in self.places:
            if into in seen:
                break
            seen.add(into)
            center = into
        return center

    def of_source(self, source: str) -> Iterator[Entry]:
        return (entry for entry in self.entries.values() if entry.source == source)

    def newest(self, source: str) -> date | None:
        """The day of the newest edition of a directory that is in the database."""
        return max((entry.said_on for entry in self.of_source(source)), default=None)

    def stated_levels(self, center: UUID) -> frozenset[Level]:
        """The levels of care that the directories give a center now.

        Rows of the latest editions speak; where none is left, those that were seen last.
        """
        entries = self.entries_of.get(center, [])
        said = [
            Said(entry.facts, entry.source, DIRECTORY, entry.said_on, is_current=entry.in_latest)
            for entry in entries
        ]
        return levels_of(listed_together(said))


def levels_of(facts: FactSet) -> frozenset[Level]:
    """The levels of care that facts say yes to."""
    return frozenset(level for level in LEVELS if facts.value(f"offers_{level}") is True)
