"""Options that several commands share.

Owns their names and help. Refuses defaults that differ by command.
"""

from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path, typer.Option("--workspace", "-w", help="A folder with a primum.yaml, or one below it.", show_default="here")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON to standard output instead of text.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")]
