"""What each role may do, as a table. Pure: `programs.staff.access` holds it against accounts and rows.

A right is a pair of what is touched and what is done to it. What stands in no row of the table nobody may do.
"""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """`admin` reaches everything; the others reach what their `StaffMember` says."""

    ADMIN = "admin"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    CENTER = "center"
    READER = "reader"


class Thing(StrEnum):
    """Parts of the directory desk."""

    LISTING = "listing"  # organizations, centers, programs, sessions, statements
    PROPOSAL = "proposal"  # what centers want changed
    QUEUE = "queue"  # what needs doing, claims, snoozes
    LINK = "link"  # links by which a center confirms its listing
    DUPLICATE = "duplicate"  # pairs and merges
    REPORT = "report"  # what visitors say is wrong
    INQUIRY = "inquiry"  # who asked to be called back
    OPENINGS = "openings"  # open places of programs
    IMPORT = "import"  # imports, mappings, refused rows
    HISTORY = "history"  # older copies of listings
    STAFF = "staff"  # accounts, roles, invitations
    PLACE = "place"  # ZIP codes and cities
    LOG = "log"  # who exported what


class Act(StrEnum):
    VIEW = "view"
    ADD = "add"
    CHANGE = "change"
    DELETE = "delete"
    PUBLISH = "publish"  # make a draft public, bring a closed center back, accept a proposal
    EXPORT = "export"
    REVERT = "revert"  # bring an older copy back, undo a merge or an import


_ALL = frozenset(Act)
_VIEW = frozenset({Act.VIEW})
_WORK = frozenset({Act.VIEW, Act.CHANGE})
_EDIT = frozenset({Act.VIEW, Act.ADD, Act.CHANGE})

RIGHTS: Mapping[Role, Mapping[Thing, frozenset[Act]]] = {
    Role.ADMIN: dict.fromkeys(Thing, _ALL),
    Role.COORDINATOR: {
        Thing.LISTING: _EDIT | {Act.DELETE, Act.EXPORT},
        Thing.PROPOSAL: _VIEW,
        Thing.QUEUE: _EDIT,
        Thing.LINK: _EDIT,
        Thing.DUPLICATE: _EDIT | {Act.REVERT},
        Thing.REPORT: _WORK,
        Thing.INQUIRY: _WORK,
        Thing.OPENINGS: _WORK,
        Thing.IMPORT: _VIEW,
        Thing.HISTORY: _VIEW | {Act.REVERT},
        Thing.PLACE: _VIEW,
    },
    Role.REVIEWER: {
        Thing.LISTING: _EDIT | {Act.PUBLISH, Act.EXPORT},
        Thing.PROPOSAL: _EDIT | {Act.PUBLISH},
        Thing.QUEUE: _EDIT,
        Thing.LINK: _VIEW,
        Thing.DUPLICATE: _VIEW,
        Thing.REPORT: _WORK,
        Thing.OPENINGS: _WORK,
        Thing.IMPORT: _VIEW,
        Thing.HISTORY: _VIEW | {Act.REVERT},
        Thing.PLACE: _VIEW,
    },
    Role.CENTER: {
        Thing.LISTING: _VIEW,
        Thing.PROPOSAL: frozenset({Act.VIEW, Act.ADD}),
        Thing.INQUIRY: _WORK,
        Thing.OPENINGS: _WORK,
    },
    Role.READER: {
        Thing.LISTING: _VIEW,
        Thing.PROPOSAL: _VIEW,
        Thing.DUPLICATE: _VIEW,
        Thing.IMPORT: _VIEW,
        Thing.HISTORY: _VIEW,
        Thing.PLACE: _VIEW,
    },
}
"""Why it is so stands in docs/roles.md, which `manage.py roles_matrix` writes from this table."""


def allows(role: Role, act: Act, thing: Thing) -> bool:
    return act in RIGHTS[role].get(thing, frozenset())
