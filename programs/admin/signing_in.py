"""The way in: a password, then a code from the app or a recovery code; the first time, setting the app up."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django_otp.models import Device

from programs.admin.door import door, show, show_codes, too_many
from programs.admin.signing_in_forms import DigitsForm, NextForm, NextStepForm, PasswordForm, RecoveryForm
from programs.staff import second_factor, signing_in
from programs.staff.signing_in import Stopped

HOME = "admin:index"


@door
def sign_in(request: HttpRequest) -> HttpResponse:
    """The first step. A name nobody has and a password that is wrong are answered alike, in like time."""
    if request.method != "POST":
        if admin.site.has_permission(request):
            return redirect(HOME)
        asked = NextForm(request.GET)
        then = asked.cleaned_data["next"] if asked.is_valid() else ""
        return _ask_password(request, PasswordForm(initial={"next": then}))
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _ask_password(request, form)
    said = form.cleaned_data
    found = signing_in.of_password(request, said["name"], said["password"])
    if isinstance(found, Stopped):
        return too_many(request, found)
    if found is None:
        form.add_error(None, _("This name and password do not go together. Look at both again."))
        return _ask_password(request, form)
    return go_on(request, found, said["next"])


def go_on(request: HttpRequest, user: User, then: str = "") -> HttpResponse:
    """To the second step, or to setting it up."""
    signing_in.begin(request, user, then)
    return redirect("admin:sign_in_code" if second_factor.app_of(user) else "admin:set_up_app")


@door
def code(request: HttpRequest) -> HttpResponse:
    """The second step, with the app."""
    user = signing_in.halfway(request)
    app = second_factor.app_of(user) if user else None
    if user is None or app is None:
        return _begin_again(request)
    form = NextStepForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wrong = _("This is not the code the app shows now, or it was used already. Wait for the next one.")
        return _let_in(request, user, app, form, wrong) or _ask_code(request, form)
    return _ask_code(request, form)


@door
def recovery(request: HttpRequest) -> HttpResponse:
    """The second step, without the app."""
    user = signing_in.halfway(request)
    kept = second_factor.codes_of(user) if user else None
    if user is None or (kept is None and not second_factor.app_of(user)):
        return _begin_again(request)
    form = RecoveryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wrong = _("This is none of your recovery codes, or it was used already.")
        answer = _let_in(request, user, kept, form, wrong)
        if answer is not None:
            return answer
    return show(request, "recovery", _("Use a recovery code"), form=form)


@door
def set_up(request: HttpRequest) -> HttpResponse:
    """The first time: an app is set up before anything else, and recovery codes are given."""
    user = signing_in.halfway(request)
    if user is None or second_factor.app_of(user):
        return _begin_again(request)
    form = DigitsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        gates = signing_in.code_gates(request, user)
        if stopped := signing_in.enter(gates):
            return too_many(request, stopped)
        app = second_factor.take_up(request, user, form.cleaned_data["code"], replaces=False)
        if app is not None:
            signing_in.give_back(gates)
            fresh = second_factor.renew_codes(user)
            then = signing_in.finish(request, user, app)
            answer = show_codes(request, user, fresh, resolve_url(then or HOME))
            signing_in.know(answer, user)
            return answer
        form.add_error("code", _("The app shows another code. Look again, or scan the square once more."))
    return show_new_app(request, "set_up_app", _("Set up your second step"), user, form)


def show_new_app(request: HttpRequest, template: str, title: str, user: User, form: Any) -> HttpResponse:
    """A page with the key of a new app: as a square, as letters, and as a link for an app on this phone."""
    key = second_factor.offer(request, user)
    letters = second_factor.in_letters(key)
    address = second_factor.address(user, key)
    return show(
        request,
        template,
        title,
        form=form,
        square=second_factor.picture(address),
        address=address,
        letters=" ".join(letters[at : at + 4] for at in range(0, len(letters), 4)),
        account=user,
    )


def _let_in(
    request: HttpRequest, user: User, device: Device | None, form: Any, wrong: str
) -> HttpResponse | None:
    """Signs in by this code of this device; an answer, or None when the form is to be shown again."""
    gates = signing_in.code_gates(request, user)
    if stopped := signing_in.enter(gates):
        return too_many(request, stopped)
    found = second_factor.verified(user, device, form.cleaned_data["code"])
    if found is None:
        form.add_error("code", wrong)
        return None
    signing_in.give_back(gates)
    then = signing_in.finish(request, user, found)
    _warn_of_few(request, user)
    answer = redirect(then or HOME)
    signing_in.know(answer, user)
    return answer


def _warn_of_few(request: HttpRequest, user: User) -> None:
    left = second_factor.codes_left(user)
    if left < second_factor.FEW:
        messages.warning(
            request,
            ngettext(
                "You have %(left)d recovery code left. Get new ones on your account page.",
                "You have %(left)d recovery codes left. Get new ones on your account page.",
                left,
            )
            % {"left": left},
        )


def _begin_again(request: HttpRequest) -> HttpResponse:
    if admin.site.has_permission(request):
        return redirect(HOME)
    return redirect("admin:login")


def _ask_password(request: HttpRequest, form: PasswordForm) -> HttpResponse:
    return show(request, "sign_in", _("Sign in"), form=form)


def _ask_code(request: HttpRequest, form: NextStepForm) -> HttpResponse:
    return show(request, "code", _("Enter the code from your app"), form=form)


DOORS: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("login/code/", code, "sign_in_code"),
    ("login/recovery/", recovery, "sign_in_recovery"),
    ("login/set-up/", set_up, "set_up_app"),
)
