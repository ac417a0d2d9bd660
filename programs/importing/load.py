"""Reads from the database what a plan needs to know."""

from collections import defaultdict
from uuid import UUID

from django.db.models import Q

from programs.facts import FactSet
from programs.importing.coordinates import Box, boxes
from programs.importing.source import code_of
from programs.importing.state import PLACE, Entry, Offer, Place, State, levels_of
from programs.levels import Level
from programs.models import Center, DirectoryEntry, Organization, Program, Statement, StatementMethod, ZipCode
from programs.models.columns import NO, YES

_PLACE = ("public_id", "organization__public_id", *PLACE, "slug", "id", "status")
_ENTRY = (
    "source",
    "scope",
    "key",
    "center_id",
    "digest",
    "first_edition",
    "last_edition",
    "in_latest",
    "statement__said_on",
    "statement__said_by",
    "id",
    "statement_id",
)
_NOBODY = UUID(int=0)
_NOTHING = FactSet()


def load_entries() -> State:
    """Only which rows are known and what they said, and places: enough to see that nothing has changed.

    Centers and facts are left out; `Entry.center` is a stand-in.
    """
    state = State(points=_points())
    columns = tuple(name for name in _ENTRY if name not in ("center_id", "id", "statement_id"))
    rows = DirectoryEntry.objects.order_by().values_list(*columns)
    for source, scope, key, digest, first, last, in_latest, said_on, title in rows.iterator():
        code = code_of(source, scope)
        entry = Entry(code, key, _NOBODY, digest, first, last, in_latest, _NOTHING, said_on, title)
        state.entries[code, key] = entry
    return state


def load() -> State:
    """The whole directory but invented samples, which no real row may join."""
    state = State(points=_points())
    state.organizations = dict(Organization.objects.values_list("public_id", "id"))
    centers: dict[int, UUID] = {}
    columns = (*_PLACE, "kept_columns", "merged_into__public_id")
    for values in Center.objects.filter(is_sample=False).order_by().values_list(*columns).iterator():
        place = Place(*values[:-2])
        place.kept, place.merged_into = frozenset(values[-2]), values[-1]
        state.places[place.public_id] = place
        centers[place.id or 0] = place.public_id
    masks = [f"statement__{name}" for name in (*YES, *NO)]
    for values in DirectoryEntry.objects.order_by().values_list(*_ENTRY, *masks).iterator():
        source, scope, key, center, digest, first, last, latest, said_on, title, pk, statement = values[
            : len(_ENTRY)
        ]
        yes, no = values[len(_ENTRY) : len(_ENTRY) + len(YES)], values[len(_ENTRY) + len(YES) :]
        facts = FactSet(yes, no)
        public_id = centers[center]
        code = code_of(source, scope)
        state.add_entry(
            Entry(code, key, public_id, digest, first, last, latest, facts, said_on, title, pk, statement)
        )
    _load_offers(state, centers)
    return state


def _load_offers(state: State, centers: dict[int, UUID]) -> None:
    kept_levels, kept_programs = _kept_by_people()
    programs = Program.objects.filter(track="").order_by()
    for pk, center, code, listed in programs.values_list("id", "center_id", "level", "is_listed").iterator():
        if center not in centers:
            continue
        level = Level(code)
        kept = pk in kept_programs or level in kept_levels.get(center, ())
        state.offers[centers[center], level] = Offer(centers[center], level, listed, kept, pk)


def _kept_by_people() -> tuple[dict[int, set[Level]], set[int]]:
    """Levels by center, and programs, for which a person has vouched or entered details."""
    levels: dict[int, set[Level]] = defaultdict(set)
    programs: set[int] = set()
    for said in Statement.objects.exclude(method=StatementMethod.DIRECTORY).order_by():
        if said.program_id:
            programs.add(said.program_id)
        else:
            levels[said.center_id] |= levels_of(said.facts)
    detailed = Program.objects.filter(Q(details_from__isnull=False) | Q(sessions__isnull=False))
    programs.update(detailed.order_by().values_list("id", flat=True))
    return levels, programs


def state_boxes() -> dict[str, Box]:
    """The bounds of each state, by its ZIP codes."""
    return boxes(ZipCode.objects.order_by().values_list("state", "lat", "lon").iterator())


def _points() -> dict[str, tuple[float, float]]:
    rows = ZipCode.objects.order_by().values_list("zip", "lat", "lon")
    return {zip_code: (lat, lon) for zip_code, lat, lon in rows.iterator()}
