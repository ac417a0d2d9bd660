"""Take the README at its word: `python3 .ci/newcomer.py CLONE` runs its commands in a fresh clone.

Standard library only, because the clone's own environment does not exist yet. Exits 1 with the server's
output when a page does not come or does not show what the README promises.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

SETUP_SECONDS = 300
SAMPLE_SEARCH = "/programs/?place=30303&radius=50"
REAL_SEARCH = "/programs/?place=85719&radius=25"
WORKBOOKS = (
    "../shared/data/samhsa/national-directory-su-facilities-2023.xlsx",
    "../shared/data/samhsa/national-directory-mh-facilities-2023.xlsx",
)


def readme_commands(clone: Path) -> list[str]:
    """The command lines of the README's first shell block: what a newcomer types."""
    block = re.search(r"^```sh\n(.*?)^```", (clone / "README.md").read_text(), re.MULTILINE | re.DOTALL)
    if block is None:
        sys.exit("README.md has no shell block")
    return [line.split("  #")[0].strip() for line in block[1].splitlines() if line.strip()]


def bare_environment() -> dict[str, str]:
    """What a fresh login has: none of the caller's settings.

    How this machine reaches its package index is its own matter and stays.
    """
    ways_out = {
        name: value
        for name, value in os.environ.items()
        if name.startswith(("PIP_", "SSL_")) or name.lower().endswith("_proxy")
    }
    return ways_out | {name: os.environ[name] for name in ("HOME", "PATH", "LANG") if name in os.environ}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def page(port: int, path: str) -> str:
    """The page's text; an error answer raises urllib.error.HTTPError."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
        return answer.read().decode()


def wait_until_served(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + SETUP_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            sys.exit(f"make run ended with {server.returncode}")
        try:
            page(port, "/")
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
        else:
            return
    sys.exit(f"make run did not serve within {SETUP_SECONDS} s")


def expect(text: str, pattern: str, what: str) -> None:
    if not re.search(pattern, text):
        sys.exit(f"{what}: nothing matches {pattern}\n{text[:2000]}")
    say(f"  {what}: yes")


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def make(clone: Path, environment: dict[str, str], *arguments: str) -> float:
    """Run a target and return the seconds it took; a failing one ends this script."""
    started = time.monotonic()
    ended = subprocess.run(
        ["make", *arguments], cwd=clone, env=environment, check=False, stdin=subprocess.DEVNULL
    )
    if ended.returncode != 0:
        sys.exit(f"make {arguments[0]} failed")
    return time.monotonic() - started


def remove_samples(clone: Path, environment: dict[str, str], port: int, center: str) -> None:
    """The sample leaves, and setting up again does not bring it back."""
    make(clone, environment, "remove-sample")
    say(f"  make setup again: {make(clone, environment, 'setup'):.1f} s")
    try:
        page(port, center)
    except urllib.error.HTTPError as error:
        if error.code in {404, 410}:
            say("  the sample is gone and stays away: yes")
            return
        raise
    sys.exit(f"The sample was removed, yet {center} is still there")


def load_real_directory(clone: Path, environment: dict[str, str], port: int) -> None:
    if not all((clone / name).is_file() for name in WORKBOOKS):
        say("  no ../shared beside this clone: the real directory was not loaded")
        return
    seconds = make(clone, environment, "import", f"FILES={' '.join(WORKBOOKS)}")
    say(f"  both real workbooks loaded in {seconds:.0f} s")
    expect(page(port, REAL_SEARCH), r"/programs/centers/", "the search shows real centers")


def main() -> None:
    clone = Path(sys.argv[1])
    commands = readme_commands(clone)
    if commands != ["make run", "make test"]:
        sys.exit(f"The README's first commands are {commands}, not make run and make test")
    port = free_port()
    environment = bare_environment() | {"PORT": str(port)}
    started = time.monotonic()
    server = subprocess.Popen(commands[0].split(), cwd=clone, env=environment, stdin=subprocess.DEVNULL)
    try:
        wait_until_served(server, port)
        say(f"  served after {time.monotonic() - started:.0f} s")
        expect(page(port, "/"), r"(?i)intensive outpatient", "the home page names its subject")
        found = page(port, SAMPLE_SEARCH)
        expect(found, r"/programs/centers/", "the search shows centers")
        expect(found, r"(?i)sample", "and says that they are samples")
        expect(page(port, "/admin/login/"), r"password", "the admin asks who is there")
        sample = re.search(r"/programs/centers/[^\"?#]+", found)[0]
        load_real_directory(clone, environment, port)
        remove_samples(clone, environment, port, sample)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=20)
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit("make run was stopped, but something still serves")


if __name__ == "__main__":
    main()
