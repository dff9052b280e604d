"""Counting around an instant: which runs of kept contacts share a window with it.

Owns the arithmetic on ascending places of an axis. Refuses to know what is counted, and in which units.

n counted contacts, first at a and last at b with b - a < W, forbid the open interval (b - W, a + W) to a further one.
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np
from numba import njit

from primum.rules.layout import LONG_AGO


@njit(cache=True, nogil=True)
def insert(near: np.ndarray, count: int, place: int, what: int) -> int:
    """Insert into `near[:count]`, which ascends by place (column 0; 1 says what it is); returns the new count."""
    i = count
    while i > 0 and near[i - 1, 0] > place:
        near[i, 0] = near[i - 1, 0]
        near[i, 1] = near[i - 1, 1]
        i -= 1
    near[i, 0] = place
    near[i, 1] = what
    return count + 1


@njit(cache=True, nogil=True)
def latest_run(near: np.ndarray, count: int, n: int, x: int, width: int) -> int:
    """Of the runs of n neighbours that share a window with x, the greatest first place; LONG_AGO where none does."""
    best = LONG_AGO
    for i in range(count - n + 1):
        if max(near[i + n - 1, 0], x) - min(near[i, 0], x) < width:
            best = near[i, 0]
    return best


@njit(cache=True, nogil=True)
def latest_set(near: np.ndarray, count: int, n: int, x: int, width: int) -> int:
    """As `latest_run`, for n distinct things: the greatest place from which on a window with x holds that many."""
    best = LONG_AGO
    for i in range(count):
        low = min(near[i, 0], x)
        found = 0
        for j in range(i, count):
            if max(near[j, 0], x) - low >= width:
                break
            new = True
            for k in range(i, j):
                new &= near[k, 1] != near[j, 1]
            found += new
        if found >= n:
            best = near[i, 0]
    return best
