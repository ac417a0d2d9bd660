"""What was changed, by whom, from what to what, and the way back.

Saving and deleting rows keeps copies by itself (`programs.models.changes`). What is written past `save`, in
bulk, is copied by `record` or written by `update`. `because` says by way of what something is done.
`author` and `changes_between` put copies into words; `revert` brings one back.
"""

from programs.history.authors import author, authors
from programs.history.differences import Difference, changes_between
from programs.history.recording import CHANGED, CREATED, DELETED, because, record, update
from programs.history.reverting import RevertError, revert

__all__ = [
    "CHANGED",
    "CREATED",
    "DELETED",
    "Difference",
    "RevertError",
    "author",
    "authors",
    "because",
    "changes_between",
    "record",
    "revert",
    "update",
]
