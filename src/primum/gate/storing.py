"""What the gate writes: decisions with their inputs, reservations, resolutions, facts, the trail.

Owns the statements. Refuses to decide what is written.
"""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from primum.gate.in_force import canonical
from primum.ledger.protocol import Row, Transaction

_DECISION: Final = """INSERT INTO decisions (id, customer, contact, department, communication, channel, at, decided_at,
    decision, until_at, reservation, strategy, engine, tzdata, watermark, inputs, place, answer)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_RESERVATION: Final = "INSERT INTO reservations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
_RESOLUTION: Final = "INSERT INTO resolutions VALUES (?, ?, ?, ?, ?)"
_CONTACT: Final = """INSERT INTO contact_facts (source, id, customer, at, precision_of_at, status, status_at, priority,
    attributes, reservation, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (customer, source, id, status, status_at) DO NOTHING"""
_RESPONSE: Final = """INSERT INTO response_facts (source, id, customer, at, precision_of_at, kind, attributes,
    recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (customer, source, id) DO NOTHING"""
_STATE: Final = """INSERT INTO state_facts (source, id, customer, kind, state, from_at, until_at, as_of, from_precision,
    until_precision, scope, recorded_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (customer, source, id) DO NOTHING"""
_CUSTOMER: Final = """INSERT INTO customers VALUES (?, ?, ?, ?, ?) ON CONFLICT (customer) DO UPDATE SET
    zones = excluded.zones, household = excluded.household, attributes = excluded.attributes,
    updated_at = excluded.updated_at"""
_ALIAS: Final = "INSERT INTO aliases VALUES (?, ?) ON CONFLICT (alias) DO UPDATE SET customer = excluded.customer"
_USED: Final = """SELECT coalesce(sum(u.amount), 0) FROM capacity_uses u
    LEFT JOIN reservations r ON r.id = u.reservation LEFT JOIN resolutions s ON s.reservation = u.reservation
    WHERE u.rule = ? AND u.period = ? AND (u.reservation IS NULL OR s.outcome = 'confirmed'
          OR (s.outcome IS NULL AND r.expires_at > ?))"""


def add_decisions(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Decisions, in the columns of the statement."""
    transaction.run(_DECISION, rows)


def add_reservations(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Reservations: id, customer, contact, department, at, reserved_at, expires_at, priority, attributes."""
    transaction.run(_RESERVATION, rows)


def add_resolutions(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Resolutions: reservation, outcome, resolved_at, late, over_cap."""
    transaction.run(_RESOLUTION, rows)


def add_contacts(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Contacts, in the columns of the statement; one that is known already changes nothing."""
    transaction.run(_CONTACT, rows)


def add_responses(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Responses; one that is known already changes nothing."""
    transaction.run(_RESPONSE, rows)


def add_states(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Tellings of states and segments; one that is known already changes nothing."""
    transaction.run(_STATE, rows)


def set_customers(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Customers as they are now: customer, zones, household, attributes, updated_at."""
    transaction.run(_CUSTOMER, rows)


def set_aliases(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Other names of customers."""
    transaction.run(_ALIAS, rows)


def add_matches(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Contacts of an export that were recorded here: source, id, customer, our source, our id, by, apart."""
    transaction.run("INSERT INTO matches VALUES (?, ?, ?, ?, ?, ?, ?)", rows)


def add_trail(transaction: Transaction, actor: str, action: str, subject: str, detail: Mapping[str, Any]) -> None:
    """One line of the trail."""
    transaction.run(
        "INSERT INTO trail (at, actor, action, subject, detail) VALUES (?, ?, ?, ?, ?)",
        [(transaction.now, actor, action, subject, canonical(detail))],
    )


def use_capacity(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Uses of allowances: rule, period, contact, customer, reservation, amount."""
    transaction.run("INSERT INTO capacity_uses VALUES (?, ?, ?, ?, ?, ?)", rows)


def use_capacity_once(transaction: Transaction, rows: Sequence[Row]) -> None:
    """Uses by contacts that were made elsewhere, each once: rule, period, contact, customer, amount."""
    transaction.run(
        """INSERT INTO capacity_uses SELECT v.rule, v.period, v.contact, v.customer, NULL, v.amount
           FROM (SELECT CAST(? AS TEXT) AS rule, CAST(? AS BIGINT) AS period, CAST(? AS TEXT) AS contact,
                        CAST(? AS TEXT) AS customer, CAST(? AS BIGINT) AS amount) v
           WHERE NOT EXISTS (SELECT 1 FROM capacity_uses o WHERE o.rule = v.rule AND o.contact = v.contact
                             AND o.customer = v.customer AND o.reservation IS NULL)""",
        rows,
    )


def copy_uses(transaction: Transaction, reservation: str) -> None:
    """What a contact takes that was sent although its reservation had been given back."""
    transaction.rows(
        """INSERT INTO capacity_uses SELECT rule, period, contact, customer, NULL, amount FROM capacity_uses u
           WHERE reservation = ? AND NOT EXISTS (SELECT 1 FROM capacity_uses o WHERE o.contact = u.contact
                 AND o.customer = u.customer AND o.rule = u.rule AND o.reservation IS NULL)""",
        reservation,
    )


def attributes_text(attributes: Mapping[str, Any]) -> str:
    """Attributes as they are stored; a priority stands in a column of its own."""
    return canonical({name: value for name, value in attributes.items() if name != "priority"})


def used(transaction: Transaction, rule: str, period: int) -> int:
    """What is taken of an allowance: confirmed and recorded contacts, and live reservations."""
    return int(transaction.rows(_USED, rule, period, transaction.now)[0][0])


# Inputs


def packed(data: Mapping[str, Any]) -> tuple[str, bytes]:
    """Inputs as they are stored: the hash of their one JSON text, and that text, compressed."""
    text = canonical(data).encode()
    return hashlib.sha256(text).hexdigest(), zlib.compress(text, 1)


def unpacked(hash: str, body: bytes) -> dict[str, Any] | None:
    """Stored inputs; None where they are not what they were."""
    try:
        text = zlib.decompress(bytes(body))
    except zlib.error:
        return None
    if hashlib.sha256(text).hexdigest() != hash:
        return None
    data: dict[str, Any] = json.loads(text)
    return data


def add_inputs(transaction: Transaction, packs: Mapping[str, bytes]) -> None:
    """Inputs by their hash; those that are known already are the same."""
    rows = sorted(packs.items())
    transaction.run("INSERT INTO inputs VALUES (?, ?) ON CONFLICT (hash) DO NOTHING", rows)


def ids_from(token: str, count: int, what: str) -> list[str]:
    """Ids that nobody can guess, made of the transaction's random token."""
    return [
        what + hashlib.blake2b(f"{token}:{what}:{number}".encode(), digest_size=12).hexdigest()
        for number in range(count)
    ]
