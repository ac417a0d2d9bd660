"""Forms for the accounts of staff: a role, how far it reaches, and never a box of raw permissions."""

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.contrib.auth.models import User
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from programs.models import Center, Organization, RoleChoices, StaffMember
from programs.models.centers import SHORT_ID
from programs.staff import accounts, invitations
from programs.staff.accounts import Reach
from programs.staff.roles import Role
from programs.states import STATES

_NO_ROW = "0"
_UNKNOWN = {"invalid_choice": _("We do not know one of these. Look at what you typed.")}


class Chosen(AutocompleteSelectMultiple):
    """Many rows, found by typing. Without a script: a number or the address of a page, one a line."""

    _NUMBER = re.compile(r"(?:^|/)(\d{1,18})(?:/change)?/?$", re.ASCII)
    _PAGE = re.compile(rf"/centers/[^/]*-([0-9a-f]{{{SHORT_ID}}})/?$")

    def __init__(self, name: str) -> None:
        super().__init__(StaffMember._meta.get_field(name), admin.site)

    @property
    def media(self) -> forms.Media:
        script: Any = forms.Script("js/choice_labels.js", type="module")
        return super().media + forms.Media(js=[script])

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return super().render(name, value, attrs, renderer) + format_html(
            '<noscript><label for="id_{0}_typed">{1}</label> '
            '<textarea id="id_{0}_typed" name="{0}_typed" rows="3"></textarea></noscript>',
            name,
            _("More, one a line: the number of a row in its list, or the address of its page."),
        )

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """What cannot be read becomes a number no row has, so that the field refuses it."""
        chosen = super().value_from_datadict(data, files, name) or []
        typed = filter(None, map(str.strip, data.get(f"{name}_typed", "").splitlines()))
        return [self._read(line) for line in (*chosen, *typed)]

    def _read(self, line: str) -> str:
        if page := self._PAGE.search(line):
            return str(Center.objects.by_short_id(page[1]).values_list("pk", flat=True).first() or _NO_ROW)
        number = self._NUMBER.search(line)
        return number[1] if number else _NO_ROW


class OwnForm(forms.ModelForm):
    """One's own account: a name and an address. Nobody gives themselves a role."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "email"]

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip()
        others = User.objects.exclude(pk=self.instance.pk).filter(email__iexact=email)
        if email and others.exists():
            raise forms.ValidationError(gettext("Another account has this address."))
        return email


class ReachForm(OwnForm):
    """A role and its reach beside the name."""

    role = forms.ChoiceField(label=_("Role"), choices=RoleChoices.choices)
    states = forms.MultipleChoiceField(
        label=_("States"),
        required=False,
        choices=[(code, name) for code, name in STATES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For coordinators, reviewers and readers. None, and no organization: everywhere."),
    )
    organizations = forms.ModelMultipleChoiceField(
        label=_("Organizations"),
        required=False,
        queryset=Organization.objects.all(),
        widget=Chosen("organizations"),
        error_messages=_UNKNOWN,
        help_text=_("Their centers are within reach, in whatever state."),
    )
    centers = forms.ModelMultipleChoiceField(
        label=_("Centers"),
        required=False,
        queryset=Center.objects.all(),
        widget=Chosen("centers"),
        error_messages=_UNKNOWN,
        help_text=_("For center staff: the centers they work at."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].required = True
        if self.instance.pk is None:
            return
        member = StaffMember.objects.filter(user=self.instance).first()
        if self.instance.is_superuser:
            self.initial["role"] = Role.ADMIN.value
        if member is not None:
            had = accounts.reach_of(member)
            self.initial.update(states=had.states, organizations=had.organizations, centers=had.centers)
            self.initial.setdefault("role", had.role.value)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if said.get("role") == Role.CENTER and not said.get("centers"):
            self.add_error("centers", gettext("Name at least one center that this person works at."))
        return said

    def reach(self) -> Reach:
        """What was chosen, with nothing that the role does not use."""
        said = self.cleaned_data
        role = Role(said["role"])
        if role is Role.ADMIN:
            return Reach(role)
        if role is Role.CENTER:
            return Reach(role, centers=list(said["centers"]))
        return Reach(role, said["states"], list(said["organizations"]))


class InviteForm(ReachForm):
    """Somebody new."""

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].strip().lower()
        if invitations.is_taken(email):
            raise forms.ValidationError(gettext("Somebody has an account with this address already."))
        return email


class AccountForm(ReachForm):
    """Somebody who accepted: the account can also be switched off."""

    is_active = forms.BooleanField(
        label=_("May sign in"),
        required=False,
        help_text=_("Without the tick the account is signed out everywhere at once, and stays out."),
    )

    class Meta(ReachForm.Meta):
        fields = [*ReachForm.Meta.fields, "is_active"]
