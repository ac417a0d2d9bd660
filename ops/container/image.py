"""Builds and runs what a Dockerfile says on a machine without Docker: the same lines, in a folder of its own.

Paths of the image are exchanged for that folder, and nothing else. Standard library only.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import IO

WAYS_OUT = ("PIP_", "SSL_")
"""How this machine reaches its package index is its own matter: the build keeps it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction: RUN, COPY …, and its words."""

    name: str
    words: str

    @property
    def array(self) -> list[str]:
        """The words of a CMD in JSON form. ValueError where it is in shell form: it would hide signals."""
        found: list[str] = json.loads(self.words)
        return found


def steps(text: str) -> Iterator[Step]:
    """The instructions of a Dockerfile. HEALTHCHECK's options are left out: its words are its command."""
    joined = re.sub(r"\\\n", " ", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    for line in filter(str.strip, joined.splitlines()):
        name, _space, words = line.strip().partition(" ")
        if name == "HEALTHCHECK":
            words = words.partition(" CMD ")[2]
        yield Step(name, words.strip())


def passes(path: str, patterns: list[str]) -> bool:
    """Whether .dockerignore lets a file of the context through: the last pattern that fits decides."""
    parts = path.split("/")
    prefixes = ["/".join(parts[: number + 1]) for number in range(len(parts))]
    let = True
    for pattern in patterns:
        bare = pattern.removeprefix("!")
        anywhere = bare.removeprefix("**/")
        fits = any(fnmatch(prefix, bare) for prefix in prefixes if prefix.count("/") == bare.count("/"))
        if bare != anywhere:
            fits = any(fnmatch(part, anywhere) for part in parts)
        if fits:
            let = pattern.startswith("!")
    return let


def context(root: Path) -> list[str]:
    """Every file that a build is given."""
    lines = (root / ".dockerignore").read_text().splitlines()
    patterns = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    found = []
    for folder, folders, names in os.walk(root):
        here = Path(folder).relative_to(root)
        folders[:] = [one for one in folders if one not in {".git", ".venv", "node_modules", "__pycache__"}]
        found += [path for name in names if passes(path := (here / name).as_posix(), patterns)]
    return sorted(found)


@dataclass
class Image:
    """An image as a folder. `root` stands for "/": a WORKDIR /srv/site lies at root/srv/site."""

    source: Path
    root: Path
    here: Path = field(init=False)
    env: dict[str, str] = field(default_factory=dict)
    user: int | None = None
    command: list[str] = field(default_factory=list)
    healthcheck: list[str] = field(default_factory=list)
    python: str = ""

    def build(self) -> None:
        found = list(steps((self.source / "Dockerfile").read_text()))
        # The account that will serve must be able to run the Python that the environment is made with.
        self.user = next(int(step.words.split(":")[0]) for step in found if step.name == "USER")
        self.python = self._python()
        for step in found:
            getattr(self, f"_{step.name.lower()}")(step)

    def _from(self, step: Step) -> None:
        self.env, self.user, self.here = {}, None, self.root

    def _workdir(self, step: Step) -> None:
        self.here = self.root / step.words.lstrip("/")
        self.here.mkdir(parents=True, exist_ok=True)

    def _arg(self, step: Step) -> None:
        name, _sep, value = step.words.partition("=")
        self.env.setdefault(name, value.strip('"'))

    def _env(self, step: Step) -> None:
        for pair in shlex.split(step.words):
            name, _sep, value = pair.partition("=")
            self.env[name] = re.sub(r"\$(\w+)", lambda found: self.env.get(found[1], ""), value)

    def _copy(self, step: Step) -> None:
        words = shlex.split(step.words)
        if words[0].startswith("--from="):
            # What the build stage made lies in the same folder already: an environment cannot be moved.
            if words[1] != words[2]:
                raise ValueError(f"The final stage moves {words[1]}")
            return
        *wanted, to = words
        for path in context(self.source):
            for one in wanted:
                if one == "." or path == one or path.startswith(f"{one.rstrip('/')}/"):
                    inside = path if one == "." else (path if to == path else f"{to}{Path(path).name}")
                    (self.here / inside).parent.mkdir(parents=True, exist_ok=True)
                    shutil.copy(self.source / path, self.here / inside)

    def _run(self, step: Step) -> None:
        done = subprocess.run(
            ["/bin/sh", "-ec", step.words], cwd=self.here, env=self._build_env(), stdin=subprocess.DEVNULL
        )
        done.check_returncode()

    def _build_env(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name.startswith(WAYS_OUT)}
        kept |= {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
        kept["PYTHON"] = self.python
        return kept | {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp")} | self.env

    def _user(self, step: Step) -> None:
        self.user = int(step.words.split(":")[0])

    def _expose(self, step: Step) -> None: ...

    def _healthcheck(self, step: Step) -> None:
        self.healthcheck = step.array

    def _cmd(self, step: Step) -> None:
        self.command = step.array

    def _python(self) -> str:
        """A Python that the account of the image may run. LookupError."""
        fits = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
        for one in ("/usr/local/bin/python3", "/usr/bin/python3", shutil.which("python3") or ""):
            if Path(one).is_file():
                tried = subprocess.run(
                    self.as_user([one, "-c", fits]), cwd="/", capture_output=True, check=False
                )
                if tried.returncode == 0:
                    return one
        raise LookupError("No Python 3.11 here that another account may run: apt-get install python3-venv")

    # -- Run ------------------------------------------------------------------------------------
    def seal(self) -> None:
        """Nothing of it may be written any more, by anybody but root."""
        if os.geteuid() == 0:
            subprocess.run(["chown", "-R", "root:root", str(self.root)], check=True)
        subprocess.run(["chmod", "-R", "a-w,a+rX", str(self.root)], check=True)

    def as_user(self, words: list[str]) -> list[str]:
        """The command as the account of USER; as ourselves where we are not root, who may write as little."""
        if self.user is None or self.user == 0:
            raise ValueError("The image runs as root")
        if os.geteuid() != 0:
            return words
        identity = ["--reuid", str(self.user), "--regid", str(self.user), "--clear-groups"]
        return ["setpriv", *identity, "--no-new-privs", *words]

    def start(
        self, words: list[str], environment: Mapping[str, str], output: IO[bytes] | None = None
    ) -> "subprocess.Popen[bytes]":
        """Starts a command in the finished image, with the image's environment and this."""
        env = {"PATH": os.environ["PATH"], **self.env, **environment}
        return subprocess.Popen(
            self.as_user(words),
            cwd=self.here,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def remove(self) -> None:
        subprocess.run(["chmod", "-R", "u+w", str(self.root)], check=False)
        shutil.rmtree(self.root, ignore_errors=True)
