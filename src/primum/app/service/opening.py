"""Opening the gate of a workspace: its ledger, its strategy, its history told.

Owns the wiring that `primum serve` and `primum scrub` share. Refuses to listen to anybody, and to use a strategy that
has a complaint or a ledger that may forget.
"""

import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import tzdata

from primum.app.service.naming import Naming, by_key
from primum.app.service.seed import tell_history
from primum.app.service.strategies import read_strategy
from primum.app.workspace import Workspace, primum_version
from primum.gate import Engine, Gate
from primum.gate.storing import set_aliases
from primum.history import History
from primum.history.rows import Rows
from primum.identity import IdentityKey, IdentityStore
from primum.ledger import open_ledger

log = logging.getLogger("primum.service")

LEDGER: Final = "PRIMUM_LEDGER"
"""Where the ledger is, before what the strategy says: for addresses that hold a password."""
SEED: Final = "history"
_LATE: Final = 5 * 60_000_000


@dataclass(frozen=True)
class Opened:
    """A gate, and how identifiers become its customers."""

    gate: Gate
    naming: Naming
    key: IdentityKey
    country: str | None


def open_gate(workspace: Workspace, *, with_history: bool, past_at_most: int | None = _LATE) -> Opened:
    """The gate of a workspace, told its history.

    Args:
        past_at_most: as `Gate` has it.

    Raises: StrategyError, LedgerError, IdentityKeyError, SourceError, TooManyRejectsError.
    """
    strategy = read_strategy(workspace.strategy_path)
    keys = workspace.keys
    key = keys.held() or keys.make()
    country = workspace.load().strategy.customers.country
    ledger = open_ledger(ledger_address(workspace))
    engine = Engine(primum_version(), tzdata.IANA_VERSION)
    gate = Gate(ledger, strategy, engine, [SEED] if with_history else [], past_at_most=past_at_most)
    warm(gate)
    if with_history:
        seed(workspace, gate)
    return Opened(gate, by_key(key, country), key, country)


def ledger_address(workspace: Workspace) -> str:
    """Where the workspace's ledger is: the environment, the strategy's `ledger`, or `ledger.sqlite` beside it."""
    said = os.environ.get(LEDGER) or workspace.load().strategy.ledger
    if said is None:
        return str(workspace.folder / "ledger.sqlite")
    return said if "://" in said else str(workspace.folder / said)


def seed(workspace: Workspace, gate: Gate) -> None:
    """Tell the ledger what the workspace's history holds, unless it was told already.

    Raises: StrategyError, SourceError, TooManyRejectsError, LedgerError.
    """
    with workspace.history() as history:
        newest = max((c.at.max(initial=0) for c in _contacts(history)), default=0)
        counts = tell_history(history, workspace.load().strategy, gate.ledger, gate.strategy.register, int(newest))
        if counts is not None:
            tell_links(workspace.identity_of(history), workspace.keys.needed(), gate)
            log.info("history told", extra={"told": vars(counts)})


def _contacts(history: History) -> Iterator[Rows]:
    for number in history.buckets:
        yield history.bucket(number).contacts


def tell_links(identity: IdentityStore, key: IdentityKey, gate: Gate) -> None:
    """Tell the ledger under which other identifiers (their keyed hashes) customers are known."""
    for batch in identity.links(key).to_batches(max_chunksize=50_000):
        pairs = zip(batch["hash"].to_pylist(), batch["id"].to_pylist(), strict=True)
        with gate.ledger.writing(["links"]) as transaction:
            set_aliases(transaction, [(hashed.hex(), id.hex()) for hashed, id in pairs])


def warm(gate: Gate) -> None:
    """Load the kernel before the first question waits for it."""
    from primum.rules.judge import decide_batch
    from primum.rules.records import Batch
    from primum.words.contacts import Candidate, Customer

    asked = Candidate("warm", "warm", 0, {"channel": "email", "purpose": "marketing"})
    decide_batch(gate.strategy.compiled, Batch([Customer("warm")], (), (), [asked]), "gate")
