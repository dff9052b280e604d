"""Asking the gate of this machine about a list: the `Asker` of `primum.deliver`.

Owns the way from a cell to a customer the ledger knows, many at a time, and from an answer to what a department may
read of it. Refuses to read a file.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import pyarrow as pa

from primum.app.service.opening import Opened
from primum.deliver.screening import Asked, Named, Order, Told
from primum.deliver.tables import as_it_was
from primum.gate import Answer, Question
from primum.gate.asked_again import asked_before, known_names
from primum.identity import normal_form
from primum.sources.guess_columns import is_email


@dataclass(frozen=True)
class Naming:
    """Whom the cells of one column name."""

    opened: Opened
    kind: str

    def named(self, identifiers: Sequence[str]) -> list[Named]:
        """Whom each cell names; nobody for one that is empty or no identifier of this kind."""
        kind = self.kind
        normal = [normal_form(kind, as_it_was(text.strip()), self.opened.country) for text in identifiers]
        faults = [_fault(kind, text) for text in normal]
        hashes = self.opened.key.texts(kind, pa.array(normal, pa.string())).to_pylist()
        known = known_names(self.opened.gate.ledger, [h for h, fault in zip(hashes, faults, strict=True) if not fault])
        return [
            Named(fault=fault) if fault else Named(known.get(hashed, hashed), hashed in known)
            for hashed, fault in zip(hashes, faults, strict=True)
        ]


def _fault(kind: str, normal: str) -> str:
    if not normal:
        return "the cell is empty."
    if kind == "email" and not is_email(normal):
        return "it is no e-mail address."
    if kind == "phone" and sum(c.isdigit() for c in normal) < 5:
        return "it is no telephone number."
    return ""


@dataclass(frozen=True)
class GateAsker(Naming):
    """The gate, asked for one order."""

    order: Order

    def ask(self, asked: Sequence[Asked]) -> list[Told]:
        """The answers to some questions, in one transaction.

        Raises: RequestError, LedgerError.
        """
        if not asked:
            return []
        order, gate = self.order, self.opened.gate
        again = asked_before(gate.ledger, [a.customer for a in asked], order.department, order.communication, order.at)
        answers = gate.decide([self._question(a) for a in asked], order.department)
        return [_told(answer, again.get(one.customer, 0)) for one, answer in zip(asked, answers, strict=True)]

    def _question(self, asked: Asked) -> Question:
        order = self.order
        return Question(
            asked.customer,
            order.communication,
            order.channel,
            order.at,
            asked.id,
            reserve="allowed" if order.reserve else "nothing",
            hold_for=order.valid_until - order.at,
        )


def _told(answer: Answer, again: int) -> Told:
    says = tuple(dict.fromkeys(r.plain(everything=False)["says"] for r in answer.reasons))
    return Told(answer.decision, _not_before(answer), says, answer.reservation, again)


def _not_before(answer: Answer) -> int | None:
    """Until when a row is held: of a deny the last `until` of its reasons, where a department may read all of them."""
    if answer.until is not None or answer.decision == "allow":
        return answer.until
    shown = [r.until if r.disclosed is None else None for r in answer.reasons]
    known = [until for until in shown if until is not None]
    return max(known) if known and len(known) == len(shown) else None
