"""The loops of observing: which rules govern an ask, and which of them it is against, as flat lists and counts.

Owns these loops. Refuses names, and the law: what is in force is asked of `rules.holding`.
"""

# mypy: disable-error-code="no-any-return"
import numpy as np

from primum.rules.cells import lent, width_of
from primum.rules.compiling import entry
from primum.rules.holding import MAY, look_at_conditions, put_in_force
from primum.rules.layout import AT, CONDITIONS, COUNT, CUSTOMER, DAY, SIGNATURE, Facts

WORK = 8
"""Rows of the working masks."""


def rows_in_force(facts: Facts, places: np.ndarray) -> np.ndarray:
    """The rows in force at each ask (uint64, asks x words); a state that may hold counts as holding.

    Args:
        places: int64, each ask's row of `facts.rows`.
    """
    words = facts.masks.shape[1]
    memory = np.zeros(int(facts.tables[COUNT] + facts.tables[CONDITIONS]) + 1, np.int64)
    work, out = np.zeros((WORK, words), np.uint64), np.zeros((len(places), words), np.uint64)
    _in_force(facts.tables, facts.masks, facts.rows, memory, work, np.ascontiguousarray(places), out)
    return out


@entry
def _in_force(
    tables: np.ndarray,
    masks: np.ndarray,
    rows: np.ndarray,
    memory: np.ndarray,
    work: np.ndarray,
    places: np.ndarray,
    out: np.ndarray,
) -> None:
    count = len(places)
    tables, masks, rows, memory, work = lent(tables), lent(masks), lent(rows), lent(memory), lent(work)
    out = lent(out)
    for a in range(count):
        r = places[a]
        t, customer = rows[r, AT], rows[r, CUSTOMER]
        look_at_conditions(tables, masks, memory, work, customer, t, t)
        put_in_force(tables, masks, work, rows[r, SIGNATURE], customer, rows[r, DAY])
        for w in range(width_of(out)):
            out[a, w] = work[MAY, w]


@entry
def tally(masks: np.ndarray, rule: np.ndarray, cell: np.ndarray, out: np.ndarray) -> None:
    """Count asks by rule and cell: `out` (int64, rules x cells) is added to, an ask once for each of its rules.

    Args:
        masks: uint64, asks x words.
        rule: int32 per row of the compiled rules, -1 for those left out.
        cell: int64, an ask each.
    """
    for a in range(masks.shape[0]):
        last = -1
        for w in range(masks.shape[1]):
            left, row = masks[a, w], w * 64
            while left:
                if left & np.uint64(1) and rule[row] >= 0 and rule[row] != last:
                    last = rule[row]
                    out[last, cell[a]] += 1
                left >>= np.uint64(1)
                row += 1


@entry
def hits(masks: np.ndarray, rule: np.ndarray) -> np.ndarray:
    """(ask, rule), int32, of every rule that has a bit in an ask's mask, each once, in the order of asks and rules.

    Args:
        rule: as in `tally`; the rows of one rule are neighbours.
    """
    found, n = np.empty((1024, 2), np.int32), 0
    for a in range(masks.shape[0]):
        last = -1
        for w in range(masks.shape[1]):
            left, row = masks[a, w], w * 64
            while left:
                if left & np.uint64(1) and rule[row] >= 0 and rule[row] != last:
                    last = rule[row]
                    if n == len(found):
                        larger = np.empty((2 * n, 2), np.int32)
                        larger[:n] = found
                        found = larger
                    found[n, 0], found[n, 1] = a, last
                    n += 1
                left >>= np.uint64(1)
                row += 1
    return found[:n]
