"""What the tags of the history say, once the register has filled the gaps of the sources.

Owns the words of each attribute by tag. Refuses rows: a tag is one distinct combination of a contact's attributes, so
what is worked out here is worked out once and not once a contact.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from primum.strategy.models import Communication, Strategy

Word = str | None


class Register:
    """The registered communications by every name they are known under."""

    def __init__(self, strategy: Strategy) -> None:
        self.entries = strategy.communications
        self._names = {n: name for name, c in strategy.communications.items() for n in (name, *c.known_as)}

    def name(self, word: Word) -> Word:
        """The registered name of what a source calls `word`; `word` itself where nobody registered it."""
        return self._names.get(word, word) if word is not None else None

    def knows(self, attribute: str) -> Callable[[Word], Word]:
        """A function from any name of a communication to what the register says of this attribute."""
        return lambda word: getattr(self.entry(word), attribute, None)

    def entry(self, word: Word) -> Communication | None:
        """The register's entry under any of its names."""
        name = self._names.get(word) if word is not None else None
        return self.entries[name] if name is not None else None


@dataclass(frozen=True)
class WordColumn:
    """One attribute of all tags: the distinct words and, per tag, which of them it is (the last word is None)."""

    words: tuple[Word, ...]
    index: np.ndarray

    def codes(self, number: dict[Word, int]) -> np.ndarray:
        """Each tag's code under a numbering of words."""
        codes = np.array([number[w] for w in self.words], np.int64)
        return np.asarray(codes[self.index])

    def holds(self, test: Callable[[Word], bool]) -> np.ndarray:
        """For each tag, whether its word passes a test."""
        held = np.array([test(w) for w in self.words], bool)
        return np.asarray(held[self.index])

    def present(self) -> set[str]:
        """The words that some tag has."""
        used = np.bincount(self.index, minlength=len(self.words))
        return {w for w, n in zip(self.words, used, strict=True) if w is not None and n}

    def in_other_words(self, rename: Callable[[Word], Word]) -> "WordColumn":
        """The same column in other words (several words may become one)."""
        renamed = [rename(w) for w in self.words]
        distinct = tuple(dict.fromkeys(w for w in renamed if w is not None))
        number: dict[Word, int] = {w: i for i, w in enumerate(distinct)} | {None: len(distinct)}
        return WordColumn((*distinct, None), np.array([number[w] for w in renamed], np.int64)[self.index])

    def filled_with(self, fallback: "WordColumn") -> "WordColumn":
        """These words, and where there is none the fallback's."""
        words = tuple(dict.fromkeys(w for w in (*self.words, *fallback.words) if w is not None))
        number: dict[Word, int] = {w: i for i, w in enumerate(words)} | {None: len(words)}
        own, other = self.codes(number), fallback.codes(number)
        return WordColumn((*words, None), np.where(own == len(words), other, own))


def word_column(array: pa.ChunkedArray) -> WordColumn:
    """The words of a column of texts."""
    whole = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    words = (*encoded.dictionary.to_pylist(), None)
    index = encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return WordColumn(words, index.astype(np.int64))


def words_of_contacts(tags: pa.Table, register: Register) -> dict[str, WordColumn]:
    """The words of contacts' tags, with what the register knows where a source is silent.

    A communication goes by its registered name; a contact without a status was sent.
    """
    columns = {c: word_column(tags[c]) for c in tags.column_names}
    raw = columns["communication"]
    columns["communication"] = raw.in_other_words(register.name)
    for attribute in ("purpose", "topic", "initiated"):
        known = raw.in_other_words(register.knows(attribute))
        columns[attribute] = columns[attribute].filled_with(known)
    columns["status"] = columns["status"].in_other_words(lambda w: w or "sent")
    return columns


def words_of_responses(tags: pa.Table, register: Register) -> dict[str, WordColumn]:
    """The words of responses' tags; a communication goes by its registered name."""
    columns = {c: word_column(tags[c]) for c in tags.column_names}
    columns["communication"] = columns["communication"].in_other_words(register.name)
    return columns
