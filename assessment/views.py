"""The pages of the assessment. Each view reads the draft, asks the protocol, and renders or redirects.

Every answer is saved by POST and followed by a redirect. Before any page is shown, the safety pages the
answers call for come first: no address leads past one that was not read.
"""

from collections.abc import Callable, ItemsView
from dataclasses import replace
from functools import wraps
from types import FrameType
from typing import Any, Concatenate

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.views.debug import SafeExceptionReporterFilter
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assessment import flow, handoff, pages
from assessment.answers import NOT_SURE, AnswerStore, Draft
from assessment.domain import Answers, Words, load
from assessment.flow import DANGER, Place
from assessment.forms import GoOnForm, ScreenForm, WishesForm
from assessment.summary import result_of
from programs.models import ZipCode

Private = Callable[Concatenate[HttpRequest, AnswerStore, ...], HttpResponse]


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that page with GET."""

    status_code = 303


class NothingTold(SafeExceptionReporterFilter):
    """A report of an error on these pages names the place in the code, never what somebody answered."""

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, str]:
        return dict.fromkeys(request.POST, self.cleansed_substitute) if request else {}

    def get_traceback_frame_variables(
        self, request: HttpRequest | None, tb_frame: FrameType
    ) -> ItemsView[str, Any]:
        return dict.fromkeys(tb_frame.f_locals, self.cleansed_substitute).items()


def private(view: Private) -> Callable[..., HttpResponse]:
    """Gives a view the draft of the person who asks, and lets nothing of the answer be kept by anyone."""

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        request.exception_reporter_filter = NothingTold()
        store = AnswerStore(request)
        if store.loss:
            response = render(request, "assessment/lost.html", {"loss": store.loss.value})
        else:
            response = view(request, store, **kwargs)
        store.write(response)
        return sealed(response)

    return wrapper


PIECE = 16 * 1024
"""Pages of the assessment have a multiple of this many bytes: encryption hides no length."""
LONGEST_ADDRESS = 96


def sealed(response: HttpResponse) -> HttpResponse:
    """For the person who asked alone: kept by nobody, found by nobody, and of a length that tells little."""
    _even_out(response)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def _even_out(response: HttpResponse) -> None:
    """Blanks after the end of a page or of JSON mean nothing. A PDF would not bear them."""
    if isinstance(response, HttpResponseRedirect):
        response.headers["X-Padding"] = "." * (LONGEST_ADDRESS - len(response.url))
    elif response.get("Content-Type", "").split(";")[0] in {"text/html", "application/json"}:
        response.content += b" " * (-len(response.content) % PIECE)


def _to(name: str, number: int | None = None) -> str:
    return reverse(f"assessment:{name}", kwargs=None if number is None else {"number": number})


def _go(request: HttpRequest, address: str) -> HttpResponse:
    """On to the next page. The script that sends a form asks for the address alone."""
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"next": address})
    return SeeOther(address)


def _words(answers: Answers) -> Words:
    return load().words(get_language() or "en", observer=answers.get("who") == "someone_else")


def _forward(draft: Draft, answers: Answers) -> str:
    """Where a person who has nothing else in mind goes next."""
    protocol = load()
    if flow.pending(protocol, draft, answers):
        return _to("interrupt")
    number = flow.first_open(protocol, answers)
    if number:
        return _to("question", number)
    return _to("result" if flow.is_child(answers) else "check")


def _answers(store: AnswerStore) -> Answers:
    return flow.checked(load(), store.draft)


@require_safe
@private
def start(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = _answers(store)
    if flow.pending(load(), store.draft, answers):
        return _go(request, _to("interrupt"))
    context = {"forward": _forward(store.draft, answers), "begun": bool(answers)}
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
        return _go(request, _to("question", number))
    return _screen(request, store, number, changing=False)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def send_change(request: HttpRequest, store: AnswerStore, number: int) -> HttpResponse:
    if request.method != "POST":
        return _go(request, _to("change", number))
    return _screen(request, store, number, changing=True)


def _screen(request: HttpRequest, store: AnswerStore, number: int, *, changing: bool) -> HttpResponse:
    protocol, answers = load(), _answers(store)
    place = flow.place(protocol, answers, number)
    first_open = flow.first_open(protocol, answers)
    if place is None or (first_open is not None and number > first_open):
        return _go(request, _forward(store.draft, answers) if answers else _to("start"))
    if request.method != "POST":
        mending = changing or first_open is not None
        if flow.pending(protocol, store.draft, answers) and not (
            mending and _cures(store.draft, answers, place)
        ):
            return _go(request, _to("interrupt"))
        form = ScreenForm(protocol.asked(place.screen, answers), _words(answers), answers=answers)
        return _render_screen(request, store.draft, answers, place, form, changing=changing)
    form = ScreenForm(protocol.asked(place.screen, answers), _words(answers), request.POST, answers)
    if _danger_left_open(place, form):
        return _danger_again(request, store, answers, place, changing=changing)
    if not form.is_valid():
        return _render_screen(request, store.draft, answers, place, form, changing=changing)
    store.put(flow.given(protocol, store.draft, form.given))
    return _go(request, _after(store, place, changing=changing))


@private
def unsaved(request: HttpRequest, store: AnswerStore, *, number: int, changing: bool) -> HttpResponse:
    """The screen again with what was typed, after its form came without the CSRF cookie. Saves nothing."""
    protocol, answers = load(), _answers(store)
    place = flow.place(protocol, answers, number)
    if place is None or (not answers and number > 1):
        return render(request, "assessment/lost.html", {"loss": "missing"})
    typed = ScreenForm(protocol.asked(place.screen, answers), _words(answers), request.POST, answers)
    form = ScreenForm(
        protocol.asked(place.screen, answers), _words(answers), answers={**answers, **typed.typed}
    )
    page = pages.question_page(protocol, _words(answers), store.draft, place, form, changing=changing)
    return render(request, "assessment/question.html", {"page": page, "form": form, "unsent": True})


def _cures(draft: Draft, answers: Answers, place: Place) -> bool:
    """Whether this screen asks what called for a safety page: it may be put right ("by mistake")."""
    protocol = load()
    asked = {question.id for question in protocol.asked(place.screen, answers)}
    codes = flow.pending(protocol, draft, answers)
    return any(asked & set(flow.causes(protocol, answers, code)) for code in codes)


def _after(store: AnswerStore, place: Place, *, changing: bool) -> str:
    protocol, answers = load(), _answers(store)
    if flow.pending(protocol, store.draft, answers):
        return _to("interrupt")
    if changing:
        return _to("check")
    here = flow.number_of(protocol, answers, place.screen.id)
    if here and flow.place(protocol, answers, here + 1):
        return _to("question", here + 1)
    return _forward(store.draft, answers)


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
        return _go(request, _to("change" if changing else "question", place.number))
    store.put(flow.given(load(), store.draft, {DANGER: (NOT_SURE,)}))
    return _go(request, _after(store, place, changing=changing))


def _render_screen(
    request: HttpRequest, draft: Draft, answers: Answers, place: Place, form: ScreenForm, *, changing: bool
) -> HttpResponse:
    page = pages.question_page(load(), _words(answers), draft, place, form, changing=changing)
    return render(request, "assessment/question.html", {"page": page, "form": form, "unsent": False})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def interrupt(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """What to do now, before anything else. Read pages are remembered; the person goes on."""
    protocol, answers = load(), _answers(store)
    codes = flow.pending(protocol, store.draft, answers)
    form = GoOnForm(request.POST) if request.method == "POST" else None
    if form and form.is_valid():
        seen = store.draft.seen | (form.cleaned_data["shown"] & set(codes))
        store.put(replace(store.draft, seen=seen))
        return _go(request, _forward(store.draft, answers))
    codes = codes or flow.due(protocol, store.draft, answers)
    if not codes:
        return _go(request, _forward(store.draft, answers) if answers else _to("start"))
    page = pages.interrupt_page(protocol, _words(answers), answers, codes)
    return render(
        request, "assessment/interrupt.html", {"page": page, "form": GoOnForm(initial={"shown": page.shown})}
    )


@require_safe
@private
def check(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = _answers(store)
    if not answers:
        return _go(request, _to("start"))
    if flow.pending(load(), store.draft, answers):
        return _go(request, _to("interrupt"))
    page = pages.check_page(load(), _words(answers), answers)
    return render(request, "assessment/check.html", {"page": page})


def _not_yet(store: AnswerStore, answers: Answers) -> str | None:
    """Where to go instead, when there is no result to show yet."""
    if not answers:
        return _to("start")
    if flow.pending(load(), store.draft, answers) or flow.first_open(load(), answers):
        return _forward(store.draft, answers)
    return None


@require_safe
@private
def result(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    answers = _answers(store)
    if instead := _not_yet(store, answers):
        return _go(request, instead)
    return _render_result(request, answers, WishesForm(wishes=store.draft.wishes))


def _render_result(request: HttpRequest, answers: Answers, form: WishesForm) -> HttpResponse:
    page = result_of(load(), _words(answers), answers)
    return render(request, page.template, {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@private
def programs(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    """Programs at the level found, near a ZIP code, drawn from the answers; nothing of it in the address."""
    answers = _answers(store)
    if instead := _not_yet(store, answers) or (_to("result") if flow.is_child(answers) else None):
        return _go(request, instead)
    if request.method == "POST":
        form = WishesForm(request.POST)
        if not form.is_valid():
            return _render_result(request, answers, form)
        store.put(replace(store.draft, wishes=form.wishes))
        return SeeOther(_to("programs"))
    place = ZipCode.objects.filter(zip=store.draft.wishes.zip).first()
    if place is None:
        return _go(request, _to("result"))
    found = load().recommend(answers)
    page = handoff.programs_page(found, answers, store.draft.wishes, place=place, today=localdate())
    context = {"page": page, "form": WishesForm(wishes=store.draft.wishes)}
    return render(request, "assessment/programs.html", context)


@require_POST
@private
def forget(request: HttpRequest, store: AnswerStore) -> HttpResponse:
    store.forget()
    response = SeeOther(_to("start"))
    response.delete_cookie(settings.CSRF_COOKIE_NAME, samesite="Lax")
    return response


@require_safe
def helping(request: HttpRequest) -> HttpResponse:
    """For someone who helps. The same for everyone: it reads no answers."""
    return render(request, "assessment/helping.html")
