"""Holds every admin page to `programs.staff.access`: rows, forms, choices, bulk actions, histories."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import BaseModelAdmin
from django.db.models import ForeignKey, ManyToManyField, QuerySet
from django.http import HttpRequest

from programs.staff.access import may, reach
from programs.staff.roles import Act


class Guarded(BaseModelAdmin):
    """Beside a ModelAdmin or an inline: an account sees and changes what it may, and nothing else.

    A row outside of its reach is not found, whatever the address says; nor can a form be made to name one.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return reach(request.user, super().get_queryset(request))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Act.VIEW, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, Act.ADD, self.model)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Act.CHANGE, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, Act.DELETE, obj)

    def _may(self, request: HttpRequest, act: Act, obj: Any) -> bool:
        """An inline is asked about the row above it: that row is within reach, or its page was not found."""
        is_own = isinstance(obj, self.model)
        return may(request.user, act, obj if is_own else self.model)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs.setdefault("queryset", reach(request.user, db_field.related_model._default_manager.all()))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(
        self, db_field: ManyToManyField[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        kwargs.setdefault("queryset", reach(request.user, db_field.related_model._default_manager.all()))
        return super().formfield_for_manytomany(db_field, request, **kwargs)
