"""A PostgreSQL that follows another: a base backup, then its log as it is written."""

import subprocess
import time

from ops.durable.postgres import Postgres


class Replica(Postgres):
    """A server that streams from a primary until it is promoted."""

    def __init__(self, primary: Postgres, **settings: str) -> None:
        super().__init__(hot_standby="on", **settings)
        self.primary = primary

    def create(self) -> None:
        """Copy the primary while it serves, and follow it from there."""
        words = ("--pgdata", str(self.data), "--write-recovery-conf", "--checkpoint", "fast")
        self.run(
            "pg_basebackup", "-h", str(self.primary.place), "-U", "iopfinder", *words, "--slot", "one", "-C"
        )
        self.start()

    def follows(self, timeout: float = 30.0) -> None:
        """Wait until it streams and has all that the primary has. TimeoutError."""
        until = time.monotonic() + timeout
        while time.monotonic() < until:
            try:
                if (
                    sql(self.primary, "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = sent_lsn")
                    != "0"
                ):
                    return
            except subprocess.CalledProcessError:
                pass  # One of them is still coming up.
            time.sleep(0.1)
        raise TimeoutError("the replica does not follow")

    def promote(self) -> None:
        self.run("pg_ctl", "--pgdata", str(self.data), "--wait", "promote")


def sql(server: Postgres, text: str) -> str:
    """What psql says, without ornament. CalledProcessError."""
    words = ("-h", str(server.place), "-U", "iopfinder", "-d", "postgres", "-Atqc", text)
    return server.run("psql", *words).strip()
