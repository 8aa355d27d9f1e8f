"""Run the tests on each change of the code, in place of once."""

import json
import os
import re
import subprocess
import sys
import time
from collections import defaultdict
from importlib import import_module
from pathlib import Path

import pytest

from scripts.mutants.forks import Child, ChildDied, Failure, run_items
from scripts.mutants.running import Known, Recorder, name_of
from scripts.mutants.swapped import OnlyAtImport, changed_functions, functions_of, swap

ROOT = Path(__file__).resolve().parent.parent.parent
# How what became of a change begins.
NOTICED, SURVIVED, VOID = "noticed", "SURVIVED", "VOID"
# So many tests of a module that is imported changed.
MOST_ANEW = 60
WORKERS = int(os.environ.get("WORKERS") or min(os.cpu_count() or 1, 4))
_failed = re.compile(r"^(?:FAILED|ERROR) (\S+::.*?)(?: - (.*))?$", re.MULTILINE)


class Session:
    """A plugin of pytest that runs the tests on each change in place of once."""

    def __init__(self, changes: list[dict], *, budget: float) -> None:
        self.changes, self.budget = changes, budget
        self.most_seconds = int(60 + 3 * budget)
        self.outcomes: dict[int, str] = {}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        if session.testsfailed:
            return None
        for change in self.changes:
            import_module(module_of(change))
        files = {str(ROOT / change["file"]) for change in self.changes}
        self.session, self.functions = session, functions_of(files)
        self.items = {item.nodeid: item for item in session.items}
        self.known = self._watch()
        self._run_all()
        return True

    def _watch(self):
        """Return what each test runs, without those that fail, which are printed.

        One case of each test is run; the others are taken to run the same.
        """
        firsts = {name_of(item.nodeid): item for item in reversed(self.session.items)}
        parts = defaultdict(list)
        for item in firsts.values():
            parts[item.path].append(item)
        shares = [[] for _ in range(WORKERS)]
        for number, items in enumerate(parts.values()):
            shares[number % WORKERS] += items

        def watch(items):
            os.environ["COMPARED"] = str(10**9)
            self.session.config.option.maxfail = 0
            recorder = Recorder(self.functions)
            self.session.config.pluginmanager.register(recorder)
            _ran, failures = run_items(self.session, items)
            return failures, Known.of(items, recorder)

        children = [
            Child(lambda items=items: watch(items), seconds=3600) for items in shares
        ]
        known = Known({})
        for child in children:
            while not child.is_over():
                time.sleep(0.2)
            failures, part = child.result()
            for failure in failures:
                print(f"Left out, for it fails: {failure.test}: {failure.message}")
                del part.of_test[failure.test]
            known.of_test |= part.of_test
        for nodeid in self.items:
            if firsts[name_of(nodeid)].nodeid in known.of_test:
                known.of_test[nodeid] = known.of_test[firsts[name_of(nodeid)].nodeid]
        print(f"{len(firsts)} tests of {len(known.of_test)} cases run.", flush=True)
        return known

    def _run_all(self):
        """Run the changes, as many at once as there are workers."""
        waiting, running = list(enumerate(self.changes)), {}
        while waiting or running:
            while waiting and len(running) < WORKERS:
                number, change = waiting.pop(0)
                running[number] = Child(
                    lambda change=change: self._outcome(change),
                    seconds=self.most_seconds,
                )
            for number, child in list(running.items()):
                if child.is_over():
                    del running[number]
                    self._note(number, child)
            time.sleep(0.05)

    def _outcome(self, change):
        """Return what became of a change; runs in a child, and changes nothing there.

        A test that fails without the change too has noticed nothing.
        """
        child = Child(lambda: self._try(change), seconds=self.most_seconds)
        try:
            outcome = child.result()
        except ChildDied as end:
            return f"{NOTICED}, for it took too long or died: {end}"
        if not isinstance(outcome, Failure):
            return outcome
        again = run_items(self.session, [self.items[outcome.test]])[1]
        how = f"{VOID}, fails unchanged:" if again else f"{NOTICED} by"
        return f"{how} {outcome.test}: {outcome.message}"

    def _try(self, change):
        """Change what is in memory and run the tests; runs in a child of a child."""
        file = str(ROOT / change["file"])
        before = Path(file).read_text(encoding="utf-8")
        chosen = self._chosen(change, file, before)
        if not chosen:
            return f"{SURVIVED}: no test was found for it"
        try:
            swap(self.functions, file, before, change["source"])
        except OnlyAtImport:
            return self._try_anew(change, file, chosen)
        items = [self.items[test] for test in chosen]
        ran, failures = run_items(self.session, items, seconds=self.budget)
        if not failures:
            return f"{SURVIVED} {ran} of {len(chosen)} tests"
        return failures[0]

    def _chosen(self, change, file, before):
        """Return the tests that reach a changed line, the quickest first.

        Of what acts at import: those that run any function of the module or name it, or
        else of the modules that import it.
        """
        changed = changed_functions(file, before, change["source"])
        if changed:
            return self.known.quickest_of(self.known.at(file, change["line"], changed))
        found = self._of_module(module_of(change), file)
        if not found:
            # A table without functions: who reads it is in the modules that import it.
            for importing in ROOT.glob(
                f"{Path(file).relative_to(ROOT).parts[0]}/**/*.py"
            ):
                module = module_of({"file": str(importing.relative_to(ROOT))})
                if _naming(module_of(change)).search(importing.read_text("utf-8")):
                    found |= self._of_module(module, str(importing))
        return self.known.quickest_of(found)

    def _of_module(self, module, file):
        """Return the tests that run any function of a module or name it."""
        last, names = module.rpartition(".")[2], _naming(module)
        naming = {path for path, text in self.texts.items() if names.search(text)}
        return self.known.of_module(file) | {
            test
            for test in self.known.of_test
            if self.items[test].path in naming
            or self.items[test].path.stem == f"test_{last}"
        }

    def _try_anew(self, change, file, tests):
        """Run tests in a new process that imports a module changed."""
        mutant = Path(os.environ["TMPDIR"]) / "mutant.json"
        said = {"module": module_of(change), "file": file, "source": change["source"]}
        mutant.write_text(json.dumps(said), encoding="utf-8")
        run = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:randomly"),
                *("-p", "scripts.mutants.at_import", "--tb=line", "-rfE"),
                *tests[:MOST_ANEW],
            ],
            cwd=ROOT,
            env={**os.environ, "MUTANT": str(mutant)},
            capture_output=True,
            text=True,
            check=False,
        )
        if not run.returncode:
            return f"{SURVIVED} {len(tests[:MOST_ANEW])} tests, imported anew"
        failed = _failed.search(run.stdout)
        if failed and failed[1] in self.items:
            return Failure(failed[1], f"imported anew: {failed[2]}")
        last = (run.stdout + run.stderr).strip().splitlines()[-1:]
        return f"{NOTICED}, for it cannot be imported: {''.join(last)[:200]}"

    def pytest_collection_modifyitems(self, items):
        self.texts = {
            path: path.read_text(encoding="utf-8")
            for path in {item.path for item in items}
        }

    def _note(self, number, child):
        self.outcomes[number] = outcome = child.result()
        change = self.changes[number]
        where = f"{change['file']}:{change['line']} {change['operator']}"
        print(f"{len(self.outcomes)}. {where} {outcome}", flush=True)


def module_of(change: dict) -> str:
    """Return the dotted name of the module that a change is in."""
    name = change["file"].removesuffix(".py").replace("/", ".")
    return name.removesuffix(".__init__")


def _naming(module: str) -> re.Pattern[str]:
    """Return what finds the name of a module where another one imports it."""
    parent, _, last = module.rpartition(".")
    return re.compile(rf"{re.escape(module)}\b|from {parent} import [^#]*?\b{last}\b")
