"""What a visitor looks for: limits decide what is listed, wishes decide in which order. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from types import MappingProxyType

from programs.geo import Point
from programs.levels import LEVELS, Level
from programs.taxonomy import AGES, BY_CODE, GROUPS
from programs.week import Hours, token

RADII = (5, 10, 15, 25, 50, 100)
"""Miles that can be asked for."""
RADIUS = 25
"""Miles when nothing is asked."""
WHOLE_STATE = "state"
"""What an address says instead of miles for everywhere in the state of the place."""
OPEN_NOW = "now"
TEENS = "age_under_18"
"""The one age that a program must be known to serve: a teen is never sent to an adult program."""
PAYMENT = "payment"
"""The key of the one wish that several choices share: any way to pay that the visitor has will do."""
OFFERS_IOP = "offers_iop"
TELEHEALTH = "telehealth"
FREE_HOURS = "free_hours"
"""The key of the one wish that is no fact: that the program's sessions lie in the visitor's free hours."""

WISH_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "pay": GROUPS["payment"],
        "cost": GROUPS["payment_help"],
        "treats": ("co_occurring",),
        "format": ("telehealth",),
        "time": GROUPS["time"],
        "gender": ("women_only", "men_only"),
        "medicine": GROUPS["medication"],
        "people": GROUPS["population"],
        "condition": GROUPS["condition"],
        "detox": ("detox_residential", "detox_hospital", "detox_outpatient"),
        "language": GROUPS["language"],
        "approach": GROUPS["approach"],
        "help": ("offers_recovery_housing", "psychiatry_on_site", *GROUPS["wraparound"]),
    }
)
"""The fields of a search address that hold wishes, and the facts each may name."""
FIELD_OF: Mapping[str, str] = MappingProxyType(
    {code: field for field, codes in WISH_FIELDS.items() for code in codes}
)


class Order(StrEnum):
    """In which order a result is listed. The first unless the visitor chooses another."""

    FIT = "fit"
    NEAR = "near"
    CONFIRMED = "confirmed"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Wish:
    """Something a program may have: any one of these facts, or a week that fits these hours.

    ValueError when a fact is unknown, or neither facts nor hours are given.
    """

    key: str
    any_of: tuple[str, ...]
    hours: Hours | None = None

    def __post_init__(self) -> None:
        if bool(self.any_of) == (self.hours is not None):
            raise ValueError(f"wish {self.key!r} names no fact, and no hours; or both")
        unknown = [code for code in self.any_of if code not in BY_CODE]
        if unknown:
            raise ValueError(f"wish {self.key!r} names unknown facts: {', '.join(unknown)}")


def wishes_for(codes: Iterable[str]) -> tuple[Wish, ...]:
    """The wishes behind ticked facts: all ways to pay are one, every other fact is one of its own.

    Without doubles and in the order of the search form, whatever the order of the codes.
    """
    return _wishes_for(frozenset(codes))


@lru_cache(maxsize=256)
def _wishes_for(asked: frozenset[str]) -> tuple[Wish, ...]:
    """Kept, because each of the dozen addresses on a page of results is held against them."""
    ways = tuple(code for code in GROUPS["payment"] if code in asked)
    wishes = [Wish(PAYMENT, ways)] if ways else []
    wishes += [Wish(code, (code,)) for code in FIELD_OF if code in asked and code not in ways]
    if missing := asked - set(FIELD_OF):
        raise ValueError(f"not a wish of the search form: {', '.join(sorted(missing))}")
    return tuple(wishes)


def wish_for(hours: Hours) -> Wish:
    """The wish that a program's week fits these hours."""
    return Wish(FREE_HOURS, (), hours)


@dataclass(frozen=True, slots=True)
class SearchCriteria:
    """One search. Limits: distance, levels and ages (any will do, none means all), and wishes in `musts`.

    state: two letters; everywhere in this state instead of within the distance.
    open_now: only programs that have told of an open place.
    place: what to write into the form to get the same point.
    ages: facts of the group "age"; a program that serves any of them passes (`programs.expressions.serves`).
    musts: keys of wishes that a program must be known to meet.
    unsaid: a fact that must be unknown; only `offers_iop`, which the mental-health directory cannot state.
    not_refused: facts a program must not be known to lack; one that has not said stays in. In no address.
    zone: the time zone at the place, in which hours are told; "" for the usual one at the point.
    ValueError when something contradicts this.
    """

    point: Point
    place: str = ""
    radius_miles: int = RADIUS
    levels: tuple[Level, ...] = ()
    ages: tuple[str, ...] = ()
    wishes: tuple[Wish, ...] = ()
    musts: frozenset[str] = frozenset()
    unsaid: str | None = None
    not_refused: frozenset[str] = frozenset()
    page: int = 1
    zone: str = ""
    state: str = ""
    open_now: bool = False
    order: Order = Order.FIT

    def __post_init__(self) -> None:
        keys = [wish.key for wish in self.wishes]
        problems = {
            "radius": self.radius_miles not in RADII,
            "levels": any(level not in LEVELS for level in self.levels),
            "ages": any(age not in AGES for age in self.ages),
            "wishes": len(set(keys)) != len(keys),
            "musts": not self.musts <= set(keys),
            "unsaid": self.unsaid not in (None, OFFERS_IOP),
            "not_refused": not self.not_refused <= set(BY_CODE),
            "page": self.page < 1,
            "state": bool(self.state) and not (len(self.state) == 2 and self.state.isupper()),
        }
        if wrong := [name for name, is_wrong in problems.items() if is_wrong]:
            raise ValueError(f"impossible search: {', '.join(wrong)}")

    @property
    def by_center(self) -> bool:
        """Whether centers are listed instead of programs: without a level, all of a center's are one."""
        return not self.levels

    @property
    def hours(self) -> Hours | None:
        """The visitor's hours, where they asked for a week that fits."""
        return next((wish.hours for wish in self.wishes if wish.hours), None)

    def params(self) -> tuple[tuple[str, str], ...]:
        """The search as pairs for an address; `programs.forms.SearchForm` reads them back.

        ValueError when a wish cannot be written there (only those of `wishes_for` can).
        """
        codes = [code for wish in self.wishes for code in wish.any_of]
        hours = self.hours
        if (*wishes_for(codes), *([wish_for(hours)] if hours else ())) != self.wishes:
            raise ValueError("a wish that the search form does not have")
        pairs = [("place", self.place), ("radius", WHOLE_STATE if self.state else str(self.radius_miles))]
        pairs += [("level", level.value) for level in self.levels]
        pairs += [("age", age) for age in self.ages]
        pairs += [(FIELD_OF[code], code) for code in codes]
        if hours:
            pairs += [("free", token(hours.free))] if hours.free else []
            pairs += [("work", token(hours.work))] if hours.work else []
        pairs += [("must", wish.key) for wish in self.wishes if wish.key in self.musts]
        pairs += [("unsaid", self.unsaid)] if self.unsaid else []
        pairs += [("open", OPEN_NOW)] if self.open_now else []
        pairs += [("order", self.order.value)] if self.order is not Order.FIT else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return tuple(pairs)
