"""The vocabulary of single models. Anything wider is a function in `programs.search`."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from programs.models.centers import Center, Program  # noqa: F401  (named in the bases below)


class CenterQuerySet(models.QuerySet["Center"]):
    """Centers."""

    def published(self) -> CenterQuerySet:
        return self.filter(status="published")

    def listed_publicly(self) -> CenterQuerySet:
        """Those whose page search engines may list: published, and real."""
        return self.published().filter(is_sample=False)

    def samples(self) -> CenterQuerySet:
        return self.filter(is_sample=True)

    def by_short_id(self, short_id: str) -> CenterQuerySet:
        """Centers whose public id starts with these hexadecimal digits (an indexed range).

        ValueError when it is not hexadecimal or too long.
        """
        low = uuid.UUID(hex=short_id.ljust(32, "0"))
        high = uuid.UUID(hex=short_id.ljust(32, "f"))
        return self.filter(public_id__gte=low, public_id__lte=high)


class ProgramQuerySet(models.QuerySet["Program"]):
    """Programs."""

    def listed(self) -> ProgramQuerySet:
        return self.filter(is_listed=True, center__status="published")
