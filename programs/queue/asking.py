"""Which facts to ask about in a call, the most pressing first. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from programs.facts import DIRECTORY, Said, merge, provenance, unpack
from programs.freshness import ASK_BEFORE, Freshness, expires_on, freshness
from programs.taxonomy import FACTS, GROUPS

DECISIVE = (
    "pay_medicaid",
    "pay_private",
    "pay_sliding_scale",
    "time_evening",
    "telehealth",
    "co_occurring",
    "accepts_oud_medication",
    "lang_spanish",
)
"""What most people who search wish for: asked at every center where no person confirmed it lately."""
REPORTED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "not_offered": (*GROUPS["treats"], *GROUPS["offers"]),
        "cost": (*GROUPS["payment"], *GROUPS["payment_help"]),
        "hours": GROUPS["time"],
    }
)
"""The facts that a report of a kind puts in doubt."""
_ORDER = {fact.code: number for number, fact in enumerate(FACTS)}


class Reason(StrEnum):
    """Why facts are asked about."""

    EXPIRING = "expiring"
    REPORTED = "reported"
    DECISIVE = "decisive"


@dataclass(frozen=True, slots=True)
class Asked:
    """A fact to ask about, what is known of it so far and who said so (None: unknown so far)."""

    code: str
    known: bool | None
    said: Said | None


@dataclass(frozen=True, slots=True)
class Section:
    """Facts to ask about for one reason: of the whole center, or of one of its programs."""

    reason: Reason
    program: int | None
    rows: tuple[Asked, ...]


def sections(
    shared: Sequence[Said],
    own: Mapping[int, Sequence[Said]],
    *,
    reported: Iterable[str] = (),
    today: date,
) -> tuple[Section, ...]:
    """What to ask: what turns old, what was reported, what most people wish for. No fact stands there twice.

    shared: what was said of the whole center; own: of single programs; reported: kinds of open reports.
    """
    old = expiring(shared, (), today)
    in_doubt = {code for kind in reported for code in REPORTED.get(kind, ())} - old
    lately = {
        code for code, said in _newest(shared).items() if freshness(said.on, today=today) is Freshness.FRESH
    }
    decisive = set(DECISIVE) - old - in_doubt - lately
    found = [Section(Reason.EXPIRING, None, _rows(old, shared))]
    for program, said in own.items():
        found.append(
            Section(Reason.EXPIRING, program, _rows(expiring(said, shared, today), [*shared, *said]))
        )
    found.append(Section(Reason.REPORTED, None, _rows(in_doubt, shared)))
    found.append(Section(Reason.DECISIVE, None, _rows(decisive, shared)))
    return tuple(section for section in found if section.rows)


def expiring(own: Iterable[Said], shared: Iterable[Said], today: date) -> set[str]:
    """The facts that people said of this alone and that turn old within `ASK_BEFORE`, not repeated since.

    shared: what was said of the whole center, which repeats what was said of a program.
    """
    repeated = _newest(shared)
    return {
        code
        for code, said in _newest(own).items()
        if expires_on(said.on) <= today + ASK_BEFORE
        and not (code in repeated and repeated[code].on > said.on)
    }


def _newest(statements: Iterable[Said]) -> dict[str, Said]:
    """For each fact the newest statement of a person that says something of it."""
    by_people = [said for said in statements if said.method != DIRECTORY]
    newest: dict[str, Said] = {}
    for said in sorted(by_people, key=lambda said: said.on):
        newest |= dict.fromkeys((*unpack(said.facts.yes), *unpack(said.facts.no)), said)
    return newest


def _rows(codes: Iterable[str], statements: Iterable[Said]) -> tuple[Asked, ...]:
    said = list(statements)
    known, by = merge(said), provenance(said)
    return tuple(
        Asked(code, known.value(code), by.get(code)) for code in sorted(codes, key=_ORDER.__getitem__)
    )
