"""The oldest Python here on which the stranger's verifier has to run."""

import shutil
import subprocess
import sys
from functools import cache

OLD = ("python3.10", "python3.11", "python3.12")


@cache
def oldest_python():
    """Return the path of an interpreter, this one where there is no older."""
    for found in filter(None, map(shutil.which, OLD)):
        # A version manager names what it would not start.
        started = subprocess.run([found, "-c", ""], capture_output=True, check=False)
        if started.returncode == 0:
            return found
    return sys.executable
