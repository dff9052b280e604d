"""`primum check`: is the strategy right, does the whole of it hold, and what is missing?"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from primum.app.cli import data_check
from primum.app.cli.annotations import annotation, of_complaint
from primum.app.cli.options import JsonOption, WorkspaceOption
from primum.app.review import Reviewed
from primum.app.workspace import Workspace, open_workspace
from primum.review.results import Remark
from primum.rules.packs import PackInUse
from primum.strategy.completeness import COMMANDS, Facet, missing_for
from primum.strategy.files import Override
from primum.strategy.schema import json_schema
from primum.words.errors import IncompleteError, StrategyError

if TYPE_CHECKING:
    from primum.app.data_check import DataCheck

EXAMPLE = "Example: `primum check --data`, in a pipeline `primum check --format github`"
Command = Literal["audit", "backtest", "gate", "plan", "measure"]
Format = Literal["text", "plain", "github"]


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
            help="The day on which no review may be past, and no source out of date.",
            show_default="today",
        ),
    ] = None,
    command: Annotated[
        Command | None, typer.Option("--for", help="Fail only where this command could not do its work.")
    ] = None,
    data: Annotated[
        bool, typer.Option("--data", help="Also look at the first rows of every source: do they fit the strategy?")
    ] = False,
    form: Annotated[Format, typer.Option("--format", help="`plain` or `github`: a remark a line.")] = "text",
    as_json: JsonOption = False,
) -> None:
    """Check the strategy: every mistake with its line, why it matters and what to do; then what each facet lacks.

    Exit code 10: it cannot be read. 19: it can be read, but as a whole it does not hold. 0: no errors.

    With `--data` sources are opened too. Exit code 11: files or columns are not there. 12: too many unusable rows.
    """
    if schema is not None:
        schema.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
        return
    place = open_workspace(workspace)
    try:
        reviewed = place.review(as_of.date() if as_of is not None else None)
    except StrategyError as error:
        if form == "text" or as_json:
            raise
        for complaint in error.complaints:
            typer.echo(annotation(of_complaint(complaint), form))
        raise typer.Exit(error.exit_code) from None
    found = _look(place, reviewed, as_of) if data else None
    _tell(reviewed, found, command, form, as_json)
    if found is not None and found.errors:
        if form == "text" or as_json:
            found.raise_errors()
        raise typer.Exit(found.exit_code)
    if reviewed.fails(command):
        raise typer.Exit(IncompleteError.exit_code)


def _look(place: Workspace, reviewed: Reviewed, as_of: datetime | None) -> "DataCheck":
    """The sources beside the strategy; freshness is judged at the end of the day `as_of`."""
    from primum.app.data_check import check_data

    now = as_of.replace(tzinfo=UTC) + timedelta(days=1) if as_of is not None else None
    return check_data(place, reviewed.checked, now)


def _tell(reviewed: Reviewed, found: "DataCheck | None", command: Command | None, form: Format, as_json: bool) -> None:
    if as_json:
        told = {"data": data_check.as_json(found)} if found is not None else {}
        typer.echo(json.dumps(_as_json(reviewed) | told))
    elif form == "text":
        console = Console(highlight=False)
        _print(reviewed, command, console)
        if found is not None:
            data_check.show(found, console)
    else:
        for remark in (*reviewed.remarks, *(data_check.remarks(found) if found is not None else ())):
            typer.echo(annotation(remark, form))


# JSON


def _as_json(reviewed: Reviewed) -> dict[str, Any]:
    told = {level: [_remark(r) for r in reviewed.remarks if r.level == level] for level in ("error", "warning")}
    facets = list(reviewed.review.facets)
    return {
        "version": reviewed.checked.loaded.version,
        "errors": told["error"],
        "warnings": told["warning"],
        "packs": [_pack(pack) for pack in reviewed.checked.packs],
        "overrides": [_override(o) for o in reviewed.checked.loaded.overrides],
        "facets": [{"facet": f.name, "present": f.present, "lacks": f.lacks, "needed": dict(f.needed)} for f in facets],
        "commands": {command: missing_for(facets, command) for command in COMMANDS},
    }


def _remark(remark: Remark) -> dict[str, Any]:
    c = remark.complaint
    return {
        "file": c.file,
        "line": c.line,
        "column": c.column,
        "cell": c.cell,
        "code": remark.code,
        "what": c.what,
        "why": remark.why,
        "cure": c.cure,
    }


def _override(override: Override) -> dict[str, Any]:
    return {
        "key": override.name,
        "file": override.here.file,
        "line": override.here.line,
        "base": override.there.file,
        "base_line": override.there.line,
        "was": override.was,
        "now": override.now,
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


# For people


def _print(reviewed: Reviewed, command: Command | None, console: Console) -> None:
    for remark in reviewed.remarks:
        if remark.code != "facet-empty":  # the table says it
            _print_remark(remark, console)
    loaded = reviewed.checked.loaded
    if loaded.overrides:
        console.print("In the place of what the base strategy says:")
    for override in loaded.overrides:
        console.print(f"  {escape(_in_place(override))}", soft_wrap=True)
    console.print(_table(reviewed.review.facets))
    for used in reviewed.checked.packs:
        console.print(escape(_about_pack(used)), soft_wrap=True)
    console.print(_last_line(reviewed, command), soft_wrap=True)


def _print_remark(remark: Remark, console: Console) -> None:
    c, colour = remark.complaint, "red" if remark.level == "error" else "yellow"
    name = "" if not remark.why else f" [dim]\\[{remark.code}][/]"
    console.print(f"[{colour}]{remark.level}[/] [bold]{escape(c.where)}[/] {escape(c.what)}{name}", soft_wrap=True)
    why = f"{remark.why} " if remark.why else ""
    console.print(f"    [dim]{escape(why + c.cure)}[/]", soft_wrap=True)


def _table(facets: tuple[Facet, ...]) -> Table:
    grid = Table(box=None, pad_edge=False)
    for title in ("facet", "", *COMMANDS, "what it lacks"):
        grid.add_column(title)
    for facet in facets:
        cells = ("[red]lacks[/]" if command in facet.needed else "[dim]·[/]" for command in COMMANDS)
        told = "; ".join(part for part in (facet.lacks, *_for_whom(facet)) if part)
        grid.add_row(facet.name, "[green]yes[/]" if facet.present else "[dim]no[/]", *cells, escape(told))
    return grid


def _for_whom(facet: Facet) -> list[str]:
    """What commands lack, each thing once with the commands that lack it."""
    things = dict.fromkeys(facet.needed.values())
    return [f"{', '.join(c for c, w in facet.needed.items() if w == thing)}: {thing}" for thing in things]


def _last_line(reviewed: Reviewed, command: Command | None) -> str:
    loaded, errors = reviewed.checked.loaded, len(reviewed.review.errors)
    name = escape(loaded.path.name)
    if command is not None:
        missing = missing_for(list(reviewed.review.facets), command)
        if missing:
            return f"[red]`{command}` cannot do its work: {escape('; '.join(missing))}.[/]"
        return f"[green]{name} has what `{command}` needs.[/] Version {loaded.version[:19]}"
    if errors:
        things = "thing does" if errors == 1 else "things do"
        return f"[red]{name} can be read, but {errors} {things} not hold.[/] Version {loaded.version[:19]}"
    return f"[green]{name} is right.[/] Version {loaded.version[:19]}"


def _in_place(override: Override) -> str:
    here, there = override.here, override.there
    return (
        f"{override.name} = {_short(override.now)} ({here.file}:{here.line}); "
        f"the base has {_short(override.was)} ({there.file}:{there.line})"
    )


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else text[:59] + "…"


def _about_pack(used: PackInUse) -> str:
    """A pack in a line: how many of its rules are in force, and what stands in the place of others."""
    pack, count = used.used.pack, len(used.rules)
    own = f"; your own: {', '.join(used.replaced)}" if used.replaced else ""
    rules = f"{count} rule{'' if count == 1 else 's'}"
    return f"pack {pack.name}: {rules}{own}. Reviewed {pack.reviewed}, next by {pack.review_by}. {pack.disclaimer}"
