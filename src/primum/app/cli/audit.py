"""`primum audit`: who says what to which customers, when, through which channels."""

import re
import zlib
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from primum.app.cli.options import JsonOption, QuietOption, WorkspaceOption
from primum.app.cli.progress import shown_progress
from primum.app.workspace import Workspace, open_workspace
from primum.audit.results import AuditResult
from primum.strategy.models import Strategy
from primum.words.errors import MissingExtraError
from primum.words.masking import masked_text

REGISTER_FILE = "register.xlsx"
NOT_PEOPLE_FILE = "not_people.yaml"
EXAMPLE = "Example: `primum audit --workspace brightwater --out first-audit.html`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("audit", epilog=EXAMPLE)(audit)


def audit(
    workspace: WorkspaceOption = Path(),
    out: Annotated[
        Path | None, typer.Option(help="Where the HTML report goes.", show_default="reports/audit.html")
    ] = None,
    tables: Annotated[
        Path | None, typer.Option(help="Also write the main tables as CSV files into this folder.")
    ] = None,
    reveal: Annotated[
        bool, typer.Option(help="Show identifiers and texts unmasked; needs the workspace's key and --why.")
    ] = False,
    why: Annotated[
        str | None, typer.Option(help="Why identifiers are to be shown; noted in .primum/identity/access.log.")
    ] = None,
    classification: Annotated[
        str | None, typer.Option(help='Printed on every page and in every file, such as "Confidential - CRM only".')
    ] = None,
    department: Annotated[
        str | None,
        typer.Option(help="Write one department's edition: its own contacts in full, others' as totals."),
    ] = None,
    versus: Annotated[Path | None, typer.Option("--vs", help="An earlier audit.json: tell what changed since.")] = None,
    rebuild: Annotated[bool, typer.Option(help="Build the contact history anew, even where nothing changed.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Audit every contact the sources hold, and write the report.

    Reads the sources of primum.yaml, builds the contact history (once; again when a source or its mapping changed),
    and writes reports/audit.html and reports/audit.json; with --department NAME, reports/audit-NAME.html and .json.
    With --json the findings go to standard output. Identifiers are masked unless --reveal says otherwise.
    """
    place = open_workspace(workspace)
    with shown_progress(quiet=quiet or as_json) as tell:
        result = place.audit(
            reveal=reveal,
            why=why,
            rebuild=rebuild,
            classification=classification,
            department=department,
            versus=versus,
            progress=tell,
        )
        tell("writing the report", 0)
        page = write_report(place, result, out)
        if tables is not None:
            from primum.report.tables import write_csv

            write_csv(result, tables)
    show(result, page, as_json=as_json, quiet=quiet)
    tell_key(place, quiet=quiet or as_json)


def write_report(place: Workspace, result: AuditResult, out: Path | None = None) -> Path | None:
    """Write the page and the JSON beside it; without the extra `report` only the JSON is written.

    The files that people work on (the register, the proposals about who is no customer) are everybody's: an edition for
    one department leaves them as they are, and shows the samples of its own communications only.
    """
    from primum.report.as_json import to_json
    from primum.report.files import write_whole
    from primum.report.not_people import not_people_yaml

    page = out or place.reports / edition_file(result.edition)
    strategy = place.load().strategy
    page.parent.mkdir(parents=True, exist_ok=True)
    page.with_suffix(".json").write_text(to_json(result), encoding="utf-8")
    if result.edition is None:
        write_whole(place.reports / NOT_PEOPLE_FILE, not_people_yaml(result))
    try:
        from primum.report.html import write_html
        from primum.report.samples import read_samples

        mask = str if result.revealed else masked_text
        write_html(result, page, samples=read_samples(strategy, place.folder, mask, result.edition))
        if result.edition is None:
            write_register_file(place, result, strategy)
    except ImportError as error:
        raise MissingExtraError(
            f"The HTML report needs the extra `report` ({error.name} is missing): pip install 'primum[report]'. "
            f"The findings are in {page.with_suffix('.json')}."
        ) from None
    return page


def edition_file(department: str | None) -> str:
    """The name of the page: `audit.html`, or `audit-DEPARTMENT.html` with what no file name may hold replaced."""
    if department is None:
        return "audit.html"
    plain = re.sub(r"[^\w.-]", "_", department)
    mark = "" if plain == department else f"-{zlib.crc32(department.encode()):08x}"
    return f"audit-{plain}{mark}.html"


def tell_key(place: Workspace, *, quiet: bool) -> None:
    """Say, once, where the key is that was made for this workspace."""
    if place.keys.made is None or quiet:
        return
    console = Console(highlight=False)
    console.print("\nIdentifiers are stored as keyed hashes. The key was made just now and is kept outside the folder:")
    console.print(Text(f"  {place.keys.made}"), soft_wrap=True)


def write_register_file(place: Workspace, result: AuditResult, strategy: Strategy) -> None:
    """Write the register for people to fill in; a file that cannot be written or read is told, and left as it is."""
    from primum.report.register import write_register

    path, console = place.reports / REGISTER_FILE, Console(stderr=True)
    try:
        written = write_register(result, strategy, path, f"{place.reports.name}/{REGISTER_FILE}")
    except OSError as error:
        console.print(f"{path} was not brought up to date ({error.strerror}): close it and audit again.")
        return
    if written.unreadable:
        console.print(f"{written.unreadable} is no workbook that can be read; the register is {written.path}.")


def show(result: AuditResult, page: Path | None, *, as_json: bool, quiet: bool) -> None:
    """Print the findings as JSON, or a summary."""
    if as_json:
        from primum.report.as_json import to_json

        typer.echo(to_json(result))
    elif not quiet:
        from primum.report.terminal import print_summary

        print_summary(result, Console(), page)
