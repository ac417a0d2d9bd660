"""Looks for centers that may be one, region by region, and keeps the table of pairs true to what it finds.

A pair that was judged is not asked again unless something new speaks for it. Every region is written for
itself: a search that was stopped is simply made again, or goes on where it was.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from programs.duplicates.blocks import pairs, region_of
from programs.duplicates.scoring import SIGNAL, Record, Traits, Verdict, alike, traits
from programs.models import Center, CenterLocation, CenterStatus, DirectoryEntry, DuplicatePair, PairStatus

LIVING = (CenterStatus.DRAFT, CenterStatus.REVIEW, CenterStatus.PUBLISHED)
"""Centers that may be one with another. Closed ones may not: somebody has already decided."""
TOLERANCE = 0.05
"""How much stronger a signal must have become to ask about a judged pair again."""
_COLUMNS = (
    *("id", "name", "name_detail", "street1", "street2", "zip", "phone", "intake_phones", "website"),
    *("lat", "lon", "is_sample"),
)
SOME = 500
AT_ONCE = 50
"""Regions that are read and written together after an import: nine hundred commits would cost more than the
search. No pair is in two regions."""
MANY = 2000
"""Centers that are looked around for at once, and while somebody waits for a page."""


@dataclass(slots=True)
class Found:
    """What a search changed. open: pairs of what was searched that now wait for somebody."""

    compared: int = 0
    open: int = 0
    new: int = 0
    asked_again: int = 0
    gone: int = 0

    def add(self, other: "Found") -> None:
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


def regions(start: str = "") -> list[str]:
    """The regions that have centers, in order, from `start` on."""
    zips = Center.objects.filter(status__in=LIVING).order_by().values_list("zip", flat=True).distinct()
    return sorted(region for region in {region_of(code) for code in zips} if region >= start)


def search(region: str, touched: Collection[int] | None = None) -> Found:
    """Compare the centers of a region (those of `touched` with all, if given), and write what differs."""
    with transaction.atomic():
        return _search([region], touched, _paired())


def _search(regions: Sequence[str], touched: Collection[int] | None, paired: Collection[int]) -> Found:
    """`paired`: centers that were in a pair when the search began."""
    records = {one.id: one for one in _records(regions)}
    known = {
        (pair.first_id, pair.second_id): pair
        for pair in _known([one for one in records if one in paired])
        if touched is None or pair.first_id in touched or pair.second_id in touched
    }
    close = {(a.id, b.id): (a, b) for a, b in pairs(records.values(), touched)}
    for pair in known:
        a, b = (records.get(pk) for pk in pair)
        # One that has moved away is no neighbor any more, whatever else is read along with it.
        if a and b and region_of(a.zip) == region_of(b.zip):
            close[pair] = a, b
    verdicts = {pair: alike(a, b) for pair, (a, b) in close.items()}
    found = {pair: verdict for pair, verdict in verdicts.items() if verdict}
    return _write(found, known, compared=len(close))


def search_all(start: str = "") -> Iterator[tuple[str, Found]]:
    """Search every region from `start` on; each is written before the next begins."""
    for region in regions(start):
        yield region, search(region)


def search_around(centers: Iterable[UUID]) -> Found:
    """Search for what an import, a form or a merge has touched, by public id."""
    found = Found()
    by_region: dict[str, set[int]] = {}
    for some in _some(list(centers)):
        for pk, code in Center.objects.filter(public_id__in=some).order_by().values_list("id", "zip"):
            by_region.setdefault(region_of(code), set()).add(pk)
    paired = _paired()
    for names in _batches(by_region):
        with transaction.atomic():
            found.add(_search(names, {pk for name in names for pk in by_region[name]}, paired))
    return found


def _batches(by_region: Mapping[str, Collection[int]]) -> Iterator[list[str]]:
    """Regions that are searched together, in order."""
    batch: list[str] = []
    centers = 0
    for region in sorted(by_region):
        if batch and (len(batch) == AT_ONCE or centers + len(by_region[region]) > MANY):
            yield batch
            batch, centers = [], 0
        batch.append(region)
        centers += len(by_region[region])
    if batch:
        yield batch


def _paired() -> frozenset[int]:
    """Centers that are in a pair: a few of many, so that most regions need not be asked about theirs."""
    ends = DuplicatePair.objects.order_by().values_list("first_id", "second_id")
    return frozenset(pk for both in ends for pk in both)


def search_after(import_id: UUID) -> Found | None:
    """Search around what an import has written, by its history. None where that is more than MANY centers:
    too long for a request, and `manage.py find_duplicates` finds the rest."""
    written = DirectoryEntry.history.model.objects.filter(history_change_reason=f"import:{import_id}")
    touched = Center.objects.filter(id__in=written.values("center_id")).values_list("public_id", flat=True)
    some = list(touched[: MANY + 1])
    return None if len(some) > MANY else search_around(some)


def _records(regions: Sequence[str]) -> Iterator[Traits]:
    within = Q()
    for region in regions:
        within |= Q(zip__gte=region, zip__lte=f"{region}99")
    # By ZIP alone: asked for the status too, a database may well read all that are published.
    centers = Center.objects.filter(within).order_by()
    for *columns, status, location in centers.values_list(*_COLUMNS, "status", "location"):
        if status not in LIVING:
            continue
        record = dict(zip(_COLUMNS, columns, strict=True))
        if location != CenterLocation.EXACT:
            record["lat"] = record["lon"] = None
        yield traits(Record(**record))


def _known(records: Collection[int]) -> Iterator[DuplicatePair]:
    for some in _some(sorted(records)):
        yield from DuplicatePair.objects.filter(Q(first__in=some) | Q(second__in=some))


def _write(
    verdicts: dict[tuple[int, int], Verdict], known: dict[tuple[int, int], DuplicatePair], *, compared: int
) -> Found:
    found = Found(compared=compared, open=len(verdicts))
    new = []
    for (first, second), verdict in verdicts.items():
        reasons = [reason.as_dict() for reason in verdict.reasons]
        pair = known.get((first, second))
        if pair is None:
            new.append(DuplicatePair(first_id=first, second_id=second, score=verdict.score, reasons=reasons))
            continue
        if pair.status == PairStatus.DIFFERENT:
            if not speaks_more(reasons, pair.reasons):
                found.open -= 1
                continue
            found.asked_again += 1
        elif (pair.score, pair.reasons) == (verdict.score, reasons) and pair.status == PairStatus.OPEN:
            continue
        # Somebody may be deciding this very moment: what they said stands.
        DuplicatePair.objects.filter(pk=pair.pk, status=pair.status).update(
            score=verdict.score,
            reasons=reasons,
            status=PairStatus.OPEN,
            decided_by=None,
            decided_at=None,
        )
    DuplicatePair.objects.bulk_create(new, batch_size=SOME, ignore_conflicts=True)
    found.new = len(new)
    gone = [pair.pk for ids, pair in known.items() if pair.status == PairStatus.OPEN and ids not in verdicts]
    for some in _some(gone):
        found.gone += DuplicatePair.objects.filter(pk__in=some, status=PairStatus.OPEN).delete()[0]
    return found


def speaks_more(now: Sequence[dict[str, Any]], judged: Sequence[dict[str, Any]]) -> bool:
    """Whether a signal speaks for one center that did not when the pair was judged, or clearly louder."""
    before = {SIGNAL[reason["code"]]: reason["value"] for reason in judged}
    return any(reason["value"] > before.get(SIGNAL[reason["code"]], 0.0) + TOLERANCE for reason in now)


def _some(ids: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (ids[at : at + SOME] for at in range(0, len(ids), SOME))
