"""What is sealed in a row of a visitor: as an object that cannot be printed by accident, and back."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from programs.models import Inquiry, Report
from programs.sealing import seal, unseal


class Column(StrEnum):
    """What a seal is bound to beside its row. A name here stays for good."""

    REPORT = "report"
    REPORT_NOTES = "report notes"
    INQUIRY = "inquiry"
    INQUIRY_NOTES = "inquiry notes"


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """A call-back request in the person's own words; the rest are codes of `programs.visitors.forms`.

    whom: who is to be called. way: by phone or e-mail, to `reach`. message: what may be left there.
    language: in which language they asked.
    """

    whom: str
    name: str
    way: str
    reach: str
    message: str
    time: str
    note: str
    language: str


@dataclass(frozen=True, slots=True, repr=False)
class Note:
    """What somebody of the staff wrote down about a call."""

    at: datetime
    by: str
    text: str


def seal_words(words: str, row: str) -> bytes:
    """`row`: the row's code digest, which is known before the row is stored and never given twice."""
    return seal(words, kind=Column.REPORT, row=row)


def words_of(report: Report) -> str:
    """What the reporter wrote; "" for nothing. BrokenSealError."""
    return unseal(report.sealed, kind=Column.REPORT, row=report.code_digest) if report.sealed else ""


def seal_wanted(wanted: Wanted, row: str) -> bytes:
    return seal(json.dumps(asdict(wanted), ensure_ascii=False), kind=Column.INQUIRY, row=row)


def wanted_of(inquiry: Inquiry) -> Wanted | None:
    """What the person asked for; None once it was erased. BrokenSealError."""
    if not inquiry.sealed:
        return None
    return Wanted(**json.loads(unseal(inquiry.sealed, kind=Column.INQUIRY, row=inquiry.code_digest)))


def seal_notes(notes: Sequence[Note], row: Report | Inquiry) -> bytes:
    told = [[note.at.isoformat(), note.by, note.text] for note in notes]
    return seal(json.dumps(told, ensure_ascii=False), kind=_notes_of(row), row=row.code_digest)


def notes_of(row: Report | Inquiry) -> tuple[Note, ...]:
    """What was written down, oldest first. BrokenSealError."""
    if not row.sealed_notes:
        return ()
    told = json.loads(unseal(row.sealed_notes, kind=_notes_of(row), row=row.code_digest))
    return tuple(Note(datetime.fromisoformat(at), by, text) for at, by, text in told)


def _notes_of(row: Report | Inquiry) -> Column:
    return Column.REPORT_NOTES if isinstance(row, Report) else Column.INQUIRY_NOTES
