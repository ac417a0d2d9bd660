"""Refusals of the API: RFC 9457 problem documents that name what was wrong and where."""

from collections.abc import Mapping, Sequence

from django.forms import Form
from django.http import HttpResponse, JsonResponse

PROBLEM = "application/problem+json"


def problem(status: int, title: str, **more: object) -> HttpResponse:
    """A refusal. `more` is written into the document: `errors`, `choices`."""
    body = {"type": "about:blank", "status": status, "title": title, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


def refused(form: Form) -> HttpResponse:
    """400 for a form that does not hold: every field that is wrong, with why."""
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    return problem(400, "The request has a mistake.", errors=errors)


def unknown_parameters(asked: Mapping[str, object], known: Sequence[str]) -> HttpResponse | None:
    """400 where something is asked that does not exist here: a misspelled filter must not find everything."""
    strange = sorted(set(asked) - set(known))
    if not strange:
        return None
    errors = {name: ["No such parameter."] for name in strange}
    return problem(400, "There is no such parameter.", errors=errors, known=sorted(known))
