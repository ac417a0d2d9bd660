"""Keeps the rows of the search true: whoever changes a center here rebuilds its listings."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest

from programs import listings
from programs.admin.guarded import Guarded
from programs.models import Listing


class KeepsListings(Guarded, admin.ModelAdmin):
    """An admin whose saves and deletes rebuild the listings of the centers concerned, in one transaction."""

    def center_ids(self, rows: QuerySet[Any]) -> Iterable[int]:
        """The centers that these rows belong to."""
        raise NotImplementedError

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        listings.rebuild(self._of(form.instance))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Listings go with their center: nobody needs a permission of its own for rows that are derived."""
        deleted, counts, perms_needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, perms_needed - {Listing._meta.verbose_name}, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        with transaction.atomic():
            ids = self._of(obj)
            super().delete_model(request, obj)
            listings.rebuild(ids)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            ids = set(self.center_ids(queryset))
            super().delete_queryset(request, queryset)
            listings.rebuild(ids)

    def _of(self, obj: Any) -> set[int]:
        return set(self.center_ids(self.model._default_manager.filter(pk=obj.pk)))
