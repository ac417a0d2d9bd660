"""Which pairs are worth comparing: those that share a phone, a website, a corner of the map, or a word.

Each center goes into a few blocks and meets only its block. A block that is too large (a call center,
a city's ZIP) is sorted and each center meets its next neighbors: the work grows with the number of centers,
never with its square. Pure.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from math import floor

from programs import geo
from programs.duplicates.scoring import Traits

SMALL = 30
"""Centers of a block in which everybody meets everybody."""
NEXT = 12
"""In a larger one, how many neighbors in the order of name and street each meets."""
CORNER = 0.01
"""Side of a corner of the map in degrees: some half a mile."""

Key = tuple[str, ...]


def pairs(
    records: Iterable[Traits], touched: Collection[int] | None = None
) -> Iterator[tuple[Traits, Traits]]:
    """Pairs to compare, each once, the lower id first; of `touched` ones only, if given."""
    blocks: dict[Key, list[Traits]] = defaultdict(list)
    for one in records:
        for key in keys(one):
            blocks[key].append(one)
    seen: set[tuple[int, int]] = set()
    for block in blocks.values():
        if len(block) < 2 or (touched is not None and not any(one.id in touched for one in block)):
            continue
        for a, b in _inside(block):
            if touched is not None and a.id not in touched and b.id not in touched:
                continue
            first, second = (a, b) if a.id < b.id else (b, a)
            if (first.id, second.id) not in seen and a.is_sample == b.is_sample:
                seen.add((first.id, second.id))
                yield first, second


def region_of(zip_code: str) -> str:
    """The first three digits of a ZIP code, some 900 in all. Branches in two of them are never one place."""
    return zip_code[:3]


def keys(one: Traits) -> Iterator[Key]:
    """The blocks of a center, each within its region."""
    region = region_of(one.zip)
    for number in one.numbers:
        yield "phone", number, region
    if one.site:
        yield "website", one.site, region
    if one.street:
        yield "street", one.street, one.zip
    for word in one.words:
        yield "word", word, one.zip
    if one.at is not None:
        # A corner and the three to its north and east: two neighbors always share one.
        point = geo.point(one.at)
        row, column = floor(point.lat / CORNER), floor(point.lon / CORNER)
        for north in (0, 1):
            for east in (0, 1):
                yield "corner", str(row + north), str(column + east), region


def _inside(block: list[Traits]) -> Iterator[tuple[Traits, Traits]]:
    many = len(block) > SMALL
    if many:
        block = sorted(block, key=_order)
    for at, one in enumerate(block):
        for other in block[at + 1 : at + 1 + NEXT] if many else block[at + 1 :]:
            yield one, other


def _order(one: Traits) -> tuple[str, str, int]:
    return one.street, " ".join(sorted(one.words)), one.id
