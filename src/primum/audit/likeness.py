"""Texts that are nearly the same: which pairs of many distinct texts are so similar, and where two texts differ.

Owns the measure and the search. Refuses meaning: texts are alike by their letters. Up to `EXACT` texts every pair is
measured; of more, those that share enough of their three-letter pieces (MinHash with locality-sensitive hashing) are.

Sources: Broder, "On the resemblance and containment of documents", 1997; Indyk and Motwani, "Approximate nearest
neighbors", STOC 1998 (by the `datasketch` library); the measure is the normalised Indel similarity of `rapidfuzz`.
"""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

import numpy as np
import xxhash

THRESHOLD: Final = 85.0
"""Similarity (0 to 100) from which two texts are nearly the same."""
EXACT: Final = 2_000
PIECE: Final = 3
PERMUTATIONS: Final = 126
BANDS: Final = (42, 3)
"""42 bands of 3: of texts that share 48% of their pieces (the least seen at the threshold) 99.3% become candidates, of
texts that share 57% 99.98%; of texts that share 5% one in two hundred."""
_BLOCK: Final = 500

Alike = tuple[int, int, float]
"""Places of two texts (the smaller first) and their similarity."""


def alike(texts: Sequence[str], threshold: float = THRESHOLD) -> list[Alike]:
    """Every pair of texts at least so similar, in order."""
    pairs = _every_pair(texts, threshold) if len(texts) <= EXACT else _likely_pairs(texts, threshold)
    return sorted(pairs)


def _every_pair(texts: Sequence[str], threshold: float) -> Iterator[Alike]:
    from rapidfuzz import fuzz, process

    for start in range(0, len(texts), _BLOCK):
        block = texts[start : start + _BLOCK]
        table = process.cdist(block, texts, scorer=fuzz.ratio, score_cutoff=threshold, dtype=np.float64)
        rows, columns = np.nonzero(table)
        for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
            if start + row < column:
                yield start + row, column, float(table[row, column])


def _likely_pairs(texts: Sequence[str], threshold: float) -> Iterator[Alike]:
    from rapidfuzz import fuzz

    for a, b in sorted(_candidates(texts)):
        similarity = fuzz.ratio(texts[a], texts[b], score_cutoff=threshold)
        if similarity:
            yield a, b, similarity


def _candidates(texts: Sequence[str]) -> set[tuple[int, int]]:
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(num_perm=PERMUTATIONS, params=BANDS)
    found: set[tuple[int, int]] = set()
    for place, text in enumerate(texts):
        sketch = MinHash(PERMUTATIONS, hashfunc=xxhash.xxh32_intdigest)
        sketch.update_batch(pieces(text))
        found |= {(before, place) for before in index.query(sketch)}
        index.insert(place, sketch, check_duplication=False)
    return found


def pieces(text: str) -> list[bytes]:
    """The distinct pieces of three letters, with a blank around the text."""
    padded = f" {text} "
    return sorted({padded[i : i + PIECE].encode() for i in range(max(1, len(padded) - PIECE + 1))})


Pieces = tuple[tuple[str, bool], ...]


def differences(a: str, b: str) -> tuple[Pieces, Pieces]:
    """Both texts in pieces of words, True where they differ."""
    ours, theirs = a.split(), b.split()
    left: list[tuple[str, bool]] = []
    right: list[tuple[str, bool]] = []
    for kind, i, j, k, m in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        if j > i:
            left.append((" ".join(ours[i:j]), kind != "equal"))
        if m > k:
            right.append((" ".join(theirs[k:m]), kind != "equal"))
    return tuple(left), tuple(right)
