"""From tags to signatures: what a rule set makes of each tag, bound once for a whole history.

Owns which attributes signatures tell and which are told row by row. Refuses rule sets whose filters name what tags do
not know (`bind_tags` gives None): those go through `rules.tables`, bucket by bucket.

Values that no filter names are one value to all filters, the absent one: an attribute that only filters name is told by
the values they name. That keeps the signatures few, however many communications there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from primum.customers.tags import Word, WordColumn
from primum.rules.bind import Bound, Signature, bind, plain
from primum.rules.compile import Compiled, Scope
from primum.rules.layout import ABSENT
from primum.words.filters import Value

SEPARATOR = "\x1f"
"""Between the values of a list in a tag."""
MOST_SIGNATURES = 4096
"""Attributes of `per` and `distinct` are told by signatures as long as there are not more than this."""
BY_ROW = ("content", "package", "reference", "address")
"""Columns of contacts that `per`, `distinct` and the scopes of states may name; no tag knows them."""


@dataclass(frozen=True)
class Vocabulary:
    """What is known of contacts: the words of their tags, the columns their rows have, and their open attributes."""

    words: Mapping[str, WordColumn]
    columns: frozenset[str]
    open: frozenset[str]

    @property
    def tags(self) -> int:
        """How many tags there are."""
        return len(self.words["status"].index)

    def by_row(self, name: str) -> bool:
        """Whether an attribute is told row by row."""
        return name not in self.words and name in self.columns and name in BY_ROW

    def is_open(self, name: str) -> bool:
        """Whether an attribute stands among the open ones, or is none that can be numbered."""
        return name not in self.words and (name in self.open or (name in self.columns and name not in BY_ROW))


@dataclass(frozen=True)
class TagBinding:
    """A rule set bound to the tags of a history.

    A row's signature is `signature[tag * 2 ** len(needs) + present]`, bit i of `present` saying whether the row has
    `needs[i]`. `codes`: per attribute of `per` or `distinct` that tags know, its code by tag (ABSENT
    where there is none). `rows`: columns that must be read. `known`: the codes of scopes, as bound.
    """

    bound: Bound
    signature: np.ndarray
    needs: tuple[str, ...]
    codes: Mapping[str, np.ndarray]
    rows: tuple[str, ...]
    known: Mapping[Scope, Mapping[Value, int]]


def bind_tags(
    compiled: Compiled, vocabulary: Vocabulary, known: Mapping[Scope, Mapping[Value, int]]
) -> TagBinding | None:
    """Bind a rule set to the tags of a history.

    Args:
        known: per scope, the codes that states and responses give its values.

    Returns: None where the rules name what tags do not know.
    """
    filters, scopes = compiled.filter_attributes(), {s.attribute for s in compiled.scopes()}
    counted = _counted_by(compiled)
    named = filters | scopes | counted | compiled.needed()
    if any(vocabulary.is_open(n) for n in named) or any(vocabulary.by_row(n) for n in filters):
        return None
    whole = {n for n in scopes | counted if n in vocabulary.words}
    combos = _Combinations(vocabulary, _values_named(compiled))
    for name in sorted((filters | scopes) & vocabulary.words.keys()):
        combos.add(name, whole=name in whole)
    for name in sorted(counted & vocabulary.words.keys(), key=lambda n: (len(vocabulary.words[n].words), n)):
        combos.add_if_few(name)
    for name in sorted(compiled.needed() & vocabulary.words.keys()):
        combos.add_presence(name)
    told = frozenset(combos.told | {n for n in named if not vocabulary.by_row(n) and n not in vocabulary.words})
    needs = tuple(sorted(n for n in compiled.needed() if vocabulary.by_row(n)))
    signatures = [_with(s, extra) for s in combos.signatures() for extra in _subsets(needs)]
    bound = bind(compiled, signatures, told, known)
    ways = 1 << len(needs)
    return TagBinding(
        bound,
        (combos.code[:, None] * ways + np.arange(ways)).reshape(-1),
        needs,
        {n: codes_of(vocabulary.words[n]) for n in sorted(counted) if n in vocabulary.words},
        tuple(sorted(n for n in named if vocabulary.by_row(n))),
        known,
    )


def _counted_by(compiled: Compiled) -> set[str]:
    """Attributes of `per` and `distinct`."""
    found = {a for k in compiled.key_sets() for a in k.attributes}
    return found | {p.distinct for p in compiled.pools if p.distinct}


def _values_named(compiled: Compiled) -> dict[str, frozenset[str]]:
    """Per attribute, the values that filters name."""
    filters = [*compiled.priorities, *(f for f, _ in compiled.exempt)]
    filters += [f for row in compiled.rows for f in row.governs]
    filters += [f for pool in compiled.pools for f in pool.filters]
    found: dict[str, frozenset[str]] = {}
    for term in (t for f in filters for t in f.terms):
        found[term.attribute] = found.get(term.attribute, frozenset()) | set(term.values)
    return found


def value_of(word: Word) -> Value | None:
    """A tag's word as filters see it: several values where it is a list."""
    return tuple(word.split(SEPARATOR)) if word is not None and SEPARATOR in word else word


def codes_of(column: WordColumn) -> np.ndarray:
    """Each tag's code of a column, equal for equal values; ABSENT for none."""
    number: dict[Value, int] = {}
    codes = []
    for word in column.words:
        value = plain(value_of(word))
        codes.append(ABSENT if value is None else number.setdefault(value, len(number)))
    return np.asarray(np.array(codes, np.int64)[column.index])


def _subsets(needs: tuple[str, ...]) -> list[frozenset[str]]:
    """What of `needs` may be present, in the order of the bits."""
    choices = product((False, True), repeat=len(needs))
    return [frozenset(n for n, here in zip(reversed(needs), c, strict=True) if here) for c in choices]


def _with(signature: Signature, present: frozenset[str]) -> Signature:
    return Signature(signature.status, signature.values, signature.present | present)


class _Combinations:
    """Combinations of attributes of tags, joined attribute by attribute; `code`: each tag's combination."""

    def __init__(self, vocabulary: Vocabulary, named: Mapping[str, frozenset[str]]) -> None:
        self._words = vocabulary.words
        self._named = named
        self._values: dict[str, list[Value | None]] = {}
        self._present: list[str] = []
        self.told: set[str] = set()
        self.code = np.zeros(vocabulary.tags, np.int64)
        self._join(self._words["status"].index)

    def _join(self, codes: np.ndarray) -> None:
        size = int(codes.max(initial=0)) + 1
        self.code = np.unique(self.code * size + codes, return_inverse=True)[1].reshape(-1)

    def add(self, name: str, *, whole: bool) -> None:
        """Tell an attribute; unless `whole`, by the values that filters name."""
        values = [value_of(w) for w in self._words[name].words]
        if not whole:
            values = [self._reduced(name, v) for v in values]
        number: dict[Value | None, int] = {}
        codes = np.array([number.setdefault(v, len(number)) for v in values], np.int64)
        self._join(codes[self._words[name].index])
        self._values[name] = values
        self.told.add(name)

    def _reduced(self, name: str, value: Value | None) -> Value | None:
        held = value if isinstance(value, tuple) else () if value is None else (value,)
        kept = tuple(v for v in held if v in self._named[name])
        return plain(kept)

    def add_if_few(self, name: str) -> None:
        """Tell an attribute, unless that makes too many combinations."""
        if name in self.told:
            return
        before = self.code
        self.add(name, whole=True)
        if self.code.max(initial=0) >= MOST_SIGNATURES:
            self.code = before
            self.told.discard(name)
            del self._values[name]

    def add_presence(self, name: str) -> None:
        """Tell whether an attribute that some rule needs is there."""
        here = np.array([plain(value_of(w)) is not None for w in self._words[name].words])
        self._join(here[self._words[name].index].astype(np.int64))
        self._present.append(name)

    def signatures(self) -> list[Signature]:
        """The combinations, in the order of their codes; one that matches nothing where there are no tags."""
        if not len(self.code):
            return [Signature("sent", {})]
        first = np.unique(self.code, return_index=True)[1]
        return [self._signature(int(tag)) for tag in first]

    def _signature(self, tag: int) -> Signature:
        at = {n: int(self._words[n].index[tag]) for n in (*self._values, *self._present, "status")}
        told = {n: values[at[n]] for n, values in self._values.items()}
        values = {n: v for n, v in told.items() if v is not None}
        present = frozenset(n for n in self._present if plain(value_of(self._words[n].words[at[n]])) is not None)
        return Signature(self._words["status"].words[at["status"]] or "sent", values, present)
