"""Counting around an instant: which runs of kept contacts share a window with it.

Owns the arithmetic on ascending places of an axis. Refuses to know what is counted, and in which units.

n counted contacts, first at a and last at b with b - a < W, forbid the open interval (b - W, a + W) to a further one.
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np
from numba import njit

NOT_BROKEN = np.iinfo(np.int64).min


@njit(cache=True, nogil=True)
def latest_run(values: np.ndarray, count: int, n: int, x: int, width: int) -> int:
    """Of the runs of n neighbours that share a window with x, the greatest first value; NOT_BROKEN where none does.

    `values[:count]` ascend.
    """
    best = NOT_BROKEN
    for i in range(count - n + 1):
        if max(values[i + n - 1], x) - min(values[i], x) < width:
            best = values[i]
    return best


@njit(cache=True, nogil=True)
def latest_set(values: np.ndarray, kinds: np.ndarray, count: int, n: int, x: int, width: int) -> int:
    """As `latest_run`, for n distinct kinds: the greatest value from which on a window with x holds that many."""
    best = NOT_BROKEN
    for i in range(count):
        low = min(values[i], x)
        found = 0
        for j in range(i, count):
            if max(values[j], x) - low >= width:
                break
            found += _is_new(kinds, i, j)
        if found >= n:
            best = values[i]
    return best


@njit(cache=True, nogil=True)
def _is_new(kinds: np.ndarray, start: int, place: int) -> bool:
    found = True
    for k in range(start, place):
        found &= kinds[k] != kinds[place]
    return found


@njit(cache=True, nogil=True)
def insert(values: np.ndarray, kinds: np.ndarray, count: int, value: int, kind: int) -> int:
    """Insert into the ascending values, each with its kind; returns the new count."""
    i = count
    while i > 0 and values[i - 1] > value:
        values[i] = values[i - 1]
        kinds[i] = kinds[i - 1]
        i -= 1
    values[i] = value
    kinds[i] = kind
    return count + 1
