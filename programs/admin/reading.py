"""Pages that show and never change: what imports and rebuilds write is theirs alone."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from programs.admin.guarded import Guarded


class ReadOnly:
    """Beside an admin or an inline: look, but neither add, change nor delete."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(ReadOnly, Guarded, admin.ModelAdmin):
    """A table to look into. Counting all of a big table for every page costs more than the page."""

    show_full_result_count = False
    list_per_page = 50
