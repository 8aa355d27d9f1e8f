"""Which tests run which functions and lines, and for how long: one run of them all."""

import sys
from collections import defaultdict
from dataclasses import dataclass, field
from types import CodeType
from typing import Self

import pytest

from scripts.mutants.forks import processor_seconds
from scripts.mutants.swapped import Functions, Place, codes_in, place

TOOL = sys.monitoring.COVERAGE_ID


@dataclass
class Ran:
    """What one test, or one fixture that tests share, ran.

    `seconds` are of the processor; `lines` are those of the watched files.
    """

    seconds: float = 0.0
    functions: set[Place] = field(default_factory=set)
    lines: set[tuple[str, int]] = field(default_factory=set)


def name_of(test: str) -> str:
    """Return the name of a test without that of its case."""
    return test.partition("[")[0]


class Recorder:
    """Notes what tests run, as a plugin of pytest."""

    def __init__(self, functions: Functions) -> None:
        self.of_test: dict[str, Ran] = {}
        self.of_fixture: dict[tuple[str, str], Ran] = defaultdict(Ran)
        self._now: list[Ran] = []
        sys.monitoring.use_tool_id(TOOL, "mutants")
        events = sys.monitoring.events
        sys.monitoring.register_callback(TOOL, events.PY_START, self._started)
        sys.monitoring.register_callback(TOOL, events.LINE, self._reached)
        for function in (one for found in functions.values() for one in found):
            for code in codes_in(function.__code__):
                sys.monitoring.set_local_events(
                    TOOL, code, events.PY_START | events.LINE
                )

    def _started(self, code: CodeType, _offset: int) -> object:
        if self._now:
            self._now[-1].functions.add(place(code))
        return sys.monitoring.DISABLE

    def _reached(self, code: CodeType, line: int) -> object:
        if self._now:
            self._now[-1].lines.add((code.co_filename, line))
        return sys.monitoring.DISABLE

    def _note_in(self, ran: Ran):
        began, outer = processor_seconds(), self._now[-1] if self._now else None
        self._now.append(ran)
        sys.monitoring.restart_events()
        yield
        took = processor_seconds() - began
        ran.seconds += took
        if outer:
            outer.seconds -= took
        self._now.pop()
        sys.monitoring.restart_events()

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item):
        note = self._note_in(self.of_test.setdefault(item.nodeid, Ran()))
        next(note)
        result = yield
        next(note, None)
        return result

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_fixture_setup(self, fixturedef):
        if fixturedef.scope == "function":
            return (yield)
        shared = self.of_fixture[fixturedef.argname, fixturedef.baseid]
        note = self._note_in(shared)
        next(note)
        result = yield
        next(note, None)
        return result


@dataclass
class Known:
    """What is known of each test, with the fixtures that it shares with others."""

    of_test: dict[str, Ran]

    @classmethod
    def of(cls, items: list[pytest.Item], recorder: Recorder) -> Self:
        """Add to each test what its shared fixtures ran, whichever test had them."""
        for item in items:
            ran = recorder.of_test.get(item.nodeid)
            if ran is None:
                continue
            for (name, base), shared in recorder.of_fixture.items():
                if name in item.fixturenames and item.nodeid.startswith(base):
                    ran.seconds += shared.seconds
                    ran.functions |= shared.functions
                    ran.lines |= shared.lines
        return cls(recorder.of_test)

    def quickest_of(self, tests: set[str]) -> list[str]:
        """Return tests in order, the quickest first."""
        return sorted(tests, key=lambda test: self.of_test[test].seconds)

    def at(self, file: str, line: int, of: set[Place]) -> set[str]:
        """Return the tests that reach a line, or else enter one of some functions."""
        reach = {
            test for test, ran in self.of_test.items() if (file, line) in ran.lines
        }
        return reach or {
            test for test, ran in self.of_test.items() if of & ran.functions
        }

    def of_module(self, file: str) -> set[str]:
        """Return the tests that run any function of a file."""
        return {
            test
            for test, ran in self.of_test.items()
            if any(name == file for name, _, _ in ran.functions)
        }
