"""Loops that Numba compiles, when the first of their module is called: it takes half a second to load."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from functools import wraps
from typing import Any, TypeVar, cast

Function = TypeVar("Function", bound=Callable[..., Any])

COMPILED: dict[str, dict[str, Callable[..., Any]]] = defaultdict(dict)
"""Module → its functions that are compiled, by name."""
_compiling = threading.Lock()
_interpreted = ContextVar("interpreted", default=False)


@contextmanager
def interpreted() -> Iterator[None]:
    """Run the loops of searches as they are written where none is compiled yet: the same values, far slower.

    What is quicker as a whole where there is little to do: loading Numba and what it compiled takes as long as that.
    """
    before = _interpreted.set(True)
    try:
        yield
    finally:
        _interpreted.reset(before)


def compiled(function: Function) -> Function:
    """Compile this function and the others of its module at the first call of one of them.

    Machine code is kept beside the source, or where Numba keeps it else; where no folder can be written to, nowhere.
    Within `interpreted` it runs as it is written.
    """
    name, space = function.__name__, function.__globals__

    @wraps(function)
    def uncompiled(*arguments: Any) -> Any:
        if _interpreted.get():
            return function(*arguments)
        with _compiling:
            if space[name] is uncompiled:
                space.update(_made(COMPILED[function.__module__]))
        return space[name](*arguments)

    COMPILED[function.__module__][name] = function
    return cast(Function, uncompiled)


def _made(functions: dict[str, Callable[..., Any]]) -> dict[str, Any]:
    import numba  # noqa: PLC0415  see above

    loops = {}
    for name, function in functions.items():
        loops[name] = loop = numba.njit(error_model="numpy")(function)
        with suppress(RuntimeError):
            loop.enable_caching()
    return loops


def start(*tasks: Callable[[], object]) -> None:
    """Begin what a first question would wait for, each in the background."""
    for work in tasks:
        threading.Thread(target=work, daemon=True).start()
