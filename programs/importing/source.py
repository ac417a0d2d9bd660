"""What a directory is, as a declaration: its columns, and which of its codes say which facts. Pure."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from programs.facts import FactSet
from programs.taxonomy import BITS, BY_CODE, WORDS

_WORD = (1 << BITS) - 1
TRUST = ("findtreatment_su", "findtreatment_mh", "samhsa_su", "samhsa_mh")
"""Sources in the order of trust for contact details: the locator is corrected all year."""


@dataclass(frozen=True, slots=True)
class Question:
    """How one fact is asked by a directory.

    yes: any of these codes says yes. asked: the fact may be a no only where an edition knows one of these
    codes (all of `yes` when nothing is given; empty: absence never says no). answered: a no needs one of
    these codes in the row (all of them with `answered_whole`): somebody must have answered at all.
    unless: these codes turn the yes into a no.
    """

    fact: str
    yes: tuple[str, ...]
    asked: tuple[str, ...] | None = None
    answered: tuple[str, ...] = ()
    answered_whole: bool = False
    unless: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.fact not in BY_CODE:
            raise ValueError(f"no such fact: {self.fact}")


@dataclass(frozen=True, slots=True)
class Source:
    """A directory: how to know it, its columns, and what its codes mean.

    title is what people read. A list that somebody's mapping describes (see `mapping`) has a code of its own
    after "list:". told_by: codes that only this directory has in its code sheet. not_kept: codes that are
    known and left out on purpose. Names of sheets and columns are as `workbook` normalizes them.
    """

    code: str
    title: str
    told_by: frozenset[str]
    questions: tuple[Question, ...]
    not_kept: Mapping[str, str]

    @property
    def known(self) -> frozenset[str]:
        """Every code this directory may use: those that say a fact and those left out on purpose."""
        said = {code for question in self.questions for code in (*question.yes, *question.unless)}
        said.update(code for question in self.questions for code in question.answered)
        return frozenset(said | set(self.not_kept))


class Reader:
    """Turns the codes of a row into facts, for one edition whose code sheet lists `listed`."""

    def __init__(self, source: Source, listed: Collection[str]) -> None:
        self._yes: dict[str, int] = {}
        self._asked = 0
        self._conditions: list[tuple[frozenset[str], bool, int]] = []
        self._unless: list[tuple[frozenset[str], int]] = []
        conditions: dict[tuple[frozenset[str], bool], int] = {}
        for question in source.questions:
            bit = _bit(question.fact)
            for code in question.yes:
                if code in listed:
                    self._yes[code] = self._yes.get(code, 0) | bit
            if any(code in listed for code in (question.yes if question.asked is None else question.asked)):
                self._asked |= bit
            if question.answered:
                when = (frozenset(question.answered), question.answered_whole)
                conditions[when] = conditions.get(when, 0) | bit
            if question.unless:
                self._unless.append((frozenset(question.unless), bit))
        self._conditions = [(codes, whole, bits) for (codes, whole), bits in conditions.items()]

    def facts(self, codes: Collection[str]) -> FactSet:
        """Yes where a code is there, no where this edition asked and it is not, unknown otherwise."""
        yes, asked = 0, self._asked
        for code in codes:
            yes |= self._yes.get(code, 0)
        for needed, whole, bits in self._conditions:
            if not (needed <= set(codes) if whole else not needed.isdisjoint(codes)):
                asked &= ~bits
        for without, bit in self._unless:
            if not without.isdisjoint(codes):
                yes &= ~bit
        return FactSet(_words(yes), _words(asked & ~yes))


def codes_in(text: str) -> frozenset[str]:
    """The codes of a `service_code_info` cell: parted by blanks, in groups that are parted by stars."""
    return frozenset(text.upper().replace("*", " ").split())


def told(sources: Iterable[Source], listed: Collection[str]) -> Source | None:
    """The one source whose own codes are in a code sheet, or None when none or several are."""
    found = [source for source in sources if not source.told_by.isdisjoint(listed)]
    return found[0] if len(found) == 1 else None


def rank(code: str) -> int:
    """Whose contact details a center shows when several sources list it: the lowest. Lists come last."""
    return TRUST.index(code) if code in TRUST else len(TRUST)


def table_of(code: str) -> tuple[str, str]:
    """How the database names the source of this code: a `StatementSource`, and which list of that kind."""
    source, _, scope = code.partition(":")
    return source, scope


def code_of(source: str, scope: str) -> str:
    """The code of a source that the database names so."""
    return f"{source}:{scope}" if scope else source


def _bit(code: str) -> int:
    fact = BY_CODE[code]
    return 1 << (fact.word * BITS + fact.bit)


def _words(mask: int) -> tuple[int, ...]:
    return tuple(mask >> (word * BITS) & _WORD for word in range(WORDS))
