"""The area that an installation keeps its list for: whole states, single counties, or (the usual) everywhere.

People cross county lines for care, so nothing is hidden beyond it: the region decides which places come first
when somebody types, and where a page says plainly that it knows less. The settings import this, so it imports
no models.
"""

from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Region:
    """What it is called ("Cedar County"), the states it holds whole, single counties as (state, county), and
    the places to begin at, as people type them. Without states and counties it holds everywhere.
    """

    name: Words = ""
    states: tuple[str, ...] = ()
    counties: tuple[tuple[str, str], ...] = ()
    places: tuple[str, ...] = ()

    @property
    def is_everywhere(self) -> bool:
        return not (self.states or self.counties)

    def holds(self, state: str, county: str) -> bool:
        return self.is_everywhere or state in self.states or (state, county) in self.counties


def of_site() -> Region:
    """The region of this installation."""
    region: Region = settings.REGION
    return region


def beyond(state: str, county: str) -> Words:
    """What the region is called, where a place lies outside it; else nothing."""
    region = of_site()
    return "" if region.holds(state, county) else region.name
