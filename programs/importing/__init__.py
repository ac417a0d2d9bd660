"""Imports of national directories: declarations of sources over one engine.

`run` is the door: it reads files, plans, and, unless it is a dry run, writes in one transaction.
"""

from programs.importing.run import BusyError, NoPlacesError, Result, run
from programs.importing.workbook import StructureError

__all__ = ["BusyError", "NoPlacesError", "Result", "StructureError", "run"]
