"""The choices beside the ZIP code are written by hand: they are what Django itself would have written."""

from html.parser import HTMLParser

import pytest
from django.utils.translation import override

from assessment.answers import Wishes
from assessment.forms import WishesForm

ALL = {
    "zip": "85004",
    "payment": ["pay_medicaid", "pay_private"],
    "language": "lang_spanish",
    "gender": "women_only",
}


class Controls(HTMLParser):
    """Every box and option: its name, id, value, whether it is on; and all labels."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str | None, ...]] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        if tag in ("input", "option"):
            on = "checked" in told or "selected" in told
            self.found.append(
                (tag, told.get("type"), told.get("name"), told.get("id"), told.get("value"), on)
            )

    def handle_data(self, data):
        self.words += data.strip()


FORMS = {
    "nothing": WishesForm,
    "kept": lambda: WishesForm(wishes=Wishes("85004", ("pay_medicaid",), "lang_spanish", "men_only")),
    "sent": lambda: WishesForm(ALL),
    "wrong": lambda: WishesForm({"payment": ["x", "pay_medicare"], "language": "x", "gender": "x"}),
    "empty": lambda: WishesForm({}),
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", FORMS)
def test_choices_are_what_django_would_write(db, name, language):
    with override(language):
        form = FORMS[name]()
        pairs = (
            (form.payment_boxes, form["payment"]),
            (form.language_choices, form["language"]),
            (form.gender_boxes, form["gender"]),
        )
        for ours, theirs in pairs:
            ours, theirs = Controls(ours), Controls(str(theirs))
            assert [one[2:] if one[0] == "input" else one[4:] for one in ours.found] == [
                one[2:] if one[0] == "input" else one[4:] for one in theirs.found
            ]
            assert [one[:2] for one in ours.found] == [one[:2] for one in theirs.found]
            assert ours.words == theirs.words


def test_what_one_visitor_sent_marks_no_other_visitors_form(db, client):
    """Forms of the class share their fields."""
    assert not WishesForm({"zip": "x", "gender": "x"}).is_valid()
    assert WishesForm().errors == {}
    assert "checked" not in WishesForm().payment_boxes
    assert WishesForm()["zip"].value() == ""
