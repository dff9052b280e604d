"""`primum timeline`: everything one customer heard, and how they responded."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from primum.app.cli.audit import tell_key
from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.workspace import open_workspace

EXAMPLE = "Example: `primum timeline email:ann@example.org`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("timeline", epilog=EXAMPLE)(timeline)


def timeline(
    customer: Annotated[str, typer.Argument(help="An identifier with its kind, such as email:ann@example.org.")],
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Show every contact and response of one customer, from every department, in time order (unmasked).

    Identifiers are stored as keyed hashes, so this needs the workspace's key: PRIMUM_KEY, PRIMUM_KEY_FILE, or the file
    that the first audit made.
    """
    place = open_workspace(workspace)
    events = place.timeline(customer)
    if as_json:
        typer.echo(json.dumps([asdict(e.line) for e in events], ensure_ascii=False))
        return
    table = Table(box=None, pad_edge=False)
    for title in ("day", "time", "who", "channel", "message class", "what", "status", "source"):
        table.add_column(title)
    for e in events:
        line = e.line
        what = line.subject or line.communication or ""
        who = "customer" if line.response else line.department or "not recorded"
        table.add_row(
            line.day,
            line.time or "",
            *(escape(_printable(t)) for t in (who, line.channel or "", line.purpose or "", line.response or what)),
            f"handed over {line.handed_over}" if line.handed_over else line.status_history or line.status or "",
            escape(f"{line.file}:{line.row}"),
        )
    Console().print(table)
    tell_key(place, quiet=False)


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text)
