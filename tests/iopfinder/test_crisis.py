"""The crisis lines: the right numbers, links that work, another region's lines."""

import pytest
from django.conf import settings

from iopfinder.crisis import UNITED_STATES, Line, Lines, Way


@pytest.mark.parametrize(
    ("code", "kind", "href"),
    [
        ("emergency", "call", "tel:911"),
        ("suicide", "call", "tel:988"),
        ("suicide", "text", "sms:988"),
        ("suicide", "chat", "https://988lifeline.org/chat/"),
        ("veterans", "call", "tel:988"),
        ("veterans", "text", "sms:838255"),
        ("spanish", "text", "sms:988?&body=AYUDA"),
        ("poison", "call", "tel:18002221222"),
        ("violence", "call", "tel:18007997233"),
        ("violence", "text", "sms:88788?&body=START"),
        ("helpline", "call", "tel:18006624357"),
        ("helpline", "tty", "tel:18004874889"),
        ("helpline", "text", "sms:435748"),
    ],
)
def test_a_line_is_reached_by(code, kind, href):
    assert getattr(getattr(UNITED_STATES, code), kind).href == href


@pytest.mark.parametrize("line", UNITED_STATES.lines, ids=lambda line: line.code)
def test_the_number_shown_is_the_number_called(line):
    for way in line.ways:
        if way.kind != "chat":
            assert way.shown.replace("-", "") == way.target


def test_a_way_a_line_lacks_is_none_and_a_line_there_is_not_is_an_error():
    assert UNITED_STATES.poison.text is None
    with pytest.raises(AttributeError, match="crisis line"):
        _ = UNITED_STATES.weather


def test_two_lines_with_one_code_are_refused():
    with pytest.raises(ValueError, match="same code"):
        Lines([UNITED_STATES.poison, UNITED_STATES.poison])


def test_the_crisis_page_offers_every_line_in_every_way(client):
    page = client.get("/crisis/").content.decode()
    for line in UNITED_STATES:
        for way in line.ways:
            assert f'href="{way.href.replace("&", "&amp;")}"' in page


def test_another_region_puts_its_own_numbers_on_every_page(client, settings):
    settings.CRISIS_LINES = Lines(
        [
            Line("emergency", "Emergency", "…", (Way("call", "112", "112"),)),
            Line("suicide", "Listening line", "…", (Way("call", "116123", "116 123"),)),
        ]
    )
    for address in ("/", "/crisis/"):
        page = client.get(address).content.decode()
        assert 'href="tel:112"' in page
        assert 'href="tel:116123"' in page
        assert "988" not in page


def test_every_page_has_both_numbers_at_the_top(client):
    top = client.get("/about/").content.decode().split("</header>")[0]
    assert 'href="tel:911"' in top
    assert 'href="tel:988"' in top
    assert settings.CRISIS_LINES is UNITED_STATES


@pytest.mark.parametrize(("address", "text"), [("/", "sms:988"), ("/es/", "sms:988?&amp;body=AYUDA")])
def test_the_text_at_the_top_reaches_people_who_speak_the_language_of_the_page(client, address, text):
    top = client.get(address).content.decode().split("</header>")[0]
    assert f'href="{text}"' in top
    assert top.count('href="sms:') == 1


def test_the_spanish_crisis_page_says_press_2_and_text_ayuda_first(client):
    body = client.get("/es/crisis/").content.decode().split('<main id="main"')[1]
    first_call, first_text = (
        body.index(f'btn-danger" href="{to}') for to in ("tel:988", "sms:988?&amp;body=AYUDA")
    )
    assert "luego oprima el 2" in body[first_call:first_text]
    assert 'href="sms:988"' not in body[:first_text]
    assert "press 2" not in client.get("/crisis/").content.decode().split('id="lines"')[0]


def test_a_region_without_a_line_in_the_language_of_the_page_offers_its_first_one(settings, client):
    settings.CRISIS_LINES = Lines(
        [
            Line("emergency", "Emergency", "…", (Way("call", "112", "112"),)),
            Line("suicide", "Listening line", "…", (Way("call", "1", "1"), Way("text", "50808", "50808"))),
        ]
    )
    assert 'href="sms:50808"' in client.get("/es/").content.decode().split("</header>")[0]


def test_an_overdose_is_answered_in_the_order_that_saves(client):
    steps = client.get("/crisis/").content.decode().split('id="overdose"')[1].split("</ol>")[0]
    told = ["Call 911", "Try to wake them", "naloxone", "breathe for them", "on their side", "Stay"]
    assert [steps.index(step) for step in told] == sorted(steps.index(step) for step in told)
