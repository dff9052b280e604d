"""What changed since an earlier audit, as frozen records (a part of `audit.results`)."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Change:
    """One figure then and now; None: it could not be told."""

    what: str
    """Of a rule its name, of a department its id, else what is counted."""
    then: float | None
    now: float | None


@dataclass(frozen=True)
class RuleChange:
    """One rule that both audits judged by, with the same sentence."""

    rule: str
    says: str
    severity: Literal["never", "harm", "courtesy"]
    then_outcome: str
    now_outcome: str
    then: int
    """Contacts against it."""
    now: int
    then_share: float | None
    """Of the contacts that it governs."""
    now_share: float | None


@dataclass(frozen=True)
class Alarm:
    """Something that looks as if a flow of data had changed rather than what is said."""

    kind: Literal["source stopped", "department fell silent", "new sender"]
    what: str
    """The source, or the department."""
    last: str | None
    """Of a source or department that stopped: the last day with a row of it (of a department, its last month)."""
    then: int
    """Rows (of a source) or contacts in a usual month before."""
    now: int


@dataclass(frozen=True)
class Since:
    """What changed since an earlier audit: the same rules, over the sources that both have.

    Where the sources differ, figures of all of them cannot be compared: `comparable` is false, and only departments
    whose sources both audits read, and what the audits tell of them, stand beside each other.
    """

    as_of: str
    """Of the earlier audit."""
    period: tuple[str, str] | None
    """First and last day of the earlier audit."""
    comparable: bool
    """Whether both audits read the same sources."""
    sources_gone: tuple[str, ...]
    """Sources of the earlier audit that this one does not read..."""
    sources_new: tuple[str, ...]
    """... and the other way round."""
    rules_gone: tuple[str, ...]
    """Rules that only the earlier audit judged by, or by another sentence..."""
    rules_new: tuple[str, ...]
    """... and those that only this one does."""
    figures: tuple[Change, ...]
    """Contacts a month, and what is counted over all departments; empty where the audits are not comparable."""
    rules: tuple[RuleChange, ...]
    departments: tuple[Change, ...]
    """Contacts a month, of departments all of whose sources both audits read."""
    alarms: tuple[Alarm, ...]
