"""The forms of the assessment: one for every screen of questions, and the small ones around it."""

import re
from collections.abc import Mapping
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from assessment.answers import NOT_SURE, Given, Wishes
from assessment.domain import Question, QuestionWords, Words
from programs import markup
from programs.filters import Option
from programs.forms import SharedFields
from programs.labels import fact_labels
from programs.models import ZipCode
from programs.taxonomy import GROUPS
from programs.words import FACT_LABELS

ALONE = ("none", NOT_SURE)
"""Codes that never stand beside another one."""


class _Apart:
    """Marks the choice "I'm not sure", which the theme draws apart from the others."""

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        if str(value) == NOT_SURE:
            option["attrs"]["data-apart"] = True
        if str(value) in ALONE:
            option["attrs"]["data-alone"] = True
        return option


class OneChoice(_Apart, forms.RadioSelect):
    pass


class ManyChoices(_Apart, forms.CheckboxSelectMultiple):
    pass


def _helper() -> FormHelper:
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.form_show_labels = False
    helper.form_show_errors = False
    return helper


def _label(words: QuestionWords, code: str) -> SafeString | str:
    option = words.options[code]
    if not option.hint:
        return option.label
    return format_html('{} <span class="hint">{}</span>', option.label, option.hint)


class ScreenForm(forms.Form):
    """The questions of one screen. `given` holds what was answered, in the contract's codes."""

    def __init__(
        self,
        questions: tuple[Question, ...],
        words: Words,
        data: Mapping[str, Any] | None = None,
        answers: Mapping[str, Given] | None = None,
    ) -> None:
        super().__init__(data, initial=dict(answers or {}))
        self.questions = questions
        for question in questions:
            self.fields[question.id] = self._field(question, words.question(question.id))
        self.helper = _helper()
        self.helper.field_class = "choices"

    @staticmethod
    def _field(question: Question, words: QuestionWords) -> forms.Field:
        codes = [*question.options, *([NOT_SURE] if question.allows_not_sure else [])]
        kind = forms.MultipleChoiceField if question.many else forms.ChoiceField
        missing = _("Choose an answer to “%(question)s”") % {"question": words.text}
        return kind(
            label=words.text,
            choices=[(code, _label(words, code)) for code in codes],
            widget=ManyChoices() if question.many else OneChoice(),
            error_messages={
                "required": missing,
                "invalid_choice": _("Choose one of the answers shown here."),
            },
        )

    def clean(self) -> dict[str, Any]:
        for question in self.questions:
            codes = self.cleaned_data.get(question.id)
            if question.many and codes and len(codes) > 1 and (wrong := set(codes) & set(ALONE)):
                label = self.fields[question.id].choices  # type: ignore[attr-defined]
                name = next(str(text) for code, text in label if code in wrong)
                self.add_error(
                    question.id,
                    _("“%(choice)s” cannot stand beside another choice. Leave one of them out.")
                    % {"choice": name},
                )
        return self.cleaned_data

    @property
    def given(self) -> dict[str, Given]:
        """The valid answers. Fields with an error are left out."""
        found: dict[str, Given] = {}
        for question in self.questions:
            value = self.cleaned_data.get(question.id)
            if value and question.many:
                found[question.id] = tuple(value)
            elif value:
                found[question.id] = value
        return found

    @property
    def typed(self) -> dict[str, Given]:
        """The valid part of what was sent, whether the rest is valid or not."""
        self.is_valid()
        return self.given


class OnlyShowForm(forms.Form):
    """Whether a screen was sent only to be shown again, in another language, with its ticks."""

    only_show = forms.BooleanField(required=False)

    @property
    def asked(self) -> bool:
        return self.is_valid() and bool(self.cleaned_data["only_show"])


class GoOnForm(forms.Form):
    """A safety page was read. `shown` names what it showed, so that nothing is passed over unread."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=200)

    @staticmethod
    def filled(codes: str) -> str:
        """The codes, filled up to one length: what is sent tells nobody on the way how many there were."""
        return codes.ljust(200, ".")

    def clean_shown(self) -> frozenset[str]:
        return frozenset(re.findall(r"[a-z0-9_]+", self.cleaned_data["shown"]))


def _choices(codes: tuple[str, ...]) -> list[tuple[str, Any]]:
    return [(code, FACT_LABELS[code]) for code in codes]


GENDERS = ("women_only", "men_only")
PAYMENTS = (*GROUPS["payment"], *GROUPS["payment_help"])


class WishesForm(forms.Form):
    """Where to look, and what else a program should offer. Only the ZIP code is needed."""

    zip = forms.RegexField(
        r"^\d{5}$",
        label=_("ZIP code"),
        help_text=_("Five digits. We look for programs around it."),
        error_messages={
            "required": _("Enter a ZIP code, for example 85004."),
            "invalid": _("A ZIP code has five digits, for example 85004."),
        },
    )
    payment = forms.MultipleChoiceField(
        label=_("How you would pay"),
        choices=_choices(PAYMENTS),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(
        label=_("Language of care"),
        choices=[("", _("Any")), *_choices(GROUPS["language"])],
        required=False,
    )
    gender = forms.ChoiceField(
        label=_("Women only or men only"),
        choices=[("", _("No wish")), *_choices(GENDERS)],
        required=False,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Mapping[str, Any] | None = None, wishes: Wishes | None = None) -> None:
        wishes = wishes or Wishes()
        initial = {
            "zip": wishes.zip,
            "payment": wishes.payment,
            "language": wishes.language,
            "gender": wishes.gender,
        }
        super().__init__(data, initial=initial)

    # Forty choices, on the two pages people wait for: written without a template for each.
    @property
    def payment_boxes(self) -> SafeString:
        return markup.numbered("payment", self._options("payment", PAYMENTS))

    @property
    def language_choices(self) -> SafeString:
        any_of_them = Option("", gettext("Any"), None, is_on=not self["language"].value())
        return markup.choices([any_of_them, *self._options("language", GROUPS["language"])])

    @property
    def gender_boxes(self) -> SafeString:
        none = Option("", gettext("No wish"), None, is_on=not self["gender"].value())
        return markup.numbered("gender", [none, *self._options("gender", GENDERS)], kind="radio")

    def _options(self, name: str, codes: tuple[str, ...]) -> list[Option]:
        said, labels = self[name].value() or "", fact_labels()
        on = {said} if isinstance(said, str) else {*said}
        return [Option(code, labels[code], None, code in on) for code in codes]

    def clean_zip(self) -> str:
        code: str = self.cleaned_data["zip"]
        if not ZipCode.objects.filter(zip=code).exists():
            raise forms.ValidationError(
                _("We do not know the ZIP code %(zip)s. Check the digits, or use one near by.")
                % {"zip": code}
            )
        return code

    @property
    def wished(self) -> bool:
        """Whether more than the ZIP code is filled in, so that the fold is shown open."""
        return any(self[name].value() for name in ("payment", "language", "gender"))

    @property
    def wishes(self) -> Wishes:
        clean = self.cleaned_data
        return Wishes(clean["zip"], tuple(clean["payment"]), clean["language"], clean["gender"])


WishesForm.base_fields = SharedFields(WishesForm.base_fields)
