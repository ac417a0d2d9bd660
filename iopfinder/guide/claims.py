"""Every fact the guide states, with the day it was checked: what has grown old, and who must look again."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from iopfinder.guide.pages import Guide
from programs import guide as levels
from programs.freshness import Freshness, freshness
from programs.standard_questions import STANDARD_QUESTIONS


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact: the page it stands on, its id there, its words, its sources, and when they were checked."""

    page: str
    id: str
    words: str
    sources: tuple[str, ...]
    checked: date

    def is_old(self, today: date) -> bool:
        """Whether it was checked over a year ago."""
        return freshness(self.checked, today=today) is Freshness.OLD


def claims(guide: Guide) -> Iterator[Claim]:
    """Every claim of the guide, the level table and the ten questions among them."""
    for page in guide.own():
        for line in page.facts():
            assert line.checked is not None
            yield Claim(page.id, line.id, line.words, line.sources, line.checked)
        if page.asked:
            for one in STANDARD_QUESTIONS:
                yield Claim(page.id, one.id, str(one.listen_for), one.sources, page.asked)
    for level in levels.LEVELS_SIDE_BY_SIDE:
        for field, _title in levels.ROWS:
            told: levels.Told = getattr(level, field)
            yield Claim("levels", f"{level.level}.{field}", str(told.words), told.sources, levels.CHECKED)


def old_claims(guide: Guide, *, today: date) -> list[Claim]:
    """What was checked over a year ago, the oldest first."""
    return sorted(
        (claim for claim in claims(guide) if claim.is_old(today)),
        key=lambda claim: (claim.checked, claim.page),
    )
