"""The form in which a mapping is made: our columns and facts beside the columns of a file."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from programs.importing.workbook import heading
from programs.labels import fact_labels
from programs.staging.describing import PHONES, SINGLE, Answers, tables_of_answers
from programs.staging.documents import Tables
from programs.taxonomy import FACTS

COLUMN_LABELS: dict[str, Any] = {
    "name": _("Name of the center"),
    "name_detail": _("Second line of the name"),
    "street1": _("Street"),
    "street2": _("Street, second line"),
    "city": _("City"),
    "state": _("State"),
    "zip": _("ZIP code"),
    "phone": _("Phone"),
    "website": _("Website"),
    "latitude": _("Latitude"),
    "longitude": _("Longitude"),
    "date": _("Day a row was checked"),
}
DELIMITERS = ((",", _("comma")), (";", _("semicolon")), ("\t", _("tab")), ("|", "|"))
ENCODINGS = (("utf-8", "UTF-8"), ("cp1252", _("Windows, Western (cp1252)")), ("utf-16", "UTF-16"))
ROWS = {"yes_no": 6, "word_columns": 2, "words": 6, "only": 2}
"""Rows that a form has beside those that are filled in."""
MOST_ROWS = 150
_COLUMN_KEY = re.compile(r"^columns-|-column$")
Choices = Sequence[tuple[Any, Any]]


class QuickSelect(forms.Select):
    """A select whose options are written in one go: the form has some thousands of them."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            ((code, _SELECTED if str(code) == chosen else "", label) for code, label in self.choices),
        )
        own = flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})}))
        return format_html("<select{}>{}</select>", own, options)


_SELECTED = mark_safe(" selected")


class AboutForm(forms.Form):
    """The list and its file."""

    name = forms.CharField(
        label=_("Name of this mapping"), max_length=80, help_text=_("By which you find it next time.")
    )
    title = forms.CharField(
        label=_("Title of the list"), max_length=100, help_text=_("People read it below each fact.")
    )
    code = forms.CharField(
        label=_("Short name of the list"),
        max_length=40,
        help_text=_("Small letters, digits, dashes. It stays the same for each new edition of the list."),
    )
    date = forms.DateField(
        label=_("Date of the list"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    state = forms.CharField(
        label=_("State, where the list has no column for it"),
        required=False,
        max_length=2,
        help_text=_("Two letters."),
    )
    delimiter = forms.ChoiceField(label=_("Cells are parted by"), choices=DELIMITERS, required=False)
    encoding = forms.ChoiceField(label=_("Encoding"), choices=ENCODINGS, required=False)
    sheet = forms.CharField(label=_("Sheet"), required=False, max_length=31)

    def clean_state(self) -> str:
        return str(self.cleaned_data["state"]).upper()


class ChoosingForm(forms.Form):
    """A form with selects of the file's columns, or of facts."""

    def __init__(self, *args: Any, columns: Choices, facts: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, every in self.fields.items():
            field: Any = every
            if isinstance(field, forms.ChoiceField):
                field.choices = facts if name in ("fact", "always") else columns
            field.widget.attrs.setdefault("aria-label", field.label)

    @property
    def is_blank(self) -> bool:
        return not self.cleaned_data.get("column")


class ColumnsForm(ChoosingForm):
    """Which column of the file is which of ours."""

    for _name in (*SINGLE, *PHONES):
        locals()[_name] = forms.ChoiceField(
            label=COLUMN_LABELS.get(_name, _("Intake phone")), required=False, widget=QuickSelect
        )
    del _name


class AlwaysForm(ChoosingForm):
    always = forms.MultipleChoiceField(
        label=_("True of every row"),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": 8}),
        help_text=_("Because of what the list is. Hold Ctrl or Command to choose several."),
    )


class YesNoForm(ChoosingForm):
    column = forms.ChoiceField(label=_("Column"), required=False, widget=QuickSelect)
    fact = forms.ChoiceField(label=_("Fact"), required=False, widget=QuickSelect)
    yes = forms.CharField(label=_("Words for yes"), required=False, max_length=300)
    no = forms.CharField(label=_("Words for no"), required=False, max_length=300)
    left_out = forms.CharField(label=_("Words that say nothing"), required=False, max_length=300)

    def clean(self) -> None:
        data = self.cleaned_data
        if data.get("column") and not data.get("fact"):
            self.add_error("fact", _("Which fact does this column say?"))
        if data.get("column") and not str(data.get("yes") or "").strip():
            self.add_error("yes", _("Which words mean yes?"))


class WordColumnForm(ChoosingForm):
    column = forms.ChoiceField(label=_("Column"), required=False, widget=QuickSelect)
    separator = forms.CharField(label=_("Words are parted by"), required=False, max_length=3, strip=False)
    complete = forms.BooleanField(label=_("It names everything: what is not named is a no"), required=False)
    left_out = forms.CharField(label=_("Words that say nothing"), required=False, max_length=600)


class WordForm(ChoosingForm):
    column = forms.ChoiceField(label=_("Column"), required=False, widget=QuickSelect)
    word = forms.CharField(label=_("Word in the column"), required=False, max_length=200)
    fact = forms.ChoiceField(label=_("Fact"), required=False, widget=QuickSelect)

    @property
    def is_blank(self) -> bool:
        return not (self.cleaned_data.get("word") and self.cleaned_data.get("fact"))


class OnlyForm(ChoosingForm):
    column = forms.ChoiceField(label=_("Column"), required=False, widget=QuickSelect)
    words = forms.CharField(label=_("Words of rows to take"), required=False, max_length=600)

    @property
    def is_blank(self) -> bool:
        return not (self.cleaned_data.get("column") and self.cleaned_data.get("words"))


_ROWS: dict[str, type[ChoosingForm]] = {
    "yes_no": YesNoForm,
    "word_columns": WordColumnForm,
    "words": WordForm,
    "only": OnlyForm,
}


class MappingForm:
    """All of it. `data`: what was sent; `answers`: what to begin with; `headings`: those of the file."""

    def __init__(
        self, headings: Sequence[str], answers: Answers, data: Mapping[str, Any] | None = None
    ) -> None:
        self._data = data
        named = {str(data[key]) for key in data if _COLUMN_KEY.search(key)} if data else set()
        self._columns = _columns(headings, answers, named)
        labels = fact_labels()
        facts = [(fact.code, labels[fact.code]) for fact in FACTS]
        self._choices = {"columns": self._columns, "facts": [("", "–"), *facts]}
        self.about = AboutForm(data, prefix="list", initial=answers.about)
        self.columns = ColumnsForm(data, prefix="columns", initial=answers.columns, **self._choices)
        self.always = AlwaysForm(
            data, prefix="always", initial={"always": answers.always}, columns=(), facts=facts
        )
        self.rows = {name: self._rows(name, getattr(answers, name)) for name in _ROWS}

    def _rows(self, name: str, answers: Sequence[Any]) -> Any:
        formset = forms.formset_factory(
            _ROWS[name], extra=ROWS[name], max_num=MOST_ROWS, absolute_max=MOST_ROWS
        )
        initial = None if self._data is not None else list(answers)
        return formset(self._data, prefix=name, initial=initial, form_kwargs=self._choices)

    def is_valid(self) -> bool:
        parts = [self.about, self.columns, self.always, *self.rows.values()]
        return not [part for part in parts if not part.is_valid()]

    @property
    def has_errors(self) -> bool:
        return self._data is not None and not self.is_valid()

    @cached_property
    def answers(self) -> Answers:
        """What was sent. Only for a valid form."""
        rows = {
            name: [form.cleaned_data for form in formset if not form.is_blank]
            for name, formset in self.rows.items()
        }
        return Answers(
            about=self.about.cleaned_data,
            columns=self.columns.cleaned_data,
            always=self.always.cleaned_data["always"],
            **rows,
        )

    @property
    def tables(self) -> Tables:
        return tables_of_answers(self.answers)


def _columns(headings: Sequence[str], answers: Answers, named: set[str]) -> list[tuple[str, Any]]:
    """The columns of the file as choices, and those that are named and that the file lacks. What a mapping
    names otherwise (case, blanks) is put as the file has it."""
    ours = {heading(one): one for one in headings}
    rows = [*answers.yes_no, *answers.word_columns, *answers.words, *answers.only]
    absent: dict[str, str] = {}

    def theirs(name: str) -> str:
        if not name:
            return name
        return ours.get(heading(name)) or absent.setdefault(name, name)

    for key, name in answers.columns.items():
        answers.columns[key] = theirs(name)
    for row in rows:
        row["column"] = theirs(row["column"])
    for name in sorted(named):
        theirs(name)
    lacking = [(name, _("%(name)s (not in this file)") % {"name": name}) for name in absent]
    return [("", "–"), *((one, one) for one in ours.values()), *lacking]
