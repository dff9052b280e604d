"""A source in our words, as the modules behind it see it.

Owns the protocol of a readable source. Refuses to know how a file becomes one.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol


class FileView(Protocol):
    """One file of a source."""

    @property
    def name(self) -> str:
        """The file's name, relative to the strategy."""

    @property
    def rows(self) -> int:
        """Rows it holds, rejected ones included."""


class DirectReading(Protocol):
    """The rows of a view, straight from the files: Arrow tables of `key` (int64), `file`, `row` and the attributes."""

    def batches(self, rows: int) -> Iterator[Any]:
        """About `rows` rows at a time."""


class SourceView(Protocol):
    """A DuckDB view with a row per row of a source; ARCHITECTURE.md lists its columns."""

    @property
    def name(self) -> str:
        """The source's name in the strategy."""

    @property
    def kind(self) -> str:
        """contacts, events, responses, states, customers or identifiers.

        The view of `events` says of each row its `status` (it tells of a contact) or its `kind` (it is a response, with
        `contact` and `response_id`); rows with neither are ignored.
        """

    @property
    def zone(self) -> str:
        """The zone in which its dates are days."""

    @property
    def view(self) -> str:
        """The view's name."""

    @property
    def columns(self) -> dict[str, str]:
        """Attribute -> type of what the view holds."""

    @property
    def key_kinds(self) -> tuple[str, ...]:
        """Kinds of identifier that `key` may hold."""

    @property
    def identifier_kinds(self) -> tuple[str, ...]:
        """Kinds for which there is a column `identifier_KIND`."""

    @property
    def files(self) -> Sequence[FileView]:
        """The files it was read from, in order."""

    @property
    def can_reject(self) -> bool:
        """Whether `reject_reason` may be other than null."""

    @property
    def direct(self) -> DirectReading | None:
        """A way to the same rows without the engine, for sources keyed by one kind of whole number; None without."""


def usable(source: SourceView, prefix: str = "") -> str:
    """SQL condition: a row of the view can be used. Where no row can be rejected, the reasons are not even computed."""
    return f"{prefix}reject_reason IS NULL" if source.can_reject else "true"
