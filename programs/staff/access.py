"""The one place that says who may do what to which rows: the admin, exports, history, links all ask here.

Two questions: `may` (is this kind of thing, or this very row, open to the account) and `reach` (which rows
of a table are). Both answer no for what they do not know: an account without a role, a table nobody listed.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from programs import models
from programs.staff.roles import Act, Role, Thing, allows

_CENTER, _PROGRAM = "center", "program__center"
PATHS: Mapping[str, tuple[Thing, str | None]] = {
    "organization": (Thing.LISTING, "centers"),
    "center": (Thing.LISTING, ""),
    "program": (Thing.LISTING, _CENTER),
    "session": (Thing.LISTING, _PROGRAM),
    "statement": (Thing.LISTING, _CENTER),
    "listing": (Thing.LISTING, _CENTER),
    "directoryentry": (Thing.IMPORT, _CENTER),
    "proposal": (Thing.PROPOSAL, _CENTER),
    "claim": (Thing.QUEUE, _CENTER),
    "snooze": (Thing.QUEUE, _CENTER),
    "centerlink": (Thing.LINK, _CENTER),
    "report": (Thing.REPORT, _CENTER),
    "inquiry": (Thing.INQUIRY, _CENTER),
    "donotcall": (Thing.INQUIRY, _CENTER),
    "duplicatepair": (Thing.DUPLICATE, "first second"),
    "merge": (Thing.DUPLICATE, "survivor merged"),
    "importrun": (Thing.IMPORT, None),
    "refusedrow": (Thing.IMPORT, None),
    "savedmapping": (Thing.IMPORT, None),
    "stagedimport": (Thing.IMPORT, None),
    "stagedfile": (Thing.IMPORT, None),
    "stagedrow": (Thing.IMPORT, None),
    "staffmember": (Thing.STAFF, None),
    "invitation": (Thing.STAFF, None),
    "user": (Thing.STAFF, None),
    "zipcode": (Thing.PLACE, None),
    "city": (Thing.PLACE, None),
    "exportlog": (Thing.LOG, None),
}
"""Each table, by the name of its model: what it is part of, and the way from a row to its centers, which must
all be within reach. None: not bound to centers: open to accounts without bounds, and places to everyone."""


def role_of(user: Any) -> Role | None:
    """The role of an account; None for one that may do nothing here. One query at most."""
    if not user.is_active or not user.is_staff:
        return None
    if user.is_superuser:
        return Role.ADMIN
    member = member_of(user)
    return Role(member.role) if member else None


def member_of(user: Any) -> models.StaffMember | None:
    """The account's staff member, read once."""
    try:
        return user.staff_member  # type: ignore[no-any-return]
    except models.StaffMember.DoesNotExist:
        return None


def thing_of(model: type[Model]) -> Thing | None:
    """What a table is part of; None for a table nobody listed."""
    if model is not get_user_model() and model._meta.app_label != "programs":
        return None
    name = (model._meta.model_name or "").removeprefix("historical")
    thing = PATHS[name][0] if name in PATHS else None
    if not (model._meta.model_name or "").startswith("historical"):
        return thing
    # Older copies of accounts are no business of those who may see older copies of listings.
    return Thing.HISTORY if thing in (Thing.LISTING, Thing.IMPORT) else thing


def may(user: Any, act: Act, of: Thing | type[Model] | Model) -> bool:
    """Whether an account may do this to a part of the desk, to a kind of row, or to this very row."""
    role = role_of(user)
    if role is None:
        return False
    if isinstance(of, Thing):
        return allows(role, act, of) and not (of is Thing.IMPORT and is_bounded(user))
    if isinstance(of, Model):
        return may(user, act, type(of)) and _has(user, of) and not _shares(user, act, of)
    if of is models.Organization and act is Act.ADD and is_bounded(user) and not _states(user):
        return False  # It would lie outside of the organizations that the account was given.
    thing = thing_of(of)
    if thing is None or not allows(role, act, thing):
        return False
    # An import tells of every center it read.
    return (
        thing is not Thing.IMPORT or PATHS[of._meta.model_name or ""][1] is not None or not is_bounded(user)
    )


def reach(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Those of these rows that an account may see. Narrow, then act: nothing else bounds what it finds."""
    role, thing = role_of(user), thing_of(rows.model)
    if role is None or thing is None or not allows(role, Act.VIEW, thing):
        return rows.none()
    if role is Role.ADMIN:
        return rows
    if not is_bounded(user):
        return rows
    name = rows.model._meta.model_name or ""
    if name.startswith("historical"):
        return _copies(user, rows, name.removeprefix("historical"))
    way = PATHS[name][1]
    if way is None:
        return rows if thing is Thing.PLACE else rows.none()
    if name == "organization":
        return rows.filter(_organizations_filter(user))
    if not way:
        return rows.filter(centers_filter(user))
    for part in way.split():
        rows = rows.filter(**{f"{part}__in": centers_of(user)})
    return rows


def _organizations_filter(user: Any) -> Q:
    """Those that run a center within reach, that were given, or that run none yet in a state that was."""
    member = member_of(user)
    assert member is not None
    inside = Q(id__in=centers_of(user).order_by().values("organization"))
    if member.role == Role.CENTER:
        return inside
    unused = ~Exists(models.Center.objects.filter(organization=OuterRef("pk")))
    return inside | Q(id__in=member.organizations.values("id")) | Q(unused, state__in=member.states)


def _copies(user: Any, rows: QuerySet[Any], name: str) -> QuerySet[Any]:
    """Older copies of what an account reaches, or reached when it was deleted."""
    if name == "organization":
        here = models.Organization.objects.filter(_organizations_filter(user)).values("id")
        gone = ~Exists(models.Organization.objects.filter(pk=OuterRef("id")))
        return rows.filter(Q(id__in=here) | Q(gone, state__in=_states(user)))
    if name == "center":
        return rows.filter(_copies_of_centers(user))
    centers = models.Center.history.filter(_copies_of_centers(user)).order_by().values("id")
    if name == "session":
        programs = models.Program.history.filter(center_id__in=centers).order_by()
        return rows.filter(program_id__in=programs.values("id"))
    return rows.filter(center_id__in=centers)


def _copies_of_centers(user: Any) -> Q:
    gone = ~Exists(models.Center.objects.filter(pk=OuterRef("id")))
    return Q(id__in=centers_of(user).order_by().values("id")) | Q(gone) & centers_filter(user)


def _states(user: Any) -> list[str]:
    """The states an account was given; center staff have none."""
    member = member_of(user)
    return [] if member is None or member.role == Role.CENTER else list(member.states)


def is_bounded(user: Any) -> bool:
    """Whether an account reaches some centers only. One query at most for an account as it was read."""
    if user.is_superuser:
        return False
    member = member_of(user)
    if member is None or member.role == Role.ADMIN:
        return False
    if member.role == Role.CENTER or member.states:
        return True
    if not hasattr(member, "_has_organizations"):
        member._has_organizations = member.organizations.exists()  # type: ignore[attr-defined]
    return bool(member._has_organizations)  # type: ignore[attr-defined]


def centers_of(user: Any) -> QuerySet[models.Center]:
    """The centers an account reaches, whatever it may do there."""
    if role_of(user) is None:
        return models.Center.objects.none()
    return models.Center.objects.filter(centers_filter(user))


def centers_filter(user: Any) -> Q:
    """`centers_of` as a condition on centers."""
    if not is_bounded(user):
        return Q()
    member = member_of(user)
    assert member is not None
    if member.role == Role.CENTER:
        return Q(id__in=member.centers.values("id"))
    inside = Q(organization__in=member.organizations.values("id"))
    return inside | Q(state__in=member.states) if member.states else inside


def takes_in(user: Any, *, state: str, organization: models.Organization) -> bool:
    """Whether a center of this state and organization would lie within an account's reach, once it is stored.

    `centers_filter` for a row that is not there yet. Center staff reach the centers they were given alone.
    """
    if role_of(user) is None:
        return False
    if not is_bounded(user):
        return True
    member = member_of(user)
    assert member is not None
    if member.role == Role.CENTER:
        return False
    return state in member.states or member.organizations.filter(pk=organization.pk).exists()


def stays_within(user: Any, row: Model) -> bool:
    """Whether a row as it is about to be stored lies within an account's reach."""
    if role_of(user) is None:
        return False
    if not is_bounded(user):
        return True
    if isinstance(row, models.Center):
        return takes_in(user, state=row.state, organization=row.organization)
    if isinstance(row, models.Organization):
        runs = row.pk is not None and centers_of(user).filter(organization=row.pk).exists()
        return runs or row.state in _states(user) or _was_given(user, row)
    way = PATHS.get(row._meta.model_name or "", (None, None))[1]
    for part in (way or "").split():
        parent: Any = row
        for name in part.split("__"):
            parent = getattr(parent, name)
        if not _has(user, parent):
            return False
    return True


def _was_given(user: Any, organization: models.Organization) -> bool:
    member = member_of(user)
    return member is not None and member.organizations.filter(pk=organization.pk).exists()


def _shares(user: Any, act: Act, row: Model) -> bool:
    """An organization that also runs centers out of reach is theirs too: it may be seen, not changed."""
    if not isinstance(row, models.Organization) or row.pk is None or act in (Act.VIEW, Act.EXPORT):
        return False
    if not is_bounded(user):
        return False
    told = _told(user)
    if ("shares", row.pk) not in told:
        others = models.Center.objects.filter(organization=row.pk).exclude(centers_filter(user))
        told["shares", row.pk] = others.exists()
    return told["shares", row.pk]


def _told(user: Any) -> dict[tuple[Any, Any], bool]:
    """The admin asks many times for one page; what it was told stays for as long as the account was read."""
    told: dict[tuple[Any, Any], bool] = user.__dict__.setdefault("_told_of", {})
    return told


def _has(user: Any, row: Model) -> bool:
    if row.pk is None:
        return True  # Not stored yet: whoever stores it asks again for its center.
    if not is_bounded(user):
        return True  # Whether the account may see such rows at all was asked before.
    told = _told(user)
    if (type(row), row.pk) not in told:
        told[type(row), row.pk] = reach(user, type(row)._default_manager.filter(pk=row.pk)).exists()
    return told[type(row), row.pk]
