"""Starts what serves: nginx by ops/nginx/site.conf, gunicorn by docs/operations.md, PostgreSQL as is."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from string import Template

from ops.durable.postgres import ROOT, MissingError, Postgres
from ops.durable.site import HOST, environment, free_port, manage

WORKBOOKS = ROOT.parent / "shared/data/samhsa"
AT_ONCE = 100
"""Requests that nginx lets in at a time: what two workers answer in a second, and no more than can wait."""


def say(words: str) -> None:
    sys.stdout.write(f"{time.strftime('%H:%M:%S')}  {words}\n")
    sys.stdout.flush()


class Nginx:
    """nginx in the foreground, with files of its own in a folder."""

    def __init__(self, place: Path, web_ports: Sequence[int], *, pages: Path) -> None:
        program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")
        if program is None:
            raise MissingError("No nginx here. On Debian or Ubuntu: apt-get install nginx")
        self.program, self.place, self.pages, self.port = program, place, pages, free_port()
        self.main = place / "nginx.conf"
        self.process: subprocess.Popen[bytes] | None = None
        self.point_at(web_ports)

    def point_at(self, web_ports: Sequence[int]) -> None:
        """Write the configuration for these web processes. A running nginx reads it on `reload`."""
        machines = [f"server 127.0.0.1:{port} max_fails=1 fail_timeout=2s;" for port in web_ports]
        site = Template((ROOT / "ops/nginx/site.conf").read_text()).safe_substitute(
            LISTEN=f"127.0.0.1:{self.port} backlog=4096",
            WEB_MACHINES="\n    ".join(machines),
            HOST="$http_host",
            SCHEME="http",
            # Every visitor of a rehearsal says which network they are in; a real proxy says it itself.
            VISITOR="$http_x_visitor",
            AT_ONCE=str(AT_ONCE),
            ERROR_LOG=str(self.place / "nginx.log"),
            WAITING_PAGES=str(self.pages),
        )
        (self.place / "site.conf").write_text(site)
        temporary = "".join(
            f"{name}_temp_path {self.place}/{name};\n"
            for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        self.main.write_text(
            f"daemon off;\nworker_processes 1;\nworker_rlimit_nofile 16384;\npid {self.place}/nginx.pid;\n"
            f"error_log {self.place}/nginx.log crit;\nevents {{ worker_connections 8192; }}\n"
            f"http {{\ntypes {{ text/html html; }}\ndefault_type text/html;\ncharset utf-8;\n{temporary}"
            f"include {self.place}/site.conf;\n}}\n"
        )

    def start(self) -> None:
        subprocess.run([self.program, "-t", "-q", "-c", str(self.main)], check=True)
        self.process = subprocess.Popen([self.program, "-c", str(self.main)], start_new_session=True)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise TimeoutError("nginx does not listen")

    def reload(self) -> None:
        if self.process:
            self.process.send_signal(signal.SIGHUP)

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)


def site_environment(database_url: str, scratch: Path, **more: str) -> dict[str, str]:
    """The operator's environment, but for HTTPS: the generator speaks plain HTTP, to measure the site."""
    return environment(
        database_url,
        **{
            "HTTPS": "0",
            "ALLOWED_HOSTS": f"127.0.0.1,{HOST}",
            "EMAIL_URL": "smtp://127.0.0.1:25",
            "PROMETHEUS_MULTIPROC_DIR": str(scratch),
            **more,
        },
    )


def fill(server: Postgres, env: dict[str, str], *, sample: bool) -> str:
    """The directory into an empty database; what it is. The real one where its workbooks lie beside this."""
    manage(env, "migrate", "--no-input", "--verbosity", "0")
    manage(env, "compile_catalogs")
    manage(env, "collectstatic", "--no-input", "--verbosity", "0")
    manage(env, "load_places")
    books = sorted(WORKBOOKS.glob("national-directory-*.xlsx"))
    if books and not sample:
        manage(env, "import_directory", *map(str, books))
    else:
        manage({**env, "DEBUG": "1"}, "load_sample")
    ask(server, "VACUUM ANALYZE")
    count = ask(server, "SELECT count(*) FROM programs_listing")
    return f"{'the national directory' if books and not sample else 'the sample'}, {int(count):,} programs"


def ask(server: Postgres, sql: str) -> str:
    """What psql says, without ornament."""
    words = ("-h", str(server.place), "-U", "iopfinder", "-d", "postgres", "-Atqc", sql)
    return server.run("psql", *words).strip()


def cores() -> int:
    return len(os.sched_getaffinity(0))
