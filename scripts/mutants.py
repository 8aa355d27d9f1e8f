"""Change a module in one place after another and count what its tests notice.

    make mutants MODULE=commentarchive/matching.py TESTS=tests/intake

cosmic-ray makes the changes in a copy of the tree, so that the work tree stays as it
is whenever this ends. Each change costs one run of TESTS on SQLite.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Left out: what changes nothing (`int | None` in an annotation, `is` for `==`), and all
# but the nearest of the ten operators that can stand for one.
CONFIG = """
[cosmic-ray]
module-path = "{module}"
timeout = {timeout}
excluded-modules = []
test-command = "{command}"

[cosmic-ray.distributor]
name = "local"

[cosmic-ray.filters.operators-filter]
exclude-operators = [
    "core/ReplaceBinaryOperator_BitOr_",
    "core/ReplaceBinaryOperator_.*_(Div|FloorDiv|Mod|Pow|RShift|LShift|BitXor)$",
    "core/ReplaceComparisonOperator_(Is|IsNot)_(Eq|NotEq|Lt|LtE|Gt|GtE)$",
    "core/ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Is|IsNot)$",
]
"""


def main() -> int:
    """Print each change that no test noticed, then the share that was noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("module")
    parser.add_argument("tests", nargs="+")
    chosen = parser.parse_args()
    os.environ |= {"TEST_HALF": "sqlite", "DATABASE_URL": "", "VAR_DIR": ""}
    with tempfile.TemporaryDirectory(prefix="ca-mutants-") as tmp:
        folder = Path(tmp) / "tree"
        copy_tree(folder)
        tests = [sys.executable, "-m", "pytest", "-x", "-p", "no:randomly"]
        tests += chosen.tests
        began = time.monotonic()
        if subprocess.run(tests, cwd=folder, check=False).returncode:
            print("The tests fail before anything is changed.")
            return 1
        config = CONFIG.format(
            module=chosen.module,
            # A change may make a loop endless.
            timeout=10 + 3 * round(time.monotonic() - began),
            command=" ".join(tests),
        )
        (folder / "mutants.toml").write_text(config)
        for tool, *arguments in (
            ("cosmic-ray", "init", "mutants.toml", "mutants.sqlite"),
            ("cr-filter-operators", "mutants.sqlite", "mutants.toml"),
            ("cosmic-ray", "exec", "mutants.toml", "mutants.sqlite"),
        ):
            subprocess.run([command(tool), *arguments], cwd=folder, check=True)
        return report(folder)


def copy_tree(folder: Path) -> None:
    """Copy what git knows of, or would."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(
        listed, cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


def command(tool: str) -> str:
    """Return the path of a tool that `make mutants` installed."""
    return str(ROOT / ".venv-mutants" / "bin" / tool)


def report(folder: Path) -> int:
    """Print the survivors as differences; return 0 whatever their number."""
    dump = subprocess.run(
        [command("cosmic-ray"), "dump", "mutants.sqlite"],
        cwd=folder,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    noticed = ran = 0
    for line in dump.splitlines():
        _work, result = json.loads(line)
        if result is None or result["worker_outcome"] == "skipped":
            continue
        ran += 1
        if result["test_outcome"] == "survived":
            print(result["diff"])
        else:
            noticed += 1
    print(f"{noticed} of {ran} changes were noticed ({noticed / max(ran, 1):.0%}).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
