"""Cookies that are lost, forged or blocked, and forms without their token: said kindly, nothing lost."""

import time

import pytest
from django.test import Client

from assessment.answers import COOKIE, IDLE_SECONDS, Draft, seal
from tests.assessment.walking import CALM, Walker, ticked

pytestmark = pytest.mark.django_db

HERE = "http://testserver"


@pytest.mark.parametrize("value", ["forged", "x" * 6000, "\x7f", seal(Draft({"who": "me"}), 1_000_000.0)])
@pytest.mark.parametrize("address", ["", "step-1/", "step-9/", "check/", "result/", "programs/", "pause/"])
def test_a_cookie_that_cannot_be_used_leads_to_a_page_that_says_so(value, address):
    walker = Walker()
    walker.client.cookies[COOKIE] = value
    response = walker.get(f"/assessment/{address}")
    page = response.content.decode()
    assert response.status_code == 200
    assert "Begin again" in page
    assert response.cookies[COOKIE].value == ""
    assert "no-store" in response["Cache-Control"]


def test_answers_that_were_left_alone_for_half_an_hour_are_gone_and_the_page_says_why():
    walker = Walker()
    walker.client.cookies[COOKIE] = seal(Draft({"who": "me"}), time.time() - IDLE_SECONDS - 5)
    assert "erased, to keep them private" in walker.get("/assessment/check/").content.decode()
    assert walker.get("/assessment/check/")["Location"] == "/assessment/"


def test_a_form_sent_with_a_broken_cookie_says_so_too():
    walker = Walker()
    walker.client.cookies[COOKIE] = "forged"
    response = walker.post("/assessment/step-4/", {"care_now": "none"})
    assert response.status_code == 200
    assert "Begin again" in response.content.decode()


def strict():
    return Walker(Client(enforce_csrf_checks=True))


def test_a_form_without_its_cookie_comes_back_with_what_was_typed():
    walker = strict()
    walker.remember({"who": "me"})
    data = {"age": "26_64", "focus": "both"}
    response = walker.client.post("/assessment/step-2/", data, headers={"origin": HERE})
    assert response.status_code == 403
    assert ticked(response) == {"age": ["26_64"], "focus": ["both"]}
    page = response.content.decode()
    assert "Your answer is still here" in page
    assert "csrfmiddlewaretoken" in page
    assert "no-store" in response["Cache-Control"]


def test_the_form_that_came_back_can_be_sent_again():
    walker = strict()
    first = walker.client.post("/assessment/step-1/", {"who": "me"}, headers={"origin": HERE})
    token = first.context["csrf_token"]
    again = walker.client.post("/assessment/step-1/", {"who": "me", "csrfmiddlewaretoken": token})
    assert again.status_code == 303


def test_a_form_from_another_site_is_refused_and_not_echoed():
    walker = strict()
    response = walker.client.post(
        "/assessment/step-1/", {"who": "someone_else"}, headers={"origin": "https://elsewhere.example"}
    )
    assert response.status_code == 403
    assert ticked(response) == {}


def test_a_refused_form_saves_nothing():
    walker = strict()
    walker.client.post("/assessment/step-1/", {"who": "me"}, headers={"origin": HERE})
    assert COOKIE not in walker.client.cookies


@pytest.mark.parametrize("address", ["forget/", "pause/", "programs/"])
def test_other_forms_without_their_cookie_get_a_friendly_page(address):
    walker = strict()
    walker.remember(CALM)
    response = walker.client.post(f"/assessment/{address}", {}, headers={"origin": HERE})
    assert response.status_code == 403
    assert "Please try once more" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_in_spanish_it_comes_back_in_spanish():
    walker = strict()
    response = walker.client.post("/es/assessment/step-1/", {"who": "me"}, headers={"origin": HERE})
    assert response.status_code == 403
    assert '<html lang="es">' in response.content.decode()
