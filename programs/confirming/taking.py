"""Writes down what a center said: that all of it is right, or what should be different.

That it is right changes no content, so that nobody has to look at it: a statement of the center, of today,
takes the place of the older ones. What should be different waits until somebody has looked at it.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from programs import history, listings
from programs.confirming import links
from programs.confirming.as_listed import AsListed
from programs.confirming.forms import Change, CorrectionForm, SaidForm
from programs.facts import FactSet, unpack
from programs.models import (
    CenterLink,
    Program,
    Proposal,
    ProposalStatus,
    Statement,
    StatementMethod,
    StatementSource,
)
from programs.models.columns import fact_columns


def reason_of(link: CenterLink | None) -> str | None:
    """What stands in the histories as the author, where no account is; see `programs.models.changes`."""
    return None if link is None else f"link:{link.pk}"


@transaction.atomic
def all_right(form: SaidForm, *, link: CenterLink | None = None, by: Any = None) -> bool:
    """All that is listed is right. False, and nothing is written, where the link works no more."""
    if link is not None and not links.use(link):
        return False
    confirm(form.listed, said_by=form.role, link=link, by=by)
    return True


@transaction.atomic
def corrected(form: CorrectionForm, *, link: CenterLink | None = None, by: Any = None) -> bool:
    """Some of it should be different. False, and nothing is written, where the link works no more."""
    if link is not None and not links.use(link):
        return False
    changes = form.changes()
    for change in changes:
        _propose(form.listed, change, said_by=form.role, link=link, by=by)
    if form.cleaned_data["rest_is_right"]:
        confirm(form.listed, said_by=form.role, link=link, by=by, without=form.unsure, changes=changes)
    return True


def confirm(
    listed: AsListed,
    *,
    said_by: str,
    link: CenterLink | None,
    by: Any,
    without: Iterable[str] = (),
    changes: Iterable[Change] = (),
) -> None:
    """New statements of what is known already: of the center, and of each program of which something is.

    without: facts nobody spoke for. changes: what was found wrong is not confirmed either.
    """
    changes = list(changes)
    wrong = {code for one in changes for code in one.base_facts}
    programs_wrong = {one.program.pk for one in changes if one.program}
    dropped = {*without, *wrong}
    with history.because(reason_of(link), by=by):
        _state(listed, None, _without(listed.known, dropped), said_by, by)
        for program in listed.programs:
            own = listed.own[program.pk]
            detailed = _has_details(program) and program.pk not in programs_wrong
            if detailed or own != FactSet():
                statement = _state(listed, program, _without(own, dropped), said_by, by)
                if detailed:
                    program.details_from = statement
                    program.save(update_fields=["details_from"])
        listings.rebuild([listed.center.pk])


def _state(listed: AsListed, program: Program | None, known: FactSet, said_by: str, by: Any) -> Statement:
    return Statement.objects.create(
        center=listed.center,
        program=program,
        source=StatementSource.CENTER,
        method=StatementMethod.CENTER,
        said_on=timezone.localdate(),
        said_by=said_by,
        entered_by=by,
        **fact_columns(known),
    )


def _without(known: FactSet, dropped: set[str]) -> FactSet:
    return FactSet.of(
        yes=[code for code in unpack(known.yes) if code not in dropped],
        no=[code for code in unpack(known.no) if code not in dropped],
    )


def _has_details(program: Program) -> bool:
    return program.details_from_id is not None or bool(program.slots)


def _propose(listed: AsListed, change: Change, *, said_by: str, link: CenterLink | None, by: Any) -> None:
    base: dict[str, Any] = dict(change.base)
    if change.base_facts:
        base["facts"] = dict(change.base_facts)
    same: dict[str, Any] = {
        "center": listed.center,
        "program": change.program,
        "link": link,
        "by": by,
        "said_by": said_by,
        "changes": dict(change.changes),
        "note": change.note,
        "status": ProposalStatus.WAITING,
        **fact_columns(change.facts),
    }
    # A form sent twice: a link is used up by then, an account is not.
    if link is not None or not Proposal.objects.filter(**same).exists():
        Proposal.objects.create(base=base, **same)
