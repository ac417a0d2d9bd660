"""What a merged center became. Its address and its ids outlive it: people and other sites still have them."""

from programs.models import UNPUBLISHED, Center, CenterStatus, Program

_HOPS = 20
"""Merges of merges that are followed; a ring of them, which the desk does not make, ends here."""


def survivor(center: Center) -> Center | None:
    """The center of which a merged one is part now; itself where it was not merged. A query a merge.

    None where what became of it is not public.
    """
    found: Center | None = center
    for _hop in range(_HOPS):
        if found is None or found.status in UNPUBLISHED:
            return None
        if found.status != CenterStatus.MERGED:
            return found
        assert found.merged_into_id is not None, "the database holds it"
        found = Center.objects.filter(pk=found.merged_into_id).first()
    return None


def successor(program: Program) -> Program | None:
    """The program that stands for one of a merged center: the same level and track, else the same level.

    None where the center was not merged, or what it became has no such program.
    """
    if program.center.status != CenterStatus.MERGED:
        return None
    there = survivor(program.center)
    if there is None:
        return None
    same = there.programs.filter(level=program.level).order_by("-is_listed", "id")
    return same.filter(track=program.track).first() or same.first()
