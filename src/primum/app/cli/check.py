"""`primum check`: is the strategy file right, and what is missing?"""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.workspace import open_workspace
from primum.strategy.facets import facets
from primum.strategy.schema import json_schema

EXAMPLE = "Example: `primum check --workspace brightwater`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog=EXAMPLE)(check)


def check(
    workspace: WorkspaceOption = Path(),
    schema: Annotated[
        Path | None, typer.Option(help="Write the JSON Schema of primum.yaml here, for editors, and stop.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check primum.yaml: every mistake with its line, what is allowed and what to do; exit code 10 if there is one."""
    if schema is not None:
        schema.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
        return
    report = open_workspace(workspace).check()
    loaded = report.loaded
    table = facets(loaded)
    if as_json:
        warnings = [
            {"file": w.file, "line": w.line, "column": w.column, "cell": w.cell, "what": w.what, "cure": w.cure}
            for w in report.warnings
        ]
        shown = [{"facet": f.name, "present": f.present, "lacks": f.lacks} for f in table]
        typer.echo(json.dumps({"version": loaded.version, "errors": [], "warnings": warnings, "facets": shown}))
        return
    console = Console(highlight=False)
    for warning in report.warnings:
        console.print(f"[yellow]warning[/] {escape(str(warning))}", soft_wrap=True)
    grid = Table(box=None, pad_edge=False)
    for title in ("facet", "", "what it lacks"):
        grid.add_column(title)
    for facet in table:
        grid.add_row(facet.name, "[green]yes[/]" if facet.present else "[dim]no[/]", escape(facet.lacks))
    console.print(grid)
    console.print(f"[green]{escape(str(loaded.path.name))} is right.[/] Version {loaded.version[:19]}")
