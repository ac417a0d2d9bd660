"""Those who load lists: one in the browser, sometimes back again; one on the command line."""

import re
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, ClassVar

from django.urls import reverse

from ops.durable.clients import Client
from ops.durable.lists import list_of, mapping_of
from ops.durable.postgres import ROOT

TRIES = 30
"""How often the command is run on one list: the database may be down, and the command is killed."""


class BrowserImporter(Client):
    """Sends a list, has it read, applies it; every third time takes it back."""

    kind, signs_in, pace = "import", "importer", 0.3
    rows: ClassVar[int] = 250

    def act(self, mark: str) -> None:
        if not self.world.mappings:
            self.over.wait(1)
            return
        mapping = self.world.mappings.pop()
        staged = self.load(mapping, f"{mark}.csv", list_of(mark, self.rows))
        if staged is None:
            return
        undone = self.number % 3 == 0 and self._undo(staged)
        self.ledger.acknowledged(self.kind, mark, rows=self.rows, undone=undone)

    def load(self, mapping: int, name: str, content: bytes) -> str | None:
        """Send a file, have it read, apply it; the page of the import, or None where it did not end well."""
        room = self.page(reverse("admin:staging"))
        fields = {"kind": f"{mapping}", "day": "", "year": "", "csrfmiddlewaretoken": room.token}
        sent = self.send(reverse("admin:staging"), fields, [("sent", name, content)])
        return sent.location if self.expect(sent, 302) and self._apply(sent.location) else None

    def _apply(self, staged: str) -> bool:
        """Go on until it is read, then apply it as often as the preview changes. Whether it is applied."""
        for _ in range(200):
            page = self.page(staged)
            if "/go-on/" in page.text:
                act = "go-on"
            elif "/apply/" in page.text:
                act = "apply"
            else:
                return "/admin/programs/importrun/" in page.text or self.expect(page, 0)
            if not self.expect(self.send(f"{staged}{act}/", {"csrfmiddlewaretoken": page.token}), 302):
                return False
        self.ledger.is_strange(f"{self.kind}: {staged} does not end")
        return False

    def _undo(self, staged: str) -> bool:
        """Whether the site says that it was taken back: it refuses where another import came after it."""
        run = re.search(r'"(/admin/programs/importrun/\d+/change/)"', self.page(staged).text)
        page = self.page(run.group(1)) if run else None
        undo = re.search(r'"(/admin/import/run/[0-9a-f-]+/undo/)"', page.text) if page else None
        if run is None or page is None or undo is None:
            self.ledger.is_strange(f"{self.kind}: {staged} was applied and cannot be undone")
            return False
        asked = self.page(undo.group(1))
        if not self.expect(self.send(undo.group(1), {"csrfmiddlewaretoken": asked.token}), 302):
            return False
        if undo.group(1) in self.page(run.group(1)).text:  # It still offers to be undone.
            self.ledger.turned_down("undo")
            return False
        return True


class CommandImporter(Client):
    """Runs the command on a list, again and again until it says that it is done. It may be killed."""

    kind, pace = "import by command", 1.0
    rows: ClassVar[int] = 800
    environment: ClassVar[dict[str, str]] = {}

    def __init__(self, *words: Any, **more: Any) -> None:
        super().__init__(*words, **more)
        self.process: subprocess.Popen[bytes] | None = None
        self.lock = threading.Lock()
        self.said = ""

    def act(self, mark: str) -> None:
        with tempfile.TemporaryDirectory() as folder:
            table, mapping = Path(folder) / f"{mark}.csv", Path(folder) / f"{mark}.toml"
            table.write_bytes(list_of(mark, self.rows))
            mapping.write_text(mapping_of(mark))
            for _ in range(TRIES):
                if self._runs("import_directory", "--json", "--mapping", f"{mapping}", f"{table}"):
                    break
                self.ledger.sent_again(self.kind)
                time.sleep(0.5)
            else:
                raise RuntimeError(f"the command failed {TRIES} times: {self.said}")
        self.ledger.acknowledged(self.kind, mark, rows=self.rows, undone=False)

    def _runs(self, *words: str) -> bool:
        with self.lock:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", *words],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
            )
        self.said = self.process.communicate()[1].decode(errors="replace")[-500:]
        return self.process.returncode == 0

    def kill(self) -> bool:
        """SIGKILL the command where it runs."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                return False
            self.process.kill()
            return True
