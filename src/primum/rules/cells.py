"""Reaching into arrays from compiled functions, without the costs that come with handing arrays on.

Owns two tricks. A compiled function counts references to every array that it hands on, atomically, which costs more
than most of the work done here: a *borrowed* array is the same memory that nobody counts. And a small function is
compiled anew for every constant that it is called with: reading a cell (`at`) is written as machine operations instead.
Refuses to keep what it borrows alive: whoever lends an array does (`judge` lends for the time of one call).
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return, attr-defined"
from typing import Any

import numba
import numpy as np
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np.arrayobj import make_array


@intrinsic
def _borrowed(typing_context: Any, array: Any) -> Any:
    def build(context, builder, signature, arguments):
        made = make_array(signature.args[0])(context, builder, arguments[0])
        made.meminfo = cgutils.get_null_value(made.meminfo.type)
        return made._getvalue()

    return array(array), build


@intrinsic
def _at(typing_context: Any, tables: Any, table: Any, row: Any, column: Any) -> Any:
    def build(context, builder, signature, arguments):
        data = make_array(signature.args[0])(context, builder, arguments[0]).data
        _, table, row, column = arguments

        def load(index):
            return builder.load(builder.gep(data, [index]))

        begin, width = load(table), load(builder.add(table, table.type(1)))
        return load(builder.add(begin, builder.add(builder.mul(row, width), column)))

    return types.int64(tables, types.int64, types.int64, types.int64), build


def _plain_at(tables: np.ndarray, table: int, row: int, column: int) -> int:
    return int(tables[tables[table] + row * tables[table + 1] + column])


borrowed: Any = (lambda array: array) if numba.config.DISABLE_JIT else _borrowed
"""The same array, to which references are not counted."""

at: Any = _plain_at if numba.config.DISABLE_JIT else _at
"""A cell of one of the tables of `layout.Facts`: at(tables, table, row, column)."""
