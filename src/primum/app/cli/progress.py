"""Progress on long work, on standard error, so that output can be piped.

Owns one live display per command. Refuses to show anything where nobody looks (no terminal).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


@contextmanager
def shown_progress(*, quiet: bool = False) -> Iterator[Callable[[str, int], None]]:
    """A function `(step, done)` that keeps a line a step; a new step ends the one before."""
    console = Console(stderr=True)
    if quiet or not console.is_terminal:
        yield lambda step, done: None
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(bar_width=24, pulse_style="cyan"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    lock = Lock()
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console, transient=True) as progress:

        def tell(step: str, done: int) -> None:
            with lock:
                if step not in tasks:
                    for task in tasks.values():
                        progress.stop_task(task)
                    tasks[step] = progress.add_task(step, total=None)
                progress.advance(tasks[step], done)

        yield tell
