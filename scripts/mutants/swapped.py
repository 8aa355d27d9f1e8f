"""Put the changed code of a module into its functions that exist already.

What a module does as it is imported cannot be put in: the values of its names, class
bodies, decorators, defaults.
"""

import gc
from collections import defaultdict
from inspect import CO_OPTIMIZED
from types import CodeType, FunctionType

type Place = tuple[str, str, int]
type Functions = dict[Place, list[FunctionType]]


class OnlyAtImport(Exception):
    """A change acts as its module is imported, or no function has it."""


def place(code: CodeType) -> Place:
    """Return what tells the code of a function from that of all others."""
    return code.co_filename, code.co_qualname, code.co_firstlineno


def functions_of(files: set[str]) -> Functions:
    """Return the functions that exist now and were defined in some files."""
    # conftest.py froze them.
    gc.unfreeze()
    found = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename in files:
            found[place(thing.__code__)].append(thing)
    return found


def codes_in(code: CodeType) -> list[CodeType]:
    """Return a code and those in it: functions, lambdas, class bodies."""
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return [code, *(each for one in inner for each in codes_in(one))]


def swap(functions: Functions, file: str, before: str, after: str) -> None:
    """Let the functions of a file do what its changed source says.

    Raise OnlyAtImport where that cannot be.
    """
    pairs = differing(compile(before, file, "exec"), compile(after, file, "exec"))
    swapped = False
    for old, new in pairs:
        for function in functions.get(place(old), ()):
            if old.co_freevars != new.co_freevars:
                raise OnlyAtImport
            function.__code__ = new
            swapped = True
    if not swapped:
        raise OnlyAtImport


def changed_functions(file: str, before: str, after: str) -> set[Place]:
    """Return the functions that a change is in; none where it acts at import."""
    try:
        pairs = differing(compile(before, file, "exec"), compile(after, file, "exec"))
    except OnlyAtImport:
        return set()
    return {place(old) for old, _new in pairs}


def differing(old: CodeType, new: CodeType) -> list[tuple[CodeType, CodeType]]:
    """Return the codes of functions that differ, the outer before the inner."""
    if old == new:
        return []
    is_function = bool(old.co_flags & CO_OPTIMIZED)
    pairs = [(old, new)] if is_function else []
    if not is_function and own(old) != own(new):
        raise OnlyAtImport
    # Of a function whose own constants changed, the inner ones are in another order.
    if len(inner(old)) == len(inner(new)):
        for one, other in zip(inner(old), inner(new), strict=True):
            pairs += differing(one, other)
    return pairs


def inner(code: CodeType) -> list[CodeType]:
    """Return the codes right in a code."""
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def own(code: CodeType) -> tuple[object, ...]:
    """Return what a class body or a module does, without the functions in it.

    Constants as they are written: `1 == True`.
    """
    consts = [
        "code" if isinstance(const, CodeType) else repr(const)
        for const in code.co_consts
    ]
    return code.co_code, consts, code.co_names
