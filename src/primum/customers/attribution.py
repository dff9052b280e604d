"""Which contact a response belongs to: by the contact's own id first, then by a stated window, last touch.

Owns the choice and its count. Refuses a choice nobody stated: a kind of response without a window is put down to a
contact only where it names one. The plain twin is in `tests/customers/test_attribution.py`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numba import njit

from primum.customers.assertions import last_instants, zone_names
from primum.customers.days import NO_START
from primum.customers.measures import offsets_of
from primum.customers.results import AttributionFigures
from primum.history import History
from primum.strategy.models import Strategy
from primum.words.durations import parse_duration
from primum.words.time import US_PER_DAY
from primum.words.vocabulary import RECEIVED

NONE, EXPLICIT, WINDOW = 0, 1, 2
"""How a response found its contact."""


@dataclass(frozen=True)
class Windows:
    """Kind of response -> microseconds. `zones`: source -> the zone in which its dates are days."""

    widths: Mapping[str, int]
    zone: str
    zones: Mapping[str, str]


def windows_of(strategy: Strategy) -> Windows:
    """The windows that a strategy states."""
    said = strategy.customers.attribution
    zones = {name: source.zone or strategy.zone for name, source in strategy.data.sources.items()}
    return Windows({k: parse_duration(d).microseconds for k, d in said.items()}, strategy.zone, zones)


@dataclass(frozen=True)
class Attributed:
    """Of each response of a bucket, in the history's order: the row of its contact (-1: none), how it was found, and
    whether it named a contact that the customer never had."""

    contact: np.ndarray
    how: np.ndarray
    lost: np.ndarray


def attribute(history: History, bucket: int, windows: Windows) -> Attributed:
    """Put a bucket's responses down to its contacts.

    By window: the last contact that was received, not after the response and less than the window before it, over the
    same channel and with the same communication where the response names them. Where only the day of a response is
    known it counts as that day's end; where only the day of a contact is, as its beginning.
    """
    responses = history.table("responses", bucket, ["customer", "at", "tag", "contact"])
    if responses is None:
        return Attributed(np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, bool))
    responses = responses.combine_chunks()
    contacts = history.table("contacts", bucket, ["customer", "at", "tag", "id"])
    explicit = np.full(responses.num_rows, -1, np.int64)
    if contacts is not None and "contact" in responses.column_names and "id" in contacts.column_names:
        explicit = _by_id(history, responses, contacts.combine_chunks())
    named = np.zeros(responses.num_rows, bool)
    if "contact" in responses.column_names:
        named = responses["contact"].is_valid().to_numpy(zero_copy_only=False)
    near = _by_window(history, bucket, responses, windows)
    near[named] = -1
    how = np.where(explicit >= 0, EXPLICIT, np.where(near >= 0, WINDOW, NONE)).astype(np.uint8)
    return Attributed(np.where(explicit >= 0, explicit, near), how, named & (explicit < 0))


def _by_id(history: History, responses: pa.Table, contacts: pa.Table) -> np.ndarray:
    """The row of the contact with the id that a response names, of the same customer; of the same source rather than of
    another, else the first."""
    both = pa.concat_arrays([_text(responses["contact"]), _text(contacts["id"])]).dictionary_encode()
    codes = both.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    ids, wanted = codes[responses.num_rows :], codes[: responses.num_rows]
    who, whose = responses["customer"].to_numpy().astype(np.int64), contacts["customer"].to_numpy().astype(np.int64)
    size = len(both.dictionary) + 1
    held, asked = whose * size + ids, who * size + wanted
    named = wanted >= 0
    found = np.where(named, _first_equal(held, asked), -1)
    names, source_of, of = _sources(history)
    if len(names) > 1:
        mine = source_of[responses["tag"].to_numpy()]
        theirs = of[contacts["tag"].to_numpy()]
        own = _first_equal(held * len(names) + theirs, asked * len(names) + mine)
        found = np.where(named & (own >= 0), own, found)
    return np.asarray(found)


def _sources(history: History) -> tuple[list[str], np.ndarray, np.ndarray]:
    """The names of sources, and the number of each response tag's and each contact tag's."""
    told = [history.tags(relation)["source"].to_pylist() for relation in ("responses", "contacts")]
    names = sorted({s for column in told for s in column})
    number = {s: i for i, s in enumerate(names)}
    codes = [np.array([number[s] for s in column], np.int64) for column in told]
    return names, codes[0], codes[1]


def _text(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks().cast(pa.string())


def _first_equal(held: np.ndarray, asked: np.ndarray) -> np.ndarray:
    """The first place at which each asked number is held; -1 where it is not."""
    order = np.argsort(held, kind="stable")
    place = np.searchsorted(held[order], asked)
    place[place == len(held)] = 0
    found = order[place] if len(held) else np.full(len(asked), -1)
    return np.where(held[found] == asked, found, -1) if len(held) else found


def _by_window(history: History, bucket: int, responses: pa.Table, windows: Windows) -> np.ndarray:
    rows = history.bucket(bucket).contacts
    tags, told = history.tags("contacts"), history.tags("responses")
    kinds = told["kind"].to_pylist()
    width = np.array([windows.widths.get(k, 0) for k in kinds], np.int64)
    tag = responses["tag"].to_numpy()
    at = responses["at"].combine_chunks().cast(pa.int64()).to_numpy()
    source = told["source"].combine_chunks().cast(pa.string()).take(responses["tag"].combine_chunks())
    precision = told["at_precision"].combine_chunks().cast(pa.string()).take(responses["tag"].combine_chunks())
    last = last_instants(at, precision.fill_null("instant"), zone_names(source, windows.zones, windows.zone), NO_START)
    received = np.array([(s or "sent") in RECEIVED for s in tags["status"].to_pylist()], bool)
    pairs = [_agreeing(tags[n].to_pylist(), told[n].to_pylist()) for n in ("channel", "communication")]
    offsets = offsets_of(responses["customer"].to_numpy(), len(rows.offsets) - 1)
    return np.asarray(
        _last_touch(
            rows.offsets,
            rows.at,
            rows.tag,
            received,
            offsets,
            last,
            width[tag],
            tag,
            np.stack([p[0] for p in pairs], axis=1),
            np.stack([p[1] for p in pairs], axis=1),
        )
    )


def _agreeing(contacts: Sequence[str | None], responses: Sequence[str | None]) -> tuple[np.ndarray, np.ndarray]:
    """Numbers of the words of contacts' and responses' tags; -1 where a response names none."""
    number: dict[str | None, int] = {}
    theirs = [number.setdefault(w, len(number)) for w in contacts]
    return np.array(theirs, np.int64), np.array([-1 if w is None else number.get(w, -2) for w in responses], np.int64)


@njit(cache=True, nogil=True)
def _last_touch(
    offsets: np.ndarray,
    at: np.ndarray,
    tag: np.ndarray,
    received: np.ndarray,
    responses: np.ndarray,
    last: np.ndarray,
    width: np.ndarray,
    response_tag: np.ndarray,
    words: np.ndarray,
    wanted: np.ndarray,
) -> np.ndarray:
    """The row of the last contact within each response's window that agrees with it; -1 for none."""
    found = np.full(len(last), -1, np.int64)
    for c in range(len(offsets) - 1):
        for r in range(responses[c], responses[c + 1]):
            i = offsets[c] + np.searchsorted(at[offsets[c] : offsets[c + 1]], last[r], "right") - 1
            while i >= offsets[c] and last[r] - at[i] < width[r]:
                fits = received[tag[i]]
                for a in range(words.shape[1]):
                    asked = wanted[response_tag[r], a]
                    fits &= asked == -1 or asked == words[tag[i], a]
                if fits:
                    found[r] = i
                    break
                i -= 1
    return found


def count_attribution(history: History, bucket: int, windows: Windows) -> Counter[tuple[str, str]]:
    """(kind of response, how) -> responses of one bucket; `lost` besides counts those that named an unknown contact."""
    found = attribute(history, bucket, windows)
    table = history.table("responses", bucket, ["tag"])
    total: Counter[tuple[str, str]] = Counter()
    if table is None:
        return total
    kinds = history.tags("responses")["kind"].to_pylist()
    tag = table["tag"].to_numpy()
    for how, name in ((NONE, "none"), (EXPLICIT, "explicit"), (WINDOW, "window")):
        for number, count in enumerate(np.bincount(tag[found.how == how], minlength=len(kinds)).tolist()):
            total[kinds[number], name] += count
    for number, count in enumerate(np.bincount(tag[found.lost], minlength=len(kinds)).tolist()):
        total[kinds[number], "lost"] += count
    return total


def attribution_figures(total: Counter[tuple[str, str]], windows: Windows) -> list[AttributionFigures]:
    """Counts of all buckets as results, the most frequent kind first."""
    kinds = {kind for kind, _ in total if total[kind, "none"] + total[kind, "explicit"] + total[kind, "window"]}
    found = [_figures(kind, total, windows) for kind in kinds]
    return sorted(found, key=lambda f: (-f.responses, f.kind))


def _figures(kind: str, total: Counter[tuple[str, str]], windows: Windows) -> AttributionFigures:
    explicit, window, none, lost = (total[kind, how] for how in ("explicit", "window", "none", "lost"))
    width = windows.widths.get(kind)
    days = None if width is None else width / US_PER_DAY
    return AttributionFigures(kind, explicit + window + none, explicit, window, none, lost, days)
