"""Facts as pairs of bit masks, and how several statements become one. Pure.

A fact is yes (its bit is in `yes`), no (its bit is in `no`) or unknown (in neither). Never in both.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from programs.taxonomy import BY_CODE, FACTS, WORDS

Mask = tuple[int, ...]
"""WORDS integers of 63 bits each."""

EMPTY: Mask = (0,) * WORDS
_BYTES = range(0, 64, 8)
_CODES = {(fact.word, fact.bit): fact.code for fact in FACTS}


def _named(word: int, start: int) -> list[tuple[str, ...]]:
    bits = [(1 << bit, _CODES[word, start + bit]) for bit in range(8) if (word, start + bit) in _CODES]
    return [tuple(code for bit, code in bits if byte & bit) for byte in range(256)]


_NAMED = [[_named(word, start) for start in _BYTES] for word in range(WORDS)]
"""The codes that a byte of a word stands for, each combination written out: lists name thousands of facts."""
DIRECTORY = "directory"
TRUST = timedelta(days=365)
"""How much newer a directory's edition must be before it outweighs what a person confirmed."""
SAME_DIRECTORY = {"findtreatment_su": "samhsa_su", "findtreatment_mh": "samhsa_mh"}
"""Two forms of one directory, as a locator and as a workbook: the newer is laid over the older."""


def pack(codes: Iterable[str]) -> Mask:
    """The mask of these fact codes. KeyError names a code that is not in the taxonomy."""
    words = [0] * WORDS
    for code in codes:
        fact = BY_CODE[code]
        words[fact.word] |= 1 << fact.bit
    return tuple(words)


def unpack(mask: Mask) -> tuple[str, ...]:
    """The fact codes of a mask, in the order of their bits, which is that of the taxonomy."""
    codes: list[str] = []
    for word, named in zip(mask, _NAMED, strict=True):
        for start, of_byte in zip(_BYTES, named, strict=True):
            codes += of_byte[word >> start & 255]
    return tuple(codes)


@dataclass(frozen=True, slots=True)
class FactSet:
    """What is known: two masks that share no bit (ValueError otherwise)."""

    yes: Mask = EMPTY
    no: Mask = EMPTY

    def __post_init__(self) -> None:
        for yes, no in zip(self.yes, self.no, strict=True):
            if yes & no:
                both = unpack(tuple(y & n for y, n in zip(self.yes, self.no, strict=True)))
                raise ValueError(f"yes and no at once: {', '.join(both)}")

    @classmethod
    def of(cls, *, yes: Iterable[str] = (), no: Iterable[str] = ()) -> "FactSet":
        return cls(pack(yes), pack(no))

    def value(self, code: str) -> bool | None:
        """True, False, or None for unknown."""
        fact = BY_CODE[code]
        if self.yes[fact.word] >> fact.bit & 1:
            return True
        if self.no[fact.word] >> fact.bit & 1:
            return False
        return None

    def any_of(self, codes: Iterable[str]) -> bool | None:
        """True if any is yes, False if all are no, None otherwise."""
        values = [self.value(code) for code in codes]
        if True in values:
            return True
        return None if None in values else False

    def over(self, older: "FactSet") -> "FactSet":
        """These facts laid over older ones: what is said here wins, what is not said here stays."""
        return FactSet(
            tuple((o & ~n) | y for o, y, n in zip(older.yes, self.yes, self.no, strict=True)),
            tuple((o & ~y) | n for o, y, n in zip(older.no, self.yes, self.no, strict=True)),
        )

    def beside(self, other: "FactSet") -> "FactSet":
        """Two sources that each describe a part of one place: yes in either is yes of the place."""
        yes = tuple(a | b for a, b in zip(self.yes, other.yes, strict=True))
        return FactSet(yes, tuple((a | b) & ~y for a, b, y in zip(self.no, other.no, yes, strict=True)))


@dataclass(frozen=True, slots=True)
class Said:
    """One statement: what, by which source, how, and when. `ref` is the caller's own handle.

    `is_current`: False where a directory no longer lists the row it comes from. `number` grows with every
    statement: of two of one day the later outweighs the earlier, in whatever order they are read.
    """

    facts: FactSet
    source: str
    method: str
    on: date
    ref: object = None
    is_current: bool = True
    number: int = 0


def _weight(said: Said) -> date:
    return said.on if said.method == DIRECTORY else said.on + TRUST


def _speaking(listed: list[Said]) -> list[Said]:
    current = [said for said in listed if said.is_current]
    if current or not listed:
        return current
    newest = max(said.on for said in listed)
    return [said for said in listed if said.on == newest]


def listed_together(listed: Iterable[Said]) -> FactSet:
    """What directories say together of one place: each lists a part of it (see `FactSet.beside`).

    Of one directory in two forms the newer is laid over the older. A row that its directory no longer lists
    is heard only where no other row speaks, and then only the newest of such rows.
    """
    spoken = _speaking(list(listed))
    if len(spoken) == 1:
        return spoken[0].facts  # As for most centers.
    forms: dict[str, FactSet] = {}
    days: dict[str, date] = {}
    known = FactSet()
    for said in sorted(spoken, key=lambda said: said.on):
        directory = SAME_DIRECTORY.get(said.source, said.source)
        if directory not in SAME_DIRECTORY.values():
            known = known.beside(said.facts)
        elif directory in forms and days[directory] < said.on:
            forms[directory] = said.facts.over(forms[directory])
        else:
            forms[directory] = forms.get(directory, FactSet()).beside(said.facts)
        days[directory] = said.on
    for facts in forms.values():
        known = known.beside(facts)
    return known


def layers(statements: Iterable[Said]) -> list[tuple[date, FactSet, tuple[Said, ...]]]:
    """Statements as layers, weakest first.

    All directories together are one layer (each lists a part of the place, see `FactSet.beside`), dated by
    the newest of them. A row that its directory no longer lists is heard only where no other row speaks, and
    then only the newest of such rows. What a person said is a layer of its own and outweighs a directory that
    is less than a year newer.
    """
    said_all = list(statements)
    listed = _speaking([said for said in said_all if said.method == DIRECTORY])
    stack: list[tuple[date, FactSet, tuple[Said, ...]]] = [
        (_weight(said), said.facts, (said,)) for said in said_all if said.method != DIRECTORY
    ]
    if listed:
        stack.append((max(said.on for said in listed), listed_together(listed), tuple(listed)))
    return sorted(stack, key=lambda layer: (layer[0], max(said.number for said in layer[2])))


def merge(statements: Iterable[Said]) -> FactSet:
    """What is known when all statements are taken together."""
    said = list(statements)
    if len(said) == 1:
        return said[0].facts
    known = FactSet()
    for _, facts, _ in layers(said):
        known = facts.over(known)
    return known


def provenance(statements: Iterable[Said]) -> dict[str, Said]:
    """For each known fact, the statement it rests on (the newest of those that agree with it)."""
    said_by: dict[str, Said] = {}
    for _, facts, said in layers(statements):
        for code in (*unpack(facts.yes), *unpack(facts.no)):
            value = facts.value(code)
            agreeing = [one for one in said if one.facts.value(code) is value]
            said_by[code] = max(agreeing, key=lambda one: one.on)
    return said_by
