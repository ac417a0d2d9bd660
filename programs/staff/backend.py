"""Who an account is: found by user name or e-mail address and password, and read together with its role."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import User
from django.http import HttpRequest


class StaffBackend(ModelBackend):
    """Django's own, for whom an e-mail address does as well, and a request costs one query."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        """The active account of this name and password. Finding none costs what finding one costs."""
        if username is None or password is None:
            return None
        user = _named(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.select_related("staff_member").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None


def _named(name: str) -> User | None:
    """By user name; else by an e-mail address that one account alone has."""
    rows = User.objects.select_related("staff_member")
    if user := rows.filter(username=name).first():
        return user
    same = list(rows.filter(email__iexact=name, is_active=True)[:2]) if "@" in name else []
    return same[0] if len(same) == 1 else None
