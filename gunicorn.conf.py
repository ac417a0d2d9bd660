"""What gunicorn reads by itself when it is started here. Options on its command line go before it."""

import gc
import os
import shutil
import tempfile
from typing import Any

# Worker processes count into files of their own, and whichever is asked adds them up. A folder for each
# start: counts of an earlier one must not be added.
_folder = ""
if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
    _folder = tempfile.mkdtemp(prefix="iopfinder-metrics.")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = _folder

# Its control socket would lie in the home directory, which may be read-only, and serves nothing here.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """What a worker has loaded by now stays until it ends: the collector of garbage need not walk all of it
    again and again while somebody waits for a page."""
    gc.collect()
    gc.freeze()


def child_exit(server: Any, worker: Any) -> None:
    """What a worker had in flight ended with it; what it counted stays counted."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]


def on_exit(server: Any) -> None:
    if _folder:
        shutil.rmtree(_folder, ignore_errors=True)
