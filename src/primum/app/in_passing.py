"""Histories in passing: where a source is `mode: virtual`, nothing that was made of it may outlast the run.

Owns the folder such a history stands in, below the run's scratch folder, and its removal: when the history is closed
(`with`), forgotten, or the process ends; one that was killed leaves a folder that the next run removes first.
Refuses to leave a history, identifiers or rejects of a virtual source behind, those of a time when it was copied
included.
"""

import shutil
import weakref
from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING

from primum.app.scratch import clear_scratch, scratch_folder
from primum.history import History
from primum.history.generations import sweep
from primum.history.manifest import MANIFEST
from primum.sources import reject_file
from primum.strategy.load import Loaded

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

KEPT = "kept"


def lent(loaded: Loaded) -> frozenset[str]:
    """The virtual sources of a strategy."""
    return frozenset(name for name, s in loaded.strategy.data.sources.items() if s.mode == "virtual")


def history_in_passing(workspace: "Workspace", loaded: Loaded, build: "Callable[[Workspace], History]") -> History:
    """A history that is there for as long as it is read.

    Args:
        build: builds the history of a workspace.

    Raises: what `build` does; then nothing is left either.
    """
    clear_scratch(workspace.derived)
    _forget(workspace, loaded)
    with ExitStack() as stack:
        place = workspace.kept_in(stack.enter_context(scratch_folder(workspace.derived)) / KEPT)
        try:
            history = build(place)
        finally:
            _keep_rejects(place, workspace, loaded)
        history.let_go = weakref.finalize(history, stack.pop_all().close)
    return history


def _forget(workspace: "Workspace", loaded: Loaded) -> None:
    """Remove what an earlier history holds, for a source of it may be virtual now."""
    folder, identity = workspace.derived / "history", workspace.identity
    (folder / MANIFEST).unlink(missing_ok=True)
    sweep(folder, ())
    identity.clear()
    for path in identity.folder.glob("nodes-*"):
        path.unlink(missing_ok=True)
    for name in lent(loaded):
        (workspace.derived / "rejects" / reject_file(name)).unlink(missing_ok=True)


def _keep_rejects(place: "Workspace", workspace: "Workspace", loaded: Loaded) -> None:
    """Keep the rejects of sources that are copied, as after any other run."""
    folder = workspace.derived / "rejects"
    for name in loaded.strategy.data.sources.keys() - lent(loaded):
        made = place.derived / "rejects" / reject_file(name)
        if made.exists():
            folder.mkdir(parents=True, exist_ok=True)
            shutil.move(made, folder / made.name)
        else:
            (folder / made.name).unlink(missing_ok=True)
