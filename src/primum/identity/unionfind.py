"""Connected components of the identifier graph, compiled.

Owns the union-find kernel (union by smaller index, path halving). Refuses to know what a node stands for.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def components(count: int, left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """The smallest member of each node's component.

    Args:
        count: number of nodes, numbered 0 .. count - 1.
        left, right: int32 arrays of equal length, one edge each.

    Returns: int32 array of length `count`.

    Source: Tarjan, "Efficiency of a good but not linear set union algorithm", JACM 22(2), 1975.
    """
    parent = np.arange(count, dtype=np.int32)
    for e in range(left.shape[0]):
        a = left[e]
        b = right[e]
        while parent[a] != a:
            parent[a] = parent[parent[a]]
            a = parent[a]
        while parent[b] != b:
            parent[b] = parent[parent[b]]
            b = parent[b]
        if a < b:
            parent[b] = a
        elif b < a:
            parent[a] = b
    for i in range(count):
        parent[i] = parent[parent[i]]
    return parent
