"""Rehearse docs/operations.md: `python3 .ci/operations.py CLONE` runs its rehearsed blocks as they stand.

DATABASE_URL must name a PostgreSQL that may be filled. Then gunicorn serves, and a page is read the way the
proxy asks for it. Standard library only.
"""

import os
import re
import secrets
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from newcomer import bare_environment, free_port

HOST = "find.example.org"
REHEARSED = re.compile(r"^<!-- rehearsed -->\n```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def environment(backups: str) -> dict[str, str]:
    """What the operator's environment file says, and where this rehearsal keeps its backup."""
    return bare_environment() | {
        "DATABASE_URL": os.environ["DATABASE_URL"],
        "SECRET_KEY": secrets.token_urlsafe(64),
        "ALLOWED_HOSTS": HOST,
        "SITE_RUNNER": "Example County Health Department",
        "ACCEPT_PROVISIONAL_PROTOCOL": "1",
        "SITE_CONTACT": f"listings@{HOST}",
        "EMAIL_URL": "smtp://127.0.0.1:25",
        "BACKUPS": backups,
    }


def read_as_the_proxy_does(port: int) -> None:
    """The home page over the proxy's headers; raises until the server listens."""
    headers = {"Host": HOST, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read().decode()
        missing = {"Strict-Transport-Security", "Content-Security-Policy"} - set(answer.headers)
        if missing:
            sys.exit(f"The home page lacks {missing}")
    styles = re.findall(r'href="(/static/[^"]+\.css)"', text)
    if not styles or not all(re.search(r"\.[0-9a-f]{12}\.", style) for style in styles):
        sys.exit(f"The stylesheets are not named by their content: {styles}")


def serve_and_read(clone: Path, env: dict[str, str]) -> None:
    port = free_port()
    gunicorn = [".venv/bin/gunicorn", "iopfinder.wsgi", "--no-control-socket", "--workers", "2"]
    gunicorn += ["--bind", f"127.0.0.1:{port}"]
    server = subprocess.Popen(gunicorn, cwd=clone, env=env)
    try:
        for _ in range(60):
            try:
                read_as_the_proxy_does(port)
            except urllib.error.HTTPError:
                raise
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.5)
            else:
                return
        sys.exit("gunicorn did not serve within 30 s")
    finally:
        server.terminate()
        server.wait(timeout=20)


def main() -> None:
    clone = Path(sys.argv[1])
    blocks = REHEARSED.findall((clone / "docs/operations.md").read_text())
    if len(blocks) < 4:
        sys.exit(f"docs/operations.md has only {len(blocks)} rehearsed blocks")
    with tempfile.TemporaryDirectory() as backups:
        env = environment(backups)
        for block in blocks:
            sys.stdout.write(block)
            sys.stdout.flush()
            subprocess.run(["bash", "-euc", block], cwd=clone, env=env, check=True, stdin=subprocess.DEVNULL)
        serve_and_read(clone, env)
    # The same once more as an image: the lines of the Dockerfile, by an account that may write nowhere.
    subprocess.run([".venv/bin/python", "-m", "ops.container"], cwd=clone, env=bare_environment(), check=True)
    sys.stdout.write("Installed, backed up, restored, upgraded and served as docs/operations.md says.\n")


if __name__ == "__main__":
    main()
