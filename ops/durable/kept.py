"""Holds the ledger against the database: what was acknowledged is there once. Needs Django."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from assessment import codes as private
from assessment.models import SavedAnswers
from ops.durable.ledger import Entry, Ledger
from programs.codes import digest, read
from programs.models import Center, DuplicatePair, Inquiry, Merge, Proposal, Report, StagedImport, Statement
from programs.visitors.contents import wanted_of, words_of
from programs.visitors.sending import Kind


@dataclass
class Kept:
    """What became of one kind of act."""

    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)

    def see(self, mark: str, there: int, wanted: int = 1) -> None:
        if there < wanted:
            self.lost.append(f"{mark}: {there} of {wanted}")
        elif there > wanted:
            self.doubled.append(f"{mark}: {there} in place of {wanted}")


def _edits(entries: list[Entry], kept: Kept) -> None:
    last: dict[int, str] = {}
    for entry in entries:
        pk = entry.told["center"]
        last[pk] = entry.mark
        kept.see(entry.mark, Center.history.filter(id=pk, street2=entry.mark).count())
        kept.see(f"{entry.mark} (heard)", Statement.objects.filter(said_by=entry.mark).count())
    for pk, mark in last.items():
        if Center.objects.get(pk=pk).street2 != mark:
            kept.lost.append(f"{mark}: the address is an older one")


def _new_centers(entries: list[Entry], kept: Kept) -> None:
    for entry in entries:
        kept.see(entry.mark, Center.objects.filter(name=entry.mark).count())


def _verifications(entries: list[Entry], kept: Kept) -> None:
    for entry in entries:
        kept.see(entry.mark, Statement.objects.filter(note=entry.mark).count())


def _by_code(
    entries: list[Entry], kept: Kept, model: Any, kind: Kind, words: Callable[[Any], str | None]
) -> None:
    said = Counter(words(row) for row in model.objects.all())
    for entry in entries:
        row = model.objects.filter(code_digest=digest(read(entry.told["code"]), kind)).first()
        if row is None or words(row) != entry.mark:
            kept.lost.append(f"{entry.mark}: its code leads to nothing")
        kept.see(entry.mark, said[entry.mark])


def _reports(entries: list[Entry], kept: Kept) -> None:
    _by_code(entries, kept, Report, Kind.REPORT, words_of)


def _inquiries(entries: list[Entry], kept: Kept) -> None:
    def name(row: Any) -> str | None:
        wanted = wanted_of(row)
        return wanted.name if wanted else None

    _by_code(entries, kept, Inquiry, Kind.INQUIRY, name)


def _confirmations(entries: list[Entry], kept: Kept) -> None:
    for entry in entries:
        center = entry.told["center"]
        if entry.told["corrects"]:
            kept.see(entry.mark, Proposal.objects.filter(center=center, note=entry.mark).count())
        else:
            kept.see(
                entry.mark, Statement.objects.filter(center=center, method="center", program=None).count()
            )


def _private_codes(entries: list[Entry], kept: Kept) -> None:
    for entry in entries:
        keys = private.keys_of(read(entry.told["code"]))
        kept.see(entry.mark, SavedAnswers.objects.filter(locator__in=[one.locator for one in keys]).count())
    if SavedAnswers.objects.count() > len(entries):
        kept.doubled.append(f"{SavedAnswers.objects.count()} boxes for {len(entries)} codes")


def _merges(entries: list[Entry], kept: Kept) -> None:
    for entry in entries:
        pair = DuplicatePair.objects.filter(pk=entry.told["pair"]).first()
        both = () if pair is None else (pair.first_id, pair.second_id)
        made = Merge.objects.filter(survivor__in=both, merged__in=both)
        kept.see(entry.mark, made.count())
        if made.filter(undone_at=None).exists() == entry.told["undone"]:
            kept.lost.append(f"{entry.mark}: taken back {entry.told['undone']}, and the merge says otherwise")


def _imports(entries: list[Entry], kept: Kept) -> None:
    for entry in entries:
        wanted = 0 if entry.told["undone"] else entry.told["rows"]
        kept.see(entry.mark, Center.objects.filter(name_detail=entry.mark).count(), wanted)
        written = Center.history.filter(name_detail=entry.mark, history_type="+").count()
        kept.see(f"{entry.mark} (written)", written, entry.told["rows"])
        if entry.kind == "import":
            kept.see(f"{entry.mark} (sent)", StagedImport.objects.filter(files_sent(entry.mark)).count())


def files_sent(mark: str) -> Q:
    """Staged imports of the list with this mark: their files are gone, what was looked at is not."""
    return Q(progress__files__contains=[{"name": f"{mark}.csv"}]) | Q(files__name=f"{mark}.csv")


LOOKING: dict[str, Callable[[list[Entry], Kept], None]] = {
    "edit": _edits,
    "new center": _new_centers,
    "verification": _verifications,
    "report": _reports,
    "inquiry": _inquiries,
    "confirmation": _confirmations,
    "private code": _private_codes,
    "merge": _merges,
    "import": _imports,
    "import by command": _imports,
}


def look(ledger: Ledger) -> dict[str, Kept]:
    """By kind, what was acknowledged and what became of it."""
    found = {}
    for kind, looking in LOOKING.items():
        entries = ledger.of(kind)
        found[kind] = Kept(len(entries))
        looking(entries, found[kind])
    return found


def half_imports(marks: Iterable[str], rows: dict[str, int]) -> list[str]:
    """Lists, acknowledged or not, of which some rows are there and some are not."""
    wrong = []
    for mark in marks:
        there = Center.objects.filter(name_detail=mark).count()
        if there not in (0, rows[mark.rsplit("-", 2)[0]]):
            wrong.append(f"{mark}: {there} rows")
    return wrong
