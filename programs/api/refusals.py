"""Refusals of the API: RFC 9457 problem documents that name what was wrong and where."""

from collections.abc import Mapping

from django.forms import CharField, Field, Form, MultipleChoiceField, MultipleHiddenInput
from django.http import HttpResponse, JsonResponse, QueryDict

PROBLEM = "application/problem+json"


def problem(status: int, title: str, **more: object) -> HttpResponse:
    """A refusal. `more` is written into the document: `errors`, `choices`."""
    body = {"type": "about:blank", "status": status, "title": title, **more}
    return JsonResponse(body, status=status, content_type=PROBLEM)


def refused(form: Form) -> HttpResponse:
    """400 for a form that does not hold: every field that is wrong, with why."""
    errors = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    return problem(400, "The request has a mistake.", errors=errors)


def misread(asked: QueryDict, fields: Mapping[str, Field]) -> HttpResponse | None:
    """400 for what a form would pass over: a parameter that does not exist, an empty one, one given twice.

    A misspelled or empty filter must not find everything.
    """
    errors = {}
    for name, values in asked.lists():
        if name not in fields:
            errors[name] = ["No such parameter."]
        elif "" in values and type(fields[name]) is not CharField:
            errors[name] = ["It is empty. Leave it out, or give it a value."]
        elif len(values) > 1 and not _takes_several(fields[name]):
            errors[name] = ["It is given more than once."]
    if not errors:
        return None
    return problem(400, "The request has a mistake.", errors=errors, known=sorted(fields))


def _takes_several(field: Field) -> bool:
    return isinstance(field, MultipleChoiceField) or isinstance(field.widget, MultipleHiddenInput)
