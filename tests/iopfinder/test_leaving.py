"""Quick exit: erases, and leaves by a neutral page of our own."""

import pytest
from django.conf import settings
from django.test import Client


@pytest.fixture
def left():
    client = Client(enforce_csrf_checks=True)
    client.cookies[settings.ANSWER_COOKIE_NAME] = "sealed"
    client.cookies[settings.CSRF_COOKIE_NAME] = "t" * 32
    return client.post("/leave/")


def test_it_erases_the_answers_and_the_form_token_without_asking_for_one(left):
    for name in (settings.ANSWER_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert left.cookies[name]["max-age"] == 0
        assert left.cookies[name]["path"] == "/"


def test_it_clears_what_the_browser_stored_but_signs_nobody_out(left):
    assert left.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert settings.SESSION_COOKIE_NAME not in left.cookies


def test_it_leads_to_our_neutral_page_with_a_get(left):
    assert left.status_code == 303
    assert left.headers["Location"] == "/left/"
    assert "no-store" in left.headers["Cache-Control"]


def test_nobody_leaves_by_following_a_link(client):
    assert client.get("/leave/").status_code == 405


def test_the_neutral_page_says_nothing_and_leaves_at_once(client, settings):
    settings.QUICK_EXIT_URL = "https://weather.example/"
    response = client.get("/left/")
    page = response.content.decode()
    assert '<meta http-equiv="refresh" content="0; url=https://weather.example/">' in page
    assert "no-store" in response.headers["Cache-Control"]
    for word in ("IOP", "program", "treat", "answer", "site.css"):
        assert word not in page
