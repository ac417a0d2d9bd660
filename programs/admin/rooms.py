"""Pages of the directory desk beside the tables: (address below the admin's, view, name).

Each view asks `programs.staff.access` itself; that the account may enter the desk was asked before.
"""

from collections.abc import Callable
from typing import Any

from programs.admin import confirming, duplicates, history, on_site, openings, queue, verifying, visitors

ROOMS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    *confirming.ROOMS,
    *duplicates.ROOMS,
    *history.ROOMS,
    *on_site.ROOMS,
    *openings.ROOMS,
    *queue.ROOMS,
    *verifying.ROOMS,
    *visitors.ROOMS,
)
