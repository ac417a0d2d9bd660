"""The directory's tables, by subject."""

from programs.models.centers import (
    UNPUBLISHED,
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
from programs.models.confirming import CenterLink, Proposal, ProposalStatus
from programs.models.imports import DirectoryEntry, ImportRun, RefusedRow
from programs.models.listings import Listing
from programs.models.places import City, ZipCode
from programs.models.signing_in import AuthenticatorApp, DeskSession, RecoveryCodes, SentForm, Tries
from programs.models.staff import Invitation, RoleChoices, StaffMember
from programs.models.staging import SavedMapping, StagedFile, StagedImport, StagedRow, StageStatus
from programs.models.statements import Statement, StatementMethod, StatementSource
from programs.models.visitors import (
    DoNotCall,
    ExportLog,
    Inquiry,
    InquiryStatus,
    KeptKey,
    Report,
    ReportKind,
    ReportStatus,
)
from programs.models.work import Claim, DuplicatePair, Merge, PairStatus, Snooze, SnoozeReason

__all__ = [
    "UNPUBLISHED",
    "AuthenticatorApp",
    "Center",
    "CenterLink",
    "CenterLocation",
    "CenterStatus",
    "City",
    "Claim",
    "DeskSession",
    "DirectoryEntry",
    "DoNotCall",
    "DuplicatePair",
    "ExportLog",
    "ImportRun",
    "Inquiry",
    "InquiryStatus",
    "Invitation",
    "KeptKey",
    "LevelChoices",
    "Listing",
    "Merge",
    "Organization",
    "PairStatus",
    "Program",
    "Proposal",
    "ProposalStatus",
    "RecoveryCodes",
    "RefusedRow",
    "Report",
    "ReportKind",
    "ReportStatus",
    "RoleChoices",
    "SavedMapping",
    "SentForm",
    "Session",
    "SessionKind",
    "Snooze",
    "SnoozeReason",
    "StaffMember",
    "StageStatus",
    "StagedFile",
    "StagedImport",
    "StagedRow",
    "Statement",
    "StatementMethod",
    "StatementSource",
    "Tries",
    "UsTimeZone",
    "Weekday",
    "ZipCode",
]
