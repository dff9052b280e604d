"""Folders for what is half done: staged copies of sources, which hold raw rows, and what the engine spills.

Owns that such a folder is readable by its owner only and goes away: at the end of a run, or, after a crash, at the
beginning of the next one. Refuses to take away the folder of a run that is still going (it holds a lock).
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

LOCK = ".lock"
UNLOCKED = "new-"
"""A folder gets its other name once it is locked; until then it holds nothing."""


@contextmanager
def scratch_folder(derived: Path) -> Iterator[Path]:
    """A folder of one's own below `.primum/scratch`, deleted at the end; others' remains are deleted first."""
    clear_scratch(derived)
    place = derived / "scratch"
    place.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = Path(tempfile.mkdtemp(prefix=UNLOCKED, dir=place))
    lock = os.open(new / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    folder = new.rename(place / f"run-{new.name.removeprefix(UNLOCKED)}")
    try:
        yield folder
    finally:
        os.close(lock)
        shutil.rmtree(folder, ignore_errors=True)
        _remove_if_empty(place)


def clear_scratch(derived: Path) -> None:
    """Delete what runs left behind that ended without tidying up (killed, or the machine went down)."""
    place = derived / "scratch"
    for left in list(place.iterdir()) if place.is_dir() else []:
        if left.is_file():
            left.unlink(missing_ok=True)
        elif not left.name.startswith(UNLOCKED) and not _in_use(left):
            shutil.rmtree(left, ignore_errors=True)
    _remove_if_empty(place)


def _in_use(folder: Path) -> bool:
    """Whether a run holds this folder's lock: the system lets go of it when the run ends, however it ends."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _remove_if_empty(place: Path) -> None:
    try:
        place.rmdir()
    except OSError:
        return
