"""A form of every kind of field, as crispy renders it: visible without Bootstrap's forbidden images."""

import pytest
from crispy_forms.helper import FormHelper
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from iopfinder import urls as site

LEVELS = [("iop", "Intensive outpatient"), ("php", "Day program")]


class EveryKindForm(forms.Form):
    town = forms.CharField(label="ZIP code or city", help_text="Five digits, or a city.")
    within = forms.ChoiceField(label="Within", choices=[("25", "25 miles"), ("50", "50 miles")])
    level = forms.MultipleChoiceField(
        label="Level of care", choices=LEVELS, widget=forms.CheckboxSelectMultiple
    )
    home = forms.ChoiceField(label="Home", choices=LEVELS, widget=forms.RadioSelect)
    agree = forms.BooleanField(label="Read these lines")
    words = forms.CharField(label="What is wrong", widget=forms.Textarea(attrs={"rows": 3}))

    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True


PAGE = """{% extends "base.html" %}{% load crispy_forms_tags %}{% block title %}Every kind{% endblock %}
{% block main %}<h1>Every kind of field</h1>{% include "components/error_summary.html" with labels=True %}
<form method="get" novalidate>{% crispy form %}<button class="btn btn-primary" type="submit">Send</button>
<button class="btn btn-outline-primary" type="button">Another</button></form>
<div class="choices"><div class="form-check">
<input class="form-check-input" type="radio" name="c" id="c1" checked>
<label class="form-check-label" for="c1">A steady place
<span class="hint">Nobody uses there.</span></label></div>
<div class="form-check apart"><input class="form-check-input" type="radio" name="c" id="c2">
<label class="form-check-label" for="c2">I’m not sure</label></div></div>{% endblock %}"""


def every_kind(request: HttpRequest) -> HttpResponse:
    form = EveryKindForm(request.GET if request.GET or request.path.endswith("/wrong/") else None)
    return HttpResponse(engines["django"].from_string(PAGE).render({"form": form}, request))


urlpatterns = [
    path("every-kind/", every_kind),
    path("every-kind/wrong/", every_kind),
    *site.urlpatterns,
]
pytestmark = pytest.mark.urls(__name__)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/every-kind/?town=x&within=25&level=iop&home=php&agree=on&words=y", "/every-kind/wrong/"]
)
def test_every_kind_of_field_passes_axe_in_silence(
    live_server, page_at, axe, quiet, sideways, shot, width, dark, address
):
    page = page_at(width, dark=dark)
    page.goto(live_server.url + address)
    shot(page, f"form-{'wrong' if 'wrong' in address else 'right'}-{width}-{'dark' if dark else 'light'}")
    axe(page)
    sideways(page)
    quiet(page)


def test_every_field_is_large_enough_for_a_finger(live_server, page_at, small_targets):
    page = page_at(320)
    page.goto(live_server.url + "/every-kind/wrong/")
    assert small_targets(page) == []


def test_the_summary_of_errors_takes_the_focus_and_each_line_leads_to_its_field(live_server, page_at):
    page = page_at(390, js=False)
    page.goto(live_server.url + "/every-kind/wrong/")
    assert page.locator(".problem").evaluate("el => el === document.activeElement")
    links = page.locator(".problem a")
    assert links.count() == 6
    for target in links.evaluate_all("all => all.map((one) => one.getAttribute('href'))"):
        assert page.locator(target).count() == 1, target
    links.nth(0).click()
    page.keyboard.type("Tucson")
    page.keyboard.press("Tab")
    assert page.locator("#id_town").input_value() == "Tucson"
