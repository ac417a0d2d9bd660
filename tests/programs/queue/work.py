"""Work that waits, of every kind."""

import itertools
import uuid
from datetime import date, timedelta

from django.utils import timezone

from programs.facts import FactSet
from programs.models import (
    Center,
    DuplicatePair,
    ImportRun,
    Inquiry,
    Proposal,
    RefusedRow,
    Report,
)
from programs.visitors.contents import seal_words
from tests.programs.factories import CenterFactory, ProgramFactory, StatementFactory

_NUMBERS = itertools.count()


def digest() -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"queue/{next(_NUMBERS)}").hex * 2


def today() -> date:
    return timezone.localdate()


def confirmed(center: Center, days: int, *, yes=("pay_medicaid",), **more) -> None:
    """Said by a person so many days ago."""
    statement = StatementFactory.build(center=center, said_on=today() - timedelta(days=days), **more)
    statement.facts = FactSet.of(yes=yes)
    statement.save()


def report(center: Center, kind: str = "phone", days: int = 2, words: str = "", **more) -> Report:
    code = digest()
    made = Report.objects.create(
        center=center,
        code_digest=code,
        form_digest=digest(),
        kind=kind,
        sealed=seal_words(words, code) if words else b"",
        purge_on=more.pop("purge_on", today() + timedelta(days=90)),
        **more,
    )
    Report.objects.filter(pk=made.pk).update(created_at=timezone.now() - timedelta(days=days))
    made.refresh_from_db()
    return made


def inquiry(center: Center, days: int = 1, **more) -> Inquiry:
    return Inquiry.objects.create(
        center=center,
        code_digest=digest(),
        form_digest=digest(),
        sealed=b"sealed",
        consent_version="1",
        due_at=timezone.now() - timedelta(days=days),
        purge_on=today() + timedelta(days=30),
        **more,
    )


def proposal(center: Center) -> Proposal:
    return Proposal.objects.create(center=center, changes={"phone": "602-555-0100"})


def openings(center: Center, days: int = 1) -> None:
    """Open places that lapse in so many days."""
    ProgramFactory(center=center, openings=2, openings_until=today() + timedelta(days=days))


def duplicate(first: Center, second: Center) -> DuplicatePair:
    low, high = sorted((first, second), key=lambda center: center.pk)
    return DuplicatePair.objects.create(first=low, second=high, score=0.9)


def refused(rows: int = 3) -> ImportRun:
    run = ImportRun.objects.create(read=rows, refused=rows, files=[{"name": "list.xlsx"}])
    RefusedRow.objects.bulk_create(
        RefusedRow(run=run, file="list.xlsx", row_number=number, reason="no ZIP") for number in range(rows)
    )
    return run


def one_of_each(state: str = "AZ") -> dict[str, Center]:
    """A center for every kind of work but refused rows, of which one import has some."""
    kinds = ("inquiry", "report", "proposal", "openings", "facts", "draft", "duplicate")
    found = {kind: CenterFactory(state=state, name=f"{kind} {state}") for kind in kinds}
    inquiry(found["inquiry"])
    report(found["report"])
    proposal(found["proposal"])
    openings(found["openings"])
    confirmed(found["facts"], 500)
    Center.objects.filter(pk=found["draft"].pk).update(status="review")
    duplicate(found["duplicate"], CenterFactory(state=state, name=f"twin {state}"))
    refused()
    return found
