"""The assessment's promises as system checks."""

import logging

from django.core.checks import run_checks

from assessment import checks
from assessment.domain import ContentError


def found(check):
    return [message.id for message in check(None)]


def test_as_it_stands_nothing_is_wrong():
    assert [message for message in run_checks() if str(message.id).startswith("assessment")] == []


def test_content_that_cannot_be_read_is_an_error_that_names_it(monkeypatch):
    def broken():
        raise ContentError("rules.toml", 7, "no such need")

    monkeypatch.setattr(checks, "load", broken)
    (message,) = checks.content_loads(None)
    assert message.id == "assessment.E001"
    assert "rules.toml:7" in message.msg


def test_an_interrupt_without_a_page_is_an_error(monkeypatch):
    monkeypatch.delitem(checks.SAFETY, "violence")
    assert found(checks.content_loads) == ["assessment.E002"]


def test_the_development_key_is_refused_where_people_can_reach_the_site(settings):
    settings.DEBUG = False
    settings.SECRET_KEY = settings.INSECURE_DEVELOPMENT_KEY
    assert found(checks.answers_have_a_key_of_their_own) == ["assessment.E003"]
    settings.SECRET_KEY = "a key of its own"
    assert found(checks.answers_have_a_key_of_their_own) == []
    settings.SECRET_KEY_FALLBACKS = [settings.INSECURE_DEVELOPMENT_KEY]
    assert found(checks.answers_have_a_key_of_their_own) == ["assessment.E003"]


def test_a_template_logger_at_debug_is_refused(monkeypatch):
    logger = logging.getLogger("django.template")
    before = logger.level
    try:
        logger.setLevel(logging.DEBUG)
        assert found(checks.templates_are_not_logged) == ["assessment.E004"]
    finally:
        logger.setLevel(before)
