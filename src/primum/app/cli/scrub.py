"""`primum scrub`, `primum receipt`, `primum record`: lists, for departments that integrate nothing."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.workspace import open_workspace
from primum.words.errors import MissingExtraError, UsageError

ListArgument = Annotated[Path, typer.Argument(help="CSV, Excel or Parquet, of any columns.", show_default=False)]
CommunicationOption = Annotated[str, typer.Option("--communication", "-c", help="What is to be said, as registered.")]
ChannelOption = Annotated[
    str | None, typer.Option(help="Through which channel.", show_default="the only one registered")
]
DepartmentOption = Annotated[str | None, typer.Option(help="Who asks.", show_default="the communication's owner")]
KeyOption = Annotated[
    str | None, typer.Option(help="Kind of identifier and column: email=Address.", show_default="guessed")
]
SentOption = Annotated[str | None, typer.Option("--sent-at", help="The column that says when.", show_default="guessed")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("scrub", epilog="Example: `primum scrub list.csv --communication spring-offer --reserve`")(scrub)
    app.command("receipt", epilog="Example: `primum receipt 20261124-3fa9c2 sent.csv`")(receipt)
    app.command("record", epilog="Example: `primum record sent.csv --communication spring-offer`")(record)


def scrub(
    list_file: ListArgument,
    communication: CommunicationOption,
    channel: ChannelOption = None,
    department: DepartmentOption = None,
    reserve: Annotated[bool, typer.Option("--reserve", help="Hold a place for everybody who is allowed.")] = False,
    at: Annotated[
        str | None, typer.Option(help="When it is to be sent: 2026-06-01T09:00:00Z.", show_default="now")
    ] = None,
    valid_hours: Annotated[float, typer.Option(help="For how long the answers hold.", min=0.1, max=168)] = 24.0,
    key: KeyOption = None,
    out: Annotated[Path | None, typer.Option(help="The folder to write to.", show_default="that of the list")] = None,
    without_history: Annotated[
        bool, typer.Option("--without-history", help="Decide by what the ledger holds alone.")
    ] = False,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Screen a list: who may be contacted, who is held and why, before anything is sent.

    Writes the allowed rows in the list's own format and columns, the held ones with reasons and `until`, the rows that
    cannot be used, and a summary. Every file's name carries the list's id and until when it is valid.
    """
    _needs_a_ledger()
    from primum.app.screening import Wish, screen_list
    from primum.deliver.summaries import list_lines

    wish = Wish(communication, channel, department, _instant(at), valid_hours, reserve, key, out, not without_history)
    found = screen_list(open_workspace(workspace), list_file, wish)
    _tell(found.told, list_lines(found.told), found.files, as_json=as_json)


def receipt(
    list_id: Annotated[str, typer.Argument(help="The list's id.", show_default=False)],
    sent_file: ListArgument,
    key: KeyOption = None,
    sent_at: SentOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Return what was really sent of a screened list: it is recorded, and compared with what was allowed."""
    _needs_a_ledger()
    from primum.app.screening import take_receipt
    from primum.deliver.summaries import receipt_lines

    found = take_receipt(open_workspace(workspace), list_id, sent_file, key, sent_at)
    _tell(found.told, receipt_lines(found.told), found.files, as_json=as_json)


def record(
    sent_file: ListArgument,
    communication: CommunicationOption,
    channel: ChannelOption = None,
    department: DepartmentOption = None,
    key: KeyOption = None,
    sent_at: SentOption = None,
    workspace: WorkspaceOption = Path(),
    as_json: JsonOption = False,
) -> None:
    """Record what was sent without asking, so that everybody else's answers count it."""
    _needs_a_ledger()
    from primum.app.screening import Wish, record_sent

    wish = Wish(communication, channel, department, key=key)
    found = record_sent(open_workspace(workspace), sent_file, wish, sent_at)
    told = found.told
    line = f"{told['recorded']:,} contacts recorded for {told['department']}; {told['rejected']:,} rows not usable."
    _tell(told, [line], found.files, as_json=as_json)


def _tell(told: dict[str, object], lines: list[str], files: dict[str, Path], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(told | {"files": {what: str(path) for what, path in files.items()}}, indent=2))
        return
    typer.echo("\n".join([*lines, "", *(f"{what:>9}: {path}" for what, path in files.items())]))


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise UsageError(f"--at {text} is no instant: write, as in 2026-06-01T09:00:00Z.")
    return found.astimezone(UTC)


def _needs_a_ledger() -> None:
    try:
        import primum.app.service.opening  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError(f"Lists need {error.name}: pip install 'primum[serve]'.") from None
