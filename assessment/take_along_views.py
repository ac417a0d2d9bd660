"""What lets a result go along: for paper, as a PDF, for a clinic's computer, and under a private code.

A code travels in the body of a POST and nowhere else. Every page is made from the cookie and kept by nobody.
"""

import json
from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_http_methods, require_safe

from assessment import codes, flow, notices, saved, take_along
from assessment.answers import AnswerStore, Loss, UnusableError
from assessment.domain import Answers, load
from assessment.fhir import Json, questionnaire, response
from assessment.onward import SeeOther, answers_of, go, not_yet, to, words_of
from assessment.private import private, whatever_happened
from assessment.sheet import Sheet, sheet_of
from assessment.take_along_forms import CodeForm, SaveForm
from programs import throttle
from programs.words import LEVEL_LABELS

TOO_MANY = 429
HOUR = 60 * 60
WRONG_CODES = 20
"""Tries to open or erase within an hour from one network. Right codes are not counted."""
SAVES = 30
"""A shelter or a library may send many people from one address."""


def _instead(store: AnswerStore, answers: Answers) -> str | None:
    """Where to go when there is no sheet: no result yet, or a child's."""
    return not_yet(store, answers) or (to("result") if flow.is_child(answers) else None)


def _sheet(answers: Answers) -> Sheet:
    return sheet_of(load(), words_of(answers), answers, localdate())


@require_safe
@private
def print_sheet(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = answers_of(store)
    if instead := _instead(store, answers):
        return go(request, instead)
    return render(request, "assessment/print.html", {"sheet": _sheet(answers)})


@require_safe
@private
def summary_pdf(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = answers_of(store)
    if instead := _instead(store, answers):
        return go(request, instead)
    return _file(take_along.pdf(_sheet(answers), localdate()), "application/pdf", "summary.pdf")


@require_safe
@private
def summary_fhir(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = answers_of(store)
    if instead := _instead(store, answers):
        return go(request, instead)
    found = response(load(), words_of(answers), answers, _sheet(answers), titles(), localdate())
    return _file(_written(found), "application/fhir+json", "summary.json")


@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """The Questionnaire: the same for everyone, so it may be kept."""
    words = load().words(get_language() or "en")
    answer = _file(
        _written(questionnaire(load(), words, titles())), "application/fhir+json", "questions.json"
    )
    answer.headers["Cache-Control"] = "public, max-age=3600"
    return answer


def titles() -> Mapping[str, str]:
    """Our own words in the FHIR files."""
    return {
        "title": gettext("Which level of care fits"),
        "result": gettext("Result"),
        "level": gettext("Level of care that fits best"),
        "reasons": gettext("Reasons"),
        "emergency": gettext("Emergency help now"),
        **{level: str(label) for level, label in LEVEL_LABELS.items()},
    }


def _written(found: Json) -> bytes:
    return json.dumps(found, ensure_ascii=False, indent=1).encode()


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content, content_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
def save(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Asks, then keeps the answers and shows the code. Sent twice, it shows the same code twice."""
    answers = answers_of(store)
    if not answers:
        return go(request, to("start"))
    if flow.pending(load(), store.draft, answers):
        return go(request, to("interrupt"))
    if request.method != "POST":
        form = SaveForm(initial={"ticket": saved.ticket(codes.new())})
        return render(request, "assessment/saved_save.html", {"form": form, "days": saved.DAYS})
    form = SaveForm(request.POST)
    code = saved.code_of(form.cleaned_data["ticket"]) if form.is_valid() else None
    if code is None:
        return SeeOther(to("save"))
    if not throttle.gate(request, "save", SAVES).enter():
        return _too_many(request)
    gone_on = saved.save(code, store.draft)
    return render(request, "assessment/saved_code.html", {"code": code.shown, "gone_on": gone_on})


@require_http_methods(["GET", "HEAD", "POST"])
@whatever_happened
def come_back(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Asks for a code and opens what is kept under it, in place of what this browser holds."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return _ask_for_code(request, store, form)
    gate = throttle.gate(request, "code", WRONG_CODES)
    if not gate.enter():
        return _too_many(request)
    try:
        store.put(saved.open_with(form.cleaned_data["code"]))
    except saved.NothingSavedError:
        form.add_error(
            "code",
            gettext("Nothing is kept under this code. Look at it again; after 30 days answers are gone."),
        )
        return _ask_for_code(request, store, form)
    except UnusableError as error:
        if error.loss is not Loss.OTHER_VERSION:
            raise
        gate.give_back()
        return render(request, "assessment/saved_renewed.html")
    gate.give_back()
    if store.draft.renewal:
        return notices.renewed(request, store, store.draft.renewal)
    return SeeOther(to("check"))


def _ask_for_code(request: HttpRequest, store: AnswerStore, form: CodeForm) -> HttpResponse:
    context = {"form": form, "replaces": bool(store.draft.answers)}
    return render(request, "assessment/saved_come_back.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@whatever_happened
def erase_saved(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Erases what is kept under a code. Says the same whether anything was there or not."""
    form = CodeForm(request.POST if request.method == "POST" else None)
    if not form.is_bound or not form.is_valid():
        return render(request, "assessment/saved_erase.html", {"form": form})
    if not throttle.gate(request, "code", WRONG_CODES).enter():
        return _too_many(request)
    saved.erase(form.cleaned_data["code"])
    return render(request, "assessment/saved_erased.html")


def _too_many(request: HttpRequest) -> HttpResponse:
    answer = render(request, "assessment/saved_too_many.html", status=TOO_MANY)
    answer.headers["Retry-After"] = str(HOUR)
    return answer
