"""How functions of the engine are compiled.

Owns the three ways. Refuses anything else: `parallel` (buckets are spread over threads by whoever has them) and fast
mathematics (there are no fractions here).
"""

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., Any])
_COMMON: dict[str, Any] = {"cache": True, "nogil": True, "error_model": "numpy"}
_INSIDE = {**_COMMON, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}


def entry(function: _Function) -> _Function:
    """Called from Python; what is compiled is kept on disk."""
    return njit(**_COMMON)(function)  # type: ignore[no-any-return]


def part(function: _Function) -> _Function:
    """Called by compiled functions only: no way in from Python is compiled, which takes a fifth of the time."""
    return njit(**_INSIDE)(function)  # type: ignore[no-any-return]


def folded(function: _Function) -> _Function:
    """As `part`, for what the innermost loop calls: its machine code stands where it is called."""
    return njit(**_INSIDE, forceinline=True)(function)  # type: ignore[no-any-return]
