"""What is known of a center, as groups to read: every fact with who said it and how old that is.

The groups here are for reading and need not be those of the taxonomy: what people look for together stands
together, and what says the same twice is said once. What nobody stated appears nowhere.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext_lazy

from programs.facts import DIRECTORY, FactSet, Said
from programs.labels import fact_labels
from programs.sources import SAMPLE, Source, source, source_words
from programs.taxonomy import AGES, GROUPS
from programs.words import GROUP_LABELS, WISH_WORDS

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Chunk:
    """Facts of one group that rest on one statement. `source`: None where the page says it once for all."""

    words: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class FactGroup:
    """What is known about one subject."""

    label: str
    chunks: tuple[Chunk, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """All that is known. `source`: who said it, where one statement or one edition said everything.

    refused: what the center is known not to offer; only what someone may come for.
    """

    groups: tuple[FactGroup, ...]
    refused: tuple[FactGroup, ...]
    source: Source | None


_MEDICINES = tuple(code for code in GROUPS["medication"] if not code.startswith("accepts_"))
_ACCEPTED = tuple(code for code in GROUPS["medication"] if code.startswith("accepts_"))
_BEYOND_LEVELS = ("offers_inpatient", "offers_otp", "offers_recovery_housing")

_GROUPS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (GROUP_LABELS["treats"], (*GROUPS["treats"], *GROUPS["condition"])),
    (gettext_lazy("Who it is for"), (*AGES, *GROUPS["gender"])),
    (GROUP_LABELS["payment"], (*GROUPS["payment"], *GROUPS["payment_help"])),
    (gettext_lazy("When and how"), (*GROUPS["time"], *GROUPS["format"])),
    (GROUP_LABELS["language"], GROUPS["language"]),
    (gettext_lazy("Medicines it gives or prescribes"), _MEDICINES),
    (gettext_lazy("Welcome with medicine from elsewhere"), _ACCEPTED),
    (GROUP_LABELS["admission"], GROUPS["admission"]),
    (GROUP_LABELS["therapy"], GROUPS["therapy"]),
    (GROUP_LABELS["approach"], GROUPS["approach"]),
    (GROUP_LABELS["population"], GROUPS["population"]),
    (GROUP_LABELS["crisis"], GROUPS["crisis"]),
    (GROUP_LABELS["detox"], GROUPS["detox"]),
    (GROUP_LABELS["wraparound"], GROUPS["wraparound"]),
    (gettext_lazy("Also here"), _BEYOND_LEVELS),
    (GROUP_LABELS["license"], GROUPS["license"]),
    (GROUP_LABELS["owner"], (*GROUPS["owner"], *GROUPS["house"])),
)
"""In the order of the page: what decides for most people first. The five levels are told elsewhere on it."""

_REFUSED = (
    *("treats", "condition", "payment", "payment_help", "age", "time", "format", "language", "medication"),
    *("therapy", "approach", "crisis", "detox", "wraparound"),
)
"""Groups in which a no tells someone not to come for it. A license it does not hold, an owner it does not
have or a group without a program of its own turns nobody away; admission tells its no among its rules."""

_SAID_HERE: Mapping[str, Words] = {
    "accepts_oud_medication": WISH_WORDS["opioid_medicine"],
    "accepts_aud_medication": WISH_WORDS["alcohol_medicine"],
}
"""Facts whose label would repeat the group's own name."""
_RULE_NO: Mapping[str, Words] = {
    "admission_detox_first": gettext_lazy("No need to finish detox first"),
    "admission_stable_housing": gettext_lazy("No need for stable housing"),
    "admission_court_ordered": gettext_lazy("Does not take court-ordered treatment"),
}
_IMPLIED: Mapping[str, tuple[str, ...]] = {
    "co_occurring": ("treats_substance_use", "treats_mental_health"),
    "women_only": ("accepts_women",),
    "men_only": ("accepts_men",),
}
"""A fact that says its others too, when all are known."""
_TOGETHER: tuple[tuple[tuple[str, ...], Words], ...] = (
    (AGES, pgettext_lazy("who it is for", "All ages")),
    (("accepts_women", "accepts_men"), pgettext_lazy("who it is for", "Women and men")),
)


def known_facts(known: FactSet, said_by: Mapping[str, Said], *, today: date) -> Known:
    """Everything known, in groups. `said_by`: for each known fact the statement it rests on."""
    once = _once(said_by)

    def chunks(codes: Iterable[str], words: Callable[[Sequence[str]], str]) -> tuple[Chunk, ...]:
        by_source: dict[Source | None, list[str]] = {}
        for code in codes:
            line = None if once else source(said_by[code], today=today)
            by_source.setdefault(line, []).append(code)
        return tuple(Chunk(words(some), line) for line, some in by_source.items())

    groups = []
    for label, codes in _GROUPS:
        told = [code for code in codes if known.value(code) or (code in _RULE_NO and _refuses(known, code))]
        if told:
            groups.append(FactGroup(str(label), chunks(told, lambda some: _words(some, known))))
    refused = []
    for group in _REFUSED:
        denied = [code for code in GROUPS[group] if _refuses(known, code)]
        if denied:
            refused.append(FactGroup(str(GROUP_LABELS[group]), chunks(denied, _refusal(group, known))))
    return Known(tuple(groups), tuple(refused), _for_all(once, today))


def _refuses(known: FactSet, code: str) -> bool:
    return known.value(code) is False


def _once(said_by: Mapping[str, Said]) -> tuple[Said, ...]:
    """The statements behind everything, where one day and one way of asking are behind it all; else ()."""
    different = {(said.source, said.method, said.on): said for said in said_by.values()}
    listed = all(method == DIRECTORY and name != SAMPLE for name, method, _ in different)
    one_day = len({on for _, _, on in different}) == 1
    return tuple(different.values()) if len(different) == 1 or (listed and one_day) else ()


def _for_all(once: Sequence[Said], today: date) -> Source | None:
    """One line for all: both directories of one year are one line."""
    if not once:
        return None
    if len(once) == 1:
        return source(once[0], today=today)
    names = "; ".join(sorted(source_words(said) for said in once))
    line = source(once[0], today=today)
    return Source(line.words.replace(source_words(once[0]), names, 1), line.state)


def _words(codes: Sequence[str], known: FactSet) -> str:
    """Labels joined by semicolons, for some have a comma of their own."""
    return "; ".join(_labels(codes, known))


def _labels(codes: Sequence[str], known: FactSet) -> Iterator[str]:
    labels = fact_labels()
    dropped = {one for code in codes for one in _IMPLIED.get(code, ()) if known.value(code)}
    for together, words in _TOGETHER:
        if set(together) <= set(codes) - dropped:
            yield str(words)
            dropped.update(together)
    for code in codes:
        if known.value(code) is False:
            yield str(_RULE_NO[code])
        elif code not in dropped:
            yield capfirst(str(_SAID_HERE.get(code) or labels[code]))


def _refusal(group: str, known: FactSet) -> Callable[[Sequence[str]], str]:
    """How a no to some facts of the group is told: all languages but a few are not named one by one."""

    def words(codes: Sequence[str]) -> str:
        if group == "language" and all(known.value(code) is not None for code in GROUPS[group]):
            some = any(known.value(code) for code in GROUPS[group])
            return gettext("Languages not named above") if some else gettext("Languages other than English")
        labels = fact_labels()
        return "; ".join(labels[code] for code in codes)

    return words
