"""Grouping and sorting kernels: rows into buckets, and a bucket into (customer, instant) order.

Owns the counting sort and the repair of exports that are only nearly in time order. Refuses to trust any order.
"""

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def group_by_bucket(codes: np.ndarray, bucket_of: np.ndarray, buckets: int) -> tuple[np.ndarray, np.ndarray]:
    """The rows of each bucket, in their order of arrival.

    Args:
        codes: customer code of each row, int32; negative rows are put behind the last bucket.
        bucket_of: bucket of each code, int16.
        buckets: number of buckets.

    Returns: (order, offsets): bucket b's rows are order[offsets[b]:offsets[b + 1]]; the rows without a customer are
        the last group (offsets has buckets + 2 entries).
    """
    offsets = np.zeros(buckets + 2, np.int64)
    group = np.empty(codes.shape[0], np.int16)
    for i in range(codes.shape[0]):
        b = bucket_of[codes[i]] if codes[i] >= 0 else buckets
        group[i] = b
        offsets[b + 1] += 1
    for b in range(buckets + 1):
        offsets[b + 1] += offsets[b]
    place = offsets[:-1].copy()
    order = np.empty(codes.shape[0], np.int64)
    for i in range(codes.shape[0]):
        b = group[i]
        order[place[b]] = i
        place[b] += 1
    return order, offsets


@njit(cache=True, nogil=True)
def sort_by_customer_and_time(
    customers: np.ndarray, at: np.ndarray, count: int
) -> tuple[np.ndarray, np.ndarray, np.int64]:
    """The order of rows by (customer, instant), ties in order of arrival.

    A counting sort by customer; then each customer's rows are checked and, where they are out of time order, repaired
    (insertion sort for short runs, merge sort for long ones).

    Args:
        customers: code of each row within the bucket, int32, all in [0, count).
        at: instant of each row, int64 microseconds.
        count: number of customers.

    Returns: (order, offsets, ties): customer c's rows are order[offsets[c]:offsets[c + 1]]; `ties` counts rows that
        share customer and instant with the row before.
    """
    offsets = np.zeros(count + 1, np.int64)
    for i in range(customers.shape[0]):
        offsets[customers[i] + 1] += 1
    for c in range(count):
        offsets[c + 1] += offsets[c]
    place = offsets[:-1].copy()
    order = np.empty(customers.shape[0], np.int64)
    for i in range(customers.shape[0]):
        c = customers[i]
        order[place[c]] = i
        place[c] += 1
    ties = np.int64(0)
    for c in range(count):
        low, high = offsets[c], offsets[c + 1]
        if high - low <= 48:
            for i in range(low + 1, high):
                row = order[i]
                j = i - 1
                while j >= low and at[order[j]] > at[row]:
                    order[j + 1] = order[j]
                    j -= 1
                order[j + 1] = row
        else:
            _repair_long(order[low:high], at)
        for i in range(low + 1, high):
            if at[order[i]] == at[order[i - 1]]:
                ties += 1
    return order, offsets, ties


@njit(cache=True, nogil=True)
def _repair_long(order: np.ndarray, at: np.ndarray) -> None:
    sorted_already = True
    for i in range(1, order.shape[0]):
        if at[order[i]] < at[order[i - 1]]:
            sorted_already = False
            break
    if sorted_already:
        return
    keys = np.empty(order.shape[0], np.int64)
    for i in range(order.shape[0]):
        keys[i] = at[order[i]]
    sequence = np.argsort(keys, kind="mergesort")
    copy = order.copy()
    for i in range(order.shape[0]):
        order[i] = copy[sequence[i]]
