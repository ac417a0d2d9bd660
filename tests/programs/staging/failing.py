"""Goes on with the one import that waits, in a process of its own that may die on the way.

python -m tests.programs.staging.failing DO [POINT]   DO: work | apply | discard
POINT: a function as a module of programs sees it (staging.stored.keep_rows): the process is killed just
after it has run, before anything is committed.
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
    from programs.models import StagedImport
    from programs.staging.applying import apply_staged, discard

    what, *point = sys.argv[1:]
    for one in point:
        package, module_name, *between, function_name = one.split(".")
        module: Any = importlib.import_module(f"programs.{package}.{module_name}")
        for name in between:
            module = getattr(module, name)
        original = getattr(module, function_name)

        def dies(*args: Any, run: Any = original, **options: Any) -> Any:
            run(*args, **options)
            os.kill(os.getpid(), signal.SIGKILL)

        setattr(module, function_name, dies)
    if what == "work":
        call_command("work_imports")
    elif what == "apply":
        apply_staged(StagedImport.objects.get(), None)
    else:
        discard(StagedImport.objects.get())
