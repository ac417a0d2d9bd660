"""Pages that come before whatever was asked for: what to do now, answers lost, questions renewed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from assessment import flow, pages
from assessment.answers import AnswerStore
from assessment.domain import Answers, load
from assessment.forms import GoOnForm, ScreenForm
from assessment.onward import answers_of, forward, to, words_of
from assessment.pages import RenewedPage
from assessment.renewal import Renewal


def lost(request: HttpRequest, why: str) -> HttpResponse:
    """The answers cannot be used. `why`: a Loss, or `missing`."""
    return render(request, "assessment/lost.html", {"loss": why})


def safety(
    request: HttpRequest, answers: Answers, codes: tuple[str, ...], renewed: RenewedPage | None = None
) -> HttpResponse:
    """What to do now, for these causes."""
    page = pages.interrupt_page(load(), words_of(answers), answers, codes)
    form = GoOnForm(initial={"shown": GoOnForm.filled(page.shown)})
    return render(request, "assessment/interrupt.html", {"page": page, "form": form, "renewed": renewed})


def renewed(request: HttpRequest, store: AnswerStore, renewal: Renewal) -> HttpResponse:
    """The questions were renewed meanwhile: what could be kept and what could not.

    A safety page that the kept answers call for is shown at once, with the notice below it.
    """
    protocol, answers = load(), answers_of(store)
    onward = forward(store.draft, answers) if answers else to("start")
    page = pages.renewed_page(renewal, answers, get_language() or "en", onward)
    if codes := flow.pending(protocol, store.draft, answers):
        return safety(request, answers, codes, page)
    return render(request, "assessment/renewed.html", {"page": page})


def keep_what_was_sent(request: HttpRequest, store: AnswerStore) -> None:
    """An answer sent from a page of the older questions counts too, when the new ones know it."""
    form = ScreenForm(load().questions, words_of(answers_of(store)), request.POST)
    store.put(flow.given(load(), store.draft, form.typed))
