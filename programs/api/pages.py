"""Lists as pages of the standard, or as a stream of lines."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse, StreamingHttpResponse

from programs.api.refusals import problem

CHUNK = 500
"""Rows that are held at once while streaming."""
NDJSON = "application/x-ndjson"


def listed(
    found: QuerySet[Any] | Sequence[Any],
    document: Callable[[Any], dict[str, Any]],
    asked: dict[str, Any],
    total: int | None = None,
) -> HttpResponse | StreamingHttpResponse:
    """A page of what was found, each item made by `document`; all of it as lines where that was asked.

    total: how many there are, where that is known already. 404 past the last page. Two queries a page, and
    those of prefetched relations.
    """
    if asked["format"] == "ndjson":
        lines = (json.dumps(document(one), separators=(",", ":")) + "\n" for one in _each(found))
        return StreamingHttpResponse(lines, content_type=NDJSON)
    paginator = Paginator(found, asked["size"])
    if total is not None:
        paginator.count = total
    number = asked["page"] or 1
    if number > paginator.num_pages:
        last = paginator.num_pages
        return problem(404, "There is no such page.", errors={"page": [f"The last page is {last}."]})
    return page([document(one) for one in paginator.page(number).object_list], number, paginator)


def _each(found: QuerySet[Any] | Sequence[Any]) -> Iterator[Any]:
    return found.iterator(chunk_size=CHUNK) if isinstance(found, QuerySet) else iter(found)


def page(contents: list[dict[str, Any]], number: int, paginator: Paginator[Any]) -> HttpResponse:
    return JsonResponse(
        {
            "total_items": paginator.count,
            "total_pages": paginator.num_pages,
            "page_number": number,
            "size": len(contents),
            "first_page": number == 1,
            "last_page": number == paginator.num_pages,
            "empty": not contents,
            "contents": contents,
        },
        json_dumps_params={"separators": (",", ":")},
    )


def whole(count: int, items: Iterator[dict[str, Any]]) -> StreamingHttpResponse:
    """Everything on one page, written as it is read: memory does not grow with the number of items."""
    return StreamingHttpResponse(_written(count, items), content_type="application/json")


def _written(count: int, items: Iterator[dict[str, Any]]) -> Iterator[str]:
    head = {
        "total_items": count, "total_pages": 1, "page_number": 1, "size": count, "first_page": True,
        "last_page": True, "empty": not count,
    }  # fmt: skip
    yield json.dumps(head, separators=(",", ":"))[:-1] + ',"contents":['
    for number, item in enumerate(items):
        yield ("," if number else "") + json.dumps(item, separators=(",", ":"))
    yield "]}"
