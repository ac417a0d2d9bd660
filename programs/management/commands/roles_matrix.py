"""`manage.py roles_matrix`: docs/roles.md from the table of rights and from the addresses the desk has."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http import HttpRequest
from django.urls import URLResolver

from programs.models import RoleChoices, StaffMember
from programs.staff.pages import DOORS, NEEDS
from programs.staff.roles import RIGHTS, Act, Role, Thing

PATH = Path("docs") / "roles.md"
_THINGS: Mapping[Thing, str] = {
    Thing.LISTING: "Listings: organizations, centers, programs, weeks, statements",
    Thing.PROPOSAL: "Changes that centers propose",
    Thing.QUEUE: "The queue: what needs doing, claims, putting off",
    Thing.LINK: "Links by which a center confirms its listing",
    Thing.DUPLICATE: "Possible duplicates and merges",
    Thing.REPORT: "Reports: what visitors say is wrong",
    Thing.INQUIRY: "Call-back requests",
    Thing.OPENINGS: "Open places",
    Thing.IMPORT: "Imports, column mappings, refused rows",
    Thing.HISTORY: "History: older copies of listings",
    Thing.STAFF: "Accounts, roles, invitations, and their history",
    Thing.PLACE: "ZIP codes and cities",
    Thing.LOG: "Who exported what",
}
_ACTS: Mapping[Act, str] = {
    Act.VIEW: "see",
    Act.ADD: "add",
    Act.CHANGE: "change",
    Act.DELETE: "delete",
    Act.PUBLISH: "publish",
    Act.EXPORT: "export",
    Act.REVERT: "take back",
}
_GROUP = re.compile(r"\^?\(\?P<app_label>[^)]*\)")
"""What the admin's own list of apps has in its address."""
_DONE: Mapping[str, Act] = {
    "changelist": Act.VIEW,
    "change": Act.VIEW,
    "add": Act.ADD,
    "delete": Act.DELETE,
}
_INTRO = """# Who may do what

Written by `manage.py roles_matrix` from the table in `programs/staff/roles.py` and from the addresses the
desk has. Do not edit it by hand: a test holds it fresh. Another test asks for every address as every role,
and changes nothing outside of a role's reach.

## Reach
A right always ends where an account's reach ends. `programs/staff/access.py` is the one place that says so;
lists, forms, the choices in them, bulk actions, exports, histories, look-ups while typing and links to
public pages ask it.

- A **platform admin** reaches everything.
- A **care coordinator**, a **reviewer** and a **read-only** account reach the centers in their states and
  those of their organizations; with neither, all centers.
- **Center staff** reach the centers they were given, and nothing without one.
- What hangs on a center is reached with it. A pair or a merge is reached where both of its centers are.
- An organization that also runs centers out of reach may be seen, not changed: it is somebody else's too.
- A deleted row is reached as it was when it went.
- An import tells of centers everywhere: an account with bounds sees none of it.
- A row out of reach is not found (404). A form cannot name one, and refuses what would then lie outside.

## Why it is so
- **Two pairs of eyes on what appears and what goes.** A coordinator writes drafts and keeps public listings
  true. A reviewer or a platform admin publishes, and accepts what a center proposes. Where one
  person is the whole office, give that person the role of a platform admin.
- **Nothing that was public is deleted**, by nobody: it is closed or merged, and its address keeps
  answering. Only slips that nobody ever saw are deleted, and the history can bring them back.
- **Taking a change back** needs the right to make it: publishing by way of the past takes the right to
  publish.
- **A reviewer does not read call-back requests**, and nobody but a platform admin exports them: people told
  them to one center. Center staff see those of their own centers.
- **Center staff propose.** What they say about their center waits for a reviewer; open places they post
  themselves.
- **Accounts** are for platform admins alone.

"""


class Command(BaseCommand):
    help = "Write docs/roles.md: each role, what it may do, and which pages it may open."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing; fail where the file is old")

    def handle(self, *args: Any, **options: Any) -> None:
        text, path = document(), settings.BASE_DIR / PATH
        if options["check"]:
            if not path.exists() or path.read_text("utf-8") != text:
                raise CommandError(f"{PATH} is not what the code says: run manage.py roles_matrix")
            return
        path.write_text(text, "utf-8")
        self.stdout.write(f"Wrote {PATH}.")


def document() -> str:
    """The whole page as Markdown. Reads no database."""
    return "".join([_INTRO, *_rights(), *_pages()])


def _rights() -> Iterator[str]:
    yield "## Rights\n"
    yield _row("", *(role.label for role in RoleChoices))
    yield _row(*["---"] * (len(RoleChoices) + 1))
    for thing, words in _THINGS.items():
        yield _row(words, *(_acts(Role(role), thing) for role in RoleChoices.values))
    yield (
        "\nTo publish is to make a draft public, to bring a closed center back, to accept what a center "
        "proposes.\n"
    )
    yield "To take back is to bring back an older copy, to undo a merge or an import.\n\n"


def _acts(role: Role, thing: Thing) -> str:
    acts = RIGHTS[role].get(thing, frozenset())
    if acts == frozenset(Act):
        return "everything"
    return ", ".join(words for act, words in _ACTS.items() if act in acts) or "–"


def _pages() -> Iterator[str]:
    yield "## Pages\nEvery address of the desk but the ways in. ● opens it, within reach; – does not.\n\n"
    yield _row("address", *(role.label for role in RoleChoices))
    yield _row(*["---"] * (len(RoleChoices) + 1))
    for route, name in sorted(pages()):
        yield _row(f"`/admin/{route}`", *("●" if opens(role, name) else "–" for role in Role))


def _row(*cells: Any) -> str:
    return f"| {' | '.join(map(str, cells))} |\n"


def pages() -> Iterator[tuple[str, str]]:
    """Route and name of every page of the desk: the ways in left out, and redirects without a name."""
    for route, name in _walk(admin.site.get_urls()):
        if name is not None and name not in DOORS:
            yield _GROUP.sub("<app_label>", route).strip("^$"), name


def _walk(patterns: list[Any], before: str = "") -> Iterator[tuple[str, str | None]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        else:
            yield route, pattern.name


def opens(role: Role, name: str) -> bool:
    """Whether an account of this role, whose reach has no bounds, may open the page of this name."""
    if name in NEEDS:
        rights = RIGHTS[role]
        return not NEEDS[name] or any(act in rights.get(thing, ()) for act, thing in NEEDS[name])
    model = {f"{one._meta.app_label}_{one._meta.model_name}": one for one in admin.site._registry}
    table, _underscore, act = name.rpartition("_")
    if table not in model:
        raise CommandError(f"{name} is missing in programs/staff/pages.py")
    desk, request = admin.site._registry[model[table]], _request(role)
    if act == "history":
        own = Thing.STAFF if table == "auth_user" else Thing.HISTORY
        return Act.VIEW in RIGHTS[role].get(own, ()) and desk.has_view_permission(request)
    asked = {
        Act.VIEW: desk.has_view_permission,
        Act.ADD: desk.has_add_permission,
        Act.DELETE: desk.has_delete_permission,
    }
    return bool(asked[_DONE[act]](request))


def _request(role: Role) -> HttpRequest:
    """As an account of this role would make it. Nothing of it is stored."""
    user: Any = User(is_active=True, is_staff=True)
    member = StaffMember(user=user, role=role.value)
    member._has_organizations = False  # type: ignore[attr-defined]
    user.staff_member = member
    request = HttpRequest()
    request.user = user
    return request
