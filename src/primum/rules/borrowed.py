"""Arrays that are lent to compiled functions.

Owns one trick: a compiled function counts references to every array that it hands on, and counts them atomically, which
costs more than most of the work done with them. A borrowed array is the same memory that nobody counts; whoever lends
it keeps it alive. Refuses to be called where that is not so: `judge` lends for the time of one call.
"""

# mypy: disable-error-code="no-untyped-def"
from typing import Any

from numba.core import cgutils
from numba.extending import intrinsic
from numba.np.arrayobj import make_array


@intrinsic
def borrowed(typing_context: Any, array: Any) -> Any:
    """The same array, to which references are not counted."""

    def build(context, builder, signature, arguments):
        made = make_array(signature.args[0])(context, builder, arguments[0])
        made.meminfo = cgutils.get_null_value(made.meminfo.type)
        return made._getvalue()

    return array(array), build
