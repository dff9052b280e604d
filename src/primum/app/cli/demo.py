"""`primum demo`: a made-up company, or a real retailer's mailings, audited."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from primum.app.cli.audit import show, tell_key, write_report
from primum.app.cli.options import JsonOption, QuietOption
from primum.app.cli.progress import shown_progress
from primum.app.workspace import Workspace
from primum.words.errors import MissingExtraError, UsageError

EXAMPLE = "Example: `primum demo` or `primum demo retailer` or `primum demo --contacts 1000000`"
SMALLEST = 10_000


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("demo", epilog=EXAMPLE)(demo)


def demo(
    company: Annotated[Literal["company", "retailer", "decoys"], typer.Argument(help="Which one.")] = "company",
    folder: Annotated[Path | None, typer.Option(help="Where it goes.", show_default="demo-COMPANY")] = None,
    contacts: Annotated[int, typer.Option(min=SMALLEST, help="How many contacts the made-up company sends.")] = 40_000,
    seed: Annotated[int, typer.Option(help="Another made-up company for another seed.")] = 7,
    truth: Annotated[bool, typer.Option(help="Also write truth.json: what the made-up company really did.")] = False,
    raw_files: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Only write five small raw files here: the tutorial's.")
    ] = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
) -> None:
    """Make a company's exports, audit them and write the report.

    `company` is a made-up energy supplier whose seven departments talk over each other.
    `retailer` is real: the campaign mailings of a grocery retailer (needs the extra `retailer`).
    `decoys` is a made-up broadband company full of what looks like a finding and is none.
    """
    if raw_files is not None:
        _write_raw_files(raw_files, as_json=as_json, quiet=quiet)
        return
    target = folder or Path(f"demo-{company}")
    if target.exists() and any(target.iterdir()) and not (target / "primum.yaml").exists():
        raise UsageError(f"{target} is not empty and holds no primum.yaml: name another folder with --folder.")
    with shown_progress(quiet=quiet or as_json) as tell:
        _make(company, target, contacts, seed, truth, tell)
        place = Workspace(target)
        result = place.audit(progress=tell)
        tell("writing the report", 0)
        page = write_report(place, result)
    show(result, page, as_json=as_json, quiet=quiet)
    if not (as_json or quiet):
        Console().print(f"The company's files are in [bold]{target}[/]: look at its primum.yaml, then make your own.")
    tell_key(place, quiet=quiet or as_json)


def _write_raw_files(folder: Path, *, as_json: bool, quiet: bool) -> None:
    from primum.demo.raw_files import write_raw_files

    if folder.is_dir() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty: name another folder.")
    files = write_raw_files(folder)
    if as_json:
        typer.echo(json.dumps({"files": [f.as_posix() for f in files]}))
    elif not quiet:
        Console(highlight=False).print(
            f"Wrote {len(files)} files: {', '.join(f.as_posix() for f in files)}", soft_wrap=True
        )


def _make(company: str, target: Path, contacts: int, seed: int, truth: bool, tell: Callable[[str, int], None]) -> None:
    try:
        if company == "retailer":
            from primum.demo.retailer import build as build_retailer

            build_retailer(target)
        elif company == "decoys":
            _make_decoys(target, contacts, seed, truth)
        else:
            _make_company(target, contacts, seed, truth, tell)
    except ImportError as error:
        extra = "retailer" if company == "retailer" else "demo"
        raise MissingExtraError(
            f"This demo needs the extra `{extra}`: pip install 'primum[{extra}]' ({error})."
        ) from None


def _make_decoys(target: Path, contacts: int, seed: int, truth: bool) -> None:
    from primum.demo.decoys.company import SMALLEST as LEAST
    from primum.demo.decoys.company import build

    if contacts < LEAST:
        raise UsageError(f"This company has at least {LEAST:,} contacts: ask for more with --contacts.")
    told = build(target, contacts, seed)
    if truth:
        (target / "truth.json").write_text(told.to_json(), encoding="utf-8")


def _make_company(target: Path, contacts: int, seed: int, truth: bool, tell: Callable[[str, int], None]) -> None:
    from primum.demo.company import build

    def told(step: str, share: float) -> None:
        tell(f"making up a company: {step}", 0)

    if truth:
        build(target, contacts, seed, told, truth=True, write_truth=True)
    else:
        build(target, contacts, seed, told, truth=False)
