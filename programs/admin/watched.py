"""Admins whose forms know what they held when they were opened: see `programs.admin.conflicts`."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.db import models, transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as now

from programs.admin.conflicts import BASE, Part, hold, signed
from programs.models import Center, Organization, Program


class StampForm(forms.Form):
    """What a form held when it was opened, as it came back with it."""

    edit_base = forms.CharField(required=False)

    @classmethod
    def of(cls, request: HttpRequest) -> str:
        """The stamp of a posted form; "" where there is none."""
        form = cls(request.POST)
        return form.cleaned_data[BASE] if form.is_valid() else ""


class Watched(admin.ModelAdmin):
    """An admin whose forms know what they held when they were opened."""

    def parts(self, obj: Any) -> list[Part]:
        """The rows on the page of this one, that its form can change."""
        raise NotImplementedError

    def is_one(self, request: HttpRequest) -> bool:
        """Whether the request is for the page of one row, and not for a list."""
        return bool(request.resolver_match and "object_id" in request.resolver_match.kwargs)

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST" or object_id is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            page = self._conflict(request, object_id)
            return page or super().changeform_view(request, object_id, form_url, extra_context)

    def _conflict(self, request: HttpRequest, object_id: str) -> HttpResponse | None:
        """The page of conflicts; None where there is none, or nothing may be changed anyway."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None or not self.has_change_permission(request, obj):
            return None
        _lock(obj)
        obj = self.get_object(request, unquote(object_id))
        parts = self.parts(obj)
        found = hold(parts, request.POST)
        stamp = signed(parts)
        if not found.clashes:
            found.data[BASE] = stamp
            request.POST = found.data  # type: ignore[assignment]
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": now("Somebody else has changed this meanwhile"),
            "opts": self.opts,
            "original": obj,
            "found": found,
            "base": StampForm.of(request),
            "seen": stamp,
        }
        return TemplateResponse(request, "admin/programs/conflict.html", context, status=409)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if obj is not None and self.has_change_permission(request, obj):
            # After a mistake the row in hand holds what was typed, so that it cannot be asked any more.
            context["edit_base"] = StampForm.of(request) or signed(self.parts(obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Saving without a change is no news."""
        return super().log_change(request, obj, message) if message else None


def _lock(obj: models.Model) -> None:
    """Wait for whoever saves the same page right now."""
    model, pk = type(obj), obj.pk
    if isinstance(obj, Program):
        model, pk = Center, obj.center_id
    if isinstance(obj, Center):
        list(Organization.objects.select_for_update().filter(pk=obj.organization_id))
    list(model._default_manager.select_for_update().filter(pk=pk))
