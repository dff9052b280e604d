"""The command line: one file a command, gathered here.

Owns the entry point and what happens to errors: users' mistakes are printed without a traceback, and the exit code
tells their class (see `words.errors`). Refuses to hide anything else.
"""

import json
import signal
import sys
from types import FrameType
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from primum.app.cli import audit, backtest, check, decide, demo, init, render, scrub, serve, timeline
from primum.app.workspace import primum_version
from primum.words.errors import Complaint, ComplaintsError, PrimumError

app = typer.Typer(
    name="primum",
    help="Contact strategy as code: first, do no harm. Start with `primum demo`.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"primum {primum_version()}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


for module in (init, check, render, demo, audit, backtest, timeline, decide, serve, scrub):
    module.register(app)


def main() -> None:
    """Run a command; exit 0 when all is well, else by the class of the error."""
    signal.signal(signal.SIGTERM, _end)
    try:
        app()
    except PrimumError as error:
        print_error(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        Console(stderr=True).print("Stopped. What was half done is deleted or built anew next time.")
        sys.exit(130)


def _end(signum: int, frame: FrameType | None) -> None:
    """End as on an error, so that staged rows are deleted."""
    sys.exit(128 + signum)


def print_error(error: PrimumError, *, as_json: bool) -> None:
    """Print a user's error to standard error: as sentences, or as JSON with every complaint apart."""
    complaints = list(error.complaints) if isinstance(error, ComplaintsError) else []
    if as_json:
        typer.echo(json.dumps({"error": type(error).__name__, "complaints": _plain(complaints, error)}), err=True)
        return
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if not complaints:
        console.print(f"[bold red]Error:[/] {escape(_printable(str(error)))}")
        return
    console.print(f"[bold red]{len(complaints)} {'thing is' if len(complaints) == 1 else 'things are'} wrong:[/]")
    for c in complaints:
        cure = f" [dim]{escape(_printable(c.cure))}[/]" if c.cure else ""
        console.print(f"  [bold]{escape(_printable(c.where))}[/] {escape(_printable(c.what))}{cure}")


def _plain(complaints: list[Complaint], error: PrimumError) -> list[dict[str, object]]:
    if not complaints:
        return [{"what": str(error)}]
    return [
        {"file": c.file, "line": c.line, "column": c.column, "cell": c.cell, "what": c.what, "cure": c.cure}
        for c in complaints
    ]


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
