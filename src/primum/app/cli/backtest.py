"""`primum backtest`: what would rules have done to the real history?"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from primum.app.cli.audit import tell_key
from primum.app.cli.options import JsonOption, QuietOption, WorkspaceOption
from primum.app.cli.progress import shown_progress
from primum.app.workspace import open_workspace
from primum.words.errors import MissingExtraError

if TYPE_CHECKING:
    from primum.backtest.results import Backtests

BACKTEST_FILE = "backtest.json"
BACKTEST_PAGE = "backtest.html"
EXAMPLE = "Example: `primum backtest --rules common-decency --vs stricter.yaml`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("backtest", epilog=EXAMPLE)(backtest)


def backtest(
    workspace: WorkspaceOption = Path(),
    rules: Annotated[
        str | None,
        typer.Option(
            help="A file of rules, a pack (`common-decency`) or `no rules`.", show_default="the rules of primum.yaml"
        ),
    ] = None,
    vs: Annotated[list[str] | None, typer.Option(help="Another rule set to compare with; may be repeated.")] = None,
    rebuild: Annotated[bool, typer.Option(help="Build the contact history anew, even where nothing changed.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Try rules on the past: what they would have kept, deferred and stopped, and by which rule.

    Every contact of the history is judged as if the rules had been in force, each against what they let through before.
    Writes reports/backtest.json and reports/backtest.html; with --json the figures go to standard output.
    """
    place = open_workspace(workspace)
    with shown_progress(quiet=quiet or as_json) as tell:
        found = place.backtest(rules, vs or (), rebuild=rebuild, progress=tell)
    from primum.report.as_json import to_json

    text = to_json(found)
    place.reports.mkdir(parents=True, exist_ok=True)
    (place.reports / BACKTEST_FILE).write_text(text, encoding="utf-8")
    _write_page(found, place.reports / BACKTEST_PAGE)
    if as_json:
        typer.echo(text, nl=False)
    elif not quiet:
        from primum.report.backtest_terminal import print_backtests

        print_backtests(found, Console(), place.reports / BACKTEST_FILE, place.reports / BACKTEST_PAGE)
    tell_key(place, quiet=quiet or as_json)


def _write_page(found: "Backtests", path: Path) -> None:
    """Write the page; without the extra `report` the figures still stand in the JSON, and the error says so."""
    try:
        from primum.report.backtest_html import write_backtest_html

        write_backtest_html(found, path)
    except (ImportError, MissingExtraError) as error:
        raise MissingExtraError(
            "The page of a backtest needs the extra `report`: pip install 'primum[report]'. "
            f"The figures are in {path.with_suffix('.json')}."
        ) from error
