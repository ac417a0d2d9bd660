"""The way in for somebody invited, and for somebody who forgot a password: links that came by mail."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.models import User
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.encoding import force_bytes, force_str
from django.utils.http import urlsafe_base64_decode, urlsafe_base64_encode
from django.utils.translation import gettext as _

from programs.admin.door import door, show, too_many
from programs.admin.invited_forms import ForgottenForm
from programs.admin.signing_in import go_on
from programs.staff import invitations, post, sessions, signing_in
from programs.staff.access import role_of
from programs.throttle import gate, gate_of

_INVITED = "invited"
_RESET = "reset"
ASKED_FROM_A_NETWORK = 20
ASKED_FOR_AN_ADDRESS = 3
"""Mails within an hour to one address. Beyond that the page says the same and nothing is sent."""


@door
def arrive(request: HttpRequest, token: str) -> HttpResponse:
    """Takes the token out of the address, which browsers keep, before anything is shown. Uses nothing up."""
    return _without_token(request, _INVITED, token if invitations.opened_by(token) else "", "admin:invited")


@door
def accept(request: HttpRequest) -> HttpResponse:
    """The first password of an invited account; then the second step is set up."""
    token = str(request.session.get(_INVITED, ""))
    invitation = invitations.opened_by(token) if token else None
    if invitation is None:
        return _no_link(request, _("This invitation cannot be used"))
    form = SetPasswordForm(invitation.user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        user = invitations.accept(token, form.cleaned_data["new_password1"])
        if user is None:
            return _no_link(request, _("This invitation cannot be used"))
        return go_on(request, user)
    return show(
        request,
        "invited",
        _("Choose your password"),
        form=form,
        account=invitation.user,
        invitation=invitation,
    )


@door
def forgotten(request: HttpRequest) -> HttpResponse:
    """Mails a link to whoever has an account by this address. Says the same when nobody does."""
    form = ForgottenForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return show(request, "forgotten", _("Set a new password"), form=form)
    network = gate(request, "staff reset", ASKED_FROM_A_NETWORK)
    if stopped := signing_in.enter((network,)):
        return too_many(request, stopped)
    email = form.cleaned_data["email"]
    few = gate_of(email.casefold(), "staff reset", ASKED_FOR_AN_ADDRESS).enter()
    for user in User.objects.select_related("staff_member").filter(email__iexact=email, is_active=True):
        if few and role_of(user) is not None and user.has_usable_password():
            link = reverse("admin:reset", args=[_name_of(user), default_token_generator.make_token(user)])
            post.send_apart("reset", user, {"link": settings.SITE_URL + link})
    return show(request, "forgotten_sent", _("Look into your mail"))


@door
def arrive_to_reset(request: HttpRequest, name: str, token: str) -> HttpResponse:
    said = f"{name}|{token}"
    return _without_token(request, _RESET, said if _user_of(said) else "", "admin:reset_password")


@door
def reset(request: HttpRequest) -> HttpResponse:
    """A new password by a link from a mail. The second step still stands."""
    user = _user_of(str(request.session.get(_RESET, "")))
    if user is None:
        return _no_link(request, _("This link cannot be used"))
    form = SetPasswordForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        request.session.flush()
        sessions.end_all(user)
        messages.success(request, _("Your password is changed. Sign in with it."))
        return redirect("admin:login")
    return show(request, "reset", _("Set a new password"), form=form, account=user)


def _without_token(request: HttpRequest, kind: str, token: str, then: str) -> HttpResponse:
    """Onward, with a token that opens something in the session; for any other no session is begun."""
    if token:
        request.session[kind] = token
    elif request.session.session_key:
        request.session.pop(kind, None)
    answer = redirect(then)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


def _no_link(request: HttpRequest, title: str) -> HttpResponse:
    answer = show(request, "no_link", title)
    answer.status_code = 410
    return answer


def _name_of(user: User) -> str:
    return urlsafe_base64_encode(force_bytes(user.pk))


def _user_of(said: str) -> User | None:
    """Whose link this is, while it is good: for an hour, until the password or the last sign-in changes."""
    name, _bar, token = said.partition("|")
    try:
        key: Any = int(force_str(urlsafe_base64_decode(name)))
    except ValueError:
        return None
    user = User.objects.select_related("staff_member").filter(pk=key).first()
    if user is None or role_of(user) is None or not default_token_generator.check_token(user, token):
        return None
    return user


DOORS: tuple[tuple[str, Callable[..., HttpResponse], str], ...] = (
    ("invitation/", accept, "invited"),
    ("invitation/<str:token>/", arrive, "invitation"),
    ("password/", forgotten, "forgotten"),
    ("password/new/", reset, "reset_password"),
    ("password/<str:name>/<str:token>/", arrive_to_reset, "reset"),
)
