"""Draw changes to the code from all that cosmic-ray can make, and print them as JSON.

    .venv-mutants/bin/python scripts/mutants/draw.py COUNT SEED PATH...

A line of each PATH is as likely as any other; the change is then drawn from those of
the file. The printed list holds, for each, `file`, `line`, `operator`, `diff` and the
whole changed `source`.
"""

import difflib
import json
import re
import sys
from collections import Counter
from itertools import islice
from pathlib import Path
from random import Random

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

# Left out: what changes nothing (`int | None` in an annotation, `is` for `==`), and all
# but the nearest of the ten operators that can stand for one.
LEFT_OUT = re.compile(
    r"core/(NoOp"
    r"|ReplaceBinaryOperator_BitOr_.*"
    r"|ReplaceBinaryOperator_.*_(Div|FloorDiv|Mod|Pow|RShift|LShift|BitXor)"
    r"|ReplaceComparisonOperator_(Is|IsNot)_(Eq|NotEq|Lt|LtE|Gt|GtE)"
    r"|ReplaceComparisonOperator_(Eq|NotEq|Lt|LtE|Gt|GtE)_(Is|IsNot))$"
)
# Tests begin with a database that the unchanged code migrated; the demo is made up.
ROOMS_LEFT_OUT = {"migrations", "demo"}


def main() -> int:
    """Print the drawn changes."""
    count, seed, *paths = sys.argv[1:]
    sources = {
        file: file.read_text(encoding="utf-8")
        for path in map(Path, paths)
        for file in (sorted(path.rglob("*.py")) if path.is_dir() else [path])
        if not ROOMS_LEFT_OUT & set(file.parts)
    }
    random = Random(seed)
    lines = [source.count("\n") for source in sources.values()]
    drawn = Counter(random.choices([*sources], lines, k=int(count)))
    changes = []
    for file, wanted in sorted(drawn.items()):
        possible = places(sources[file])
        random.shuffle(possible)
        made = (change(file, sources[file], *place) for place in possible)
        changes += islice(filter(compiles, made), wanted)
    random.shuffle(changes)
    json.dump(changes, sys.stdout)
    return 0


def places(source: str) -> list[tuple[str, int, int]]:
    """Return each possible change: its operator, its number there, and its line."""
    nodes = [*ast_nodes(get_ast(source))]
    found = []
    for name in sorted(operator_names()):
        kind = get_operator(name)
        if LEFT_OUT.match(name) or kind.arguments():
            continue
        operator = kind()
        starts = [
            start for node in nodes for start, _ in operator.mutation_positions(node)
        ]
        found += [(name, number, line) for number, (line, _) in enumerate(starts)]
    return found


def change(file: Path, source: str, name: str, number: int, line: int) -> dict:
    """Return one change as it is printed."""
    changed = mutate_code(source, get_operator(name)(), number)
    before, after = source.splitlines(), changed.splitlines()
    differing = difflib.unified_diff(before, after, n=0, lineterm="")
    diff = [text for text in differing if not text.startswith(("---", "+++", "@@"))]
    return {
        "file": str(file),
        "line": line,
        "operator": name.removeprefix("core/"),
        "diff": diff,
        "source": changed,
    }


def compiles(made: dict) -> bool:
    """Return whether a change is Python: what is not would be noticed by anything."""
    try:
        compile(made["source"], made["file"], "exec")
    except SyntaxError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
