"""What `primum check --data` prints.

Owns the words of the terminal and the shape of the JSON. Refuses to compare (`app.data_check` does).
"""

from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from primum.review.results import Remark
from primum.words.errors import Complaint
from primum.words.time import instant_text

if TYPE_CHECKING:
    from primum.app.data_check import DataCheck, Finding


def as_json(found: "DataCheck") -> dict[str, Any]:
    """What was found, by source and one by one; `errors` name the class that decides the exit code."""
    return {
        "sources": {
            name: {
                "rows": look.rows,
                "whole": look.whole,
                "unusable": look.rejected,
                "newest": instant_text(look.newest) if look.newest is not None else None,
            }
            for name, look in found.looks.items()
        },
        "errors": [{"class": type(e).__name__, **_place(c)} for e in found.errors for c in e.complaints],
        "findings": [
            {"kind": f.kind, "source": f.source, "rows": f.rows, **_place(f.complaint)} for f in found.findings
        ],
    }


def _place(c: Complaint) -> dict[str, Any]:
    return {"file": c.file, "line": c.line, "column": c.column, "cell": c.cell, "what": c.what, "cure": c.cure}


def remarks(found: "DataCheck") -> list[Remark]:
    """Errors, then findings as warnings, for lines that machines read."""
    errors = [Remark(c, type(e).__name__, "error", "") for e in found.errors for c in e.complaints]
    return errors + [Remark(f.complaint, f.kind.replace("_", "-"), "warning", "") for f in found.findings]


def show(found: "DataCheck", console: Console) -> None:
    """Print the sources that were looked at and what is doubtful about them; errors are for the caller to raise."""
    grid = Table(box=None, pad_edge=False)
    for title in ("source", "rows looked at", "cannot be used", "newest"):
        grid.add_column(title, justify="right" if title in ("rows looked at", "cannot be used") else "left")
    for name, look in found.looks.items():
        rows = f"{look.rows:,}" if look.whole else f"first {look.rows:,}"
        newest = instant_text(look.newest)[:10] if look.newest is not None else ""
        grid.add_row(escape(name), rows, f"{look.rejected:,}" if look.rejected else "", newest)
    console.print(grid)
    for finding in found.findings:
        _tell(finding, console)
    if not (found.findings or found.errors):
        console.print("[green]The data fit the strategy[/], as far as they were looked at.")


def _tell(finding: "Finding", console: Console) -> None:
    c = finding.complaint
    cure = f" [dim]{escape(c.cure)}[/]" if c.cure else ""
    console.print(f"[yellow]data[/] [bold]{escape(c.where)}[/] {escape(c.what)}{cure}", soft_wrap=True)
