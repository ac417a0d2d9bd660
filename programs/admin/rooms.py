"""Pages of the directory desk beside the tables: (address below the admin's, view, name).

Each view asks `programs.staff.access` itself; that the account may enter the desk was asked before.
"""

from collections.abc import Callable
from typing import Any

from programs.admin import (
    confirming,
    duplicates,
    exports,
    history,
    mapping,
    on_site,
    openings,
    queue,
    refused,
    staging,
    verifying,
    visitors,
)

ROOMS: tuple[tuple[str, Callable[..., Any], str], ...] = (
    *duplicates.ROOMS,
    *confirming.ROOMS,
    *exports.ROOMS,
    *history.ROOMS,
    *mapping.ROOMS,
    *on_site.ROOMS,
    *openings.ROOMS,
    *queue.ROOMS,
    *refused.ROOMS,
    *staging.ROOMS,
    *verifying.ROOMS,
    *visitors.ROOMS,
)
