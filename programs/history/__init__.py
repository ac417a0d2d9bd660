"""What was changed, by whom, from what to what, and the way back.

Saving and deleting rows keeps copies by itself (`programs.models.changes`). What is written past `save`, in
bulk, is copied by `record` or written by `update`. `because` says by way of what something is done.
"""

from programs.history.recording import CHANGED, CREATED, DELETED, because, record, update

__all__ = ["CHANGED", "CREATED", "DELETED", "because", "record", "update"]
