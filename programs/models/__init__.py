"""The directory's tables, by subject."""

from programs.models.centers import (
    Center,
    CenterLocation,
    CenterStatus,
    LevelChoices,
    Organization,
    Program,
    Session,
    SessionKind,
    UsTimeZone,
    Weekday,
)
from programs.models.imports import DirectoryEntry, ImportRun, RefusedRow
from programs.models.listings import Listing
from programs.models.places import City, ZipCode
from programs.models.statements import Statement, StatementMethod, StatementSource

__all__ = [
    "Center",
    "CenterLocation",
    "CenterStatus",
    "City",
    "DirectoryEntry",
    "ImportRun",
    "LevelChoices",
    "Listing",
    "Organization",
    "Program",
    "RefusedRow",
    "Session",
    "SessionKind",
    "Statement",
    "StatementMethod",
    "StatementSource",
    "UsTimeZone",
    "Weekday",
    "ZipCode",
]
