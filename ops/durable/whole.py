"""Looks at the whole database when the dust has settled: what is half done, whatever it was. Needs Django."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

from programs import listings
from programs.listings import COLUMNS
from programs.models import (
    Center,
    CenterLink,
    CenterStatus,
    DirectoryEntry,
    ImportRun,
    Inquiry,
    Listing,
    Merge,
    Organization,
    Program,
    Proposal,
    Report,
    Session,
    StagedFile,
    StagedImport,
    StagedRow,
    StageStatus,
    Statement,
)
from programs.sealing import BrokenSealError
from programs.visitors.contents import notes_of, wanted_of, words_of

KEPT = (Organization, Center, Program, Session, Statement, DirectoryEntry)
"""Tables with a history."""
REBUILT = frozenset({"updated_at"})
"""Columns that a rebuilt listing touches without a copy: the day of the last change."""
OVER = (StageStatus.APPLIED, StageStatus.DISCARDED, StageStatus.REFUSED)


class _UndoError(Exception):
    """Ends a transaction of which nothing shall stay."""


def flat_rows() -> Iterator[str]:
    """Every center's rows for the search are what a rebuild would write."""
    found = _listings()
    anew: dict[Any, Any] = {}
    try:
        with transaction.atomic():
            listings.rebuild_all()
            anew = _listings()
            raise _UndoError
    except _UndoError:
        pass
    for key in sorted(found.keys() | anew.keys()):
        if found.get(key) != anew.get(key):
            yield f"listing of program {key} differs from a rebuild"


def _listings() -> dict[Any, Any]:
    return {row[0]: row for row in Listing.objects.values_list(*COLUMNS)}


def histories() -> Iterator[str]:
    """The last copy of every row is the row; what is gone has a last copy that says so."""
    for model in KEPT:
        kept: Any = model.history
        names = [one.attname for one in model._meta.concrete_fields if one.attname not in REBUILT]
        last: dict[Any, Any] = {}
        for kind, pk, *values in kept.order_by("history_id").values_list("history_type", "id", *names):
            last[pk] = (kind, tuple(values))
        rows = {row[0]: tuple(row[1:]) for row in model._base_manager.values_list("id", *names)}
        for pk in sorted(rows.keys() | last.keys()):
            kind, copy = last.get(pk, ("", None))
            if pk not in rows and kind != "-":
                yield f"{model.__name__} {pk} is gone, its last copy says {kind}"
            elif pk in rows and copy != rows[pk]:
                yield f"{model.__name__} {pk} is not as its last copy"


def imports() -> Iterator[str]:
    """What an import wrote has its import, as many centers as it says."""
    by_reason = Counter(
        Center.history.filter(history_type="+", history_change_reason__startswith="import:").values_list(
            "history_change_reason", flat=True
        )
    )
    runs = {f"import:{run.public_id}": run for run in ImportRun.objects.all()}
    for reason, created in by_reason.items():
        if reason not in runs:
            yield f"{created} centers of {reason}, of which there is no import"
    for reason, run in runs.items():
        if run.created and run.created != by_reason[reason]:
            yield f"{reason} says {run.created} new centers and wrote {by_reason[reason]}"
    for run in ImportRun.objects.exclude(undone_at=None):
        back = Center.history.filter(history_type="-", history_change_reason=f"undo:{run.public_id}").count()
        if run.created and not back:
            yield f"import:{run.public_id} counts as undone, and nothing was taken out"


def staged() -> Iterator[str]:
    """An import that is over has left no file and no row behind; an applied one names its import."""
    for one in StagedImport.objects.filter(status__in=OVER):
        files, rows = (model.objects.filter(staged=one).count() for model in (StagedFile, StagedRow))
        if files or rows:
            yield f"staged import {one.pk} is {one.status} and left {files} files, {rows} rows"
        if one.status == StageStatus.APPLIED and one.run_id is None:
            yield f"staged import {one.pk} is applied and names no import"


def sealed() -> Iterator[str]:
    """Everything that visitors wrote still opens."""
    opening: tuple[tuple[Any, Callable[[Any], object]], ...] = ((Report, words_of), (Inquiry, wanted_of))
    for model, words in opening:
        for row in model.objects.all():
            try:
                words(row)
                notes_of(row)
            except BrokenSealError:
                yield f"{model.__name__} {row.pk} does not open"


def links() -> Iterator[str]:
    """A link that was used brought something, and what came by a link used it up."""
    stated = set(
        Statement.history.filter(history_change_reason__startswith="link:").values_list(
            "history_change_reason", flat=True
        )
    )
    proposed = set(Proposal.objects.exclude(link=None).values_list("link_id", flat=True))
    for link in CenterLink.objects.all():
        brought = f"link:{link.pk}" in stated or link.pk in proposed
        if brought != (link.used_at is not None):
            yield f"link {link.pk}: used {link.used_at}, brought something: {brought}"


def merges() -> Iterator[str]:
    """A center that became part of another has its merge, and the other way round."""
    standing = {(one.merged_id, one.survivor_id) for one in Merge.objects.filter(undone_at=None)}
    gone = set(Center.objects.exclude(merged_into=None).values_list("id", "merged_into_id"))
    for pair in standing ^ gone:
        yield f"center {pair[0]} into {pair[1]}: merge and center disagree"
    status = Center.objects.filter(status=CenterStatus.MERGED).values_list("id", flat=True)
    for pk in {one for one, _ in gone} ^ set(status):
        yield f"center {pk}: status and merge disagree"


def references() -> Iterator[str]:
    """No row names one that is not there, whatever the database says of itself."""
    quote = connection.ops.quote_name
    for model in _models():
        for field in model._meta.concrete_fields:
            key_of: Any = field
            if not isinstance(field, models.ForeignKey) or not key_of.db_constraint:
                continue
            there: Any = field.remote_field.model
            key, target = quote(str(field.column)), field.target_field.column
            sql = (
                f"SELECT count(*) FROM {quote(model._meta.db_table)} a LEFT JOIN "
                f"{quote(there._meta.db_table)} b ON a.{key} = b.{quote(str(target))} "
                f"WHERE a.{key} IS NOT NULL AND b.{quote(str(target))} IS NULL"
            )
            with connection.cursor() as cursor:
                cursor.execute(sql)
                count = cursor.fetchone()[0]
            if count:
                yield f"{count} rows of {model.__name__}.{field.name} name nothing"


def constraints() -> Iterator[str]:
    """Every row keeps to the constraints of its table."""
    for model in _models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, models.CheckConstraint):
                count = model._base_manager.filter(~constraint.condition).count()  # type: ignore[operator]
                if count:
                    yield f"{count} rows of {model.__name__} break {constraint.name}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT conname FROM pg_constraint WHERE NOT convalidated")
            yield from (f"the constraint {name} was never proved" for (name,) in cursor.fetchall())
            cursor.execute("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid")
            yield from (f"the index {name} is not valid" for (name,) in cursor.fetchall())


def _models() -> list[Any]:
    return [model for model in apps.get_models() if model._meta.managed and not model._meta.proxy]


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "rows of the search equal a rebuild": flat_rows,
    "each history ends in its row": histories,
    "imports are whole or not there": imports,
    "imports that are over left nothing behind": staged,
    "what visitors wrote opens": sealed,
    "links and what they brought agree": links,
    "merges and centers agree": merges,
    "no row names a missing one": references,
    "constraints and indexes hold": constraints,
}


def half_done() -> dict[str, list[str]]:
    """What is wrong, by check."""
    return {name: list(check()) for name, check in CHECKS.items()}
