"""How functions of the engine are compiled.

Owns the three ways, and leaves *parts* (what only compiled functions call) unfinished: numba optimises every function
by itself, with all that it calls, and again in each caller, and makes machine code of it each time; a part is machine
code within an entry or nowhere, so all that was most of the time to compile. Refuses anything else: `parallel` (buckets
are spread over threads by whoever has them) and fast mathematics (there are no fractions here).

Numba has no option for this. What is overridden here are its libraries' steps by their names in 0.68 and 0.69, to which
pyproject.toml holds it; a change shows in `tests/rules/test_compiling.py`.
"""

# mypy: disable-error-code="no-untyped-call"
import gc
from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler

_Function = TypeVar("_Function", bound=Callable[..., Any])
_COMMON: dict[str, Any] = {"nogil": True, "error_model": "numpy"}


class _NoEngine:
    """Stands for the place of machine code, where a part never comes."""

    def set_env(self, name: str, environment: object) -> None:
        """No code that could ask for its environment."""


class _Unfinished(JITCodeLibrary):
    """A part's code, as it is written: whoever calls it takes it in, and optimises the whole."""

    codegen = _NoEngine()

    def _optimize_final_module(self) -> None:
        pass

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        self._ensure_finalized()
        return 0


class _PartCompiler(Compiler):
    def __init__(self, typing: Any, target: Any, library: Any, args: Any, result: Any, flags: Any, local: Any) -> None:
        super().__init__(typing, target, _Unfinished(target.codegen(), "part"), args, result, flags, local)


class _EntryCompiler(Compiler):
    """Compiles an entry with its parts while Python's collector of cycles rests: it would walk what is made in vain."""

    def compile_extra(self, func: Any) -> Any:
        resting = gc.isenabled()
        gc.disable()
        try:
            return super().compile_extra(func)
        finally:
            if resting:
                gc.enable()


_INSIDE = {**_COMMON, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "pipeline_class": _PartCompiler}


def entry(function: _Function) -> _Function:
    """Called from Python; what is compiled is kept on disk, with all its parts."""
    return njit(**_COMMON, cache=True, pipeline_class=_EntryCompiler)(function)  # type: ignore[no-any-return]


def part(function: _Function) -> _Function:
    """Called by compiled functions only. That it is not folded is said, for numba lets it follow its first caller."""
    return njit(**_INSIDE, forceinline=False)(function)  # type: ignore[no-any-return]


def folded(function: _Function) -> _Function:
    """As `part`, for what the innermost loop calls: its machine code stands where it is called."""
    return njit(**_INSIDE, forceinline=True)(function)  # type: ignore[no-any-return]
