"""A plugin of pytest: import one module from changed source, named in the environment.

MUTANT is a JSON file with `module`, `file` and the changed `source`.
"""

import importlib.util
import json
import os
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path

CHANGE = json.loads(Path(os.environ["MUTANT"]).read_text(encoding="utf-8"))


class Changed(SourceFileLoader):
    """Load the changed source in place of the file's."""

    def get_code(self, _name):
        return compile(CHANGE["source"], self.path, "exec")


class Finder:
    """Find the one changed module."""

    @staticmethod
    def find_spec(name, _path=None, _target=None):
        if name != CHANGE["module"]:
            return None
        file = CHANGE["file"]
        packages = [str(Path(file).parent)] if file.endswith("__init__.py") else None
        return importlib.util.spec_from_file_location(
            name,
            file,
            loader=Changed(name, file),
            submodule_search_locations=packages,
        )


assert CHANGE["module"] not in sys.modules
sys.meta_path.insert(0, Finder)
