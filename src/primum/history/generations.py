"""Generations: the folders of a history, each written once and never changed.

Owns their names, who still reads them, and their removal. A base and a delta are folders of their own, and the manifest
names the two that count; so a reader that opened a history goes on reading it while the next one is written. Refuses to
remove a folder that somebody reads.
"""

import os
import re
import shutil
import weakref
from collections.abc import Collection
from pathlib import Path

try:
    import fcntl
except ImportError:  # pragma: no cover - Windows refuses to delete open files by itself
    fcntl = None  # type: ignore[assignment]

HELD = "held"
_NAME = re.compile(r"(base|delta)-(\d+)")
_BEFORE = ("contacts", "responses", "states", "customers")
"""Folders of histories written before there were generations."""


def next_number(folder: Path) -> int:
    """A number that no generation below `folder` has."""
    names = [p.name for p in folder.iterdir()] if folder.is_dir() else []
    return 1 + max((int(m[2]) for m in map(_NAME.fullmatch, names) if m), default=0)


def begin(folder: Path) -> None:
    """Make a generation's folder, so that readers can hold it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HELD).touch()


class Hold:
    """Keeps a generation from being removed for as long as it is alive."""

    def __init__(self, path: Path) -> None:
        handle = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, handle)
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_SH)


def hold(folder: Path) -> Hold | None:
    """Keep a generation from being removed; None where it is no generation.

    Raises: FileNotFoundError where it is gone already.
    """
    path = folder / HELD
    if not _NAME.fullmatch(folder.name):
        return None
    held = Hold(path)
    if not path.exists():
        raise FileNotFoundError(folder)
    return held


def sweep(folder: Path, keep: Collection[str]) -> None:
    """Remove every generation but those to keep and those that are being read."""
    if not folder.is_dir():
        return
    for path in sorted(folder.iterdir()):
        if path.name in _BEFORE or (_NAME.fullmatch(path.name) and path.name not in keep):
            _remove(path)


def _remove(path: Path) -> None:
    held = path / HELD
    if fcntl is None or not held.exists():
        shutil.rmtree(path, ignore_errors=True)
        return
    with held.open("rb") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return
        held.unlink()
        shutil.rmtree(path, ignore_errors=True)
