"""Where a person goes next, as addresses: the safety pages first, then the first open screen."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import get_language

from assessment import flow
from assessment.answers import AnswerStore, Draft
from assessment.domain import Answers, Words, load


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that page with GET."""

    status_code = 303


def by_script(request: HttpRequest) -> bool:
    """Whether our script sent this form: it asks for the next address alone."""
    return request.headers.get("Accept") == "application/json"


def to(name: str, number: int | None = None) -> str:
    """The address of a page of the assessment, in the language of the request."""
    return reverse(f"assessment:{name}", kwargs=None if number is None else {"number": number})


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to the next page."""
    return JsonResponse({"next": address}) if by_script(request) else SeeOther(address)


def answers_of(store: AnswerStore) -> Answers:
    return flow.checked(load(), store.draft)


def words_of(answers: Answers) -> Words:
    """The words in the language of the request, in the voice of who answers."""
    return load().words(get_language() or "en", observer=answers.get("who") == "someone_else")


def forward(draft: Draft, answers: Answers) -> str:
    """Where a person who has nothing else in mind goes next."""
    protocol = load()
    if flow.pending(protocol, draft, answers):
        return to("interrupt")
    number = flow.first_open(protocol, answers)
    if number:
        return to("question", number)
    return to("result" if flow.is_child(answers) else "check")


def not_yet(store: AnswerStore, answers: Answers) -> str | None:
    """Where to go instead, when there is no result to show yet."""
    if not answers:
        return to("start")
    if flow.pending(load(), store.draft, answers) or flow.first_open(load(), answers):
        return forward(store.draft, answers)
    return None
