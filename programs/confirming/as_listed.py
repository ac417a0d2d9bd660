"""What we list about a center, as the center is asked to confirm it: columns, programs, facts."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from programs import facts
from programs.confirming import columns
from programs.facts import FactSet, Said
from programs.levels import LEVELS, Level
from programs.models import Center, Program, Statement
from programs.week import written


@dataclass(frozen=True, slots=True)
class AsListed:
    """A center with its listed programs, what is known of all of it, and of each program alone (by its key).

    said_by: for each fact of the center the statement it rests on.
    """

    center: Center
    programs: tuple[Program, ...]
    known: FactSet
    own: Mapping[int, FactSet]
    said_by: Mapping[str, Said]

    @property
    def digest(self) -> str:
        """Changes when anything does that the center was shown."""
        told = [
            _columns(self.center),
            [[one.pk, _columns(one), written(one.slots), _masks(self.own[one.pk])] for one in self.programs],
            _masks(self.known),
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def as_listed(center: Center) -> AsListed:
    """Three queries."""
    programs = list(
        center.programs.filter(is_listed=True).select_related("details_from").prefetch_related("sessions")
    )
    programs.sort(key=lambda one: (LEVELS.index(Level(one.level)), one.track))
    # The later of two statements of one day comes later, and outweighs the other.
    said = list(Statement.objects.filter(center=center).order_by("said_on", "id"))
    shared = [one.said for one in said if one.program_id is None]
    own = {
        program.pk: facts.merge(one.said for one in said if one.program_id == program.pk)
        for program in programs
    }
    return AsListed(center, tuple(programs), facts.merge(shared), own, facts.provenance(shared))


def _columns(row: Center | Program) -> dict[str, object]:
    return {name: columns.plain(type(row), name, getattr(row, name)) for name in columns.labels(type(row))}


def _masks(facts: FactSet) -> list[int]:
    return [*facts.yes, *facts.no]
