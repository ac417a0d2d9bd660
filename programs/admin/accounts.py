"""Accounts of staff: who is invited, with which role and reach, and who may sign in."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import Group, User
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from programs.admin.accounts_forms import AccountForm, InviteForm, OwnForm, ReachForm
from programs.admin.guarded import Guarded
from programs.models import AuthenticatorApp, RoleChoices
from programs.staff import accounts, invitations, second_factor, sessions
from programs.staff.access import member_of
from programs.staff.roles import Role

admin.site.unregister(User)
admin.site.unregister(Group)

WHO = (None, {"fields": ["first_name", "last_name", "email"]})
REACH = (gettext_lazy("Role and reach"), {"fields": ["role", "states", "organizations", "centers"]})
DOOR = (gettext_lazy("Signing in"), {"fields": ["is_active"]})


@admin.register(User)
class Accounts(Guarded, admin.ModelAdmin):
    """Nobody is deleted: what somebody did keeps their name. An account is switched off instead."""

    change_list_template = "staff/account_list.html"
    change_form_template = "staff/account_form.html"
    list_display = ["username", "full_name", "role", "how_far", "last_login", "has_second_step", "state"]
    list_filter = ["is_active", "staff_member__role"]
    search_fields = ["username", "email", "first_name", "last_name"]
    ordering = ["username"]
    list_select_related = ["staff_member", "invitation"]
    list_per_page = 50
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        rows: QuerySet[User] = super().get_queryset(request)
        return rows.annotate(
            with_app=Exists(AuthenticatorApp.objects.filter(user=OuterRef("pk"), confirmed=True)),
            organization_number=Count("staff_member__organizations", distinct=True),
            center_number=Count("staff_member__centers", distinct=True),
        )

    @admin.display(description=gettext_lazy("name"))
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=gettext_lazy("role"), ordering="staff_member__role")
    def role(self, user: User) -> str:
        if user.is_superuser:
            return str(RoleChoices.ADMIN.label)
        member = member_of(user)
        return member.get_role_display() if member else ""

    @admin.display(description=gettext_lazy("reach"))
    def how_far(self, user: Any) -> str:
        member = member_of(user)
        if user.is_superuser or member is None or member.role == Role.ADMIN:
            return _("everywhere") if user.is_superuser or member else ""
        if member.role == Role.CENTER:
            return ngettext("%(n)d center", "%(n)d centers", user.center_number) % {"n": user.center_number}
        parts = [", ".join(member.states)] if member.states else []
        if number := user.organization_number:
            parts.append(ngettext("%(n)d organization", "%(n)d organizations", number) % {"n": number})
        return " · ".join(parts) or _("everywhere")

    @admin.display(description=gettext_lazy("second step"), boolean=True, ordering="with_app")
    def has_second_step(self, user: Any) -> bool:
        return bool(user.with_app)

    @admin.display(description=gettext_lazy("state"), ordering="is_active")
    def state(self, user: User) -> str:
        if user.is_active:
            return _("may sign in")
        invitation = getattr(user, "invitation", None)
        return _("invited") if invitation and invitation.used_at is None else _("switched off")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return super().changelist_view(request, {"title": _("Accounts"), **(extra_context or {})})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        parts: list[Any] = [WHO]
        if obj is None or not _is_own(request, obj):
            parts.append(REACH)
        if self._form_of(request, obj) is AccountForm:
            parts.append(DOOR)
        return parts

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        return super().get_form(request, obj, change=change, form=self._form_of(request, obj), **kwargs)

    def _form_of(self, request: HttpRequest, obj: User | None) -> type[OwnForm]:
        if obj is None:
            return InviteForm
        if _is_own(request, obj):
            return OwnForm
        return ReachForm if invitations.waiting(obj) else AccountForm

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method != "POST":
            more = self._about(request, object_id)
            return super().changeform_view(request, object_id, form_url, {**more, **(extra_context or {})})
        try:
            with accounts.an_admin_stays():
                return super().changeform_view(request, object_id, form_url, extra_context)
        except accounts.LastAdminError:
            messages.error(request, _("Somebody must stay platform admin. Nothing was changed."))
            return redirect(request.path)

    def _about(self, request: HttpRequest, object_id: Any) -> dict[str, Any]:
        once = {"show_save_and_add_another": False, "show_save_and_continue": False}
        user = self.get_object(request, object_id) if object_id else None
        if user is None:
            return {**once, "title": _("Invite somebody")}
        invitation = invitations.waiting(user)
        return {
            **once,
            "title": user.get_username(),
            "subtitle": None,
            "account_tools": [
                (words, reverse(f"admin:auth_user_{name}", args=[user.pk]))
                for name, words in (
                    (
                        ("invite_again", _("Send the invitation again")),
                        ("withdraw", _("Withdraw the invitation")),
                    )
                    if invitation
                    else (("reset", _("Reset the second step")), ("sign_out", _("Sign out everywhere")))
                )
                if not _is_own(request, user)
            ],
        }

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        by = request.user
        assert isinstance(by, User)
        if not change:
            made = invitations.invite(
                obj.email, form.reach(), by=by, first_name=obj.first_name, last_name=obj.last_name
            )
            obj.pk, obj.username, obj._state.adding = made.pk, made.username, False
            return
        fields = [name for name in ("first_name", "last_name", "email", "is_active") if name in form.fields]
        obj.save(update_fields=fields)
        if isinstance(form, ReachForm):
            accounts.place(obj, form.reach())
        if not obj.is_active:
            sessions.end_all(obj)

    def response_add(
        self, request: HttpRequest, obj: User, post_url_continue: str | None = None
    ) -> HttpResponse:
        _send(request, obj)
        return redirect("admin:auth_user_changelist")

    def get_urls(self) -> list[Any]:
        own = [
            path(
                f"<int:pk>/{route}/", self.admin_site.admin_view(self._asked(deed)), name=f"auth_user_{name}"
            )
            for route, name, deed in (
                ("invite-again", "invite_again", _INVITE_AGAIN),
                ("withdraw", "withdraw", _WITHDRAW),
                ("reset-second-step", "reset", _RESET),
                ("sign-out", "sign_out", _SIGN_OUT),
            )
        ]
        return [*own, *super().get_urls()]

    def _asked(self, deed: "Deed") -> Callable[..., HttpResponse]:
        """A page that asks, and does it when it is sent. Nobody does it to themselves."""

        def view(request: HttpRequest, pk: int) -> HttpResponse:
            user = self.get_object(request, str(pk))
            if user is None or not self.has_change_permission(request, user) or _is_own(request, user):
                raise Http404
            if request.method == "POST":
                self.log_change(request, user, str(deed.words))
                deed.do(request, user)
                return redirect("admin:auth_user_changelist")
            context = {
                **self.admin_site.each_context(request),
                "title": deed.words,
                "opts": self.opts,
                "account": user,
                "meaning": deed.meaning,
            }
            return render(request, "staff/asked.html", context)

        return view


class Deed:
    """Something done to an account after a page that asks. `do` gives whoever did it a message."""

    def __init__(self, words: Any, meaning: Any, do: Callable[[HttpRequest, User], None]) -> None:
        self.words, self.meaning, self.do = words, meaning, do


def _is_own(request: HttpRequest, user: User) -> bool:
    return bool(user.pk == request.user.pk)


def _send(request: HttpRequest, user: User) -> None:
    by = request.user
    assert isinstance(by, User)
    if invitations.waiting(user) is None:
        messages.error(request, _("This invitation was accepted already."))
    elif invitations.send(user, by=by):
        said = _("An invitation is on its way to %(email)s. The link in it is good for %(days)d days.")
        messages.success(request, said % {"email": user.email, "days": invitations.DAYS})
    else:
        messages.error(
            request,
            _("The account waits, but the mail server did not take the invitation. Send it again later."),
        )


def _withdraw(request: HttpRequest, user: User) -> None:
    if invitations.withdraw(user):
        messages.success(request, _("The invitation is withdrawn. Its link opens nothing any more."))
    else:
        messages.error(request, _("This invitation was accepted already."))


def _reset(request: HttpRequest, user: User) -> None:
    second_factor.reset(user)
    sessions.end_all(user)
    said = _("%(name)s sets up a new second step at the next sign-in.")
    messages.success(request, said % {"name": user.get_username()})


def _sign_out(request: HttpRequest, user: User) -> None:
    sessions.end_all(user)
    messages.success(request, _("%(name)s is signed out everywhere.") % {"name": user.get_username()})


_INVITE_AGAIN = Deed(
    gettext_lazy("Send the invitation again"),
    gettext_lazy("A fresh link goes out by mail. Links sent before open nothing any more."),
    _send,
)
_WITHDRAW = Deed(
    gettext_lazy("Withdraw the invitation"),
    gettext_lazy("The link stops working and the account, which nobody used yet, is removed."),
    _withdraw,
)
_RESET = Deed(
    gettext_lazy("Reset the second step"),
    gettext_lazy(
        "Do this when the phone and the recovery codes are lost. Make sure, by voice, that it is really them "
        "who ask: for as long as no new app is set up, the password alone lets somebody in."
    ),
    _reset,
)
_SIGN_OUT = Deed(
    gettext_lazy("Sign out everywhere"),
    gettext_lazy("Every browser in which this account is signed in must sign in again."),
    _sign_out,
)
