"""`primum timeline`: everything one customer heard, and how they responded."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from primum.app.cli.audit import tell_key
from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.workspace import open_workspace

if TYPE_CHECKING:
    from primum.audit.timelines import Event
    from primum.customers.results import TrueLine

EXAMPLE = "Example: `primum timeline email:ann@example.org`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("timeline", epilog=EXAMPLE)(timeline)


def timeline(
    customer: Annotated[str, typer.Argument(help="An identifier with its kind, such as email:ann@example.org.")],
    workspace: WorkspaceOption = Path(),
    states: Annotated[
        bool, typer.Option("--states", help="Show only what is true of the customer, when: states, segments, stages.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show every contact and response of one customer, from every department, in time order (unmasked).

    Below them stands what is true of the customer, when: consent, opt-outs, complaints, segments and stages.

    Identifiers are stored as keyed hashes, so this needs the workspace's key: PRIMUM_KEY, PRIMUM_KEY_FILE, or the file
    that the first audit made.
    """
    place = open_workspace(workspace)
    if as_json:
        found = place.true_of(customer) if states else [e.line for e in place.timeline(customer)]
        lines = [asdict(line) for line in found]
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    console = Console()
    if not states:
        console.print(_contacts(place.timeline(customer)))
    truths = place.true_of(customer)
    if truths or states:
        console.print(_truths(truths))
    tell_key(place, quiet=False)


def _contacts(events: "list[Event]") -> Table:
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
    return table


def _truths(truths: "list[TrueLine]") -> Table:
    table = Table(box=None, pad_edge=False, title="What is true of this customer", title_justify="left")
    for title in ("what", "since", "until", "certain from", "about"):
        table.add_column(title)
    for t in truths:
        about = ", ".join(f"{scope} {value}" for scope, value in t.about)
        certain = "never: only possible" if t.certain_from == "never" else t.certain_from or ""
        table.add_row(*(escape(_printable(w)) for w in (t.what, t.since or "", t.until or "", certain, about)))
    return table


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text)
