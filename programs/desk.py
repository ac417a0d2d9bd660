"""The directory desk: Django's admin for those who keep the directory true."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import path

from programs.staff.access import role_of


class DirectoryDesk(admin.AdminSite):
    """The admin's own pages, and those of `programs.admin.rooms` beside them."""

    def has_permission(self, request: HttpRequest) -> bool:
        """Whoever has a role may enter. What there is to see and to do is asked row by row."""
        return role_of(request.user) is not None

    def get_urls(self) -> list[Any]:
        from programs.admin.rooms import ROOMS  # rooms need the app registry

        own = [path(route, self.admin_view(view), name=name) for route, view, name in ROOMS]
        return [*own, *super().get_urls()]
