"""The directory desk: Django's admin for those who keep the directory true."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from programs.once import once
from programs.staff import sessions
from programs.staff.access import role_of

TAKEN_ONCE = frozenset({"add_view", "change_view"})
"""Pages of every table, by the names that Django gives their views."""


class DirectoryDesk(admin.AdminSite):
    """The admin's own pages, those of `programs.admin.rooms` beside them, and the way in."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever has a role and signed in with a second factor may enter. What there is to see and to do is
        asked row by row."""
        verified = getattr(request.user, "is_verified", None)
        return role_of(request.user) is not None and verified is not None and bool(verified())

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        """As Django's; and whoever opens a page of the desk is noticed, so that the session goes on."""
        if view.__name__ in TAKEN_ONCE:
            view = once(view)
        inner = super().admin_view(view, cacheable)

        def noticed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if self.has_permission(request):
                sessions.notice(request)
            return inner(request, *args, **kwargs)  # type: ignore[no-any-return]

        return update_wrapper(noticed, inner)

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        from programs.admin import signing_in  # forms and rows need the app registry

        return signing_in.sign_in(request)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        from programs.admin import my_account

        return my_account.new_password(request)

    def index(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The work that waits, before the tables."""
        from programs.admin.queue import front  # needs the app registry

        return super().index(request, {**front(request), **(extra_context or {})})

    def get_urls(self) -> list[Any]:
        from programs.admin import invited, my_account, signing_in
        from programs.admin.rooms import ROOMS

        doors = [path(route, view, name=name) for route, view, name in (*signing_in.DOORS, *invited.DOORS)]
        rooms = [
            path(route, self.admin_view(view), name=name) for route, view, name in (*my_account.ROOMS, *ROOMS)
        ]
        return [*doors, *rooms, *super().get_urls()]
