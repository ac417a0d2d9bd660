"""Cards and boxes as HTML: every text is shown, and none can become HTML or leave its attribute."""

from dataclasses import fields
from html import escape
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import override

from programs import markup
from programs.cards import Card
from programs.filters import Group, Option

TEXTS = [field.name for field in fields(Card) if field.type in ("str", str)]
PAYLOAD = """<script>alert(1)</script>"' onclick="x" &amp;"""


class Structure(HTMLParser):
    """Every element with its attributes' names, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, tuple(name for name, _ in attributes)))

    def handle_data(self, data):
        self.text += data


def card(**words: object) -> Card:
    plain = dict.fromkeys(TEXTS, "word") | {"number": 1}
    flags = {"levels": (("iop", "IOP"),), "fresh_old": True, "is_sample": True, "has_vanished": True}
    return Card(**(plain | flags | words))


def test_a_card_escapes_the_texts_the_test_knows_of():
    shown = set(TEXTS) - {"level", "level_label"}
    assert shown == set(markup._TEXTS), "a new text of a card must be escaped too"


def test_no_level_of_a_card_becomes_html():
    harmless, hostile = card(levels=(("word", "word"),) * 2), card(levels=((PAYLOAD, PAYLOAD),) * 2)
    assert Structure(hostile.html).elements == Structure(harmless.html).elements
    assert hostile.html.count(escape(PAYLOAD)) == 4


@pytest.mark.parametrize("name", markup._TEXTS)
def test_no_text_of_a_card_becomes_html(name):
    harmless, hostile = card(), card(**{name: PAYLOAD})
    assert Structure(hostile.html).elements == Structure(harmless.html).elements
    assert escape(PAYLOAD) in hostile.html
    assert isinstance(hostile.html, SafeString)


def test_a_translated_card_has_the_same_structure_in_other_words():
    english = Structure(card().html)
    with override("es"):
        spanish = Structure(card().html)
    assert spanish.elements == english.elements
    assert "Does not:" in english.text
    assert "Does not:" not in spanish.text


def test_empty_texts_leave_no_empty_elements():
    bare = card(**dict.fromkeys(TEXTS, ""), fresh_old=False, is_sample=False, has_vanished=False)
    names = [tag for tag, _ in Structure(bare.html).elements]
    assert names == ["li", "div", "span", "div", "h3", "a", "p", "span", "span", "p"]
    assert "No phone number is known." in bare.html


@pytest.mark.parametrize(("sign", "shown"), [("yes", "met"), ("no", "not_met"), ("ask", "unknown")])
def test_the_signs_of_a_card_are_those_of_the_component(sign, shown):
    component = render_to_string("components/sign.html", {"verdict": sign}).strip()
    others = dict.fromkeys({"met", "not_met", "unknown"} - {shown}, "")
    assert component in card(**others).html


def test_no_text_of_a_box_becomes_html():
    harmless = markup.boxes("pay", [Option("x", "label", 3, True)])
    hostile = markup.boxes(PAYLOAD, [Option(PAYLOAD, PAYLOAD, 3, True)])
    assert Structure(hostile).elements == Structure(harmless).elements
    assert hostile.count(escape(PAYLOAD)) == 5


@pytest.mark.parametrize("kind", ["checkbox", "radio"])
def test_numbered_boxes_have_the_ids_that_django_gives_and_no_text_becomes_html(kind):
    harmless = markup.numbered("pay", [Option("x", "label", None, False)], kind=kind)
    hostile = markup.numbered(PAYLOAD, [Option(PAYLOAD, PAYLOAD, None, False)], kind=kind)
    assert Structure(hostile).elements == Structure(harmless).elements
    two = markup.numbered("pay", [Option("x", "One", None, False), Option("y", "Two", None, True)], kind=kind)
    assert f'type="{kind}" id="id_pay_1" name="pay" value="y" checked><label' in two
    assert '<label class="form-check-label" for="id_pay_0">One</label>' in two


def test_a_box_is_ticked_and_counted_or_neither():
    assert 'value="x" checked>' in markup.boxes("pay", [Option("x", "label", 3, True)])
    bare = markup.boxes("pay", [Option("x", "label", None, False)])
    assert "checked>" not in bare
    assert "soft num" not in bare
    assert ">(0)</span>" in markup.boxes("pay", [Option("x", "label", 0, False)])


@pytest.mark.parametrize("is_folded", [True, False])
@pytest.mark.parametrize("is_on", [True, False])
def test_no_text_of_a_group_or_a_choice_becomes_html(is_folded, is_on):
    def structures(text: str) -> list[list[tuple[str, tuple[str, ...]]]]:
        options = (Option(text, text, 3, is_on), Option(text, text, None, is_on))
        html = Group("pay", text, options, is_folded).html, markup.choices(options)
        return [Structure(one).elements for one in html]

    assert structures(PAYLOAD) == structures("word")


def test_a_group_is_folded_away_until_something_in_it_is_on():
    def html(is_on: bool, is_folded: bool) -> str:
        return Group("pay", "Payment", (Option("x", "label", None, is_on),), is_folded).html

    assert html(False, True).startswith("<details><summary>Payment</summary><fieldset><legend class=")
    assert html(True, True).startswith('<details open><summary>Payment <span class="num">(1 on)</span>')
    assert html(True, False).startswith("<fieldset><legend>Payment</legend>")


def test_a_choice_is_selected_and_counted_or_neither():
    assert markup.choices([Option("x", "label", 3, True)]) == '<option value="x" selected>label (3)</option>'
    assert markup.choices([Option("x", "label", None, False)]) == '<option value="x">label</option>'
