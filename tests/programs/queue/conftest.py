"""Threads that each have a connection of their own, as requests to a running site have."""

import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection, connections

from tests.programs.admin.conftest import big_directory

__all__ = ["big_directory"]
TOGETHER = Callable[[Sequence[Callable[[], Any]]], list[Any]]


@pytest.fixture
def together(transactional_db: None, tmp_path, monkeypatch) -> TOGETHER:
    """`together(acts)`: runs all acts at the same moment, each in a thread; their results in order.

    On SQLite the tests' database lies in memory, which threads share as no two processes could: they get it
    as a file. What they wrote is read with `afterwards`.
    """
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        path = tmp_path / "shared.sqlite3"

        def copy() -> None:
            target = sqlite3.connect(path)
            connection.connection.backup(target)
            target.close()
            monkeypatch.setitem(connections.settings["default"], "NAME", str(path))

    else:

        def copy() -> None:
            pass

    def run(acts: Sequence[Callable[[], Any]]) -> list[Any]:
        copy()
        ready = threading.Barrier(len(acts))

        def one(act: Callable[[], Any]) -> Any:
            try:
                connection.ensure_connection()
                ready.wait()
                return act()
            finally:
                connections.close_all()

        with ThreadPoolExecutor(len(acts)) as pool:
            return list(pool.map(one, acts))

    return run


@pytest.fixture
def afterwards(together: TOGETHER) -> Callable[[Callable[[], Any]], Any]:
    """`afterwards(look)`: what a look into the database gives that the threads wrote to."""

    def look(act: Callable[[], Any]) -> Any:
        with ThreadPoolExecutor(1) as pool:

            def one() -> Any:
                try:
                    return act()
                finally:
                    connections.close_all()

            return pool.submit(one).result()

    return look
