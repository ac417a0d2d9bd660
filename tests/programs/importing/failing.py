"""Runs the import command in a process of its own that dies, or waits, at a given point.

python -m tests.programs.importing.failing ACTION POINT FILE…   ACTION: kill | wait (for a line on stdin)
POINT: a function as programs.importing sees it (apply.listings.rebuild), just before it would run.
"""

import importlib
import os
import signal
import sys
from typing import Any

import django
from django.core.management import call_command

if __name__ == "__main__":
    django.setup()
    action, point, *files = sys.argv[1:]
    module_name, *between, function_name = point.split(".")
    module: Any = importlib.import_module(f"programs.importing.{module_name}")
    for name in between:
        module = getattr(module, name)
    original = getattr(module, function_name)

    def reached(*args: Any, **options: Any) -> Any:
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        sys.stderr.write("reached\n")
        sys.stderr.flush()
        sys.stdin.readline()
        return original(*args, **options)

    setattr(module, function_name, reached)
    call_command("import_directory", *files, json=True)
