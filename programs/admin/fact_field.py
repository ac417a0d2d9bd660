"""Facts in a form: for every fact yes, no, or not said. Nobody here ever sees a mask."""

from typing import Any

from django import forms
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from programs.facts import FactSet, Said, unpack
from programs.taxonomy import BY_CODE, FACTS, GROUPS
from programs.words import FACT_LABELS, GROUP_LABELS, METHOD_LABELS

YES, NO = "yes", "no"


class FactsWidget(forms.Widget):
    """A fold per group, a row per fact, three choices per row.

    `known` tells what is known of a fact already: it is shown beside the choices and never chosen by itself.
    """

    template_name = "admin/programs/facts.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.known: dict[str, Said] = {}

    def id_for_label(self, id_: str | None) -> str:
        """None: the label names the whole set of choices, not one of them."""
        return ""

    def use_required_attribute(self, initial: Any) -> bool:
        return False

    def value_from_datadict(self, data: Any, files: Any, name: str) -> dict[str, str]:
        """What was chosen, by fact code; facts left at "not said" are not in it."""
        return {fact.code: chosen for fact in FACTS if (chosen := data.get(f"{name}-{fact.code}"))}

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not self.value_from_datadict(data, files, name)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        chosen = value or {}
        groups = [
            {
                "label": GROUP_LABELS[group],
                "open": any(code in chosen for code in codes),
                "facts": [self._row(name, code, chosen.get(code, "")) for code in codes],
            }
            for group, codes in GROUPS.items()
        ]
        return {"groups": groups}

    def _row(self, name: str, code: str, chosen: str) -> dict[str, Any]:
        said = self.known.get(code)
        return {
            "name": f"{name}-{code}",
            "label": FACT_LABELS[code],
            "chosen": chosen,
            "known": None if said is None else said.facts.value(code),
            "method": "" if said is None else METHOD_LABELS[said.method],
            "on": None if said is None else said.on,
        }

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return render_to_string(self.template_name, self.get_context(name, value, attrs))


class FactsField(forms.Field):
    """Gives a `FactSet` of what was chosen; empty when nothing was."""

    widget = FactsWidget
    default_error_messages = {"invalid": _("“%(value)s” is neither yes nor no.")}

    def clean(self, value: Any) -> FactSet:
        chosen: dict[str, str] = value or {}
        for code, choice in chosen.items():
            if code not in BY_CODE or choice not in {YES, NO}:
                raise forms.ValidationError(
                    self.error_messages["invalid"], code="invalid", params={"value": choice}
                )
        return FactSet.of(
            yes=[code for code, choice in chosen.items() if choice == YES],
            no=[code for code, choice in chosen.items() if choice == NO],
        )

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


def folded(facts: FactSet) -> str:
    """The facts in words behind a line that counts them; a dash when nothing was said."""
    yes, no = len(unpack(facts.yes)), len(unpack(facts.no))
    if not yes and not no:
        return "–"
    counted = _("%(yes)s yes, %(no)s no") % {"yes": yes, "no": no}
    return format_html('<details class="said"><summary>{}</summary>{}</details>', counted, summary(facts))


def summary(facts: FactSet) -> str:
    """The facts in words: "Yes: …. No: …."."""
    yes = ", ".join(str(FACT_LABELS[code]) for code in unpack(facts.yes))
    no = ", ".join(str(FACT_LABELS[code]) for code in unpack(facts.no))
    parts = [_("Yes: %s.") % yes if yes else "", _("No: %s.") % no if no else ""]
    return " ".join(str(part) for part in parts if part)
