"""Write anew the tables that an empty database gets at once, as the steps leave them.

For each app with `migrations/tables/`: every module there keeps its subject and its
models, and their fields, indexes and constraints are taken from the newest step. Models
that stand in none of them yet are named; write their names into a module, as in
`migrations.CreateModel(name="Letter", fields=[])`, and run this again.
CONTRIBUTING.md, “How to change tables”, says what else there is to do.
"""

import os
import sys
from importlib import import_module
from pathlib import Path

import django
from django.apps import apps
from django.db import migrations
from django.db.migrations.serializer import serializer_factory
from django.db.migrations.state import ModelState
from django.db.migrations.writer import OperationWriter

ROOT = Path(__file__).resolve().parent.parent
# By what they are imported where they have a shorter name.
_KNOWN = {"from django.db import migrations", "from django.db import models"}


def main() -> int:
    """Write every module; return 1 where a model stands in none."""
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commentarchive.settings")
    django.setup()
    from commentarchive.storage.migration_steps import StepLoader

    models = StepLoader(None).project_state().models
    left, own = set(models), set()
    for folder in sorted(ROOT.glob("*/migrations/tables")):
        app = folder.parent.parent.name
        for path in sorted(folder.glob("[a-z]*.py")):
            module = import_module(f"{app}.migrations.tables.{path.stem}")
            names = [each.name.lower() for each in getattr(module, "TABLES", ())]
            if names:
                left -= {(app, name) for name in names}
                states = [models[app, name] for name in names]
                path.write_text(source(str(module.__doc__), states))
        own.add(app)
    missing = sorted(each for each in left if each[0] in own)
    for app, name in missing:
        print(f"{app} {apps.get_model(app, name).__name__} stands in no module")
    return bool(missing)


def source(subject: str, states: list[ModelState]) -> str:
    """Return a module that makes the tables of some models."""
    imports: set[str] = set()
    parts = []
    for state in states:
        text, needed = OperationWriter(_creation(state), indentation=1).serialize()
        for kind in ("indexes", "constraints"):
            text, more = _one_a_line(text, kind, state.options.get(kind, []))
            needed = needed | more
        parts.append(text)
        imports |= needed - _KNOWN
    # As isort would have them: Django first, then the project.
    own = {each for each in imports if each.split()[1].startswith("commentarchive")}
    plain = sorted(each for each in imports - own if each.startswith("import"))
    named = sorted(
        {*imports - own - {*plain}, "from django.db import migrations, models"}
    )
    blocks = ["\n".join([*plain, *named]), "\n".join(sorted(own))]
    head = "\n\n".join(each for each in blocks if each)
    tables = "\n".join(parts)
    return f'"""{subject}"""\n\n{head}\n\nTABLES = [\n{tables}\n]\n'


def _creation(state: ModelState) -> migrations.CreateModel:
    return migrations.CreateModel(
        name=state.name,
        fields=list(state.fields.items()),
        options={name: value for name, value in state.options.items() if value != []},
        bases=state.bases,
        managers=state.managers,
    )


def _one_a_line(text: str, kind: str, found: list[object]) -> tuple[str, set[str]]:
    """Return a text in which each of a table's indexes or constraints has a line."""
    if not found:
        return text, set()
    written = [serializer_factory(each).serialize() for each in found]
    together = ", ".join(said for said, _imports in written)
    apart = "".join(f"\n{' ' * 16}{said}," for said, _imports in written)
    before = f"'{kind}': [{together}]"
    if before not in text:
        message = f"{kind} are written in another way: {text}"
        raise ValueError(message)
    after = f"'{kind}': [{apart}\n{' ' * 12}]"
    return text.replace(before, after), set().union(*(more for _said, more in written))


if __name__ == "__main__":
    sys.exit(main())
