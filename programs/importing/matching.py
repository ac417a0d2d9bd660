"""Finds for each row of an edition what we already know of it. Pure.

In this order: the same identity; the same place under a new name; the same place in another directory.
Docs: docs/adr/0005-importing.md.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import UUID

from programs.importing import identity
from programs.importing.reading import Edition
from programs.importing.rows import Row
from programs.importing.state import Entry, Place, State

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(slots=True)
class Matches:
    """known: rows with the entry they continue. new: rows with their key. doubts: what to look at."""

    known: list[tuple[Row, Entry]] = field(default_factory=list)
    new: list[tuple[Row, str]] = field(default_factory=list)
    duplicates: list[Row] = field(default_factory=list)
    doubts: list[tuple[Row, str]] = field(default_factory=list)


def match(state: State, source: str, rows: list[Row]) -> Matches:
    """Match the rows of one edition with the entries of its directory, each at most once."""
    found = Matches()
    taken: set[str] = set()
    unmatched: list[tuple[Row, str]] = []
    for group in _grouped(rows).values():
        several = _without_duplicates(group, found)
        for row in several:
            key = _key(state, source, _keys(row, several), taken)
            if key is None:
                found.duplicates.append(row)
                found.doubts.append((row, "the same name, address and phones as a row before it: left out"))
                continue
            taken.add(key)
            entry = state.entries.get((source, key))
            if entry is None:
                unmatched.append((row, key))
            else:
                found.known.append((row, entry))
    _match_renamed(state, source, unmatched, taken, found)
    return found


def settled(state: State, edition: Edition) -> bool:
    """True where an edition says nothing that its entries do not say already, to the last column."""
    found = match(state, edition.source.code, edition.rows)
    if found.new or any(
        not edition.is_said(row, entry.digest, entry.said_on, entry.title) or not entry.in_latest
        for row, entry in found.known
    ):
        return False
    if edition.is_part:
        return True
    latest = sum(entry.in_latest for entry in state.of_source(edition.source.code))
    return latest == len(found.known)


def join(state: State, source: str, new: list[tuple[Row, str]]) -> dict[Row, UUID]:
    """New rows that are a place we know from another directory or from a coordinator.

    By name and address, never by address alone; a center has at most one entry of each directory.
    """
    joined: dict[Row, UUID] = {}
    if not new:
        return joined
    rows = [row for row, _ in new]
    open_places = [
        place
        for center, place in state.places.items()
        if all(entry.source != source for entry in state.entries_of.get(center, ()))
    ]
    by_key = _unique(_as_survivors(state, open_places, lambda place: _keys_of_place(state, place)))
    for key, row in _unique((row.key, row) for row in rows).items():
        if key in by_key:
            joined[row] = by_key[key]
    joined |= _join_twins(state, open_places, new)
    used = set(joined.values())
    left = [row for row in rows if row not in joined]
    unused = [place for place in open_places if place.public_id not in used]
    by_first_line = _unique(_as_survivors(state, unused, lambda place: [_first_line(place)]))
    for line, row in _unique((_first_line(row), row) for row in left).items():
        center = by_first_line.get(line)
        if center is not None and _second_lines_agree(state.places[center], row):
            joined[row] = center
    return joined


def _as_survivors(
    state: State, places: Iterable[Place], keys: Callable[[Place], Iterable[K]]
) -> set[tuple[K, UUID]]:
    """The keys of places, each with the center that a place is now: what was merged is never brought back."""
    return {(key, state.survivor(place.public_id)) for place in places for key in keys(place)}


def _join_twins(state: State, places: list[Place], new: list[tuple[Row, str]]) -> dict[Row, UUID]:
    """Rows of one name and address that differ in suite or phone alone, where a directory tells them apart by
    the same key and lists as many."""
    rows = Counter(row.key for row, _ in new)
    listed = Counter(_key_now(place) for place in places if place.merged_into is None)
    by_key = _unique(
        (entry.key, place) for place in places for entry in state.entries_of.get(place.public_id, ())
    )
    return {
        row: by_key[key].public_id
        for row, key in new
        if rows[row.key] > 1 and listed[row.key] == rows[row.key] and key in by_key
    }


def _grouped(rows: list[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row)
    return groups


def _without_duplicates(group: list[Row], found: Matches) -> list[Row]:
    """Rows of one name and address, exact duplicates set aside, in an order that no file decides."""
    if len(group) == 1:
        return group
    first: dict[str, Row] = {}
    for row in group:
        if row.digest in first:
            found.duplicates.append(row)
        else:
            first[row.digest] = row
    return sorted(first.values(), key=lambda row: (row.key_with_unit, row.key_with_phones, row.digest))


def _keys(row: Row, group: list[Row]) -> list[str]:
    """By which keys a row may go: the plainest, then those that no other row of its group has."""
    exact = []
    if len({one.key_with_unit for one in group}) == len(group):
        exact.append(row.key_with_unit)
    if len({one.key_with_phones for one in group}) == len(group):
        exact.append(row.key_with_phones)
    return [row.key, *exact]


def _key(state: State, source: str, keys: list[str], taken: set[str]) -> str | None:
    """A key that is known, the most exact first, or else the plainest that is free."""
    for key in reversed(keys):
        if key not in taken and (source, key) in state.entries:
            return key
    return next((key for key in keys if key not in taken), None)


def _match_renamed(
    state: State, source: str, unmatched: list[tuple[Row, str]], taken: set[str], found: Matches
) -> None:
    """A second chance: one old and one new row, alone at their street, ZIP and phone, are one place."""
    old: dict[tuple[str, str], Entry] = {}
    if unmatched and state.places:
        lost = [entry for entry in state.of_source(source) if entry.key not in taken]
        merged = _merged_places(state)
        old = _unique(
            (address, entry)
            for entry in lost
            for address in set(map(_address_and_phone, (state.places[entry.center], *merged[entry.center])))
        )
    new = _unique((_row_address_and_phone(row), row) for row, _ in unmatched)
    for row, key in unmatched:
        place = _row_address_and_phone(row)
        entry = old.get(place) if place[1] and new.get(place) is row else None
        if entry is None:
            found.new.append((row, key))
        else:
            state.rename_entry(entry, key)
            found.known.append((row, entry))


def _unique(pairs: Iterable[tuple[K, T]]) -> dict[K, T]:
    """Those that have their key for themselves."""
    once: dict[K, T] = {}
    twice: set[K] = set()
    for key, value in pairs:
        if key in once:
            twice.add(key)
        once[key] = value
    return {key: value for key, value in once.items() if key not in twice}


def _keys_of_place(state: State, place: Place) -> set[str]:
    """By which a center may be known: as it reads now, and as directories have listed it."""
    return {_key_now(place), *(entry.key for entry in state.entries_of.get(place.public_id, ()))}


def _key_now(place: Place) -> str:
    name = identity.name_of(place.name, place.name_detail)
    return identity.key_of(name, identity.street_of(place.street1), place.zip)


def _first_line(of: Row | Place) -> tuple[str, str, str]:
    return identity.name_of(of.name), identity.street_of(of.street1), of.zip


def _second_lines_agree(place: Place, row: Row) -> bool:
    if not place.name_detail or not row.name_detail:
        return True
    phone = identity.digits_of(row.phone)
    return bool(phone) and phone == identity.digits_of(place.phone)


def _merged_places(state: State) -> dict[UUID, list[Place]]:
    """By center, those that were merged into it."""
    found: dict[UUID, list[Place]] = defaultdict(list)
    for center, place in state.places.items():
        if place.merged_into is not None:
            found[state.survivor(center)].append(place)
    return found


def _address_and_phone(place: Place) -> tuple[str, str]:
    return f"{identity.street_of(place.street1)}, {place.zip}", identity.digits_of(place.phone)


def _row_address_and_phone(row: Row) -> tuple[str, str]:
    return row.address, identity.digits_of(row.phone)
