"""Accounts of those who work on the directory: their role and reach, and that one platform admin is left."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from programs.models import Center, Organization, StaffMember
from programs.staff import sessions
from programs.staff.roles import Role

_IS_ADMIN = Q(is_superuser=True) | Q(staff_member__role=Role.ADMIN)


class LastAdminError(Exception):
    """Nobody would be left who can look after accounts."""


@dataclass(frozen=True, slots=True)
class Reach:
    """A role, and how far it goes: see `StaffMember`."""

    role: Role
    states: Collection[str] = ()
    organizations: Collection[Organization] = ()
    centers: Collection[Center] = ()


def admins() -> QuerySet[User]:
    """The platform admins who can sign in."""
    return User.objects.filter(_IS_ADMIN, is_active=True, is_staff=True)


@contextmanager
def an_admin_stays() -> Iterator[None]:
    """Whatever is done within is undone when it leaves no platform admin. LastAdminError."""
    with transaction.atomic():
        # One at a time: two admins who take the role from each other must not both succeed.
        list(User.objects.filter(_IS_ADMIN).order_by("pk").select_for_update(of=("self",)))
        yield
        if not admins().exists():
            raise LastAdminError


def place(user: User, given: Reach) -> bool:
    """Gives an account this role and reach. True where either is new; it is then signed out everywhere."""
    member = StaffMember.objects.filter(user=user).first() or StaffMember(user=user)
    before = None if member._state.adding else reach_of(member)
    is_super = user.is_superuser and given.role == Role.ADMIN
    if before == _sorted(given) and user.is_superuser == is_super and user.is_staff:
        return False
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=is_super)
        user.is_staff, user.is_superuser = True, is_super
        member.role, member.states = given.role, sorted(given.states)
        member.save()
        member.organizations.set(given.organizations)
        member.centers.set(given.centers)
        sessions.end_all(user)
    return True


def reach_of(member: StaffMember) -> Reach:
    """The role and reach an account has."""
    return _sorted(
        Reach(Role(member.role), member.states, list(member.organizations.all()), list(member.centers.all()))
    )


def _sorted(given: Reach) -> Reach:
    def by_key(rows: Collection[Organization] | Collection[Center]) -> tuple[Organization | Center, ...]:
        return tuple(sorted(rows, key=lambda row: row.pk))

    return Reach(given.role, tuple(sorted(given.states)), by_key(given.organizations), by_key(given.centers))  # type: ignore[arg-type]
