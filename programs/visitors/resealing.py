"""Seals rows anew when the key of the site changes."""

from dataclasses import dataclass, field

from django.db import transaction

from programs.models import Inquiry, Report
from programs.sealing import BrokenSealError, needs_new_seal, seal, unseal
from programs.visitors.contents import Column

_COLUMNS = (
    (Report, "sealed", Column.REPORT),
    (Report, "sealed_notes", Column.REPORT_NOTES),
    (Inquiry, "sealed", Column.INQUIRY),
    (Inquiry, "sealed_notes", Column.INQUIRY_NOTES),
)


@dataclass(slots=True)
class Resealed:
    """How many seals there are, how many are new, and which rows open with no key."""

    looked_at: int = 0
    resealed: int = 0
    names: list[str] = field(default_factory=list)

    @property
    def broken(self) -> int:
        return len(self.names)


def hanging() -> Resealed:
    """As `reseal`, but changes nothing: `resealed` counts what would be."""
    done = Resealed()
    for model, column, kind in _COLUMNS:
        rows = model._default_manager.exclude(**{column: b""}).values_list("pk", "code_digest", column)
        for pk, row, sealed in rows.iterator():
            done.looked_at += 1
            try:
                done.resealed += needs_new_seal(sealed, kind=kind, row=row)
            except BrokenSealError:
                done.names.append(f"{model._meta.model_name} {pk}, {column}")
    return done


def reseal() -> Resealed:
    """Seals what opens with an old key only under SECRET_KEY. Each row by itself: a run that is stopped goes
    on where it was, and nobody waits for it."""
    done = Resealed()
    for model, column, kind in _COLUMNS:
        for pk in model._default_manager.exclude(**{column: b""}).values_list("pk", flat=True):
            _one(done, model, pk, column, kind)
    return done


def _one(done: Resealed, model: type[Report | Inquiry], pk: int, column: str, kind: Column) -> None:
    with transaction.atomic():
        row = model._default_manager.select_for_update().filter(pk=pk).first()
        sealed = bytes(getattr(row, column)) if row else b""
        if row is None or not sealed:
            return
        done.looked_at += 1
        try:
            if not needs_new_seal(sealed, kind=kind, row=row.code_digest):
                return
        except BrokenSealError:
            done.names.append(f"{model._meta.model_name} {pk}, {column}")
            return
        text = unseal(sealed, kind=kind, row=row.code_digest)
        setattr(row, column, seal(text, kind=kind, row=row.code_digest))
        row.save(update_fields=[column])
        done.resealed += 1
