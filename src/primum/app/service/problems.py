"""Problems as RFC 9457 has them: `application/problem+json`, with everything that is wrong at once.

Owns which error is which status. Refuses to repeat what was sent: values may be personal.
"""

import json
from collections.abc import Sequence
from typing import Any, Final

from starlette.responses import Response

from primum.gate.idempotency import KeyReusedError
from primum.gate.reservations import ResolvedError, UnknownReservationError
from primum.words.errors import Complaint, ComplaintsError, LedgerError, PrimumError, RequestError

TYPE: Final = "application/problem+json"
_OF: Final[tuple[tuple[type[PrimumError], int, str, str], ...]] = (
    (KeyReusedError, 422, "key-reused", "This idempotency key was used for another body"),
    (UnknownReservationError, 404, "not-found", "There is no such reservation"),
    (ResolvedError, 409, "resolved", "The reservation was resolved otherwise"),
    (RequestError, 422, "wrong-request", "The request cannot be understood"),
    (LedgerError, 503, "ledger-down", "The ledger does not answer: nothing was recorded"),
)


def problem(status: int, name: str, title: str, errors: Sequence[Complaint] = (), **headers: str) -> Response:
    """A problem as a response."""
    body: dict[str, Any] = {"type": f"/problems/{name}", "title": title, "status": status}
    if errors:
        body["errors"] = [{"place": e.file, "what": e.what, "cure": e.cure} for e in errors]
    named = {key.replace("_", "-"): value for key, value in headers.items()}
    return Response(json.dumps(body), status, {"content-type": TYPE, **named})


def problem_of(error: PrimumError) -> Response:
    """The problem that an error is."""
    for kind, status, name, title in _OF:
        if isinstance(error, kind):
            errors = error.complaints if isinstance(error, ComplaintsError) else ()
            headers = {"retry_after": "1"} if status == 503 else {}
            return problem(status, name, title, errors, **headers)
    return problem(500, "error", "Something is wrong with the service")
