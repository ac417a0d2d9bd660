"""What an import would change: editions laid over a state, row by row. Pure; writes nothing."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from uuid import UUID

from programs.facts import FactSet
from programs.importing import identity
from programs.importing.matching import Matches, join, match
from programs.importing.reading import Edition
from programs.importing.rows import COLUMNS, Row
from programs.importing.source import rank
from programs.importing.state import CLOSED, Entry, Offer, Place, State
from programs.levels import Level

Pair = tuple[object, object]
"""What a column says before and after."""
_PARTS = {"place": ("city", "state", "zip"), "point": ("lat", "lon", "location")}
"""Columns of a center that a row fills together."""
MANY = 0.5
"""The share of a directory that may vanish without a word."""


class Outcome(StrEnum):
    """What became of a row. Each row that was read has exactly one."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    JOINED = "joined"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a preview: what happens to which center, and to which of its columns.

    `row`: None for a center that is not in the edition any more. `columns`: what each column is and shall be;
    `facts`: from which facts to which; `kept`: what a person has set, and what the row would have said.
    """

    outcome: str
    center: str
    what: tuple[str, ...] = ()
    row: Row | None = None
    public_id: UUID | None = None
    columns: Mapping[str, Pair] = field(default_factory=dict)
    facts: tuple[FactSet, FactSet] | None = None
    kept: Mapping[str, Pair] = field(default_factory=dict)


@dataclass(slots=True)
class _Laid:
    """What laying a row over a center has done: names of columns, pairs of old and new, what was kept."""

    what: list[str] = field(default_factory=list)
    columns: dict[str, Pair] = field(default_factory=dict)
    kept: dict[str, Pair] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """The state as it shall be, and how many rows lead there."""

    state: State
    editions: list[Edition]
    outcomes: dict[str, Counter[Outcome]] = field(default_factory=lambda: defaultdict(Counter))
    changes: list[Change] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
    vanished: int = 0

    @property
    def read(self) -> int:
        return sum(edition.read for edition in self.editions)

    @property
    def totals(self) -> dict[Outcome, int]:
        """All six outcomes over all editions. They add up to `read`."""
        return {one: sum(counts[one] for counts in self.outcomes.values()) for one in Outcome}


def plan(state: State, editions: list[Edition]) -> Plan:
    """Lay editions (oldest first) over the state, which is changed and returned inside the plan."""
    result = Plan(state, editions)
    levels: dict[UUID, frozenset[Level]] = {}
    for edition in editions:
        _Round(result, edition, levels).run()
    for center in sorted(result.touched):
        _list_levels(state, center, levels.get(center, frozenset()))
        place = state.places[center]
        place.set(in_latest_edition=any(entry.in_latest for entry in state.entries_of[center]))
    return result


class _Round:
    """One edition laid over the state."""

    def __init__(self, result: Plan, edition: Edition, levels: dict[UUID, frozenset[Level]]) -> None:
        self.plan = result
        self.state = result.state
        self.edition = edition
        self.source = edition.source.code
        self.counts = result.outcomes[str(edition)]
        self.levels = levels
        newest = self.state.newest(self.source)
        self.is_old = newest is not None and edition.said_on < newest
        self.newest = newest

    def run(self) -> None:
        plan, edition = self.plan, self.edition
        plan.warnings += edition.warnings
        self.counts[Outcome.REFUSED] += len(edition.refused)
        if self.is_old and self.newest is not None:
            plan.warnings.append(
                f"{edition} is older than the edition of {_day(self.newest)} that is already in: "
                "what that one says stays, only centers it does not list are added"
            )
        before = [entry for entry in self.state.of_source(self.source) if entry.in_latest]
        found = match(self.state, self.source, edition.rows)
        for row in found.duplicates:
            self._count(Outcome.DUPLICATE, row, None)
        plan.warnings += [f"{row.file}, row {row.number}: {why}" for row, why in found.doubts]
        for row, entry in found.known:
            self._known(row, entry)
        self._take_new(found)
        if not self.is_old and not edition.is_part:
            self._mark_vanished(before, {id(entry) for _, entry in found.known})
        self._warn_of_places()

    # -- Rows we know ---------------------------------------------------------------------------
    def _known(self, row: Row, entry: Entry) -> None:
        edition, year = self.edition, self.edition.year
        same = edition.is_said(row, entry.digest, entry.said_on, entry.title) and entry.in_latest
        if self.is_old or same:
            self._count(Outcome.UNCHANGED, row, None)
            return
        self._touch(entry.center)
        place = self.state.places[entry.center]
        laid = self._lay_over(place, row, entry)
        facts = (entry.facts, row.facts)
        if entry.facts != row.facts:
            laid.what.append("facts")
        if entry.last_edition != year:
            laid.what.append(f"edition {year}")
        if not entry.in_latest:
            laid.what.append("listed again")
        entry.facts, entry.digest, entry.title = row.facts, row.digest, edition.title
        entry.said_on = edition.day_of(row)
        entry.last_edition, entry.in_latest, entry.changed = year, True, True
        self._count(Outcome.UPDATED, row, place, laid, facts)

    def _lay_over(self, place: Place, row: Row, own: Entry | None) -> _Laid:
        """Bring a center's columns up to date, but not those that a person has written."""
        laid = _Laid()
        for column, value in row.columns.items():
            current = _value(place, column)
            if current == value:
                continue
            if not place.kept.isdisjoint(_PARTS.get(column, (column,))):
                if value:
                    laid.kept[column] = (current, value)
                continue
            if self._may_set(place, column, value, own):
                self._set(place, column, value)
                laid.columns[column] = (current, value)
                laid.what.append(column)
        moved = place.location == "unknown" or (place.location == "zip" and "place" in laid.what)
        if moved and place.kept.isdisjoint(_PARTS["point"]):
            laid.what += sorted(place.set(**self._located(place.zip)))
        return laid

    def _may_set(self, place: Place, column: str, value: object, own: Entry | None) -> bool:
        """Whether this row decides a column that says something else now."""
        at, current = COLUMNS.index(column), _value(place, column)
        piece = identity.piece_of(*current) if isinstance(current, tuple) else identity.piece_of(current)
        entries = self.state.entries_of[place.public_id]
        pieces = [identity.pieces_of(entry.digest) for entry in entries]
        mine = rank(self.source)
        second = any(rank(entry.source) < mine and entry.in_latest for entry in entries)
        own_pieces = identity.pieces_of(own.digest) if own else ()
        is_own = at < len(own_pieces) and piece == own_pieces[at]
        said = {known[at] for known in pieces if at < len(known)}
        if piece not in said and (current or said):
            return False  # Someone has written this: it stays.
        if second and current:
            return False  # A directory that is trusted more has filled it.
        if any(entry is not own and entry.source == self.source for entry in entries):
            return is_own  # Of centers that were merged, each row changes only what it said itself.
        # Nothing said here is no reason to drop what another directory says.
        return bool(value) or is_own

    def _set(self, place: Place, column: str, value: object) -> None:
        if column == "place":
            place.set(**dict(zip(("city", "state", "zip"), value, strict=True)))  # type: ignore[call-overload]
            return
        if column == "point":
            place.set(**self._located(place.zip, value))  # type: ignore[arg-type]
            return
        by_name = identity.organization_id(place.name, place.state)
        place.set(**{column: value})
        if column == "name" and place.organization == by_name:
            place.set(organization=self._organization(place.name, place.state))

    # -- Rows we do not know --------------------------------------------------------------------
    def _take_new(self, found: Matches) -> None:
        joined = join(self.state, self.source, found.new)
        for row, key in found.new:
            center = joined.get(row)
            if center is None:
                place = self._new_place(row, key)
                outcome, laid = Outcome.CREATED, _Laid()
            else:
                place = self.state.places[center]
                self._touch(center)
                outcome = Outcome.JOINED
                laid = _Laid() if self.is_old else self._lay_over(place, row, None)
            self._touch(place.public_id)
            year = self.edition.year
            entry = Entry(
                source=self.source,
                key=key,
                center=place.public_id,
                digest=row.digest,
                first_edition=year,
                last_edition=year,
                in_latest=not self.is_old,
                facts=row.facts,
                said_on=self.edition.day_of(row),
                title=self.edition.title,
                changed=True,
            )
            self.state.add_entry(entry)
            self._count(outcome, row, place, laid, (FactSet(), row.facts))

    def _new_place(self, row: Row, key: str) -> Place:
        place = Place(
            public_id=identity.center_id(key),
            organization=self._organization(row.name, row.state),
            name=row.name,
            name_detail=row.name_detail,
            street1=row.street1,
            street2=row.street2,
            city=row.city,
            state=row.state,
            zip=row.zip,
            phone=row.phone,
            intake_phones=row.intake_phones,
            in_latest_edition=not self.is_old,
            website=row.website or "",
            **self._located(row.zip, row.point or ()),  # type: ignore[arg-type]
        )
        # The same key may have founded a center that has since become another row's.
        while place.public_id in self.state.places:
            place.public_id = identity.center_id(place.public_id.hex)
        self.state.places[place.public_id] = place
        return place

    def _organization(self, name: str, state: str) -> UUID:
        public_id = identity.organization_id(name, state)
        if public_id not in self.state.organizations:
            self.state.organizations[public_id] = None
            self.state.organization_names[public_id] = (name, state)
        return public_id

    def _located(self, zip_code: str, exact: tuple[float, ...] = ()) -> dict[str, object]:
        if exact:
            return {"lat": exact[0], "lon": exact[1], "location": "exact"}
        point = self.state.points.get(zip_code)
        if point is None:
            return {"lat": None, "lon": None, "location": "unknown"}
        return {"lat": point[0], "lon": point[1], "location": "zip"}

    # -- Around the rows ------------------------------------------------------------------------
    def _mark_vanished(self, before: list[Entry], seen: set[int]) -> None:
        gone = [entry for entry in before if id(entry) not in seen]
        for entry in gone:
            self._touch(entry.center)
            entry.in_latest, entry.changed = False, True
            place = self.state.places[entry.center]
            self.plan.changes.append(Change("vanished", _label(place), public_id=place.public_id))
        self.plan.vanished += len(gone)
        if before and len(gone) > MANY * len(before):
            self.plan.warnings.append(
                f"{self.edition}: {len(gone):,} of {len(before):,} centers are not in it any more: "
                "is the file whole?"
            )

    def _warn_of_places(self) -> None:
        absent = Counter(row.zip for row in self.edition.rows if row.zip not in self.state.points)
        self.plan.warnings += [
            f"{self.edition}: ZIP {zip_code} is not known: location unknown in {times} row(s)"
            for zip_code, times in sorted(absent.items())
        ]

    def _touch(self, center: UUID) -> None:
        if center not in self.levels:
            self.levels[center] = self.state.stated_levels(center)
        self.plan.touched.add(center)

    def _count(
        self,
        outcome: Outcome,
        row: Row,
        place: Place | None,
        laid: _Laid | None = None,
        facts: tuple[FactSet, FactSet] | None = None,
    ) -> None:
        self.counts[outcome] += 1
        if outcome is Outcome.UNCHANGED:
            return
        label = f"{row.name}, {row.city}, {row.state}"
        if place is not None and place.status == CLOSED:
            self.plan.warnings.append(f"{row.file}, row {row.number}: {label} is closed here, but listed")
        laid = laid or _Laid()
        self.plan.changes.append(
            Change(
                outcome.value,
                label,
                tuple(laid.what),
                row=row,
                public_id=place.public_id if place else None,
                columns=laid.columns,
                facts=facts if facts and facts[0] != facts[1] else None,
                kept=laid.kept,
            )
        )


def _list_levels(state: State, center: UUID, before: frozenset[Level]) -> None:
    """List programs of levels that are newly stated; unlist those that no directory states any more.

    What did not change in the directories is left as it is, and what people stand behind stays listed.
    """
    now = state.stated_levels(center)
    for level in sorted(now - before):
        offer = state.offers.setdefault((center, level), Offer(center, level, is_listed=False))
        offer.changed |= not offer.is_listed
        offer.is_listed = True
    for level in sorted(before - now):
        known = state.offers.get((center, level))
        if known is not None and known.is_listed and not known.kept_by_people:
            known.is_listed, known.changed = False, True


def _value(place: Place, column: str) -> object:
    if column == "place":
        return (place.city, place.state, place.zip)
    if column == "point":
        return (place.lat, place.lon) if place.location == "exact" else ()
    return getattr(place, column)


def _day(day: date) -> str:
    """A year, or the very day where a list has one."""
    return str(day.year) if (day.month, day.day) == (1, 1) else f"{day:%Y-%m-%d}"


def _label(place: Place) -> str:
    return f"{place.name}, {place.city}, {place.state}"
