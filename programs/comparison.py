"""Programs side by side: at which level each is looked at, and where what is known of them differs. Pure.

A subject of a comparison (payment, hours a week) has points, each by its name: a code of a fact, or "" where
the subject is one point. What one program is known to say of a subject is a mapping from points to values; a
point that is not in the mapping is unknown.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from enum import StrEnum

from programs.facts import FactSet
from programs.levels import LEVELS, Level

MOST = 4
"""Programs that fit beside each other."""

Points = Mapping[str, Hashable]


class Kind(StrEnum):
    """differs: known to differ. ask: not known to, and somebody has not said. same: known to be the same."""

    DIFFERS = "differs"
    ASK = "ask"
    SAME = "same"


def has_unknown(values: Sequence[Points]) -> bool:
    """Whether anyone has not said something: nothing at all, or not what another one has said."""
    named = {point for points in values for point in points}
    return not named or any(named - points.keys() for points in values)


def kind(values: Sequence[Points]) -> Kind:
    """How programs compare in one subject. What nobody has said is never taken for a difference."""
    said: dict[str, set[Hashable]] = {}
    for points in values:
        for point, value in points.items():
            said.setdefault(point, set()).add(value)
    if any(len(different) > 1 for different in said.values()):
        return Kind.DIFFERS
    return Kind.ASK if has_unknown(values) else Kind.SAME


def points_of(known: Sequence[FactSet], codes: Iterable[str]) -> tuple[dict[str, bool], ...]:
    """For each program what it says, yes or no, of the facts that one of them at least is known to have.

    Of all these facts where none is known to have any.
    """
    every = tuple(codes)
    named = [code for code in every if any(facts.value(code) for facts in known)] or every
    return tuple(
        {code: value for code in named if (value := facts.value(code)) is not None} for facts in known
    )


def levels_for(
    offered: Sequence[Collection[Level]], asked: Sequence[Level | None], wanted: Collection[Level] = ()
) -> tuple[Level | None, ...]:
    """At which level to look at each center, so that like stands beside like.

    offered: the levels of each center. asked: the level that the visitor named for it, if any. wanted: levels
    the visitor searches for. The named one, where the center has it; else a wanted one; else the one that
    most of these centers have; else the nearest to that. None for a center without a level.
    """
    target = _common(offered, asked, wanted)
    return tuple(
        name if name in levels else _nearest(levels, target, wanted)
        for levels, name in zip(offered, asked, strict=True)
    )


def _common(
    offered: Sequence[Collection[Level]], asked: Sequence[Level | None], wanted: Collection[Level]
) -> Level:
    """The level that stands beside most: named ones count first, an IOP wins a tie."""
    named = Counter(
        name for levels, name in zip(offered, asked, strict=True) if name is not None and name in levels
    )
    having = Counter(level for levels in offered for level in levels)
    return max(
        LEVELS, key=lambda one: (one in wanted, named[one], having[one], -_steps(one, Level.IOP), -_at(one))
    )


def _nearest(levels: Collection[Level], target: Level, wanted: Collection[Level]) -> Level | None:
    return min(levels, key=lambda one: (one not in wanted, _steps(one, target), _at(one)), default=None)


def _at(level: Level) -> int:
    return LEVELS.index(level)


def _steps(one: Level, other: Level) -> int:
    return abs(_at(one) - _at(other))
