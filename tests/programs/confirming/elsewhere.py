"""The site in processes of its own, on the database of the test: as several servers or a nightly job are."""

import os
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

from tests.conftest import ROOT


class Elsewhere:
    """A database that other processes can open, with what the test has written so far.

    On SQLite a copy in a file: read it with `values`, not through the models.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / "elsewhere.sqlite3"
        if connection.vendor == "sqlite":
            connection.ensure_connection()
            with closing(sqlite3.connect(self.file)) as copy:
                connection.connection.backup(copy)
            self.url = f"sqlite:///{self.file}"
        else:
            at = connection.settings_dict
            host = str(at["HOST"]).replace("/", "%2F")
            self.url = f"postgres://{at['USER']}@{host}/{at['NAME']}"

    def start(self, *command: str, **environment: str) -> "subprocess.Popen[str]":
        """`manage.py` with these words, with the site's own settings."""
        settled = {
            "DATABASE_URL": self.url,
            "DEBUG": "1",
            "DJANGO_SETTINGS_MODULE": "iopfinder.settings",
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=os.environ | settled | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def values(self, sql: str) -> list[tuple[Any, ...]]:
        if connection.vendor == "sqlite":
            with closing(sqlite3.connect(self.file)) as file:
                return list(file.execute(sql))
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return list(cursor.fetchall())

    @contextmanager
    def server(self) -> Iterator[str]:
        """The address of a running server."""
        with closing(socket.create_server(("127.0.0.1", 0))) as free:
            port = free.getsockname()[1]
        process = self.start("runserver", "--noreload", f"127.0.0.1:{port}")
        try:
            for _ in range(600):
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()
            process.communicate()
