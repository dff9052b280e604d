"""Brightwater Energy, a made-up company: its exports, its strategy file and the exact truth about them.

Owns the order of the work and the split into batches. Refuses to hold more than one batch in memory.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal, overload

import numpy as np

from primum.demo import exports, lookalikes, plans, visits
from primum.demo.background import PER_PERSON, VISITS, background
from primum.demo.batch import COLLEAGUE, COMMON, Batch, in_time_order, join
from primum.demo.counting import Counting
from primum.demo.identifiers import email
from primum.demo.messages import SOURCES
from primum.demo.playbook import strategy_text
from primum.demo.truth import ControlTruth, DecoyTruth, Truth

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
        contacts: contacts of all departments together, at least 10,000.
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
    counting = Counting(COMMON) if truth else None
    limit = visits.limit_of(VISITS * sum(_quotas(contacts)))
    done, left = 0, limit or 2**62
    for batch in _ordered(_batches(contacts, seed), contacts):
        batch, left = visits.cut(batch, left)
        for writer in writers.values():
            writer.write(batch)
        if counting:
            counting.add(batch)
        done += len(batch.contacts.person)
        if progress:
            progress("Making up the company", done / contacts)
    for writer in writers.values():
        writer.close()
    control = _control(writers["marketing"], contacts)
    books = {line.month: line.control for line in control}
    (folder / "primum.yaml").write_text(
        strategy_text(exports.sales_in_excel(contacts), books, _colleague()), encoding="utf-8"
    )
    if counting is None:
        return None
    told = counting.truth(contacts, seed, {name: writers[name].figures for name in SOURCES}, _facts(contacts))
    warnings = (("cut_off", "visits", "exports/web_visits.csv"),) if limit else ()
    result = replace(told, control=control, decoys=_decoys(contacts, told), warnings=warnings)
    if write_truth:
        (folder / "truth.json").write_text(result.to_json(), encoding="utf-8")
    return result


def copies(contacts: int) -> int:
    """How many times the planted facts are there."""
    return max(1, contacts // TILE)


def _batches(contacts: int, seed: int) -> Iterator[Batch]:
    """The planted batches, then the background; people are numbered through."""
    first = 0
    for plan, times in ((plans.once(), 1), (plans.tile(), copies(contacts))):
        for start in range(0, times, 100):
            batch = plan.batch(first, min(100, times - start))
            first += len(batch.people.known)
            yield batch
    for part, quota in enumerate(_quotas(contacts)):
        count = -(-quota // PER_PERSON)
        yield background(seed, part, first, count, quota)
        first += count


def _quotas(contacts: int) -> list[int]:
    """Contacts of each part of the background."""
    left = contacts - len(plans.once().contacts) - copies(contacts) * len(plans.tile().contacts)
    return [min(PART_CONTACTS, left - start) for start in range(0, left, PART_CONTACTS)]


def _ordered(batches: Iterator[Batch], contacts: int) -> Iterator[Batch]:
    if contacts <= WHOLE:
        yield in_time_order(join(list(batches)))
        return
    for batch in batches:
        yield in_time_order(batch)


BOOKS: Final = ("2025-02", "2025-03")
"""Months that the invoice of the e-mail platform tells of; it is right about the first."""
UNACCOUNTED: Final = 37
"""E-mails of the second that the invoice names and the export does not hold, per 40,000 contacts."""


def _control(marketing: exports.Writer, contacts: int) -> tuple[ControlTruth, ...]:
    held = marketing.months if isinstance(marketing, exports.Marketing) else {}
    right, wrong = ((month, held[month]) for month in BOOKS)
    return (
        ControlTruth("marketing", right[0], right[1], right[1]),
        ControlTruth("marketing", wrong[0], wrong[1] + UNACCOUNTED * copies(contacts), wrong[1]),
    )


def _facts(contacts: int) -> dict[str, int]:
    facts = dict(plans.once().facts)
    for name, count in plans.tile().facts.items():
        facts[name] = facts.get(name, 0) + count * copies(contacts)
    return facts


def _decoys(contacts: int, told: Truth) -> dict[str, DecoyTruth]:
    """What was planted, and what the writers made of it."""
    found: dict[str, tuple[int, int]] = dict(plans.once().decoys)
    for name, (naive, right) in plans.tile().decoys.items():
        found[name] = (naive * copies(contacts), right * copies(contacts))
    for source in ("sales_texts", "billing", "app"):
        s = told.sources[source]
        found[f"rows of {source}"] = (s.repeated + s.folded + s.replaced, 0)
    return {name: DecoyTruth(*lookalikes.WORDS[name], *counts) for name, counts in found.items()}


def _colleague() -> str:
    """The address of the colleague who is a customer."""
    person = next(i for i, p in enumerate(plans.once().people) if p[4] == COLLEAGUE)
    address: str = email(np.array([person]), np.array([COLLEAGUE]))[0].as_py()
    return address
