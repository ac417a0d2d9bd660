"""The words of these pages: plain in English, and all there in Spanish."""

import re

import pytest
from django.test import Client

from programs import codes
from programs.models import Inquiry, Report
from tests.assessment.take_along.test_words import Texts
from tests.iopfinder.test_words import grade, sentences
from tests.programs.visitors.conftest import WANTED, a_report, a_request, address, code_on
from tests.programs.visitors.test_reports import BY_CODE

pytestmark = pytest.mark.django_db
SAME = {"Plain Harbor", "← Plain Harbor", "IOPFinder", WANTED.name}


def pages(center, prefix=""):
    """Every page that a visitor can come to here, by name."""
    client = Client()
    report, call_back = prefix + address(center, "report"), prefix + address(center, "call-back")
    sent = {
        "report": client.post(report, a_report(center)),
        "call": client.post(call_back, a_request(center)),
    }
    found = {
        "report": client.get(report),
        "report wrong": client.post(report, {}),
        "call": client.get(call_back),
        "call wrong": client.post(call_back, {"way": "phone", "reach": "1"}),
        "code": client.get(prefix + BY_CODE),
        "nothing": client.post(prefix + BY_CODE, {"code": codes.new().shown}),
        **{f"{name} sent": page for name, page in sent.items()},
    }
    for model, name, statuses in (
        (Report, "report", ("new", "working", "fixed", "unchanged")),
        (Inquiry, "call", ("new", "trying", "reached", "closed", "withdrawn")),
    ):
        for status in statuses:
            model.objects.update(status=status)
            found[f"{name} {status}"] = client.post(prefix + BY_CODE, {"code": code_on(sent[name])})
    withdrawn = client.post(f"{prefix}{BY_CODE}withdraw/", {"code": code_on(sent["call"])})
    return {**found, "withdrawn": withdrawn}


def test_every_page_reads_at_grade_eight_or_below(center):
    for name, page in pages(center).items():
        assert page.status_code == 200, name
        parts = list(sentences(page.content.decode()))
        text = " ".join(parts)
        assert not parts or grade(parts) <= 8, (name, sorted(parts, key=lambda part: -grade([part]))[:4])
        assert "!" not in text
        for word in ("addict", "abuse", "clean", "dirty", "alcoholic", "relapse", "programme", "centre"):
            assert not re.search(rf"\b{word}", text, re.IGNORECASE), (name, word)


def test_no_text_of_a_page_is_left_in_english(center):
    english, spanish = pages(center), pages(center, "/es")
    for name, page in english.items():
        same = Texts(page.content.decode()).found & Texts(spanish[name].content.decode()).found
        assert same <= SAME, name
