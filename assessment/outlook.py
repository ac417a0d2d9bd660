"""What would change the result, in the order a person asks: what leads to more care, what to less, and what
only changes the help it takes."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from assessment.domain import LEVELS, Change, Recommendation, Words


@dataclass(frozen=True, slots=True, repr=False)
class If:
    """Answers that would change the result, the level they lead to, and the help that joins or falls away."""

    said: tuple[str, ...]
    level: str
    joins: tuple[str, ...]
    falls_away: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Outlook:
    """Changes that lead the same way. `way`: more, less or same."""

    way: str
    title: str
    ifs: tuple[If, ...]


def outlook_of(words: Words, found: Recommendation) -> Iterator[Outlook]:
    """The changes by where they lead; a way nothing leads to is left out, and so is what changes nothing."""
    if found.level is None:
        return
    titles = {"more": _("What would point to more care"), "less": _("What would point to less care")}
    titles["same"] = _("The same level, with other help")
    ways: dict[str, list[If]] = {way: [] for way in titles}
    now = (found.level, set(found.supports))
    for change in found.would_change:
        if change.level != "emergency" and (change.level, set(change.supports)) != now:
            ways[_way(found.level, change.level)].append(_if(words, found, change))
    for way, ifs in ways.items():
        if ifs:
            yield Outlook(way, titles[way], tuple(ifs))


def _way(here: str, there: str) -> str:
    steps = LEVELS.index(there) - LEVELS.index(here)
    return "more" if steps > 0 else "less" if steps else "same"


def _if(words: Words, found: Recommendation, change: Change) -> If:
    return If(
        tuple(words.said(question, code) for question, code in change.answers.items()),
        change.level,
        tuple(words.support(code)[0] for code in change.supports if code not in found.supports),
        tuple(words.support(code)[0] for code in found.supports if code not in change.supports),
    )
