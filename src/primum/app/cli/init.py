"""`primum init`: a first primum.yaml out of the exports that are there."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.markup import escape

from primum.app.cli.options import JsonOption
from primum.words.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from primum.app.starter import Draft

EXAMPLE = "Example: `primum init exports/* --name Brightwater` or `primum init --example bank --out bank/primum.yaml`"
Example = Literal["retailer", "bank", "subscription"]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("init", epilog=EXAMPLE)(init)


def init(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Exports: CSV, Excel, JSON Lines, Parquet, SQLite; gzip too.")
    ] = None,
    name: Annotated[str, typer.Option(help="The company's name.")] = "My company",
    out: Annotated[Path, typer.Option(help="Where the strategy goes.")] = Path("primum.yaml"),
    force: Annotated[bool, typer.Option(help="Overwrite a strategy that is there.")] = False,
    example: Annotated[
        Example | None, typer.Option(help="A complete strategy with its data instead, to read and change.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write a starter primum.yaml: kinds and mappings guessed from headers and values, with how sure each guess is.

    What cannot be guessed is asked in comments that begin with `# ASK:`.
    """
    import json

    if example is not None:
        _write_example(example, files, out, force=force, as_json=as_json)
        return
    if not files:
        raise UsageError(
            "Name the exports, as in `primum init exports/*`, or take a complete strategy: `--example bank`."
        )
    from primum.app.starter import write_starter

    draft = write_starter(files, name, out, force=force)
    if as_json:
        found = [{"source": name, "taken_for": what} for name, what in draft.found]
        told = {"file": str(out), "sources": draft.sources, "found": found, "questions": list(draft.questions)}
        typer.echo(json.dumps(told))
        return
    _show(draft, out)


def _write_example(example: Example, files: list[Path] | None, out: Path, *, force: bool, as_json: bool) -> None:
    """A complete strategy, and its data beside it."""
    import json

    from primum.demo.examples import build

    if files:
        raise UsageError("An example brings its own files: take the exports out, or `--example`.")
    taken = next((p for p in (out, out.parent / "exports") if p.exists()), None)
    if taken is not None and not force:
        raise UsageError(f"{taken} is there already. Name another place with `--out`, or overwrite with `--force`.")
    try:
        build(example, out)
    except ImportError as error:
        raise MissingExtraError(f"This example needs the extra `retailer`: {error}.") from None
    if as_json:
        typer.echo(json.dumps({"file": str(out), "example": example}))
        return
    console = Console(highlight=False)
    console.print(f"Wrote [bold]{escape(str(out))}[/] and its files in [bold]{escape(str(out.parent / 'exports'))}[/].")
    console.print("Read it with [bold]primum render[/], then try [bold]primum check[/] and [bold]primum audit[/].")


def _show(draft: "Draft", out: Path) -> None:
    """What was found, then what is asked."""
    console = Console(highlight=False)
    sources = f"{draft.sources} source{'s' if draft.sources != 1 else ''}"
    console.print(f"Wrote [bold]{escape(str(out))}[/] with {sources}:")
    width = max((len(name) for name, _ in draft.found), default=0)
    for name, what in draft.found:
        console.print(f"  {escape(name.ljust(width))}  {escape(what)}", soft_wrap=True)
    if draft.questions:
        console.print("Not told by the files (look for ASK in it):")
    for question in draft.questions:
        console.print(f"  [yellow]?[/] {escape(question)}", soft_wrap=True)
    first = "Answer, then" if draft.questions else "Look through it, then"
    console.print(f"{first} run [bold]primum check --for audit[/] and [bold]primum audit[/].")
