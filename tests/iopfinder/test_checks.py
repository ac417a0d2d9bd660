"""Each promise is a check that can fail."""

import copy

import pytest
from csp.constants import SELF

from iopfinder import checks, mail
from iopfinder.crisis import UNITED_STATES, Lines


def ids(check):
    return [message.id for message in check(None)]


EVERY = [
    checks.policy_is_strict,
    checks.forms_survive_the_referrer_policy,
    checks.crisis_lines_are_there,
    checks.quick_exit_leads_away,
]


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.__name__)
def test_the_site_as_it_is_keeps_the_promise(check):
    assert ids(check) == []


@pytest.mark.parametrize("source", ["'unsafe-inline'", "data:", "https://cdn.example"])
def test_a_looser_policy_is_an_error(settings, source):
    loose = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    loose["DIRECTIVES"]["style-src"] = [SELF, source]
    settings.CONTENT_SECURITY_POLICY = loose
    assert ids(checks.policy_is_strict) == ["iopfinder.E001"]


def test_a_referrer_policy_that_breaks_forms_is_an_error(settings):
    settings.SECURE_REFERRER_POLICY = "no-referrer"
    assert ids(checks.forms_survive_the_referrer_policy) == ["iopfinder.E002"]


def test_a_region_without_a_number_to_call_is_an_error(settings):
    settings.CRISIS_LINES = Lines([UNITED_STATES.emergency])
    assert ids(checks.crisis_lines_are_there) == ["iopfinder.E003"]


@pytest.mark.parametrize(
    "address", ["http://weather.example/", "/left/", "", "javascript:alert(1)", "https://localhost/"]
)
def test_an_exit_that_does_not_lead_away_is_an_error(settings, address):
    settings.ALLOWED_HOSTS = ["localhost"]
    settings.QUICK_EXIT_URL = address
    assert ids(checks.quick_exit_leads_away) == ["iopfinder.E004"]


def test_nobody_named_as_running_the_site_is_a_warning_at_deployment(settings):
    settings.SITE_RUNNER, settings.SITE_CONTACT = "Example County", ""
    assert ids(checks.someone_answers_for_the_site) == ["iopfinder.W001"]


@pytest.mark.parametrize("address", ["", "console:"])
def test_mail_that_goes_nowhere_is_a_warning_at_deployment(settings, address):
    settings.EMAIL_BACKEND = mail.read(address)["EMAIL_BACKEND"]
    assert ids(checks.mail_goes_somewhere) == ["iopfinder.W003"]
    settings.EMAIL_BACKEND = mail.SMTP
    assert ids(checks.mail_goes_somewhere) == []


@pytest.mark.parametrize("address", ["https://elsewhere.example", "", "find.example", "ftp://find.example"])
def test_links_in_mails_that_lead_elsewhere_are_a_warning_at_deployment(settings, address):
    settings.ALLOWED_HOSTS = ["find.example"]
    settings.SITE_URL = address
    assert ids(checks.links_in_mails_lead_here) == ["iopfinder.W004"]
    settings.SITE_URL = "https://find.example"
    assert ids(checks.links_in_mails_lead_here) == []
