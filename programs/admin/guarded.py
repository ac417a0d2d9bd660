"""Holds every admin page to `programs.staff.access`: rows, forms, choices, bulk actions, histories."""

from __future__ import annotations

from typing import Any

from django.contrib.admin.options import BaseModelAdmin, IncorrectLookupParameters
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import BigIntegerField, ForeignKey, ManyToManyField, QuerySet
from django.forms import ModelForm
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from programs.admin import history
from programs.staff.access import may, reach, stays_within
from programs.staff.roles import Act, Thing

OUTSIDE = _("This lies outside of what you look after. Please choose a state or an organization of yours.")


def is_past_all_ids(text: str) -> bool:
    """Whether this is a number that no row can have: the database would break off instead of finding none."""
    return text.isdecimal() and int(text) > BigIntegerField.MAX_BIGINT


class BoundedList(ChangeList):
    """A list whose address names only rows that can be."""

    def get_filters_params(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        found: dict[str, Any] = super().get_filters_params(params)
        for values in found.values():
            if any(is_past_all_ids(one) for one in (values if isinstance(values, list) else [str(values)])):
                raise IncorrectLookupParameters
        return found


class Guarded(BaseModelAdmin):
    """Beside a ModelAdmin or an inline: an account sees and changes what it may, and nothing else.

    A row outside of its reach is not found, whatever the address says; nor can a form be made to name one.
    """

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return reach(request.user, super().get_queryset(request))

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        return None if is_past_all_ids(object_id) else super().get_object(request, object_id, from_field)  # type: ignore[misc]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return BoundedList

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, Act.VIEW, self.model)

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

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """A form that refuses what would lie outside of reach once it is stored."""
        form = super().get_form(request, obj, change=change, **kwargs)  # type: ignore[misc]
        return type(form.__name__, (form,), {"_post_clean": _staying_within(form, request.user)})

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to the row and to all that belongs to it; older copies have rights of their own."""
        if hasattr(self.model, "history"):
            try:
                key = self.model._meta.pk.to_python(unquote(object_id))
            except ValidationError as error:
                raise Http404 from error
            return history.of_row(request, self.model, key, extra=extra_context)
        if not may(request.user, Act.VIEW, Thing.HISTORY):
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)  # type: ignore[misc,no-any-return]

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


def _staying_within(form: type[ModelForm], user: Any) -> Any:
    def post_clean(self: ModelForm) -> None:
        form._post_clean(self)  # type: ignore[attr-defined]
        if not self.errors and not stays_within(user, self.instance):
            self.add_error(None, OUTSIDE)

    return post_clean
