"""One's own account: the password, the app, recovery codes, and signing out everywhere."""

from collections.abc import Callable

import django_otp
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from programs.admin.door import door, show, show_codes, too_many
from programs.admin.signing_in import show_new_app
from programs.admin.signing_in_forms import DigitsForm, NewAppForm
from programs.staff import second_factor, sessions, signing_in
from programs.staff.access import member_of

HERE = "admin:my_account"


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    user = _of(request)
    member = member_of(user)
    return show(
        request,
        "account",
        _("My account"),
        account=user,
        member=member,
        app=second_factor.app_of(user),
        left=second_factor.codes_left(user),
        few=second_factor.FEW,
    )


@door
def new_app(request: HttpRequest) -> HttpResponse:
    """Another phone: the app there takes the place of the one of before."""
    user = _of(request)
    form = NewAppForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        gates = signing_in.code_gates(request, user)
        if stopped := signing_in.enter(gates):
            return too_many(request, stopped)
        if not second_factor.proven(user, form.cleaned_data["proof"]):
            form.add_error("proof", _("This code is wrong, or it was used already. Wait for the next one."))
        elif app := second_factor.take_up(request, user, form.cleaned_data["code"], replaces=True):
            signing_in.give_back(gates)
            sessions.end_all(user, but=request)
            request.session.cycle_key()
            django_otp.login(request, app)
            messages.success(request, _("From now on the codes come from the new app."))
            return redirect(HERE)
        else:
            form.add_error("code", _("The app shows another code. Look again, or scan the square once more."))
    return show_new_app(request, "new_app", _("Use another app or phone"), user, form)


@door
def new_codes(request: HttpRequest) -> HttpResponse:
    user = _of(request)
    form = DigitsForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        gates = signing_in.code_gates(request, user)
        if stopped := signing_in.enter(gates):
            return too_many(request, stopped)
        if second_factor.verified(user, second_factor.app_of(user), form.cleaned_data["code"]):
            signing_in.give_back(gates)
            return show_codes(request, user, second_factor.renew_codes(user), reverse(HERE))
        form.add_error("code", _("This code is wrong, or it was used already. Wait for the next one."))
    return show(request, "new_codes", _("Get new recovery codes"), form=form)


@door
def new_password(request: HttpRequest) -> HttpResponse:
    """A new password signs out every other browser. Wrong old ones are counted like wrong codes."""
    user = _of(request)
    if request.method != "POST":
        return _ask(request, PasswordChangeForm(user))
    gates = signing_in.code_gates(request, user)
    if stopped := signing_in.enter(gates):
        return too_many(request, stopped)
    form = PasswordChangeForm(user, request.POST)
    right = form.is_valid()
    if "old_password" not in form.errors:
        signing_in.give_back(gates)
    if not right:
        return _ask(request, form)
    form.save()
    update_session_auth_hash(request, user)
    sessions.end_all(user, but=request)
    messages.success(request, _("Your password is changed. Every other browser was signed out."))
    return redirect(HERE)


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    user = _of(request)
    logout(request)
    sessions.end_all(user)
    return redirect("admin:login")


def _ask(request: HttpRequest, form: PasswordChangeForm) -> HttpResponse:
    return show(request, "new_password", _("Change your password"), form=form)


def _of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


ROOMS: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("account/", account, "my_account"),
    ("account/app/", new_app, "new_app"),
    ("account/codes/", new_codes, "new_codes"),
    ("account/sign-out/", sign_out_everywhere, "sign_out_everywhere"),
)
