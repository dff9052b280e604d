"""Once for a key: the same request again gets the same answer, another body under the same key is refused.

Owns the look-up and the storing, inside the transaction that does the work: both are committed, or neither is. Refuses
keys that are shared: a key belongs to a department and an endpoint.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from primum.gate.in_force import canonical
from primum.ledger.protocol import Transaction
from primum.words.errors import Complaint, RequestError

_FIND: Final = "SELECT digest, answer FROM idempotency WHERE department = ? AND endpoint = ? AND key = ?"


class KeyReusedError(RequestError):
    """An idempotency key was used for another body."""


def once(transaction: Transaction, request: tuple[str, str, tuple[str, str] | None], work: Callable[[], Any]) -> Any:
    """The answer that was stored for this key, or what the work answers now.

    Args:
        request: endpoint, department, and the key with the digest of its body (None: always work).

    Raises: KeyReusedError.
    """
    endpoint, department, both = request
    if both is None:
        return work()
    key, digest = both
    found = transaction.rows(_FIND, department, endpoint, key)
    if found:
        if found[0][0] != digest:
            raise KeyReusedError(
                [Complaint("Idempotency-Key", 0, 0, "this key was used for another body.", "Use a new key.")]
            )
        return json.loads(found[0][1])
    answer = work()
    row = (department, endpoint, key, digest, canonical(answer), transaction.now)
    transaction.run("INSERT INTO idempotency VALUES (?, ?, ?, ?, ?, ?)", [row])
    return json.loads(canonical(answer))
