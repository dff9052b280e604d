"""The strategy in force: activated only after `check`, and kept when the file breaks.

Owns the watching of the file. Refuses to put a file in force that has a complaint: the last good version stays, the
metric `primum_strategy_broken` says so, and the complaints are logged.
"""

import logging
import threading
from datetime import UTC, datetime
from pathlib import Path

from primum.app.rules import check_strategy
from primum.app.service.metrics import Metrics
from primum.gate import Gate, InForce, in_force
from primum.words.errors import PrimumError

log = logging.getLogger("primum.service")


def read_strategy(path: Path) -> InForce:
    """The checked strategy of a file, ready to decide by.

    Raises: StrategyError with every complaint.
    """
    loaded = check_strategy(path, datetime.now(UTC).date()).loaded
    return in_force(loaded.strategy, loaded.version, zone_is_said=loaded.positions.has(("zone",)))


class Watching:
    """Looks at a strategy file from time to time, and activates what passes `check`."""

    def __init__(self, path: Path, gate: Gate, metrics: Metrics, every: float = 2.0) -> None:
        self._path, self._gate, self._metrics, self._every = path, gate, metrics, every
        self._seen = self._mark()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="strategy", daemon=True)
        self.broken: str | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """End, and wait for it."""
        self._end.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._end.wait(self._every):
            self.look()

    def _mark(self) -> tuple[int, int]:
        try:
            found = self._path.stat()
        except OSError:
            return (0, 0)
        return (found.st_mtime_ns, found.st_size)

    def look(self) -> None:
        """Activate the file if it changed and is right."""
        mark = self._mark()
        if mark == self._seen:
            return
        self._seen = mark
        try:
            strategy = read_strategy(self._path)
            if strategy.version != self._gate.strategy.version:
                self._gate.activate(strategy)
                log.info("strategy activated", extra={"told": {"version": strategy.version}})
            self.broken = None
        except PrimumError as error:
            self.broken = str(error)
            log.error("strategy is wrong: the last good version is kept", extra={"told": {"why": str(error)}})
        self._metrics.set("primum_strategy_broken", float(self.broken is not None))
