"""What each page of the desk takes that belongs to no table: for docs/roles.md and for the tests.

A page asks `programs.staff.access` itself; this table says what it has to ask. A page that is missing here
fails a test. Pages of tables need no line: their addresses say what they do.
"""

from collections.abc import Mapping

from programs.staff.roles import Act, Thing

Right = tuple[Act, Thing]

ANYBODY: tuple[Right, ...] = ()
"""Whoever has a role: pages about one's own account, and such as show what one reaches."""
_OWN = ("my_account", "new_app", "new_codes", "sign_out_everywhere", "logout")
_FRAME = ("index", "password_change", "password_change_done", "jsi18n", "autocomplete", "app_list")
_QUEUE = ("queue_next", "queue_take", "queue_leave", "queue_keep", "queue_later", "verify")
_STAGING = (
    "staged_mapping",
    "staged_go_on",
    "staged_apply",
    "staged_anew",
    "staged_discard",
)
_ACCOUNTS = ("invite_again", "withdraw", "reset", "sign_out")

DOORS = frozenset(
    {
        *("login", "sign_in_code", "sign_in_recovery", "set_up_app"),
        *("invited", "invitation", "forgotten", "reset_password", "reset"),
    }
)
"""Open to everyone: the ways in."""

NEEDS: Mapping[str, tuple[Right, ...]] = {
    **dict.fromkeys((*_OWN, *_FRAME), ANYBODY),
    **dict.fromkeys(_QUEUE, ((Act.CHANGE, Thing.QUEUE),)),
    **dict.fromkeys(_STAGING, ((Act.ADD, Thing.IMPORT),)),
    **{f"auth_user_{name}": ((Act.CHANGE, Thing.STAFF),) for name in _ACCOUNTS},
    "staging": ((Act.VIEW, Thing.IMPORT),),
    "staged": ((Act.VIEW, Thing.IMPORT),),
    "staged_document": ((Act.VIEW, Thing.IMPORT),),
    "staged_undo": ((Act.REVERT, Thing.IMPORT),),
    "staged_refused": ((Act.EXPORT, Thing.IMPORT),),
    "run_refused": ((Act.EXPORT, Thing.IMPORT),),
    "export": ((Act.EXPORT, Thing.LISTING),),
    "duplicates": ((Act.VIEW, Thing.DUPLICATE),),
    "duplicate": ((Act.VIEW, Thing.DUPLICATE),),
    "duplicate_undo": ((Act.REVERT, Thing.DUPLICATE),),
    "proposals": ((Act.VIEW, Thing.PROPOSAL),),
    "proposal": ((Act.VIEW, Thing.PROPOSAL),),
    "propose": ((Act.ADD, Thing.PROPOSAL),),
    "center_links": ((Act.VIEW, Thing.LINK),),
    "history_of": ((Act.VIEW, Thing.HISTORY),),
    "history_back": ((Act.REVERT, Thing.HISTORY),),
    "view_on_site": ((Act.VIEW, Thing.LISTING),),
    "visitors": ((Act.VIEW, Thing.REPORT), (Act.VIEW, Thing.INQUIRY)),
    "visitors_report": ((Act.VIEW, Thing.REPORT),),
    "visitors_inquiry": ((Act.VIEW, Thing.INQUIRY),),
    "visitors_contact": ((Act.CHANGE, Thing.INQUIRY),),
    "visitors_export": ((Act.EXPORT, Thing.REPORT), (Act.EXPORT, Thing.INQUIRY)),
    "openings": ((Act.VIEW, Thing.OPENINGS),),
    "programs_center_status": ((Act.CHANGE, Thing.LISTING),),
}
"""By the name of its address: the rights of which an account needs one."""
