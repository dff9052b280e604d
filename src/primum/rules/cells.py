"""Reaching into arrays from compiled functions, without the costs that come with handing arrays on.

Owns two tricks. An array is seven values to a compiled function, which counts references to it (atomically) wherever it
is handed on, and asks of each index whether it counts from the end: that costs more than most of the work done here,
and makes most of the code to compile. So the kernel's entries *lend* their arrays: what is handed on is where the
numbers begin and, for two dimensions, how long a line is. And a small function is compiled anew for every constant that
it is called with: reading a cell (`at`) is written as machine operations instead. Refuses to keep alive what is lent:
whoever lends an array does (`judge` lends for the time of one call); indexes are not negative.
"""

# mypy: disable-error-code="no-untyped-def, no-untyped-call, no-any-return, attr-defined, misc, untyped-decorator"
import operator
from typing import Any

import numba
import numpy as np
from numba.core import types
from numba.core.datamodel import models
from numba.core.errors import TypingError
from numba.extending import intrinsic, lower_builtin, register_model, type_callable
from numba.np.arrayobj import make_array


class Lines(types.Type):
    """A lent array of two dimensions: where it begins, and how long a line is."""

    def __init__(self, dtype: Any) -> None:
        super().__init__(name=f"Lines({dtype})")
        self.dtype = dtype


@register_model(Lines)
class _LinesModel(models.StructModel):
    def __init__(self, manager, kind):
        super().__init__(manager, kind, [("data", types.CPointer(kind.dtype)), ("width", types.int64)])


@type_callable(operator.getitem)
def _type_of_cell(context):
    def typer(lines, index):
        if isinstance(lines, Lines) and isinstance(index, types.BaseTuple):
            return lines.dtype
        return None

    return typer


@type_callable(operator.setitem)
def _type_of_filling(context):
    def typer(lines, index, value):
        if isinstance(lines, Lines) and isinstance(index, types.BaseTuple):
            return types.none
        return None

    return typer


def _cell(context, builder, kinds, lines, index):
    """The address of a cell of lent lines."""
    row, column = (
        context.cast(builder, builder.extract_value(index, i), kinds.types[i], types.int64) for i in range(2)
    )
    place = builder.add(builder.mul(row, builder.extract_value(lines, 1)), column)
    return builder.gep(builder.extract_value(lines, 0), [place])


@lower_builtin(operator.getitem, Lines, types.BaseTuple)
def _read_cell(context, builder, signature, arguments):
    return builder.load(_cell(context, builder, signature.args[1], *arguments))


@lower_builtin(operator.setitem, Lines, types.BaseTuple, types.Any)
def _fill_cell(context, builder, signature, arguments):
    lines, index, value = arguments
    value = context.cast(builder, value, signature.args[2], signature.args[0].dtype)
    builder.store(value, _cell(context, builder, signature.args[1], lines, index))
    return context.get_dummy_value()


@intrinsic
def _lent(typing_context: Any, array: Any) -> Any:
    if array.layout != "C" or array.dtype == types.boolean:
        raise TypingError("what is lent is contiguous, and holds numbers")
    flat = array.ndim == 1
    lent = types.CPointer(array.dtype) if flat else Lines(array.dtype)

    def build(context, builder, signature, arguments):
        given = make_array(signature.args[0])(context, builder, arguments[0])
        if flat:
            return given.data
        made = context.make_helper(builder, lent)
        made.data, made.width = given.data, builder.extract_value(given.shape, 1)
        return made._getvalue()

    return lent(array), build


@intrinsic
def _width(typing_context: Any, lines: Any) -> Any:
    def build(context, builder, signature, arguments):
        return builder.extract_value(arguments[0], 1)

    return types.int64(lines), build


@intrinsic
def _at(typing_context: Any, tables: Any, table: Any, row: Any, column: Any) -> Any:
    def build(context, builder, signature, arguments):
        data, table, row, column = arguments

        def load(index):
            return builder.load(builder.gep(data, [index]))

        begin, width = load(table), load(builder.add(table, table.type(1)))
        return load(builder.add(begin, builder.add(builder.mul(row, width), column)))

    return types.int64(tables, types.int64, types.int64, types.int64), build


def _word(builder, lines, line, row):
    """Where the word with a row's bit stands in a line of masks, and the bit's place in it."""
    data, width = builder.extract_value(lines, 0), builder.extract_value(lines, 1)
    place = builder.add(builder.mul(line, width), builder.ashr(row, row.type(6)))
    return builder.gep(data, [place]), builder.and_(row, row.type(63))


@intrinsic
def _has(typing_context: Any, masks: Any, line: Any, row: Any) -> Any:
    def build(context, builder, signature, arguments):
        word, bit = _word(builder, *arguments)
        return builder.trunc(builder.lshr(builder.load(word), bit), context.get_value_type(types.boolean))

    return types.boolean(masks, types.int64, types.int64), build


@intrinsic
def _put(typing_context: Any, masks: Any, line: Any, row: Any) -> Any:
    def build(context, builder, signature, arguments):
        word, bit = _word(builder, *arguments)
        builder.store(builder.or_(builder.load(word), builder.shl(bit.type(1), bit)), word)
        return context.get_dummy_value()

    return types.none(masks, types.int64, types.int64), build


def _plain_has(masks: np.ndarray, line: int, row: int) -> bool:
    return bool(masks[line, row // 64] >> np.uint64(row % 64) & np.uint64(1))


def _plain_put(masks: np.ndarray, line: int, row: int) -> None:
    masks[line, row // 64] |= np.uint64(1) << np.uint64(row % 64)


def _plain_at(tables: np.ndarray, table: int, row: int, column: int) -> int:
    return int(tables[tables[table] + row * tables[table + 1] + column])


_PLAIN = bool(numba.config.DISABLE_JIT)

lent: Any = (lambda array: array) if _PLAIN else _lent
"""An array's cells, to be handed on; it must be contiguous."""

width_of: Any = (lambda lines: lines.shape[1]) if _PLAIN else _width
"""How long the lines of a lent array are."""

at: Any = _plain_at if _PLAIN else _at
"""A cell of one of the tables of `layout.Facts`, lent: at(tables, table, row, column)."""

has: Any = _plain_has if _PLAIN else _has
"""Whether a row's bit is set in a line of masks: has(masks, line, row)."""

put: Any = _plain_put if _PLAIN else _put
"""Set a row's bit in a line of masks."""
