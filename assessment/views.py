"""The pages of the assessment. Each view reads the draft, asks the protocol, and renders or redirects.

Every answer is saved by POST and followed by a redirect. Before any page is shown, the safety pages the
answers call for come first: no address leads past one that was not read.
"""

from dataclasses import replace

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import flow, handoff, notices, pages
from assessment.answers import NOT_SURE, AnswerStore, Draft
from assessment.domain import Answers, load
from assessment.flow import DANGER, Place
from assessment.forms import GoOnForm, OnlyShowForm, ScreenForm, WishesForm
from assessment.onward import SeeOther, answers_of, forward, go, not_yet, to, words_of
from assessment.private import private
from assessment.summary import result_of
from programs.models import ZipCode


@require_safe
@private
def start(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = answers_of(store)
    if flow.pending(load(), store.draft, answers):
        return go(request, to("interrupt"))
    context = {"forward": forward(store.draft, answers), "begun": bool(answers)}
    return render(request, "assessment/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def question(request: HttpRequest, store: AnswerStore, number: int) -> HttpResponse:
    return _screen(request, store, number, changing=False)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def change(request: HttpRequest, store: AnswerStore, number: int) -> HttpResponse:
    """The same screen, opened from the page that shows all answers: afterwards one is back there."""
    return _screen(request, store, number, changing=True)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def send_question(request: HttpRequest, store: AnswerStore, number: int) -> HttpResponse:
    """Where the form of a screen is sent. Looked at (another language, a reload), it is the screen."""
    if request.method != "POST":
        return go(request, to("question", number))
    return _screen(request, store, number, changing=False)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def send_change(request: HttpRequest, store: AnswerStore, number: int) -> HttpResponse:
    if request.method != "POST":
        return go(request, to("change", number))
    return _screen(request, store, number, changing=True)


def _screen(request: HttpRequest, store: AnswerStore, number: int, *, changing: bool) -> HttpResponse:
    protocol, answers = load(), answers_of(store)
    place = flow.place(protocol, answers, number)
    first_open = flow.first_open(protocol, answers)
    if place is None or (first_open is not None and number > first_open):
        return go(request, forward(store.draft, answers) if answers else to("start"))
    if request.method != "POST":
        mending = changing or first_open is not None
        if flow.pending(protocol, store.draft, answers) and not (
            mending and _cures(store.draft, answers, place)
        ):
            return go(request, to("interrupt"))
        form = ScreenForm(protocol.asked(place.screen, answers), words_of(answers), answers=answers)
        return _render_screen(request, store.draft, answers, place, form, changing=changing)
    if OnlyShowForm(request.POST).asked:
        form = _as_typed(request, place, answers)
        return _render_screen(request, store.draft, answers, place, form, changing=changing)
    form = ScreenForm(protocol.asked(place.screen, answers), words_of(answers), request.POST, answers)
    if _danger_left_open(place, form):
        return _danger_again(request, store, answers, place, changing=changing)
    if not form.is_valid():
        return _render_screen(request, store.draft, answers, place, form, changing=changing)
    store.put(flow.given(protocol, store.draft, form.given))
    return go(request, _after(store, place, changing=changing))


@private
def unsaved(request: HttpRequest, store: AnswerStore, *, number: int, changing: bool) -> HttpResponse:
    """The screen again with what was typed, after its form came without the CSRF cookie. Saves nothing."""
    protocol, answers = load(), answers_of(store)
    place = flow.place(protocol, answers, number)
    if place is None or (not answers and number > 1):
        return notices.lost(request, "missing")
    form = _as_typed(request, place, answers)
    page = pages.question_page(protocol, words_of(answers), store.draft, place, form, changing=changing)
    return render(request, "assessment/question.html", {"page": page, "form": form, "unsent": True})


def _as_typed(request: HttpRequest, place: Place, answers: Answers) -> ScreenForm:
    """The form of this screen with what was sent, and nothing said about what is missing."""
    asked, words = load().asked(place.screen, answers), words_of(answers)
    typed = ScreenForm(asked, words, request.POST, answers)
    return ScreenForm(asked, words, answers={**answers, **typed.typed})


def _cures(draft: Draft, answers: Answers, place: Place) -> bool:
    """Whether this screen asks what called for a safety page: it may be put right ("by mistake")."""
    protocol = load()
    asked = {question.id for question in protocol.asked(place.screen, answers)}
    codes = flow.pending(protocol, draft, answers)
    return any(asked & set(flow.causes(protocol, answers, code)) for code in codes)


def _after(store: AnswerStore, place: Place, *, changing: bool) -> str:
    protocol, answers = load(), answers_of(store)
    if flow.pending(protocol, store.draft, answers):
        return to("interrupt")
    if changing:
        return to("check")
    here = flow.number_of(protocol, answers, place.screen.id)
    if here and flow.place(protocol, answers, here + 1):
        return to("question", here + 1)
    return forward(store.draft, answers)


def _danger_left_open(place: Place, form: ScreenForm) -> bool:
    """Nothing chosen, or "not sure", where we ask about danger right now."""
    if DANGER not in place.screen.questions:
        return False
    form.is_valid()
    nothing_sent = DANGER in form.errors and not form[DANGER].data
    others = set(form.errors) - {DANGER}
    return not others and (nothing_sent or form.cleaned_data.get(DANGER) == [NOT_SURE])


def _danger_again(
    request: HttpRequest, store: AnswerStore, answers: Answers, place: Place, *, changing: bool
) -> HttpResponse:
    """Danger left open is asked once more; left open again, the crisis lines are shown."""
    if not store.draft.asked_again:
        store.put(replace(store.draft, asked_again=True))
        return go(request, to("change" if changing else "question", place.number))
    store.put(flow.given(load(), store.draft, {DANGER: (NOT_SURE,)}))
    return go(request, _after(store, place, changing=changing))


def _render_screen(
    request: HttpRequest, draft: Draft, answers: Answers, place: Place, form: ScreenForm, *, changing: bool
) -> HttpResponse:
    page = pages.question_page(load(), words_of(answers), draft, place, form, changing=changing)
    return render(request, "assessment/question.html", {"page": page, "form": form, "unsent": False})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def interrupt(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """What to do now, before anything else. Read pages are remembered; the person goes on."""
    protocol, answers = load(), answers_of(store)
    codes = flow.pending(protocol, store.draft, answers)
    form = GoOnForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        seen = store.draft.seen | (form.cleaned_data["shown"] & set(codes))
        store.put(replace(store.draft, seen=seen))
        return go(request, forward(store.draft, answers))
    codes = codes or flow.due(protocol, store.draft, answers)
    if not codes:
        return go(request, forward(store.draft, answers) if answers else to("start"))
    return notices.safety(request, answers, codes)


@require_safe
@private
def check(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = answers_of(store)
    if not answers:
        return go(request, to("start"))
    if flow.pending(load(), store.draft, answers):
        return go(request, to("interrupt"))
    page = pages.check_page(load(), words_of(answers), answers)
    return render(request, "assessment/check.html", {"page": page})


@require_safe
@private
def result(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = answers_of(store)
    if instead := not_yet(store, answers):
        return go(request, instead)
    return _render_result(request, answers, WishesForm(wishes=store.draft.wishes))


def _render_result(request: HttpRequest, answers: Answers, form: WishesForm) -> HttpResponse:
    page = result_of(load(), words_of(answers), answers)
    return render(request, page.template, {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def programs(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Programs at the level found, near a ZIP code, drawn from the answers; nothing of it in the address."""
    answers = answers_of(store)
    if instead := not_yet(store, answers) or (to("result") if flow.is_child(answers) else None):
        return go(request, instead)
    if request.method == "POST":
        form = WishesForm(request.POST)
        if not form.is_valid():
            return _render_result(request, answers, form)
        store.put(replace(store.draft, wishes=form.wishes))
        return SeeOther(to("programs"))
    place = ZipCode.objects.filter(zip=store.draft.wishes.zip).first()
    if place is None:
        return go(request, to("result"))
    found = load().recommend(answers)
    page = handoff.programs_page(found, answers, store.draft.wishes, place=place, today=localdate())
    context = {"page": page, "form": WishesForm(wishes=store.draft.wishes)}
    return render(request, "assessment/programs.html", context)


@require_POST
@private
def forget(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    store.forget()
    response = SeeOther(to("start"))
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    return response


@require_safe
def helping(request: HttpRequest) -> HttpResponse:
    """For someone who helps. The same for everyone: it reads no answers."""
    return render(request, "assessment/helping.html")
