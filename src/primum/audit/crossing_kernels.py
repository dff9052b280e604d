"""The loops behind clashes: the same subject from two departments, and live offers that contradict each other.

Owns these loops. Refuses names: it sees codes. The plain twins are in `tests/audit/test_clashes.py`.
"""

import numpy as np
from numba import njit

from primum.audit.kernels import MISSING, OFFER_CAP


@njit(cache=True, nogil=True)
def grown(found: np.ndarray, n: int) -> np.ndarray:
    """The array, with room for an n-th row."""
    if n < found.shape[0]:
        return found
    larger = np.empty((2 * n, found.shape[1]), found.dtype)
    larger[:n] = found
    return larger


@njit(cache=True, nogil=True)
def crossings(
    customer: np.ndarray, at: np.ndarray, department: np.ndarray, subject: np.ndarray, nobody: int, window_us: int
) -> np.ndarray:
    """[n, 2] int64: places of a contact on a subject and of the nearest earlier one by another department.

    Args:
        customer, at: sorted by customer and instant; `subject`: codes from 0.
        nobody: the code of a department that is not recorded: such contacts are passed over.

    Of each subject two contacts are remembered, the latest, and the latest of another department than that one.
    """
    subjects = int(subject.max()) + 1 if len(subject) else 0
    owner = np.full(subjects, -1, np.int64)
    latest = np.full((subjects, 2), -1, np.int64)
    found, n = np.empty((256, 2), np.int64), 0
    for i in range(len(at)):
        d, s = department[i], subject[i]
        if d == nobody:
            continue
        if owner[s] != customer[i]:
            owner[s] = customer[i]
            latest[s, 0], latest[s, 1] = i, -1
            continue
        j = latest[s, 0] if department[latest[s, 0]] != d else latest[s, 1]
        if j >= 0 and at[i] - at[j] < window_us:
            found = grown(found, n)
            found[n, 0], found[n, 1] = j, i
            n += 1
        if department[latest[s, 0]] != d:
            latest[s, 1] = latest[s, 0]
        latest[s, 0] = i
    return found[:n]


@njit(cache=True, nogil=True)
def contradictions(
    offsets: np.ndarray, at: np.ndarray, until: np.ndarray, products: np.ndarray, overlap: np.ndarray, terms: np.ndarray
) -> np.ndarray:
    """[n, 2] int64: places of two offers of one customer that are live at once, of one product, on other terms.

    Args:
        until: last instant of each offer, MISSING where it has none.
        products: code of its product set, -1 for none; `overlap`: [P, P] bool, whether two sets meet.
        terms: [n, T] codes, -1 where an offer does not say: only what both say is compared.
    """
    live = np.empty(OFFER_CAP, np.int64)
    found, n = np.empty((256, 2), np.int64), 0
    for c in range(offsets.shape[0] - 1):
        count = 0
        for i in range(offsets[c], offsets[c + 1]):
            if until[i] == MISSING or products[i] < 0:
                continue
            kept = 0
            for o in range(count):
                if until[live[o]] >= at[i]:
                    live[kept] = live[o]
                    kept += 1
            count = kept
            if until[i] < at[i]:
                continue
            for o in range(count):
                j = live[o]
                differs = False
                for t in range(terms.shape[1]):
                    differs |= terms[i, t] >= 0 and terms[j, t] >= 0 and terms[i, t] != terms[j, t]
                if differs and overlap[products[i], products[j]]:
                    found = grown(found, n)
                    found[n, 0], found[n, 1] = j, i
                    n += 1
            if count < OFFER_CAP:
                live[count] = i
                count += 1
    return found[:n]
