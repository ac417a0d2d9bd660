"""What visitors ask for: for each kind of page a list of requests, the same in every run on one directory.

There are so many different places that nothing which is kept from one request to the next answers for a page.
"""

import time
from collections.abc import Iterable
from itertools import count, islice, takewhile

from django.db import connection
from django.test import Client
from django.utils.http import urlencode

from assessment import flow
from assessment.answers import COOKIE, Draft, Wishes, seal
from assessment.domain import load
from bench.questions import ANSWERS, LIKE_IT, SEARCH, SEARCH_URL, Visit, Visits
from programs.models import Listing
from programs.models.centers import SHORT_ID

PLACES = 1000
STRIDE = 7919
"""A prime, so that no place comes twice."""
COOKIES = 200
"""How many people with answers of their own come; a cookie is good for half an hour."""
CENTERS = 500
TYPED = ("ph", "phoe", "san", "new y", "los ang", "spring", "850", "1000", "chic", "st. l", "hou", "miami")
DESK_LIST = "/admin/programs/center/"


def visits(client: Client) -> dict[str, Visits]:
    """Requests for each kind of page. `client` is signed in to the desk."""
    codes, listings = zips(), _listings()
    pages = min(10, -(-len(Listing.objects.values_list("pk")[:200]) // 20))
    searches = [LIKE_IT.format(zip=code) for code in codes]
    session = "; ".join(f"{name}={one.value}" for name, one in client.cookies.items())
    return {
        "search": _paths(f"/programs/?{query}" for query in searches),
        "same": _paths([SEARCH_URL]),
        "handover": tuple(
            Visit("/assessment/programs/", _answered(code)) for code in dict.fromkeys(codes[:COOKIES])
        ),
        "center": _paths(_center(listing) for listing in listings),
        "compare": _paths(_compared(listings)),
        "places": _paths(f"/programs/places/?{urlencode({'q': text})}" for text in TYPED),
        "question": _questions(),
        "start": _paths(["/programs/"]),
        "desk_list": (Visit(DESK_LIST, session), Visit(f"{DESK_LIST}?o=-1", session)),
        "desk_search": (Visit(f"{DESK_LIST}?q=recovery", session),),
        "services": _paths(f"/api/hsds/services?per_page=20&page={page}" for page in range(1, pages + 1)),
        "search_api": _paths(f"/api/search/?{query}" for query in searches),
        "plain": _paths(f"/bench/plain/?{query}" for query in searches),
        "plain_city": _paths([f"/bench/plain/?{SEARCH}"]),
        "cards": _paths(["/bench/cards/"]),
        "kept_cards": _paths(["/bench/kept-cards/"]),
        "literal": _paths(["/bench/literal/"]),
    }


def _paths(paths: Iterable[str]) -> Visits:
    return tuple(map(Visit, paths))


def zips() -> list[str]:
    """ZIP codes that have a center, each once: as many people live around one as around another, roughly.

    The same whatever number of copies there is; a stride mixes their order, which is by state.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT zip FROM programs_zipcode WHERE zip IN (SELECT zip FROM programs_center) ORDER BY 1"
        )
        found = [row[0] for row in cursor.fetchall()]
    return [found[number * STRIDE % len(found)] for number in range(min(PLACES, len(found)))]


def _listings() -> list[Listing]:
    """Programs from all over the directory, one for each center."""
    ids = list(Listing.objects.order_by("program_id").values_list("program_id", flat=True))
    wanted = ids[:: max(1, len(ids) // (CENTERS * 4))]
    by_center = {one.center_id: one for one in Listing.objects.in_bulk(wanted).values()}
    return list(by_center.values())[:CENTERS]


def _center(listing: Listing) -> str:
    return f"/programs/centers/{listing.slug}-{listing.center_public_id.hex[:SHORT_ID]}/"


def _compared(listings: list[Listing]) -> Iterable[str]:
    """Comparisons of three."""
    waiting = iter(listings)
    while len(three := list(islice(waiting, 3))) > 1:
        pairs = [("center", one.center_public_id.hex[:SHORT_ID]) for one in three]
        yield f"/programs/compare/?{urlencode(pairs)}"


def _answered(code: str = "") -> str:
    """The cookie of someone who has answered, and has asked for programs near a ZIP code."""
    return f"{COOKIE}={seal(Draft(ANSWERS, wishes=Wishes(code)), time.time())}"


def _questions() -> Visits:
    """Each screen of someone who goes back to it."""
    cookie, protocol = _answered(), load()
    answers = protocol.prune(protocol.check(ANSWERS))
    numbers = takewhile(lambda number: flow.place(protocol, answers, number), count(1))
    return tuple(Visit(f"/assessment/step-{number}/", cookie) for number in numbers)
