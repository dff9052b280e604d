"""Who asks: the one place that says which department a request comes from, and what it may read.

Owns the seam. The way it has now believes the header `Primum-Department`, which is for one machine or a trusted network
only: `primum serve` listens elsewhere only when told that the network is trusted. API keys take its place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request

from primum.words.errors import Complaint, RequestError

HEADER: Final = "primum-department"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True, slots=True)
class Caller:
    """A department; `sees_all`: it reads what departments are not told (the customer champion)."""

    department: str
    sees_all: bool = False


Callers = Callable[[Request], Caller]


def believed(request: Request) -> Caller:
    """The department that the request names.

    Raises: RequestError where it names none.
    """
    name = request.headers.get(HEADER, "")
    if not _NAME.fullmatch(name):
        cure = "Letters, digits, dot, hyphen and underscore, as in `Primum-Department: crm`."
        raise RequestError([Complaint("Primum-Department", 0, 0, "this header must name your department.", cure)])
    return Caller(name)
