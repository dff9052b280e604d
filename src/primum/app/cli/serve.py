"""`primum serve`: the gate over HTTP."""

from pathlib import Path
from typing import Annotated

import typer

from primum.app.cli.options import WorkspaceOption
from primum.app.workspace import open_workspace
from primum.words.errors import MissingExtraError, UsageError

EXAMPLE = "Example: `primum serve --port 8080`"
LOOPBACK = ("127.0.0.1", "::1", "localhost")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", epilog=EXAMPLE)(serve)


def serve(
    workspace: WorkspaceOption = Path(),
    host: Annotated[str, typer.Option(help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="On which port.", min=0, max=65535)] = 8080,
    trusted: Annotated[
        bool, typer.Option("--trusted-network", help="Listen elsewhere than on this machine: whoever asks is believed.")
    ] = False,
    without_history: Annotated[
        bool, typer.Option("--without-history", help="Decide by what the ledger holds alone, from now on.")
    ] = False,
) -> None:
    """Answer departments that ask before they contact, over HTTP.

    The strategy is checked before it is put in force, and again whenever the file changes; a file that is wrong changes
    nothing. SIGTERM ends it once the requests under way are answered.
    """
    if host not in LOOPBACK and not trusted:
        raise UsageError(
            f"Nobody's key is checked yet, so that {host} would be open to everybody there. Listen on 127.0.0.1 behind "
            "a proxy that knows who asks, or say --trusted-network."
        )
    try:
        from primum.app.service.running import run
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"`primum serve` needs {error.name}: pip install 'primum[serve]'.") from None
    run(open_workspace(workspace), host, port, with_history=not without_history)
