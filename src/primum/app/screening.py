"""Lists of a workspace: screened, returned and recorded.

Owns the files beside a list (allowed, held, rejects, summary) and their names, and what is told to the ledger. Refuses
to decide and to print.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa

from primum.app.asking import GateAsker, Naming
from primum.app.list_columns import Instants, KeyColumn, key_of, reading, sent_column
from primum.app.service.opening import Opened, open_gate
from primum.deliver.lists import StoredList, never_returned, read_stored, store_list, store_receipt
from primum.deliver.receipts import Finding, Receipt, Sent, compare
from primum.deliver.screening import Order, Outcome, Screened, contact_id, in_batches, screen
from primum.deliver.summaries import list_lines, plain_list, plain_receipt
from primum.deliver.tables import Listed, read_list, write_rejects, write_table
from primum.gate.recording import ToldContact
from primum.sources.rejects import Reject
from primum.strategy.models import Strategy
from primum.words.errors import UsageError, did_you_mean
from primum.words.time import from_us, instant_text, instant_us

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

LISTS: Final = "lists"
"""The folder, beside the strategy, where screened lists wait for their receipts: pseudonyms only."""
_HOUR: Final = 3_600_000_000


@dataclass(frozen=True)
class Wish:
    """What somebody asks for a list, as the command line says it; None where it says nothing."""

    communication: str
    channel: str | None = None
    department: str | None = None
    at: datetime | None = None
    valid_hours: float = 24.0
    reserve: bool = False
    key: str | None = None
    out: Path | None = None
    with_history: bool = True


@dataclass(frozen=True)
class Delivered:
    """What was written for a list, and what is to be said of it."""

    told: dict[str, Any]
    files: dict[str, Path]


# Screening


def screen_list(workspace: "Workspace", path: Path, wish: Wish) -> Delivered:
    """Screen a list: the gate is asked for every row, and the files are written.

    Raises: UsageError, SourceError, StrategyError, LedgerError, RequestError.
    """
    strategy = workspace.load().strategy
    order = order_of(strategy, wish, datetime.now(UTC))
    listed = read_list(path)
    key = key_of(listed, strategy, wish.key)
    opened = open_gate(workspace, with_history=wish.with_history, past_at_most=None)
    try:
        screened = screen(texts_of(listed, key.column), listed.rows, order, GateAsker(opened, key.kind, order))
    finally:
        opened.gate.ledger.close()
    store_list(workspace.folder / LISTS, screened, listed.rows)
    return _written(listed, screened, key, wish.out or path.parent)


def order_of(strategy: Strategy, wish: Wish, now: datetime) -> Order:
    """What a list is for: what is not said follows from the register.

    Raises: UsageError where the communication is not registered, or something does not follow.
    """
    names = {other: name for name, one in strategy.communications.items() for other in (name, *one.known_as)}
    name = names.get(wish.communication)
    if name is None:
        hint = did_you_mean(wish.communication, strategy.communications)
        raise UsageError(f"'{wish.communication}' is not registered (`communications`). {hint}".strip())
    one = strategy.communications[name]
    department = wish.department or one.owner
    if department is None:
        raise UsageError(f"'{name}' has no owner in the register: say --department.")
    channels = one.channels or list(strategy.channels)
    if wish.channel is None and len(channels) != 1:
        raise UsageError(f"'{name}' may go by several channels: say --channel. Allowed: {', '.join(channels)}.")
    at = instant_us(wish.at or now)
    until = at + round(wish.valid_hours * _HOUR)
    return Order(new_list_id(now), name, wish.channel or channels[0], department, at, until, wish.reserve)


def new_list_id(now: datetime) -> str:
    """An id that people can read out."""
    return f"{now:%Y%m%d}-{secrets.token_hex(3)}"


def texts_of(listed: Listed, column: str) -> list[str | None]:
    """The cells of a column as texts."""
    return [None if v is None else _text(v) for v in listed.table[column].to_pylist()]


def _text(value: object) -> str:
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


# The files


def _written(listed: Listed, screened: Screened, key: KeyColumn, folder: Path) -> Delivered:
    folder.mkdir(parents=True, exist_ok=True)
    order, stem = screened.order, listed.path.name.split(".")[0]
    end = f"{order.list}-until-{from_us(order.valid_until):%Y-%m-%dT%H%MZ}"
    stamp = {"list": order.list, "valid until": instant_text(order.valid_until)}
    names = {what: folder / f"{stem}-{what}-{end}{listed.ending}" for what in ("allowed", "held")}
    cells = write_table(listed, _rows(listed, screened, "allowed"), names["allowed"], stamp)
    cells += write_table(listed, _reasoned(listed, screened, stamp), names["held"], stamp, same=False)
    rejects = [*listed.rejects, *_unusable(listed, screened, key)]
    if rejects:
        names["rejects"] = folder / f"{stem}-rejects-{end}.csv"
        write_rejects(names["rejects"], rejects)
    told = plain_list(screened, sum(r.lines for r in listed.rejects), cells)
    names["summary"] = folder / f"{stem}-summary-{end}.txt"
    names["summary"].write_text("\n".join(list_lines(told)) + "\n", encoding="utf-8")
    return Delivered(told, names)


def _rows(listed: Listed, screened: Screened, outcome: Outcome) -> pa.Table:
    return listed.table.take(pa.array(screened.places(outcome), pa.int64()))


def _reasoned(listed: Listed, screened: Screened, stamp: dict[str, str]) -> pa.Table:
    """The rows that are held, with why, until when, and the list's stamp behind their own columns."""
    table = _rows(listed, screened, "held")
    rows = [screened.rows[place] for place in screened.places("held")]
    added = {
        "reasons": [" ".join(row.says) for row in rows],
        "until": [None if row.until is None else instant_text(row.until) for row in rows],
        **{key: [value] * len(rows) for key, value in stamp.items()},
    }
    for name, values in added.items():
        free = name if name not in table.schema.names else f"primum {name}"
        table = table.append_column(free, pa.array(values, pa.string()))
    return table


def _unusable(listed: Listed, screened: Screened, key: KeyColumn) -> list[Reject]:
    return [
        Reject(listed.path.name, listed.rows[place], key.column, screened.rows[place].says[0])
        for place in screened.places("unusable")
    ]


# Receipts


def take_receipt(workspace: "Workspace", list_id: str, path: Path, key: str | None, column: str | None) -> Delivered:
    """Take back what was really sent of a list: compare it, and record it.

    Raises: UsageError, SourceError, LedgerError, RequestError.
    """
    strategy = workspace.load().strategy
    stored = read_stored(workspace.folder / LISTS, list_id)
    listed = read_list(path)
    opened = open_gate(workspace, with_history=False, past_at_most=None)
    try:
        found = key_of(listed, strategy, key)
        sent = sent_rows(listed, found, strategy.zone, column, opened)
        receipt = compare(stored, sent)
        contacts = _contacts(stored, sent, receipt)
        _record(opened, contacts, stored.order.department)
    finally:
        opened.gate.ledger.close()
    folder = workspace.folder / LISTS
    now = instant_us(datetime.now(UTC))
    never = [order for order in never_returned(folder, now) if order.list != list_id]
    told = plain_receipt(receipt, stored.order, len(contacts), never)
    store_receipt(folder, list_id, told)
    return Delivered(told, {"findings": _write_findings(listed, sent, receipt)})


def sent_rows(listed: Listed, key: KeyColumn, zone: str, column: str | None, opened: Opened) -> list[Sent]:
    """The rows of a file of what was sent.

    Raises: UsageError where no column says when.
    """
    name = sent_column(listed, column)
    if not name:
        columns = ", ".join(listed.seen.header[:12])
        raise UsageError(f"No column of {listed.path.name} says when a row was sent ({columns}). Say --sent-at Column.")
    read = reading(listed, name, zone)
    cells, times = texts_of(listed, key.column), texts_of(listed, name)
    naming = Naming(opened, key.kind)
    found: list[Sent] = []
    for own in in_batches(len(cells)):
        named = naming.named([cell or "" for cell in cells[own]])
        for row, who, when in zip(listed.rows[own], named, times[own], strict=True):
            found.append(_sent(row, who.customer, who.fault, when, read))
    return found


def _sent(row: int, customer: str, fault: str, when: str | None, read: Instants) -> Sent:
    if fault:
        return Sent(row, fault=fault)
    try:
        at, precision = read(when or "")
    except (ValueError, OverflowError):
        return Sent(row, customer, fault="it does not say when it was sent.")
    return Sent(row, customer, at, precision)


def _contacts(stored: StoredList, sent: Sequence[Sent], receipt: Receipt) -> list[ToldContact]:
    """Every row that was sent, allowed or not; the first of an allowed customer is the contact that was asked for."""
    found = []
    for row, finding in zip(sent, receipt.findings, strict=True):
        if finding in ("as allowed", "after expiry"):
            found.append(_contact(contact_id(receipt.list, stored.allowed[row.customer]), row, stored.order))
        elif finding != "not usable":
            found.append(_contact(f"{receipt.list}:sent:{row.at}", row, stored.order))
    return found


def _contact(id: str, sent: Sent, order: Order) -> ToldContact:
    precision = sent.precision
    return ToldContact(id, sent.customer, sent.at, order.communication, order.channel, precision=precision)


def _record(opened: Opened, contacts: Sequence[ToldContact], department: str) -> None:
    for own in in_batches(len(contacts)):
        opened.gate.record_contacts(contacts[own], department)


def _write_findings(listed: Listed, sent: Sequence[Sent], receipt: Receipt) -> Path:
    """Every row that was not sent as allowed, and every row of the list that was not sent."""
    path = listed.path.parent / f"{listed.path.name.split('.')[0]}-receipt-{receipt.list}.csv"
    odd: list[tuple[int, Finding]] = [
        (s.row, f) for s, f in zip(sent, receipt.findings, strict=True) if f != "as allowed"
    ]
    faults = {s.row: s.fault for s in sent if s.fault}
    rows = [Reject(listed.path.name, row, "", f"{f}: {faults[row]}" if row in faults else f) for row, f in odd]
    rows += [Reject(f"list {receipt.list}", row, "", "allowed but not sent") for row in receipt.not_sent]
    rows += listed.rejects
    write_rejects(path, rows)
    return path


# What was sent without a list


def record_sent(workspace: "Workspace", path: Path, wish: Wish, column: str | None) -> Delivered:
    """Record what was sent without asking.

    Raises: UsageError, SourceError, LedgerError, RequestError.
    """
    strategy = workspace.load().strategy
    order = order_of(strategy, wish, datetime.now(UTC))
    listed = read_list(path)
    opened = open_gate(workspace, with_history=False, past_at_most=None)
    try:
        sent = sent_rows(listed, key_of(listed, strategy, wish.key), strategy.zone, column, opened)
        usable = [s for s in sent if not s.fault]
        contacts = [_contact(f"sent:{order.communication}:{order.channel}:{s.at}", s, order) for s in usable]
        _record(opened, contacts, order.department)
    finally:
        opened.gate.ledger.close()
    rejects = [*listed.rejects, *(Reject(path.name, s.row, "", s.fault) for s in sent if s.fault)]
    files = {}
    if rejects:
        files["rejects"] = path.parent / f"{path.name.split('.')[0]}-rejects.csv"
        write_rejects(files["rejects"], rejects)
    rejected = len(sent) - len(usable) + sum(r.lines for r in listed.rejects)
    told = {"communication": order.communication, "department": order.department, "recorded": len(contacts)}
    return Delivered(told | {"rejected": rejected}, files)
