"""Brightwater Energy, a made-up company: its exports, its strategy file and the exact truth about them.

Owns the order of the work and the split into batches. Refuses to hold more than one batch in memory.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal, overload

from primum.demo import exports, planted
from primum.demo.background import PER_PERSON, background
from primum.demo.batch import Batch, in_time_order, join
from primum.demo.counting import Counting
from primum.demo.messages import DEPARTMENTS
from primum.demo.playbook import strategy_text
from primum.demo.truth import Truth

TILE = 40_000
"""Contacts per copy of the planted facts."""

SMALLEST = 10_000
PART_CONTACTS = 1_000_000
"""Contacts per batch of background."""

WHOLE = 1_000_000
"""Up to this size the exports are in the order of time; above, each batch of them is."""

Progress = Callable[[str, float], None]


@overload
def build(
    folder: Path | str,
    contacts: int = TILE,
    seed: int = 7,
    progress: Progress | None = None,
    *,
    truth: Literal[True] = True,
    write_truth: bool = False,
) -> Truth: ...


@overload
def build(
    folder: Path | str,
    contacts: int = TILE,
    seed: int = 7,
    progress: Progress | None = None,
    *,
    truth: Literal[False],
    write_truth: bool = False,
) -> None: ...


def build(
    folder: Path | str,
    contacts: int = TILE,
    seed: int = 7,
    progress: Progress | None = None,
    *,
    truth: bool = True,
    write_truth: bool = False,
) -> Truth | None:
    """Write `primum.yaml` and `exports/` into the folder.

    Args:
        folder: made if needed; files of an earlier build are overwritten.
        contacts: readable rows of the five contact exports together, at least 10,000.
        seed: the same seed, size and libraries give the same exports.
        progress: called with a sentence and the share done.
        truth: count the exact truth; customer by customer in plain Python, so leave it for very large sizes.
        write_truth: write it as `truth.json` beside the strategy.

    Returns: the truth, or None without `truth`.
    """
    if contacts < SMALLEST:
        raise ValueError(f"the made-up company has at least {SMALLEST:,} contacts; {contacts:,} were asked for")
    folder = Path(folder)
    target = folder / "exports"
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("sales_calls.*"):
        old.unlink()
    writers = exports.writers(target, contacts)
    counting = Counting() if truth else None
    done = 0
    for batch in _ordered(_batches(contacts, seed), contacts):
        for writer in writers.values():
            writer.write(batch)
        if counting:
            counting.add(batch)
        done += len(batch.contacts.person)
        if progress:
            progress("Making up the company", done / contacts)
    for writer in writers.values():
        writer.close()
    (folder / "primum.yaml").write_text(strategy_text(exports.sales_in_excel(contacts)), encoding="utf-8")
    if counting is None:
        return None
    result = _truth(counting, contacts, seed, {d: writers[d].figures for d in DEPARTMENTS})
    if write_truth:
        (folder / "truth.json").write_text(result.to_json(), encoding="utf-8")
    return result


def copies(contacts: int) -> int:
    """How many times the planted facts are there."""
    return max(1, contacts // TILE)


def _batches(contacts: int, seed: int) -> Iterator[Batch]:
    """The planted batches, then the background; people are numbered through."""
    first = 0
    for plan, times in ((planted.once(), 1), (planted.tile(), copies(contacts))):
        for start in range(0, times, 100):
            batch = plan.batch(first, min(100, times - start))
            first += len(batch.people.known)
            contacts -= len(batch.contacts.person)
            yield batch
    part = 0
    while contacts > 0:
        quota = min(contacts, PART_CONTACTS)
        count = -(-quota // PER_PERSON)
        yield background(seed, part, first, count, quota)
        first, part, contacts = first + count, part + 1, contacts - quota


def _ordered(batches: Iterator[Batch], contacts: int) -> Iterator[Batch]:
    if contacts <= WHOLE:
        yield in_time_order(join(list(batches)))
        return
    for batch in batches:
        yield in_time_order(batch)


def _truth(counting: Counting, contacts: int, seed: int, figures: dict[str, tuple[int, int]]) -> Truth:
    facts = dict(planted.once().facts)
    for name, count in planted.tile().facts.items():
        facts[name] = facts.get(name, 0) + count * copies(contacts)
    rows = {d: f[0] for d, f in figures.items()}
    rejected = {d: f[1] for d, f in figures.items()}
    return counting.truth(contacts, seed, rejected, rows, facts)
