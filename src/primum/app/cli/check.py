"""`primum check`: is the strategy file right, and what is missing?"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from primum.app.cli import data_check
from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.rules import Checked
from primum.app.workspace import Workspace, open_workspace
from primum.rules.packs import PackInUse
from primum.strategy.facets import Facet, facets
from primum.strategy.schema import json_schema

if TYPE_CHECKING:
    from primum.app.data_check import DataCheck

EXAMPLE = "Example: `primum check --workspace brightwater` or `primum check --data`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog=EXAMPLE)(check)


def check(
    workspace: WorkspaceOption = Path(),
    schema: Annotated[
        Path | None, typer.Option(help="Write the JSON Schema of primum.yaml here, for editors, and stop.")
    ] = None,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day on which packs must not be past their review, and sources not out of date.",
            show_default="today",
        ),
    ] = None,
    data: Annotated[
        bool, typer.Option("--data", help="Also look at the first rows of every source: do they fit the file?")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Check primum.yaml: every mistake with its line, what is allowed and what to do; exit code 10 if there is one.

    With `--data` sources are opened too: columns that are not there (exit code 11), too many rows that cannot be used
    (12), words that nobody declares, sources out of date, facts that rules ask for and no source supplies.
    """
    if schema is not None:
        schema.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
        return
    place = open_workspace(workspace)
    report = place.check(as_of.date() if as_of is not None else None)
    found = _look(place, report, as_of) if data else None
    table = facets(report.loaded)
    if as_json:
        told = _as_json(report, table)
        typer.echo(json.dumps(told | ({"data": data_check.as_json(found)} if found is not None else {})))
    else:
        console = Console(highlight=False)
        _print(report, table, console)
        if found is not None:
            data_check.show(found, console)
    if found is not None:
        found.raise_errors()


def _look(place: Workspace, report: Checked, as_of: datetime | None) -> "DataCheck":
    """The sources beside the strategy; freshness is judged at the end of the day `as_of`."""
    from primum.app.data_check import check_data

    return check_data(place, report, as_of.replace(tzinfo=UTC) + timedelta(days=1) if as_of is not None else None)


def _as_json(report: Checked, table: list[Facet]) -> dict[str, Any]:
    warnings = [
        {"file": w.file, "line": w.line, "column": w.column, "cell": w.cell, "what": w.what, "cure": w.cure}
        for w in report.warnings
    ]
    return {
        "version": report.loaded.version,
        "errors": [],
        "warnings": warnings,
        "packs": [_pack(pack) for pack in report.packs],
        "facets": [{"facet": f.name, "present": f.present, "lacks": f.lacks} for f in table],
    }


def _pack(used: PackInUse) -> dict[str, Any]:
    pack = used.used.pack
    return {
        "pack": pack.name,
        "title": pack.title,
        "rules": list(used.rules),
        "replaced": list(used.replaced),
        "reviewed": pack.reviewed,
        "review_by": pack.review_by,
        "not_legal_advice": pack.disclaimer,
    }


def _print(report: Checked, table: list[Facet], console: Console) -> None:
    for warning in report.warnings:
        console.print(f"[yellow]warning[/] {escape(str(warning))}", soft_wrap=True)
    grid = Table(box=None, pad_edge=False)
    for title in ("facet", "", "what it lacks"):
        grid.add_column(title)
    for facet in table:
        grid.add_row(facet.name, "[green]yes[/]" if facet.present else "[dim]no[/]", escape(facet.lacks))
    console.print(grid)
    for used in report.packs:
        console.print(escape(_about_pack(used)), soft_wrap=True)
    console.print(f"[green]{escape(str(report.loaded.path.name))} is right.[/] Version {report.loaded.version[:19]}")


def _about_pack(used: PackInUse) -> str:
    """A pack in a line: how many of its rules are in force, and what stands in the place of others."""
    pack, count = used.used.pack, len(used.rules)
    own = f"; your own: {', '.join(used.replaced)}" if used.replaced else ""
    rules = f"{count} rule{'' if count == 1 else 's'}"
    return f"pack {pack.name}: {rules}{own}. Reviewed {pack.reviewed}, next by {pack.review_by}. {pack.disclaimer}"
