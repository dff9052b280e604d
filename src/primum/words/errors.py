"""What can go wrong, in sentences people can act on.

    PrimumError                exit 1
    ├── UsageError             exit 2   the command was called wrongly
    ├── StrategyError          exit 10  the strategy file is wrong: all complaints at once
    ├── SourceError            exit 11  a source cannot be read: all complaints at once
    ├── TooManyRejectsError    exit 12  a source could be read, but too many of its rows could not
    ├── HistoryError           exit 13  the contact history is missing or damaged
    ├── MissingExtraError      exit 14  a part of Primum that is not installed is needed
    ├── CaseError              exit 15  a file of cases is wrong: all complaints at once
    ├── IdentityKeyError       exit 16  the key that makes identifiers readable is missing, wrong, or in a wrong place
    ├── LedgerError            exit 17  the ledger cannot be reached, or may forget what it acknowledges
    ├── RequestError           exit 18  what was asked of the gate cannot be answered: all complaints at once
    └── IncompleteError        exit 19  the strategy can be read, and as a whole it does not hold (`primum check`)

Owns the error classes and the shape of a complaint. Refuses to print: `app` does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Complaint:
    """One thing that is wrong, where it is, and the way out.

    `line` and `column` count from 1; 0 means that the place inside the file is not known. In a table they are row and
    column, and `cell` is what a spreadsheet calls the place (`C14`).
    """

    file: str
    line: int
    column: int
    what: str
    cure: str = ""
    cell: str = ""

    @property
    def where(self) -> str:
        """`file:line:column`, leaving out what is not known; `file, cell C14` in a table."""
        if self.cell:
            return f"{self.file}, cell {self.cell}"
        parts = [self.file]
        if self.line:
            parts.append(str(self.line))
            if self.column:
                parts.append(str(self.column))
        return ":".join(parts)

    def __str__(self) -> str:
        return f"{self.where} - {self.what}" + (f" {self.cure}" if self.cure else "")


class PrimumError(Exception):
    """The base of every error a user may cause; printed without a traceback."""

    exit_code = 1


class UsageError(PrimumError):
    """The command was called in a way that cannot work."""

    exit_code = 2


class ComplaintsError(PrimumError):
    """Several complaints, raised together so that they can be mended together."""

    def __init__(self, complaints: Iterable[Complaint]):
        self.complaints: Sequence[Complaint] = tuple(sorted(set(complaints)))
        super().__init__("\n".join(str(c) for c in self.complaints))


class StrategyError(ComplaintsError):
    """The strategy file is wrong."""

    exit_code = 10


class SourceError(ComplaintsError):
    """A source cannot be read at all."""

    exit_code = 11


class TooManyRejectsError(ComplaintsError):
    """So many rows of a source cannot be read that an audit of the rest would mislead."""

    exit_code = 12


class HistoryError(PrimumError):
    """The contact history is missing, damaged, or made by another version."""

    exit_code = 13


class MissingExtraError(PrimumError):
    """A part of Primum that was not installed is needed; the message names the install command."""

    exit_code = 14


class CaseError(ComplaintsError):
    """A file of cases cannot be read as cases."""

    exit_code = 15


class IdentityKeyError(PrimumError):
    """The workspace's key is missing, is another one, or is no key."""

    exit_code = 16


class LedgerError(PrimumError):
    """The ledger cannot be reached, is not safe to write to, or was written by another version."""

    exit_code = 17


class RequestError(ComplaintsError):
    """What was asked of the gate, or told to it, cannot be understood."""

    exit_code = 18


class IncompleteError(ComplaintsError):
    """The strategy can be read and used, but something that no strategy may lack is missing, or it cannot hold."""

    exit_code = 19


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A sentence that lists what is allowed and the nearest known name; empty when nothing is known."""
    names = sorted({str(k) for k in known})
    if not names:
        return ""
    shown = names if len(names) <= 20 else [*names[:20], f"... ({len(names)} in all)"]
    near = get_close_matches(word.casefold(), [n.casefold() for n in names], n=1, cutoff=0.6)
    original = next((n for n in names if near and n.casefold() == near[0]), None)
    hint = f" Did you mean '{original}'?" if original else ""
    return f"Allowed: {', '.join(shown)}.{hint}"
