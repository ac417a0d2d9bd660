"""Makes one center of two. The one that goes keeps its row and its address; all that hung on it moves."""

import json
from collections.abc import Collection, Iterable, Mapping
from hashlib import blake2b
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from programs import listings
from programs.duplicates.finding import LIVING
from programs.duplicates.ledger import Ledger, plain
from programs.models import (
    Center,
    CenterLink,
    CenterStatus,
    Claim,
    DirectoryEntry,
    DoNotCall,
    DuplicatePair,
    Inquiry,
    Merge,
    PairStatus,
    Program,
    Proposal,
    Report,
    Snooze,
    StaffMember,
    Statement,
)
from programs.models.changes import because

GROUPS: Mapping[str, tuple[str, ...]] = {
    "name": ("name",),
    "name_detail": ("name_detail",),
    "organization": ("organization_id",),
    "address": ("street1", "street2", "city", "state", "zip", "lat", "lon", "location"),
    "phone": ("phone",),
    "intake_phones": ("intake_phones",),
    "website": ("website",),
    "email": ("email",),
    "takes_inquiries": ("takes_inquiries",),
}
"""What is chosen from one of the two: columns that only make sense together are one choice."""
MOVING = (Statement, DirectoryEntry, CenterLink, Proposal, Report, Inquiry, DoNotCall)
"""Tables whose rows follow their center."""
STAYING = frozenset(
    {"listing", "claim", "snooze", "program", "center", "merge", "duplicatepair", "staffmember"}
)
"""Those that are dealt with by themselves. A test asks for every other table that names a center."""
DETAILS: tuple[tuple[str, ...], ...] = (
    ("hours_per_week_min", "hours_per_week_max"),
    ("weeks_min", "weeks_max"),
    ("price_min", "price_max"),
    ("openings", "openings_until"),
    ("deposit",),
    ("wait_days",),
    ("plans",),
    ("admission",),
    ("intake",),
    ("family",),
    ("return_to_use_policy",),
    ("aftercare",),
)
"""Columns of a program that one takes over from another, as a whole, where it has nothing of its own."""


class CannotMergeError(Exception):
    """The two cannot be merged as asked. `code` says why; nothing was changed.

    gone: one of them has been merged or closed since. changed: one was edited since the page was made.
    unpublished: the one that stays was never public, the other is. sample: one is invented, one is not.
    track: a program would have the level and track of another.
    """

    def __init__(self, code: str, by: Any = None) -> None:
        super().__init__(code)
        self.code = code
        self.by = by


def fingerprint(centers: Iterable[Center]) -> str:
    """Of what is chosen from when two centers are merged: differs as soon as somebody edits either."""
    both = sorted(centers, key=lambda one: one.pk)
    rows: list[Any] = [
        [one.pk, one.status, *(plain(getattr(one, name)) for names in GROUPS.values() for name in names)]
        for one in both
    ]
    programs = Program.objects.filter(center__in=[one.pk for one in both]).order_by("id")
    rows += [list(row) for row in programs.values_list("id", "center_id", "level", "track")]
    return blake2b(json.dumps(rows).encode(), digest_size=16).hexdigest()


def merge(
    survivor: int,
    merged: int,
    *,
    by: Any,
    taken: Collection[str] = (),
    tracks: Mapping[int, str] | None = None,
    seen: str | None = None,
) -> Merge:
    """Make `merged` part of `survivor`, in one transaction. Raises CannotMergeError.

    taken: keys of GROUPS whose columns the survivor takes from the merged center. tracks: for programs of the
    merged center that shall stay beside one of the same level and track, a track of their own, by id; the
    others become part of that one. seen: the `fingerprint` of what the choice was made from.
    """
    with transaction.atomic():
        here, there = _locked(survivor, merged)
        if seen is not None and fingerprint((here, there)) != seen:
            raise CannotMergeError("changed")
        was_public = there.status == CenterStatus.PUBLISHED
        record = Merge.objects.create(survivor=here, merged=there, by=by)
        ledger = Ledger()
        with because(f"merge:{record.pk}", by=by):
            folded = _programs(ledger, here, there, tracks or {})
            _belongings(ledger, here, there, folded)
            _centers(ledger, here, there, taken)
            _people(ledger, here, there)
            if not was_public:
                _forget(ledger, folded)
        _pairs(ledger, here, there, by)
        record.before = {
            "entries": ledger.entries,
            "was_public": was_public,
            "folded": {str(old.public_id): str(new.public_id) for old, new in folded.items()},
        }
        record.save(update_fields=["before"])
        listings.rebuild([here.pk, there.pk])
    return record


def _locked(survivor: int, merged: int) -> tuple[Center, Center]:
    """Both centers, held until the end of the transaction, in an order that two merges share."""
    rows = {
        one.pk: one
        for one in Center.objects.select_for_update().filter(pk__in=[survivor, merged]).order_by("pk")
    }
    if len(rows) != 2 or any(one.status not in LIVING for one in rows.values()):
        last = Merge.objects.filter(merged__in=rows, undone_at=None).select_related("by").first()
        raise CannotMergeError("gone", last.by if last else None)
    here, there = rows[survivor], rows[merged]
    if there.status == CenterStatus.PUBLISHED != here.status:
        raise CannotMergeError("unpublished")
    if here.is_sample != there.is_sample:
        raise CannotMergeError("sample")
    return here, there


# -- Programs -----------------------------------------------------------------------------------


def _programs(
    ledger: Ledger, here: Center, there: Center, tracks: Mapping[int, str]
) -> dict[Program, Program]:
    """Move programs. Those that become part of another stay where they are: their ids are known outside."""
    own = {(one.level, one.track): one for one in here.programs.order_by("id")}
    folded: dict[Program, Program] = {}
    for program in there.programs.order_by("id"):
        track = tracks.get(program.pk, "").strip() or program.track
        twin = own.get((program.level, track))
        if twin is None:
            ledger.set(program, center_id=here.pk, track=track)
            own[program.level, track] = program
        elif tracks.get(program.pk, "").strip():
            raise CannotMergeError("track")
        else:
            _fold(ledger, program, twin)
            folded[program] = twin
    return folded


def _fold(ledger: Ledger, program: Program, into: Program) -> None:
    """Let a program take over what only the other one tells. A week comes from one of the two."""
    new: dict[str, Any] = {}
    for names in DETAILS:
        if all(getattr(into, name) in (None, "") for name in names):
            new |= {name: getattr(program, name) for name in names}
    told = any(value not in (None, "") for value in new.values())
    if told and into.details_from_id is None:
        new["details_from_id"] = program.details_from_id
    ledger.set(into, is_listed=into.is_listed or program.is_listed, **new)
    if not into.sessions.exists():
        for session in program.sessions.order_by("id"):
            ledger.set(session, program_id=into.pk)


def _forget(ledger: Ledger, folded: Mapping[Program, Program]) -> None:
    """Programs that were never public and are part of another now: nobody outside knows their ids."""
    for program in folded:
        for session in program.sessions.order_by("id"):
            ledger.remove(session)
        ledger.remove(program)


# -- What hangs on a center ---------------------------------------------------------------------


def _belongings(ledger: Ledger, here: Center, there: Center, folded: Mapping[Program, Program]) -> None:
    into = {old.pk: new.pk for old, new in folded.items()}
    for model in MOVING:
        for row in model._default_manager.filter(center=there).order_by("pk"):
            program = getattr(row, "program_id", None)
            moved = {"program_id": into[program]} if program in into else {}
            ledger.set(row, center_id=here.pk, **moved)
    for left in (Claim, Snooze):
        for work in left._default_manager.filter(center=there):
            ledger.remove(work)


def _people(ledger: Ledger, here: Center, there: Center) -> None:
    """Who looked after the one that goes looks after the other."""
    for member in StaffMember.objects.filter(centers=there).exclude(centers=here):
        ledger.give(member, here.pk)


def _centers(ledger: Ledger, here: Center, there: Center, taken: Collection[str]) -> None:
    new: dict[str, Any] = {}
    kept = set(here.kept_columns)
    for group, names in GROUPS.items():
        if all(getattr(here, name) == getattr(there, name) for name in names):
            continue
        source = there if group in taken else here
        new |= {name: getattr(source, name) for name in names}
        # Somebody chose: an import that still lists both must not choose again.
        differ = (name for name in names if getattr(here, name) != getattr(there, name))
        kept |= {name.removesuffix("_id") for name in differ}
    latest = {here.in_latest_edition, there.in_latest_edition}
    new["in_latest_edition"] = True if True in latest else False if False in latest else None
    ledger.set(here, kept_columns=sorted(kept), **new)
    for older in Center.objects.filter(merged_into=there).order_by("pk"):
        ledger.set(older, merged_into_id=here.pk)
    ledger.set(there, status=CenterStatus.MERGED.value, merged_into_id=here.pk)


def _pairs(ledger: Ledger, here: Center, there: Center, by: Any) -> None:
    """This pair is decided; what was asked or said about the one that goes is about the other now."""
    both = Q(first=there) | Q(second=there)
    known = _partners(here)
    for pair in DuplicatePair.objects.select_for_update().filter(both).order_by("pk"):
        other = pair.second_id if pair.first_id == there.pk else pair.first_id
        if other == here.pk:
            decided = {"decided_by_id": by.pk if by else None, "decided_at": timezone.now()}
            ledger.set(pair, status=PairStatus.MERGED.value, **decided)
        elif pair.status == PairStatus.MERGED:
            continue
        elif other not in known:
            first, second = sorted((here.pk, other))
            ledger.set(pair, first_id=first, second_id=second)
        elif pair.status == PairStatus.OPEN:
            ledger.remove(pair)


def _partners(center: Center) -> set[int]:
    pairs = DuplicatePair.objects.filter(Q(first=center) | Q(second=center))
    both = pairs.values_list("first_id", "second_id")
    return {one for pair in both for one in pair} - {center.pk}
