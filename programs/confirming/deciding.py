"""What is made of a proposal: as it was, as it is, as proposed; each accepted or not, all in one transaction.

What is accepted has two authors, and both are kept: the history of each row names the reviewer as the person
and the center's link as the way (`link:<id>`); the statement of a fact says the center and its role, and the
reviewer as who entered it.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext

from programs import facts, history, listings
from programs.advertising import Finding, check_hours, check_text
from programs.claim_words import Told, told
from programs.confirming import columns
from programs.confirming.taking import reason_of
from programs.facts import FactSet
from programs.labels import fact_labels
from programs.levels import Level
from programs.models import (
    Center,
    CenterLocation,
    CenterStatus,
    Program,
    Proposal,
    ProposalStatus,
    Statement,
    StatementMethod,
    StatementSource,
    ZipCode,
)
from programs.models.columns import fact_columns
from programs.taxonomy import BY_CODE

NOTE = "note"
GONE = (CenterStatus.CLOSED, CenterStatus.MERGED)


class DecidedError(Exception):
    """Somebody else has decided already."""


class ChangedError(Exception):
    """What is listed changed while the reviewer was looking at it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing proposed. `key`: "column:phone", "fact:telehealth" or "note".

    was: when it was proposed; now: as it is listed; "" for nothing, None where a note has neither.
    is_conflict: somebody changed it since. is_done: it is as proposed already.
    """

    key: str
    label: str
    was: str | None
    now: str | None
    proposed: str
    is_conflict: bool = False
    is_done: bool = False
    warnings: tuple[Told, ...] = ()


def rows(proposal: Proposal) -> list[Row]:
    """Everything proposed, in the order of the page. One query for facts; none otherwise."""
    found = [*_column_rows(proposal)]
    if proposal.facts != FactSet():
        found += _fact_rows(proposal)
    if proposal.note:
        label = gettext("The week, in their words") if proposal.program_id else gettext("A note")
        found.append(Row(NOTE, label, None, None, proposal.note, warnings=_claims(proposal.note, NOTE)))
    return found


def digest(found: Iterable[Row]) -> str:
    """Changes when what is listed now does."""
    return hashlib.sha256(json.dumps([[one.key, one.now] for one in found]).encode()).hexdigest()


def _target(proposal: Proposal) -> Center | Program:
    return proposal.program or proposal.center


def _changes(proposal: Proposal) -> dict[str, Any]:
    """The proposed columns, those alone that a center may correct, whatever else the row may hold."""
    allowed = columns.labels(type(_target(proposal)))
    return {name: proposal.changes[name] for name in allowed if name in proposal.changes}


def _column_rows(proposal: Proposal) -> Iterator[Row]:
    target = _target(proposal)
    labels = columns.labels(type(target))
    for name, value in _changes(proposal).items():
        now, was = columns.plain(type(target), name, getattr(target, name)), proposal.base.get(name)
        yield Row(
            f"column:{name}",
            str(labels[name]),
            columns.shown(name, was),
            columns.shown(name, now),
            columns.shown(name, value),
            is_conflict=now not in (was, value),
            is_done=now == value,
            warnings=_claims(value, name) if isinstance(value, str) else (),
        )


def _fact_rows(proposal: Proposal) -> Iterator[Row]:
    known, base, labels = _known(proposal), proposal.base.get("facts", {}), fact_labels()
    for code in BY_CODE:
        value = proposal.facts.value(code)
        if value is None:
            continue
        now, was = known.value(code), base.get(code)
        yield Row(
            f"fact:{code}",
            labels[code],
            _word(was),
            _word(now),
            _word(value),
            is_conflict=now is not was and now is not value,
            is_done=now is value,
        )


def _known(proposal: Proposal) -> FactSet:
    said = Statement.objects.filter(center_id=proposal.center_id, program=proposal.program_id)
    return facts.merge(one.said for one in said.order_by("said_on", "id"))


def _word(value: bool | None) -> str:
    if value is None:
        return gettext("not known")
    return gettext("yes") if value else gettext("no")


def _claims(text: str, where: str) -> tuple[Told, ...]:
    return tuple(map(told, check_text(text, where)))


def warnings_of(proposal: Proposal) -> tuple[Told, ...]:
    """What to ask once more about the hours that are proposed."""
    if proposal.program is None:
        return ()
    hours = [proposal.changes.get(name) for name in ("hours_per_week_min", "hours_per_week_max")]
    found: tuple[Finding, ...] = check_hours(
        Level(proposal.program.level), [float(one) for one in hours if one], teen=False
    )
    return tuple(map(told, found))


# -- Writing it down ----------------------------------------------------------------------------


@transaction.atomic
def decide(proposal_id: int, accepted: Collection[str], *, by: Any, reason: str, seen: str) -> Proposal:
    """Accepts the rows with these keys and declines the rest.

    seen: the digest of the rows as the reviewer saw them. DecidedError, ChangedError, and ValidationError
    where what was accepted does not go together; then nothing is written.
    """
    waiting = Proposal.objects.filter(pk=proposal_id)
    # The center first, in the order in which everything else locks: two reviewers wait for each other.
    center = Center.objects.select_for_update(of=("self",)).get(proposals=proposal_id)
    proposal = waiting.select_for_update(of=("self",)).select_related("program", "link").get()
    proposal.center = center
    if proposal.program:
        proposal.program.center = center
    if proposal.status != ProposalStatus.WAITING:
        raise DecidedError
    found = rows(proposal)
    if digest(found) != seen:
        raise ChangedError
    taken = [row for row in found if row.key in accepted]
    if taken and center.status in GONE:
        raise ValidationError(gettext("This center is closed or was merged: nothing can be changed there."))
    with history.because(reason_of(proposal.link), by=by):
        _accept(proposal, taken, by)
    proposal.status = _status(found, taken)
    proposal.decided_by, proposal.decided_at, proposal.reason = by, timezone.now(), reason
    proposal.save(update_fields=["status", "decided_by", "decided_at", "reason"])
    return proposal


def _status(found: list[Row], taken: list[Row]) -> ProposalStatus:
    if not taken:
        return ProposalStatus.DECLINED
    return ProposalStatus.ACCEPTED if len(taken) == len(found) else ProposalStatus.PARTLY


def _accept(proposal: Proposal, taken: list[Row], by: Any) -> None:
    names = [row.key.removeprefix("column:") for row in taken if row.key.startswith("column:")]
    codes = [row.key.removeprefix("fact:") for row in taken if row.key.startswith("fact:")]
    if not names and not codes:
        return
    program = proposal.program
    statement = _state(proposal, codes, taken, by) if codes or program else None
    if names and program:
        _write(program, names, proposal)
        program.details_from = statement
        program.save()
    elif names:
        _write_center(proposal.center, names, proposal)
    listings.rebuild([proposal.center_id])


def _write(row: Center | Program, names: Iterable[str], proposal: Proposal) -> None:
    """Sets the columns; ValidationError where one of them, or all together, cannot be."""
    model = type(row)
    values: Mapping[str, Any] = {name: columns.read(model, name, proposal.changes[name]) for name in names}
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean()
    for name, value in values.items():
        columns.check(name, value)


def _write_center(center: Center, names: list[str], proposal: Proposal) -> None:
    """The center's columns, and what hangs on them: the address of its page, its place on the map, and that
    an import leaves them alone from now on."""
    _write(center, names, proposal)
    if "name" in names:
        center.slug = slugify(center.name)[:120] or "center"
    if set(names) & set(columns.ADDRESS):
        _place(center)
    kept = set(center.kept_columns) | set(names) - columns.OURS_ALONE
    center.kept_columns = sorted(kept)
    center.save()


def _place(center: Center) -> None:
    """A new address has no coordinates yet: the middle of its ZIP code stands in until they are typed."""
    middle = ZipCode.objects.filter(zip=center.zip).first()
    center.lat, center.lon = (middle.lat, middle.lon) if middle else (None, None)
    center.location = CenterLocation.ZIP if middle else CenterLocation.UNKNOWN


def _state(proposal: Proposal, codes: list[str], taken: list[Row], by: Any) -> Statement:
    said = FactSet.of(
        yes=[code for code in codes if proposal.facts.value(code)],
        no=[code for code in codes if not proposal.facts.value(code)],
    )
    return Statement.objects.create(
        center=proposal.center,
        program=proposal.program,
        source=StatementSource.CENTER,
        method=StatementMethod.CENTER,
        said_on=_day(proposal, taken),
        said_by=proposal.said_by,
        entered_by=by,
        **fact_columns(said),
    )


def _day(proposal: Proposal, taken: Iterable[Row]) -> date:
    """The day the center said it; today where the reviewer prefers it to something said since."""
    if any(row.is_conflict for row in taken):
        return timezone.localdate()
    return timezone.localdate(proposal.created_at)
