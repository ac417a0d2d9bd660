"""Which services were asked for. Queries only; documents are made by `hsds`."""

from datetime import timedelta
from functools import lru_cache
from time import monotonic
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet
from django.db.models.lookups import GreaterThan

from programs import geo
from programs.api.hsds import all_terms, at_location_id, taxonomy_by_id
from programs.api.terms import LEVEL, Taxonomy, Term
from programs.facts import pack
from programs.models import UNPUBLISHED, Center, Listing, Merge, Organization, Program, ZipCode
from programs.models.columns import NO, YES

UNSEEN = timedelta(minutes=10)
"""How old what an import writes may be once anybody sees it: who asks from the moment of their last answer on
must not miss what was on its way then."""
LIMITS = ("search", "organization_id", "modified_after", "taxonomy_term_id", "taxonomy_id", "postcode")
"""What narrows a list of services."""
METERS = 1609.344
"""In a mile."""


def services() -> QuerySet[Program]:
    """Every service that was ever published, in a fixed order. Closed ones stay: readers learn of it."""
    # Asked for by center, so that counting need not read a center for every program.
    found = Program.objects.exclude(center__in=Center.objects.filter(status__in=UNPUBLISHED))
    return found.select_related("center__organization", "listing").order_by("id")


FRESH_FOR = 300
"""Seconds for which anybody may keep an answer of the API, we ourselves included."""


def total(asked: dict[str, Any]) -> int | None:
    """How many `services` there are, where none of LIMITS is asked; None where one is.

    Counted once in FRESH_FOR by each process: counting the whole directory takes longer than reading a page
    of it, and the page that says so may be kept as long.
    """
    if any(asked.get(limit) for limit in LIMITS):
        return None
    return _total(int(monotonic()) // FRESH_FOR)


@lru_cache(maxsize=1)
def _total(_while: int) -> int:
    """Two short queries. The few unpublished are taken from all: no center is read to count its own."""
    return Program.objects.count() - Program.objects.filter(center__status__in=UNPUBLISHED).count()


def forget() -> None:
    """Count anew."""
    _total.cache_clear()


def at_location_by_id(wanted: UUID) -> Program | None:
    """The service whose pair with its location has this id."""
    return services().prefetch_related("sessions").filter(public_id=at_location_id(wanted)).first()


def organizations() -> QuerySet[Organization]:
    """Every organization that has a service which was ever published, in a fixed order.

    Also one whose last service is another's since its center was merged: its id stays good.
    """
    published = Program.objects.exclude(center__status__in=UNPUBLISHED)
    merged = Merge.objects.filter(undone_at=None, before__was_public=True)
    known = Q(id__in=published.values("center__organization_id"))
    known |= Q(id__in=merged.values("merged__organization_id"))
    return Organization.objects.filter(known).order_by("id")


def matching(asked: dict[str, Any]) -> QuerySet[Program]:
    """The services that meet all of what a valid `ServiceForm` or `AtLocationForm` asks.

    ValidationError, by field, where a term, a taxonomy or a ZIP code does not exist.
    """
    found = services()
    for word in asked["search"].split():
        names = Q(center__name__icontains=word) | Q(center__organization__name__icontains=word)
        found = found.filter(names | Q(center__city__icontains=word) | Q(track__icontains=word))
    if asked["organization_id"]:
        found = found.filter(center__organization__public_id=asked["organization_id"])
    if asked["modified_after"]:
        found = found.filter(center__updated_at__gte=asked["modified_after"] - UNSEEN)
    if asked["taxonomy_term_id"]:
        found = _with_term(found, _term(asked["taxonomy_term_id"]))
    if asked["taxonomy_id"]:
        found = _with_any(found, _taxonomy(asked["taxonomy_id"]))
    if asked.get("postcode"):
        found = _at(found, asked["postcode"], asked["proximity"])
    return found


def _term(wanted: UUID) -> Term:
    try:
        return all_terms()[wanted]
    except KeyError:
        raise ValidationError({"taxonomy_term_id": "No such term."}) from None


def _taxonomy(wanted: UUID) -> Taxonomy:
    if found := taxonomy_by_id(wanted):
        return found
    raise ValidationError({"taxonomy_id": "No such taxonomy."})


def _with_term(found: QuerySet[Program], term: Term) -> QuerySet[Program]:
    if term.taxonomy is LEVEL:
        return found.filter(level=term.about)
    condition = Q()
    for column, word in zip(_columns(term.taxonomy), pack([term.about]), strict=True):
        if word:
            # The stubs know bitand() with numbers only.
            condition |= Q(GreaterThan(F(f"listing__{column}").bitand(word), 0))
    return found.filter(condition)


def _with_any(found: QuerySet[Program], taxonomy: Taxonomy) -> QuerySet[Program]:
    if taxonomy is LEVEL:
        return found
    condition = Q()
    for column in _columns(taxonomy):
        condition |= Q(**{f"listing__{column}__gt": 0})
    return found.filter(condition)


def _columns(taxonomy: Taxonomy) -> tuple[str, ...]:
    return YES if taxonomy.code == "fact" else NO


def _at(found: QuerySet[Program], code: str, meters: int | None) -> QuerySet[Program]:
    """At this ZIP code; within so many meters of its middle where a distance is given."""
    if meters is None:
        return found.filter(center__zip=code)
    known = ZipCode.objects.filter(zip=code).first()
    if known is None:
        raise ValidationError({"postcode": f"We do not know the ZIP code {code}."})
    miles = meters / METERS
    x, y, z = geo.unit(known.point)
    near = Listing.objects.filter(cell__in=list(geo.cells_within(known.point, miles)))
    away = (F("x") - x) * (F("x") - x) + (F("y") - y) * (F("y") - y) + (F("z") - z) * (F("z") - z)
    near = near.annotate(away=away).filter(away__lte=geo.chord2_of(miles))
    return found.filter(id__in=near.values("program_id"))
