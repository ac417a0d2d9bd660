"""One address says where mail goes out."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from iopfinder import mail


def test_nothing_set_sends_nothing_and_console_prints():
    assert mail.read("") == {"EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend"}
    assert mail.read("console:") == {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}


@pytest.mark.parametrize(
    ("address", "port", "tls", "ssl"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, True, False),
        ("smtps://mail.example", 465, False, True),
        ("smtp://mail.example:2525/", 2525, False, False),
    ],
)
def test_the_first_word_says_how_the_server_is_spoken_to(address, port, tls, ssl):
    found = mail.read(address)
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example", port)
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)
    assert found["EMAIL_TIMEOUT"] == mail.TIMEOUT


def test_a_name_and_a_password_may_hold_any_character():
    found = mail.read("smtp+tls://site%40example.org:p%25a%3A%2F@mail.example")
    assert found["EMAIL_HOST_USER"] == "site@example.org"
    assert found["EMAIL_HOST_PASSWORD"] == "p%a:/"


@pytest.mark.parametrize(
    "address",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://mail.example:secretport",
        "smtp://h:99999",
        "x",
    ],
)
def test_an_address_that_is_none_is_refused_without_being_quoted(address):
    with pytest.raises(ImproperlyConfigured) as refused:
        mail.read(address)
    assert "secretport" not in str(refused.value)
