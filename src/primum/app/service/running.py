"""Running the service for a workspace: its strategy, its ledger, its key.

Owns the wiring and the server's settings. Refuses to start with a strategy that has a complaint, or a ledger that may
forget.
"""

import logging
import os
from collections.abc import Iterator
from typing import Final

import tzdata
import uvicorn

from primum.app.service.application import Service, application
from primum.app.service.logs import log_lines
from primum.app.service.metrics import Metrics
from primum.app.service.naming import by_key
from primum.app.service.seed import tell_history
from primum.app.service.strategies import Watching, read_strategy
from primum.app.workspace import Workspace, primum_version
from primum.gate import Engine, Gate
from primum.gate.storing import set_aliases
from primum.history import History
from primum.history.rows import Rows
from primum.ledger import open_ledger

log = logging.getLogger("primum.service")

LEDGER: Final = "PRIMUM_LEDGER"
"""Where the ledger is, before what the strategy says: for addresses that hold a password."""
SEED: Final = "history"
_GRACE: Final = 30


def ledger_address(workspace: Workspace) -> str:
    """Where the workspace's ledger is: the environment, the strategy's `ledger`, or `ledger.sqlite` beside it."""
    said = os.environ.get(LEDGER) or workspace.load().strategy.ledger
    if said is None:
        return str(workspace.folder / "ledger.sqlite")
    return said if "://" in said else str(workspace.folder / said)


def service_of(workspace: Workspace, *, with_history: bool) -> Service:
    """The service of a workspace, ready to answer.

    Raises: StrategyError, LedgerError, IdentityKeyError.
    """
    strategy = read_strategy(workspace.strategy_path)
    keys = workspace.keys
    key = keys.held() or keys.make()
    country = workspace.load().strategy.customers.country
    ledger = open_ledger(ledger_address(workspace))
    engine = Engine(primum_version(), tzdata.IANA_VERSION)
    gate = Gate(ledger, strategy, engine, [SEED] if with_history else [], past_at_most=5 * 60_000_000)
    metrics = Metrics()
    watching = Watching(workspace.strategy_path, gate, metrics)
    warm(gate)
    if with_history:
        seed(workspace, gate)
    return Service(gate, by_key(key, country), metrics=metrics, watching=watching)


def seed(workspace: Workspace, gate: Gate) -> None:
    """Tell the ledger what the workspace's history holds, unless it was told already.

    Raises: StrategyError, SourceError, TooManyRejectsError, LedgerError.
    """
    history = workspace.history()
    newest = max((c.at.max(initial=0) for c in _contacts(history)), default=0)
    counts = tell_history(history, workspace.load().strategy, gate.ledger, gate.strategy.register, int(newest))
    if counts is not None:
        tell_links(workspace, gate)
        log.info("history told", extra={"told": vars(counts)})


def _contacts(history: History) -> Iterator[Rows]:
    for number in history.buckets:
        yield history.bucket(number).contacts


def tell_links(workspace: Workspace, gate: Gate) -> None:
    """Tell the ledger under which other identifiers (their keyed hashes) customers are known."""
    for batch in workspace.identity.links(workspace.keys.needed()).to_batches(max_chunksize=50_000):
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


def run(workspace: Workspace, host: str, port: int, *, with_history: bool) -> None:
    """Serve until told to end."""
    log_lines()
    service = service_of(workspace, with_history=with_history)
    uvicorn.run(
        application(service),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=_GRACE,
    )
