"""A real browser reports what the policy stopped, to our own origin, and our log holds no address of it."""

import logging
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

from iopfinder import urls as site
from tests import chromium

BAD_PAGE = """<!doctype html><html lang="en"><title>Breaks the policy</title>
<p style="color: red">inline style</p><script>document.title = "inline script ran"</script>
<img src="https://tracker.example/85004.png?who=me" alt="">"""


def bad(request: HttpRequest, token: str) -> HttpResponse:
    """A page as none of ours is."""
    return HttpResponse(BAD_PAGE)


urlpatterns = [path("broken-page/<str:token>/", bad), *site.urlpatterns]
handler400, handler500 = site.handler400, site.handler500


WHERE = "on /broken-page/<str:token>/ stopped"
WANTED = {
    f"policy: style-src-attr {WHERE} inline",
    f"policy: script-src-elem {WHERE} inline",
    f"policy: img-src {WHERE} https://tracker.example",
}


def lines(caplog):
    return {one.getMessage() for one in caplog.records if one.name == "iopfinder.reports"}


def wait_for_all(page, caplog):
    deadline = time.monotonic() + 30
    while lines(caplog) != WANTED and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert lines(caplog) == WANTED
    assert not any(secret in one.getMessage() for one in caplog.records for secret in ("85004", "7qx2"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.urls(__name__)
def test_a_page_that_breaks_the_policy_is_stopped_and_reported(live_server, page_at, caplog):
    """Over HTTP, where no browser takes an endpoint by name: by `report-uri`."""
    caplog.set_level(logging.WARNING, "iopfinder.reports")
    page = page_at()
    page.goto(f"{live_server.url}/broken-page/7qx2-secret/?place=85004")
    assert page.title() == "Breaks the policy", "the inline script must not have run"
    wait_for_all(page, caplog)


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        """Nothing to standard error."""


@pytest.fixture
def over_tls(tmp_path):
    """The site over HTTPS, with a certificate of its own: its port."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    begun = begun.serial_number(1).not_valid_before(now - timedelta(days=1))
    begun = begun.not_valid_after(now + timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.DNSName("localhost")])
    made = begun.add_extension(names, critical=False).sign(key, hashes.SHA256())
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file = tmp_path / "both.pem"
    file.write_bytes(key.private_bytes(*form) + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    application = get_wsgi_application()

    def secure(environ, start):
        return application(environ | {"wsgi.url_scheme": "https"}, start)

    server = make_server("127.0.0.1", 0, secure, handler_class=Quiet)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.urls(__name__)
def test_over_https_it_is_reported_to_the_endpoint_the_answer_names(over_tls, browser, settings, caplog):
    """A browser that knows `report-to` heeds it alone: without it, nothing would arrive."""
    directives = dict(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]) | {"report-to": [settings.REPORT_GROUP]}
    del directives["report-uri"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": directives}
    settings.ALLOWED_HOSTS = ["localhost"]
    caplog.set_level(logging.WARNING, "iopfinder.reports")
    flags = [*chromium.ARGUMENTS, "--ignore-certificate-errors", "--short-reporting-delay"]
    running = browser.browser_type.launch(executable_path=chromium.find(), args=flags)
    page = running.new_context(ignore_https_errors=True).new_page()
    answer = page.goto(f"https://localhost:{over_tls}/broken-page/7qx2-secret/?place=85004")
    assert answer.headers["reporting-endpoints"] == f'policy="{settings.REPORT_PATH}"'
    wait_for_all(page, caplog)
    assert page.evaluate("[crossOriginIsolated, originAgentCluster]") == [True, True]
    running.close()
