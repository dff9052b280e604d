"""`primum init`: a first primum.yaml out of the exports that are there."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from primum.app.cli.options import JsonOption

EXAMPLE = "Example: `primum init exports/* --name Brightwater`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog=EXAMPLE)(init)


def init(
    files: Annotated[list[Path], typer.Argument(help="Exports: CSV, Excel, JSON Lines, Parquet, SQLite; gzip too.")],
    name: Annotated[str, typer.Option(help="The company's name.")] = "My company",
    out: Annotated[Path, typer.Option(help="Where the strategy goes.")] = Path("primum.yaml"),
    force: Annotated[bool, typer.Option(help="Overwrite a strategy that is there.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a starter primum.yaml: kinds and mappings guessed from headers and values, with how sure each guess is.

    What cannot be guessed is asked in comments that begin with `# ASK:`.
    """
    import json

    from primum.app.starter import write_starter

    draft = write_starter(files, name, out, force=force)
    if as_json:
        typer.echo(json.dumps({"file": str(out), "sources": draft.sources, "questions": list(draft.questions)}))
        return
    console = Console(highlight=False)
    console.print(f"Wrote [bold]{escape(str(out))}[/] with {draft.sources} sources.")
    for question in draft.questions:
        console.print(f"  [yellow]?[/] {escape(question)}")
    console.print("Answer the questions in the file, then run [bold]primum check[/] and [bold]primum audit[/].")
