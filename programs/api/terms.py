"""The taxonomies of the directory: levels of care, and facts by the codes of the national directories. Pure.

A fact that is known not to be so has a term of its own ("Known not to: …"), in a taxonomy of its own, so that
a reader of names alone can never take a no for a yes. What is in neither taxonomy is unknown.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from uuid import UUID, uuid5

from programs import facts
from programs.importing.samhsa import SOURCES
from programs.levels import LEVELS
from programs.taxonomy import FACTS

NAMESPACE = UUID("6f6b6b9e-6c7a-5a44-9a5e-2f5a3c1d7e10")
"""Ids of what has no row of its own are drawn from this and a name: the same on every machine, for ever."""


def named(name: str) -> UUID:
    return uuid5(NAMESPACE, name)


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """A list of terms. `code` is ours; `description` says where its terms come from."""

    code: str
    name: str
    description: str

    @property
    def id(self) -> UUID:
        return named(f"taxonomy/{self.code}")


LEVEL = Taxonomy(
    "level", "Level of care", "The level of care that a service is: the least to the most intensive."
)
FACT = Taxonomy(
    "fact",
    "Facts",
    "What a service is known to offer, by the codes of SAMHSA's national directories where there is one.",
)
FACT_NO = Taxonomy(
    "fact-no", "Known not to be so", "What a service is known not to offer. Under neither: unknown."
)
TAXONOMIES = (LEVEL, FACT, FACT_NO)


@dataclass(frozen=True, slots=True)
class Term:
    """One term. `about`: the code of a level or a fact; `name` and `description` are plain English."""

    taxonomy: Taxonomy
    about: str
    code: str
    name: str
    description: str

    @property
    def id(self) -> UUID:
        return named(f"term/{self.taxonomy.code}/{self.about}")


def samhsa_codes() -> Mapping[str, tuple[str, ...]]:
    """For every fact, the codes of SAMHSA's directories that say yes to it, in their order there."""
    found: dict[str, dict[str, None]] = {fact.code: {} for fact in FACTS}
    for source in SOURCES:
        for question in source.questions:
            found[question.fact].update(dict.fromkeys(question.yes))
    return MappingProxyType({code: tuple(said) for code, said in found.items()})


def terms(level_names: Mapping[str, str], fact_names: Mapping[str, str]) -> Iterator[Term]:
    """Every term, in a fixed order. The names are handed in, for they belong to a language."""
    codes = samhsa_codes()
    for level in LEVELS:
        yield Term(LEVEL, level.value, level.value, level_names[level.value], "A level of care.")
    for fact in FACTS:
        said = " ".join(codes[fact.code])
        name, group = fact_names[fact.code], fact.group.replace("_", " ")
        told = f"SAMHSA codes: {said}." if said else "No code in SAMHSA's directories."
        yield Term(FACT, fact.code, said or fact.code, name, f"Of the group “{group}”. {told}")
    for fact in FACTS:
        name, group = fact_names[fact.code], fact.group.replace("_", " ")
        yield Term(FACT_NO, fact.code, f"no:{fact.code}", f"Known not to: {name}", f"Of the group “{group}”.")


def facts_of(taxonomy: Taxonomy, known: facts.FactSet) -> tuple[str, ...]:
    """The facts that a service has under a taxonomy of facts."""
    return facts.unpack(known.yes if taxonomy is FACT else known.no)
