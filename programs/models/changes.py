"""How every change to the directory is kept: a copy of the row as it then was, with its author.

An author is a person (`history_user`) or a reason: `import:<id of the run>`, `link:<id of the link>`,
`merge:<id>`, `undo:<what was taken back>`, `revert:<id of the older copy>`. `programs.history` reads these.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


def kept(**options: Any) -> HistoricalRecords:
    """The history of a model. An import is undone by its reason, so that reasons are indexed."""
    reason = models.CharField(_("by way of"), max_length=100, null=True, db_index=True)
    return HistoricalRecords(history_change_reason_field=reason, user_db_constraint=False, **options)
