"""The proxy of compose.yaml, tried without Docker."""

import http.client
import shutil
import ssl
import subprocess
import time
from pathlib import Path

from ops.durable.site import free_port
from ops.saying import expect, say

ROOT = Path(__file__).resolve().parents[2]


def proxy_shows_whom_to_call(folder: Path, port: int) -> None:
    """nginx itself, where this machine has one, by the template that its image fills in; the site is gone."""
    nginx, openssl = shutil.which("nginx") or "/usr/sbin/nginx", shutil.which("openssl")
    if not Path(nginx).is_file() or openssl is None:
        say("No nginx here: the proxy was not tried.")
        return
    subject = ["-subj", "/CN=localhost", "-days", "1", "-newkey", "rsa:2048", "-nodes"]
    names = ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run([openssl, "req", "-x509", *subject, *names], check=True, capture_output=True)
    plain, secret = free_port(), free_port()
    text = (ROOT / "ops/container/nginx.conf.template").read_text()
    for old, new in (
        ("${CERTIFICATES}", str(folder)),
        ("${SITE_UPSTREAM}", f"127.0.0.1:{port}"),
        ("${WAITING_PAGES}", str(folder / "waiting")),
        ("listen 8080;", f"listen 127.0.0.1:{plain};"),
        ("listen 8443 ssl;", f"listen 127.0.0.1:{secret} ssl;"),
    ):
        text = text.replace(old, new)
    (folder / "site.conf").write_text(text)
    inside = f"types {{ text/html html; }} include {folder}/site.conf;"
    whole = f"daemon off;\npid {folder}/pid;\nevents {{}}\nhttp {{ {inside} }}\n"
    (folder / "nginx.conf").write_text(whole)
    words = [nginx, "-q", "-c", str(folder / "nginx.conf"), "-e", "stderr"]
    tried = subprocess.run([*words, "-t"], capture_output=True, text=True)
    expect(tried.returncode == 0, f"nginx takes the proxy's configuration {tried.stderr.strip()}".strip())
    proxy = subprocess.Popen(words, stderr=subprocess.DEVNULL)
    try:
        for path, word in (("/", "Call 911"), ("/es/crisis/", "Llame al 911")):
            status, page = _asked(secret, path, folder / "fullchain.pem")
            expect(status == 503 and word in page, f"while the site is gone {path} says whom to call")
    finally:
        proxy.terminate()
        proxy.wait(timeout=10)


def _asked(port: int, path: str, certificate: Path) -> tuple[int, str]:
    """What comes over TLS, once somebody listens."""
    known = ssl.create_default_context(cafile=str(certificate))
    known.check_hostname = False
    until = time.monotonic() + 10
    while True:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=known)
        try:
            connection.request("GET", path, headers={"Host": "localhost"})
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        except ConnectionRefusedError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
        finally:
            connection.close()
