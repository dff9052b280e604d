"""Running the service for a workspace.

Owns the server's settings. Refuses to start with a strategy that has a complaint, or a ledger that may forget
(`opening`).
"""

from typing import Final

import uvicorn

from primum.app.service.application import Service, application
from primum.app.service.logs import log_lines
from primum.app.service.metrics import Metrics
from primum.app.service.opening import open_gate
from primum.app.service.strategies import Watching
from primum.app.workspace import Workspace

_GRACE: Final = 30


def service_of(workspace: Workspace, *, with_history: bool) -> Service:
    """The service of a workspace, ready to answer.

    Raises: StrategyError, LedgerError, IdentityKeyError.
    """
    opened = open_gate(workspace, with_history=with_history)
    metrics = Metrics()
    watching = Watching(workspace.strategy_path, opened.gate, metrics)
    return Service(opened.gate, opened.naming, metrics=metrics, watching=watching)


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
