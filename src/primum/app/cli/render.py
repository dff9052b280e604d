"""`primum render`: the strategy as a document that people read, print and sign."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.workspace import open_workspace
from primum.words.errors import MissingExtraError

EXAMPLE = "Example: `primum render --out strategy.html`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("render", epilog=EXAMPLE)(render)


def render(
    workspace: WorkspaceOption = Path(),
    out: Annotated[
        Path | None, typer.Option(help="Where the document goes.", show_default="reports/strategy.html")
    ] = None,
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it is made for.", show_default="today")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write the strategy as one HTML file: a page for each facet, journey and flows drawn, rules in exact words.

    It prints well, opens from an e-mail and loads nothing. What does not hold yet stands on the page of its facet.
    """
    place = open_workspace(workspace)
    document = place.document(as_of.date() if as_of is not None else None)
    page = out or place.reports / "strategy.html"
    try:
        from primum.report.strategy import write_strategy_html

        write_strategy_html(document, page)
    except ImportError as error:
        raise MissingExtraError(
            f"The document needs the extra `report` ({error.name} is missing): pip install 'primum[report]'."
        ) from None
    if as_json:
        typer.echo(json.dumps({"file": str(page), "version": document.version, "remarks": len(document.remarks)}))
        return
    Console(highlight=False).print(f"The document:\n  {escape(str(page))}", soft_wrap=True)
