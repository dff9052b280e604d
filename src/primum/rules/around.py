"""Counting around an instant: which runs of kept contacts share a window with it.

Owns the arithmetic on ascending places of an axis. Refuses to know what is counted, and in which units.

n counted contacts, first at a and last at b with b - a < W, forbid the open interval (b - W, a + W) to a further one.
Places lie in the kernel's memory: the i-th at `memory[base + 2 * i]`, and behind it which value of `distinct` it has.
"""

# mypy: disable-error-code="no-any-return,assignment"
import numpy as np

from primum.rules.compiling import part
from primum.rules.layout import LONG_AGO


@part
def insert(memory: np.ndarray, base: int, count: int, place: int, what: int) -> int:
    """Insert a place where it belongs; returns the new count."""
    i = base + 2 * count
    while i > base and memory[i - 2] > place:
        memory[i], memory[i + 1] = memory[i - 2], memory[i - 1]
        i -= 2
    memory[i], memory[i + 1] = place, what
    return count + 1


@part
def latest_run(memory: np.ndarray, base: int, count: int, n: int, x: int, width: int) -> int:
    """Of the runs of n neighbours that share a window with x, the greatest first place; LONG_AGO where none does."""
    best = LONG_AGO
    for i in range(count - n + 1):
        first, last = memory[base + 2 * i], memory[base + 2 * (i + n - 1)]
        if max(last, x) - min(first, x) < width:
            best = first
    return best


@part
def latest_set(memory: np.ndarray, base: int, count: int, n: int, x: int, width: int) -> int:
    """As `latest_run`, for n distinct things: the greatest place from which on a window with x holds that many."""
    best = LONG_AGO
    for i in range(count):
        first = memory[base + 2 * i]
        found = 0
        for j in range(i, count):
            if max(memory[base + 2 * j], x) - min(first, x) >= width:
                break
            new = True
            for k in range(i, j):
                new &= memory[base + 2 * k + 1] != memory[base + 2 * j + 1]
            found += new
        if found >= n:
            best = first
    return best
