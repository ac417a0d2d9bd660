"""What an import would change, in words, a page at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from programs.labels import fact_labels
from programs.models import StagedImport, StagedRow
from programs.words import Words

PER_PAGE = 50
OUTCOMES: Words = {
    "created": lazy("New centers"),
    "updated": lazy("Updated"),
    "joined": lazy("Joined to a center that is listed elsewhere"),
    "vanished": lazy("Not in this edition any more"),
    "refused": lazy("Refused"),
    "duplicate": lazy("Left out as duplicates"),
    "unchanged": lazy("Unchanged"),
}
"""What can become of a row, in the order in which people look at it."""
COLUMNS: Words = {
    "name": lazy("Name"),
    "name_detail": lazy("Second line of the name"),
    "street1": lazy("Street"),
    "street2": lazy("Street, second line"),
    "place": lazy("City, state and ZIP code"),
    "phone": lazy("Phone"),
    "intake_phones": lazy("Intake phones"),
    "website": lazy("Website"),
    "point": lazy("Position"),
}
_ALSO = {"lat", "lon", "location"}
"""Notes that go without saying: the place says them."""


@dataclass(frozen=True)
class Difference:
    """One thing that changes: what, from what, to what. kept: ours stays, and theirs is left out."""

    what: str
    old: str
    new: str
    kept: bool = False


class CountedPaginator(Paginator):  # type: ignore[type-arg]
    """Pages of rows that were counted before: counting 20,000 for each page would cost more than the page."""

    def __init__(self, rows: Any, counted: int) -> None:
        super().__init__(rows, PER_PAGE)
        self._counted = counted

    @cached_property
    def count(self) -> int:
        return self._counted


def pages_of(staged: StagedImport, outcome: str) -> CountedPaginator:
    """The rows with one outcome, or all of them, in the order of the files."""
    rows = staged.rows.order_by("id")
    if outcome:
        return CountedPaginator(rows.filter(outcome=outcome), staged.counts.get(outcome, 0))
    return CountedPaginator(rows, sum(staged.counts.values()))


def counted(staged: StagedImport) -> list[tuple[str, Any, int]]:
    """Outcome, its words, and how many rows have it; those that none has are left out."""
    return [(code, words, staged.counts[code]) for code, words in OUTCOMES.items() if staged.counts.get(code)]


def differences_of(row: StagedRow) -> list[Difference]:
    """What a row changes, in words."""
    return [*_columns(row), *_kept(row), *_facts(row), *_notes(row)]


def place_of(row: StagedRow) -> str:
    """Where a row says the center is."""
    values = row.values.get("cells", row.values)
    return ", ".join(str(values[name]) for name in ("city", "state", "zip") if values.get(name))


def _columns(row: StagedRow) -> Iterator[Difference]:
    for name, (old, new) in row.changes.get("columns", {}).items():
        yield Difference(str(COLUMNS.get(name, name)), old or _("empty"), new or _("empty"))


def _kept(row: StagedRow) -> Iterator[Difference]:
    for name, (ours, theirs) in row.changes.get("kept", {}).items():
        yield Difference(str(COLUMNS.get(name, name)), ours or _("empty"), theirs, kept=True)


def _facts(row: StagedRow) -> Iterator[Difference]:
    labels = fact_labels()
    words = {True: _("yes"), False: _("no"), None: _("unknown")}
    for code, (old, new) in row.changes.get("facts", {}).items():
        yield Difference(labels.get(code, code), words[old], words[new])


def _notes(row: StagedRow) -> Iterator[Difference]:
    for note in row.changes.get("notes", []):
        if note.startswith("edition "):
            yield Difference(_("Edition"), "", note.removeprefix("edition "))
        elif note == "listed again":
            yield Difference(_("Listed again"), "", "")
        elif note not in _ALSO:
            yield Difference(str(COLUMNS.get(note, note)), "", "")
