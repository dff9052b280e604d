"""A workspace: a folder with a `primum.yaml`, and everything Primum can do with it from Python.

Owns the paths and the Python interface (`primum.open`). Refuses to compute.
"""

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from primum.app.rules import Checked, check_strategy
from primum.strategy.load import Loaded
from primum.words.errors import UsageError

if TYPE_CHECKING:
    from primum.app.pipeline import Progress
    from primum.audit.results import AuditResult
    from primum.audit.timelines import Event
    from primum.history import History

STRATEGY_FILE = "primum.yaml"


def primum_version() -> str:
    """The installed version."""
    try:
        return version("primum")
    except PackageNotFoundError:
        return "0+unknown"


def find_workspace(start: Path) -> Path:
    """The nearest folder, from `start` upwards, that holds a `primum.yaml`.

    Raises: UsageError where there is none.
    """
    start = start.resolve()
    if start.is_file():
        return start.parent
    for folder in (start, *start.parents):
        if (folder / STRATEGY_FILE).is_file():
            return folder
    raise UsageError(
        f"No {STRATEGY_FILE} in {start} or above it. Make one from your exports with `primum init exports/*`, "
        "or see the made-up company with `primum demo`."
    )


class Workspace:
    """A folder with a strategy; see `primum.open`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.strategy_path = self.folder / STRATEGY_FILE
        self.derived = self.folder / ".primum"
        self.reports = self.folder / "reports"

    def load(self) -> Loaded:
        """The checked strategy.

        Raises: StrategyError with every complaint.
        """
        return self.check().loaded

    def check(self) -> Checked:
        """The checked strategy with its rules, and what is doubtful about either.

        Raises: StrategyError with every complaint.
        """
        return check_strategy(self.strategy_path)

    def history(self, *, rebuild: bool = False, progress: "Progress | None" = None) -> "History":
        """The contact history, built first where the sources or the strategy changed.

        Raises: StrategyError, SourceError, TooManyRejectsError.
        """
        from primum.app.pipeline import ensure_history

        return ensure_history(self, self.load(), rebuild=rebuild, progress=progress)

    def audit(
        self,
        *,
        reveal: bool = False,
        rebuild: bool = False,
        as_of: datetime | None = None,
        progress: "Progress | None" = None,
    ) -> "AuditResult":
        """Audit every contact the sources hold.

        Args:
            reveal: show identifiers and texts unmasked.
            rebuild: build the history anew even where nothing changed.
            as_of: the instant of the audit; by default now.
            progress: called with a step's name and what it has done since the last call.

        Raises: StrategyError, SourceError, TooManyRejectsError.
        """
        import tzdata

        from primum.audit.run import audit

        loaded = self.load()
        history = self.history(rebuild=rebuild, progress=progress)
        return audit(
            history,
            loaded.strategy,
            as_of=(as_of or datetime.now(UTC)).isoformat(timespec="seconds").replace("+00:00", "Z"),
            strategy_version=loaded.version,
            primum_version=primum_version(),
            tzdata_version=tzdata.IANA_VERSION,
            reveal=reveal,
            progress=progress,
        )

    def timeline(self, customer: str, *, reveal: bool = True) -> "list[Event]":
        """Every contact and response of one customer, in time order.

        Args:
            customer: a canonical id (`crm_id:4711`), or any identifier of theirs (`email:ann@example.org`).

        Raises: UsageError where nobody is known by it.
        """
        from primum.app.timeline import find_timeline

        return find_timeline(self, customer, reveal=reveal)


def open_workspace(folder: str | Path = ".") -> Workspace:
    """Open the workspace that `folder` lies in.

    Raises: UsageError where there is no `primum.yaml` in it or above it.
    """
    return Workspace(find_workspace(Path(folder)))
