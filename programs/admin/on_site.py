"""From a page of the desk to the public page of the same row."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from programs.staff.access import reach


@require_safe
def view(request: HttpRequest, content_type_id: int, object_id: str) -> HttpResponse:
    """As the admin's own, which would tell the address of any row to anyone: within reach only."""
    kind = ContentType.objects.filter(pk=content_type_id).first()
    model: Any = kind.model_class() if kind else None
    if model is None or not hasattr(model, "get_absolute_url"):
        raise Http404
    try:
        row = reach(request.user, model._default_manager.filter(pk=object_id)).first()
    except ValueError:
        row = None
    if row is None:
        raise Http404
    return HttpResponseRedirect(row.get_absolute_url())


ROOMS = (("r/<int:content_type_id>/<str:object_id>/", view, "view_on_site"),)
