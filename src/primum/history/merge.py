"""Merging a delta into a base: compiled kernels over sorted arrays.

Owns how rows that are added find their places among rows that stay, and how columns are put together again. Refuses to
decide which rows those are (`growing` does).
"""

import numpy as np
import pyarrow as pa
from numba import njit


@njit(cache=True, nogil=True)
def offsets_of(customers: np.ndarray, count: int) -> np.ndarray:
    """Where each customer's rows begin in a sorted column.

    Args:
        customers: int32, ascending, all in [0, count).

    Returns: int64 [count + 1]: customer c's rows are offsets[c] : offsets[c + 1].
    """
    offsets = np.zeros(count + 1, np.int64)
    for i in range(customers.shape[0]):
        offsets[customers[i] + 1] += 1
    for c in range(count):
        offsets[c + 1] += offsets[c]
    return offsets


@njit(cache=True, nogil=True)
def merged_offsets(base: np.ndarray, gone: np.ndarray, seats: np.ndarray, added: np.ndarray, count: int) -> np.ndarray:
    """Where each customer's rows begin after a merge.

    Args:
        base: the base's customer column, int32, ascending.
        gone: positions of base rows that are no more, ascending.
        seats: the merged number of each base customer, negative for those who are no more.
        added: the merged customer of each added row.
        count: merged customers.
    """
    offsets = np.zeros(count + 1, np.int64)
    for i in range(base.shape[0]):
        seat = seats[base[i]]
        if seat >= 0:
            offsets[seat + 1] += 1
    for i in range(gone.shape[0]):
        seat = seats[base[gone[i]]]
        if seat >= 0:
            offsets[seat + 1] -= 1
    for i in range(added.shape[0]):
        offsets[added[i] + 1] += 1
    for c in range(count):
        offsets[c + 1] += offsets[c]
    return offsets


@njit(cache=True, nogil=True)
def _splice(base: np.ndarray, gone: np.ndarray, places: np.ndarray, added: np.ndarray) -> np.ndarray:
    n = base.shape[0]
    out = np.empty(n - gone.shape[0] + added.shape[0], base.dtype)
    i = g = d = o = 0
    while True:
        stop = n
        if g < gone.shape[0]:
            stop = min(stop, gone[g])
        if d < places.shape[0]:
            stop = min(stop, places[d])
        if stop > i:
            out[o : o + stop - i] = base[i:stop]
            o += stop - i
            i = stop
        if d < places.shape[0] and places[d] == i:
            out[o] = added[d]
            o += 1
            d += 1
        elif g < gone.shape[0] and gone[g] == i:
            i += 1
            g += 1
        else:
            return out


def splice(base: np.ndarray, gone: np.ndarray, places: np.ndarray, added: np.ndarray) -> np.ndarray:
    """A column of the base without its gone rows and with the added ones in their places.

    Args:
        base: any dtype of 1, 4 or 8 bytes.
        gone: int64, ascending positions in `base`.
        places: int64, ascending; added row i stands before base row places[i].
        added: the values of the added rows, of the base's dtype.
    """
    bits = np.dtype(f"i{base.dtype.itemsize}")
    added = np.ascontiguousarray(added, base.dtype)
    return np.asarray(_splice(base.view(bits), gone, places, added.view(bits)).view(base.dtype))


def splice_tables(base: pa.Table, gone: np.ndarray, places: np.ndarray, added: pa.Table) -> pa.Table:
    """The same for whole tables; a column that only one of them has is empty in the other's rows."""
    order = splice(
        np.arange(base.num_rows, dtype=np.int64),
        gone,
        places,
        np.arange(base.num_rows, base.num_rows + added.num_rows, dtype=np.int64),
    )
    return pa.concat_tables([base, added], promote_options="default").take(pa.array(order))


@njit(cache=True, nogil=True)
def places_of(
    offsets: np.ndarray, at: np.ndarray, customer: np.ndarray, is_new: np.ndarray, instants: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where added rows belong among base rows, and how many base rows share their customer and instant.

    Args:
        offsets: of the base, by base customer.
        at: of the base, int64.
        customer: per added row its base customer, or (`is_new`) the base customer before whom it stands.
        instants: per added row its instant.

    Returns: (places, tied): added row i stands before base row places[i]; base rows places[i] : places[i] + tied[i]
        have its customer and instant.
    """
    places = np.empty(customer.shape[0], np.int64)
    tied = np.zeros(customer.shape[0], np.int64)
    for i in range(customer.shape[0]):
        low = offsets[customer[i]]
        if not is_new[i]:
            end = offsets[customer[i] + 1]
            high = end
            while low < high:
                middle = (low + high) // 2
                if at[middle] < instants[i]:
                    low = middle + 1
                else:
                    high = middle
            stop = low
            while stop < end and at[stop] == instants[i]:
                stop += 1
            tied[i] = stop - low
        places[i] = low
    return places, tied
