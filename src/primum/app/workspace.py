"""A workspace: a folder with a `primum.yaml`, and everything Primum can do with it from Python.

Owns the paths and the Python interface (`primum.open`). Refuses to compute.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from primum.app.rules import Checked, check_strategy, statute_of
from primum.strategy.load import Loaded
from primum.words.errors import UsageError

if TYPE_CHECKING:
    from primum.app.keys import Keyring
    from primum.app.pipeline import Progress
    from primum.app.review import Reviewed
    from primum.audit.results import AuditResult, Disclosure
    from primum.audit.timelines import Event
    from primum.backtest.results import Backtests
    from primum.customers.results import CustomersResult, TrueLine
    from primum.history import History
    from primum.identity import IdentityKey, IdentityStore
    from primum.review.results import StrategyDocument

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


@dataclass(frozen=True)
class ReadableNames:
    """The readable identifiers of a workspace, for who holds its key."""

    store: "IdentityStore"
    key: "IdentityKey"

    def readable(self, hashes: Iterable[str]) -> Mapping[str, str]:
        """`kind:value` of each of some hashes; those that are not known are absent."""
        return self.store.readable(hashes, self.key)


class Workspace:
    """A folder with a strategy; see `primum.open`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.strategy_path = self.folder / STRATEGY_FILE
        self.derived = self.folder / ".primum"
        self.reports = self.folder / "reports"

    @cached_property
    def keys(self) -> "Keyring":
        """Where the workspace's key is found, or made."""
        from primum.app.keys import Keyring

        return Keyring(self.folder, self.derived)

    @property
    def identity(self) -> "IdentityStore":
        """The readable identifiers, encrypted."""
        from primum.identity import IdentityStore

        return IdentityStore(self.derived / "identity")

    def identity_of(self, history: "History") -> "IdentityStore":
        """The readable identifiers of a history: they stand beside it, wherever it is."""
        from primum.identity import IdentityStore

        return IdentityStore(history.folder.parent / "identity")

    def kept_in(self, derived: Path) -> "Workspace":
        """The same workspace and key, with another folder for what is made of the sources."""
        other = copy(self)
        other.derived, other.keys = derived, self.keys
        return other

    def load(self) -> Loaded:
        """The checked strategy.

        Raises: StrategyError with every complaint.
        """
        return self.check().loaded

    def check(self, as_of: date | None = None) -> Checked:
        """The checked strategy with its rules, and what is doubtful about either.

        Args:
            as_of: the day on which its packs must not be past their review; by default today (UTC).

        Raises: StrategyError with every complaint.
        """
        return check_strategy(self.strategy_path, as_of or datetime.now(UTC).date())

    def review(self, as_of: date | None = None) -> "Reviewed":
        """The strategy as a whole: everything that is wrong or doubtful about it, and what each command still needs.

        Args:
            as_of: the day on which no review may be past; by default today (UTC).

        Raises: StrategyError with every complaint where the file cannot be read as a strategy.
        """
        from primum.app.review import review_strategy

        day = as_of or datetime.now(UTC).date()
        return review_strategy(self.check(day), self.derived / "history", day)

    def document(self, as_of: date | None = None) -> "StrategyDocument":
        """The strategy as a document: rules in words, who owns what, how it is measured.

        Raises: StrategyError with every complaint where the file cannot be read as a strategy.
        """
        from primum.app.review import document_of

        day = as_of or datetime.now(UTC).date()
        return document_of(self.check(day), self.derived / "history", day, primum_version())

    def history(self, *, rebuild: bool = False, progress: "Progress | None" = None) -> "History":
        """The contact history, built first where the sources or the strategy changed.

        With a virtual source, the history is there for as long as it is used (`with place.history() as history:`).

        Raises: StrategyError, SourceError, TooManyRejectsError.
        """
        from primum.app.pipeline import ensure_history

        return ensure_history(self, self.load(), rebuild=rebuild, progress=progress)

    def audit(
        self,
        *,
        reveal: bool = False,
        why: str | None = None,
        rebuild: bool = False,
        as_of: datetime | None = None,
        classification: str | None = None,
        department: str | None = None,
        versus: str | Path | None = None,
        progress: "Progress | None" = None,
    ) -> "AuditResult":
        """Audit every contact the sources hold.

        Args:
            reveal: show identifiers and texts unmasked; needs the workspace's key.
            why: the reason to reveal, required with `reveal`: it is logged with who and when, and stands in the result.
            rebuild: build the history anew even where nothing changed.
            as_of: the instant of the audit; by default now.
            classification: who may read the result ("Confidential - CRM only"); stands in it.
            department: whose edition it is to be (see `audit.edition`); by default everybody's.
            versus: an earlier audit (its JSON file), to tell what changed since (see `audit.since`).
            progress: called with a step's name and what it has done since the last call.

        Raises: StrategyError, SourceError, TooManyRejectsError; UsageError where `reveal` lacks its reason or the
            department is not known, and IdentityKeyError where `reveal` lacks the key.
        """
        import tzdata

        from primum.app.access import reason
        from primum.app.earlier import read_audit
        from primum.audit.edition import edition
        from primum.audit.run import audit
        from primum.audit.since import since

        stated = reason(why, reveal=reveal)
        earlier = read_audit(Path(versus)) if versus is not None else None
        checked = self.check()
        loaded = checked.loaded
        with self.history(rebuild=rebuild, progress=progress) as history:
            names = ReadableNames(self.identity_of(history), self.keys.needed()) if reveal else None
            result = audit(
                history,
                loaded.strategy,
                as_of=(as_of or datetime.now(UTC)).isoformat(timespec="seconds").replace("+00:00", "Z"),
                strategy_version=loaded.version,
                primum_version=primum_version(),
                tzdata_version=tzdata.IANA_VERSION,
                statute=statute_of(checked),
                names=names,
                disclosure=self._disclose("audit", stated) if stated is not None else None,
                classification=classification,
                progress=progress,
            )
        if earlier is not None:
            result = replace(result, since=since(result, earlier))
        return result if department is None else edition(result, department)

    def backtest(
        self,
        rules: str | Path | None = None,
        against: Iterable[str | Path] = (),
        *,
        rebuild: bool = False,
        as_of: datetime | None = None,
        progress: "Progress | None" = None,
    ) -> "Backtests":
        """Try rules on the history: what they would have kept, deferred and stopped.

        Args:
            rules: a file of rules, a pack's name, or `no rules`; by default the strategy's own.
            against: further rule sets to compare with.
            rebuild: build the history anew even where nothing changed.
            as_of: the instant of the backtest; by default now.
            progress: called with a step's name and what it has done since the last call.

        Raises: UsageError where there are no rules to try; StrategyError, SourceError, TooManyRejectsError.
        """
        from primum.app.backtest import backtest

        return backtest(self, rules, tuple(against), rebuild=rebuild, as_of=as_of, progress=progress)

    def _disclose(self, what: str, why: str) -> "Disclosure":
        """Log that identifiers are shown, before they are."""
        from primum.app.access import log_access

        return log_access(self.derived / "identity", what, why, datetime.now(UTC))

    def customers(self, *, progress: "Progress | None" = None) -> "CustomersResult":
        """What is true of the customers, when: states, segments, stages and attribution, in figures.

        Raises: StrategyError, SourceError, TooManyRejectsError.
        """
        from primum.customers.survey import survey_customers

        with self.history(progress=progress) as history:
            return survey_customers(history, self.load().strategy, progress=progress)

    def true_of(self, customer: str) -> "list[TrueLine]":
        """What is true of one customer, when: states, segments and stages.

        Raises: UsageError where nobody is known by that name; IdentityKeyError without the workspace's key.
        """
        from primum.app.timeline import find_truths

        return find_truths(self, customer)

    def timeline(self, customer: str, *, reveal: bool = True) -> "list[Event]":
        """Every contact and response of one customer, in time order.

        Args:
            customer: any identifier of theirs (`crm_id:4711`, `email:ann@example.org`), or the keyed hash of one (32
                hexadecimal digits).
            reveal: show texts unmasked.

        Raises: UsageError where nobody is known by it; IdentityKeyError where the workspace's key is missing.
        """
        from primum.app.timeline import find_timeline

        return find_timeline(self, customer, reveal=reveal)


def open_workspace(folder: str | Path = ".") -> Workspace:
    """Open the workspace that `folder` lies in.

    Raises: UsageError where there is no `primum.yaml` in it or above it.
    """
    return Workspace(find_workspace(Path(folder)))
