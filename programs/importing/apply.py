"""Writes a plan. Call it inside one transaction: either all of it is there afterwards, or nothing."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.text import slugify

from programs import bulk, history, listings
from programs.importing import identity
from programs.importing.plan import Plan
from programs.importing.source import table_of
from programs.importing.state import PLACE, Entry, Place, State
from programs.models import (
    Center,
    CenterStatus,
    DirectoryEntry,
    Organization,
    Program,
    Statement,
    StatementMethod,
)
from programs.models.columns import NO, YES, fact_columns

M = TypeVar("M", bound=models.Model)
BATCH = 1000
SLUG = 120
_ENTRY = ("source", "scope", "key", "digest", "first_edition", "last_edition", "in_latest")
AS_IT_WAS = "before:import"
"""The reason of a copy that was made before the first change since histories are kept."""
_UNTOLD = ("track", "plans", "admission", "intake", "family", "return_to_use_policy", "aftercare")
"""Columns of a program that no directory fills, and that may not be null."""


def apply(plan: Plan) -> None:
    """Write what differs from the database, and the listings of the centers that were touched.

    Every row that was written is in the histories, with the reason of the block around (`history.because`).
    """
    state = plan.state
    at = timezone.now()
    _copy_first(state)
    new = {public_id for public_id, place in state.places.items() if place.id is None}
    organizations = _write_organizations(state, at)
    centers = _write_centers(state, organizations, at)
    _write_entries(state, centers, at)
    _write_programs(state, centers)
    listings.rebuild(centers[public_id] for public_id in plan.touched - new)
    # A row just written says by itself that it is of today.
    listings.rebuild((centers[public_id] for public_id in plan.touched & new), changed=False)


def _copy_first(state: State) -> None:
    """A copy of what is about to change for the first time since histories are kept: the way back."""
    entries = [entry for entry in state.entries.values() if entry.changed and entry.id is not None]
    for model, ids in (
        (Center, [place.id for place in state.places.values() if place.id is not None and place.changed]),
        (DirectoryEntry, [entry.id for entry in entries]),
        (Statement, [entry.statement_id for entry in entries]),
        (Program, [offer.id for offer in state.offers.values() if offer.changed and offer.id is not None]),
    ):
        kept = model.history.model.objects.values_list("id", flat=True).distinct()
        known = {pk for some in _chunks(ids) for pk in kept.filter(id__in=some)}
        history.record(model, [pk for pk in ids if pk not in known], reason=AS_IT_WAS)


def _write_organizations(state: State, at: datetime) -> dict[UUID, int]:
    names = state.organization_names
    ids = {public_id: pk for public_id, pk in state.organizations.items() if pk is not None}
    ids.update(zip(names, bulk.new_ids(Organization, len(names)), strict=True))
    columns = (
        "id",
        "public_id",
        "name",
        "state",
        "website",
        "phone",
        "is_sample",
        "created_at",
        "updated_at",
    )
    rows = ((ids[key], key, name, state_, "", "", False, at, at) for key, (name, state_) in names.items())
    bulk.insert(Organization, columns, rows)
    history.record(Organization, [ids[key] for key in names], history.CREATED)
    return ids


def _write_centers(state: State, organizations: dict[UUID, int], at: datetime) -> dict[UUID, int]:
    places = state.places.values()
    new = [place for place in places if place.id is None]
    old = [place for place in places if place.id is not None and place.changed]
    for place, pk in zip(new, bulk.new_ids(Center, len(new)), strict=True):
        place.id, place.slug = pk, _slug(place)
    columns = (
        *("id", "public_id", "organization_id", "slug", *PLACE),
        *("status", "is_sample", "created_at", "updated_at", "email", "takes_inquiries", "kept_columns"),
    )
    rest = (CenterStatus.PUBLISHED.value, False, at, at, "", False, "[]")
    rows = (
        (place.id, place.public_id, organizations[place.organization], place.slug, *_columns(place), *rest)
        for place in new
    )
    bulk.insert(Center, columns, rows)
    overwrite(
        [_center(place, organizations[place.organization]) for place in old],
        (*PLACE, "organization", "updated_at"),
    )
    history.record(Center, [place.id for place in new], history.CREATED)
    history.record(Center, [place.id for place in old])
    return {place.public_id: place.id for place in places if place.id is not None}


def _columns(place: Place) -> tuple[Any, ...]:
    return tuple(getattr(place, name) for name in PLACE)


def _center(place: Place, organization: int) -> Center:
    return Center(
        id=place.id,
        public_id=place.public_id,
        organization_id=organization,
        slug=place.slug,
        **dict(zip(PLACE, _columns(place), strict=True)),
    )


def _slug(place: Place) -> str:
    """For a readable address; given once, so that links stay."""
    return slugify(f"{place.name} {place.city} {place.state}")[:SLUG].strip("-") or "center"


def _write_entries(state: State, centers: dict[UUID, int], at: datetime) -> None:
    changed = [entry for entry in state.entries.values() if entry.changed]
    new = [entry for entry in changed if entry.id is None]
    old = [entry for entry in changed if entry.id is not None]
    ids = zip(bulk.new_ids(DirectoryEntry, len(new)), bulk.new_ids(Statement, len(new)), strict=True)
    for entry, (pk, statement) in zip(new, ids, strict=True):
        entry.id, entry.statement_id = pk, statement
    columns = (
        "id",
        "center_id",
        "source",
        "method",
        "edition",
        "said_on",
        "is_current",
        "said_by",
        "created_at",
        *YES,
        *NO,
    )
    said = (
        (
            *(entry.statement_id, centers[entry.center], table_of(entry.source)[0]),
            *(StatementMethod.DIRECTORY.value, entry.last_edition, entry.said_on, entry.in_latest),
            *(entry.title, at, *entry.facts.yes, *entry.facts.no),
        )
        for entry in new
    )
    bulk.insert(Statement, columns, said)
    columns = ("id", "center_id", "statement_id", *_ENTRY)
    rows = ((entry.id, centers[entry.center], entry.statement_id, *_entry_columns(entry)) for entry in new)
    bulk.insert(DirectoryEntry, columns, rows)
    said_columns = ("said_on", "said_by", "edition", "is_current", *YES, *NO)
    overwrite([_statement(entry, centers) for entry in old], said_columns)
    overwrite([_entry(entry, centers) for entry in old], _ENTRY)
    for some, kind in ((new, history.CREATED), (old, history.CHANGED)):
        history.record(Statement, [entry.statement_id for entry in some], kind)
        history.record(DirectoryEntry, [entry.id for entry in some], kind)


def _statement(entry: Entry, centers: dict[UUID, int]) -> Statement:
    return Statement(
        id=entry.statement_id,
        center_id=centers[entry.center],
        source=table_of(entry.source)[0],
        said_by=entry.title,
        method=StatementMethod.DIRECTORY,
        said_on=entry.said_on,
        edition=entry.last_edition,
        is_current=entry.in_latest,
        **fact_columns(entry.facts),
    )


def _entry(entry: Entry, centers: dict[UUID, int]) -> DirectoryEntry:
    return DirectoryEntry(
        id=entry.id,
        center_id=centers[entry.center],
        statement_id=entry.statement_id or 0,
        **dict(zip(_ENTRY, _entry_columns(entry), strict=True)),
    )


def _entry_columns(entry: Entry) -> tuple[Any, ...]:
    """The values of `_ENTRY`."""
    return (*table_of(entry.source), *(getattr(entry, name) for name in _ENTRY[2:]))


def _write_programs(state: State, centers: dict[UUID, int]) -> None:
    changed = [offer for offer in state.offers.values() if offer.changed]
    new = [offer for offer in changed if offer.id is None and offer.is_listed]
    columns = ("id", "public_id", "center_id", "level", "is_listed", *_UNTOLD)
    ids = list(bulk.new_ids(Program, len(new)))
    rows = (
        (pk, identity.program_id(offer.center, offer.level), centers[offer.center], offer.level.value, True)
        + ("",) * len(_UNTOLD)
        for pk, offer in zip(ids, new, strict=True)
    )
    bulk.insert(Program, columns, rows)
    history.record(Program, ids, history.CREATED)
    for listed in (True, False):
        known = [offer.id for offer in changed if offer.id is not None and offer.is_listed is listed]
        for some in _chunks(known):
            history.update(Program.objects.filter(id__in=some), is_listed=listed)


def overwrite(rows: Sequence[M], columns: Iterable[str]) -> None:
    """Write these columns of rows that exist. One statement for many rows, on both databases."""
    if rows:
        manager: Any = type(rows[0])._default_manager
        manager.bulk_create(
            rows,
            batch_size=BATCH,
            update_conflicts=True,
            unique_fields=["id"],
            update_fields=list(columns),
        )


def _chunks(ids: list[Any]) -> Iterable[list[Any]]:
    return (ids[at : at + 500] for at in range(0, len(ids), 500))
