"""A checked strategy and its review, together: what `primum check` tells.

Owns the joining of what cannot be read (`app.rules`) with what does not hold (`review`). Refuses to print.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from primum.app.rules import Checked, declared_by
from primum.app.volumes import counted_volumes
from primum.review.document import document
from primum.review.remarks import Setting
from primum.review.results import Remark, StrategyDocument
from primum.review.run import Review, review
from primum.strategy.completeness import missing_for

AS_WRITTEN: Final = "as-written"
"""The name of warnings about single lines and rules: what they say is doubtful, whatever stands beside them."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A strategy that can be read, and what was remarked about the whole of it."""

    checked: Checked
    review: Review

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """Errors, then warnings, each by place; warnings about single lines are among them."""
        told = {r.complaint.what for r in self.review.remarks}
        lines = (Remark(c, AS_WRITTEN, "warning", "") for c in self.checked.warnings if c.what not in told)
        return tuple(sorted((*self.review.remarks, *lines), key=lambda r: (r.level != "error", r)))

    def fails(self, command: str | None = None) -> bool:
        """Whether the strategy does not hold; with a command, whether that command cannot do its work."""
        return bool(self.review.errors if command is None else missing_for(list(self.review.facets), command))


def review_strategy(checked: Checked, history: Path, as_of: date) -> Reviewed:
    """Review a strategy.

    Args:
        history: the folder of its history, for volumes; it need not be there.
        as_of: the day of the review.
    """
    return Reviewed(checked, review(_setting(checked, history, as_of)))


def document_of(checked: Checked, history: Path, as_of: date, version: str) -> StrategyDocument:
    """The strategy as a document; `version` is Primum's."""
    setting = _setting(checked, history, as_of)
    return document(setting, review(setting), version)


def _setting(checked: Checked, history: Path, as_of: date) -> Setting:
    states = declared_by(checked.loaded).states
    return Setting(checked.loaded, checked.rules, counted_volumes(history), as_of, states)
