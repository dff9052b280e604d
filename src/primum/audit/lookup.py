"""What each tag of the history means to an audit: the register joined to what the sources say.

Owns the codes of departments, cells, communications and product sets, and the way back to their names. Refuses rows:
it works on the few tags.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from primum.audit import kernels as k
from primum.audit.flags import States, make_states
from primum.strategy.models import Communication, Strategy
from primum.words.vocabulary import ATTEMPTED, RECEIVED

PRODUCT_SEPARATOR = "\x1f"
MOST_PRODUCT_SETS = 4096
MICRO = 1_000_000

Word = str | None


@dataclass(frozen=True)
class Lookup:
    """Codes and names. `departments[-1]` is None: not recorded. `cells` are (department code, channel, purpose)."""

    tags: np.ndarray
    """[tags, 6] int32: what the kernels need of each tag (columns as in `kernels`)."""
    unit_cost: np.ndarray
    """Cost of one contact of each cell in millionths, MISSING where its channel has none."""
    departments: tuple[Word, ...]
    cells: tuple[tuple[int, Word, Word], ...]
    communications: tuple[str, ...]
    registered: tuple[bool, ...]
    response_communication: np.ndarray
    """Communication code of each response tag, -1 where it names none."""
    response_kind: tuple[Word, ...]
    product_overlap: np.ndarray
    products_checked: bool
    zones: tuple[str, ...]
    """The company's zone, then those of sources: in the zone of its source a date without a time is a day."""
    zone_of_source: dict[str, str]
    states: States
    columns: dict[str, "_Column"]
    """Per attribute, the words of the tags after the register filled the gaps."""

    def words(self, attribute: str, tag: int) -> Word:
        """The word of one tag."""
        column = self.columns[attribute]
        return column.words[int(column.index[tag])]


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
class _Column:
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


def _column(array: pa.ChunkedArray) -> _Column:
    whole = array.combine_chunks() if array.num_chunks != 1 else array.chunk(0)
    encoded = whole if pa.types.is_dictionary(whole.type) else whole.dictionary_encode()
    words = (*encoded.dictionary.to_pylist(), None)
    index = encoded.indices.fill_null(len(words) - 1).to_numpy(zero_copy_only=False)
    return _Column(words, index.astype(np.int64))


def make_lookup(
    strategy: Strategy, tags: pa.Table, response_tags: pa.Table, state_tags: pa.Table | None = None
) -> Lookup:
    """Join the tags with the register and number everything an audit counts by."""
    register = Register(strategy)
    columns = _enriched(tags, register)
    responses = _renamed(_column(response_tags["communication"]), register.name)
    departments = (*sorted(columns["department"].present()), None)
    communications = tuple(sorted(columns["communication"].present() | responses.present()))
    communication_code: dict[Word, int] = {c: i for i, c in enumerate(communications)} | {None: -1}
    communication_code |= {
        w: -1 for w in (*columns["communication"].words, *responses.words) if w not in communication_code
    }
    department = columns["department"].codes(
        {w: len(departments) - 1 for w in columns["department"].words} | {d: i for i, d in enumerate(departments)}
    )
    cells, cell = _cells(department, columns["channel"], columns["purpose"])
    products, overlap, checked = _products(columns["product"])
    zone_of_source = {n: s.zone or strategy.zone for n, s in strategy.data.sources.items()}
    zones = tuple(dict.fromkeys((strategy.zone, *zone_of_source.values())))
    home: dict[Word, str] = dict(zone_of_source.items())
    zone = {w: zones.index(home.get(w, strategy.zone)) for w in columns["source"].words}
    matrix = np.empty((tags.num_rows, 6), np.int32)
    matrix[:, k.FLAGS] = _flags(columns)
    matrix[:, k.DEPARTMENT] = department
    matrix[:, k.CELL] = cell
    matrix[:, k.COMMUNICATION] = columns["communication"].codes(communication_code)
    matrix[:, k.PRODUCTS] = products
    matrix[:, k.ZONE] = columns["source"].codes(zone)
    costs = {n: c.unit_cost for n, c in strategy.channels.items()}
    return Lookup(
        matrix,
        np.array([_micro(costs.get(channel)) if channel else k.MISSING for _, channel, _ in cells], np.int64),
        departments,
        cells,
        communications,
        tuple(c in register.entries for c in communications),
        responses.codes(communication_code).astype(np.int32),
        tuple(response_tags["kind"].to_pylist()),
        overlap,
        checked,
        zones,
        zone_of_source,
        make_states(state_tags, columns, zones, zone_of_source),
        columns,
    )


def _cells(
    department: np.ndarray, channel: _Column, purpose: _Column
) -> tuple[tuple[tuple[int, Word, Word], ...], np.ndarray]:
    """The distinct (department, channel, message class) and, per tag, which of them it is."""
    packed = (department * len(channel.words) + channel.index) * len(purpose.words) + purpose.index
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    found = [(int(department[i]), channel.words[channel.index[i]], purpose.words[purpose.index[i]]) for i in first]
    return tuple(found), inverse.reshape(-1)


def _flags(columns: dict[str, _Column]) -> np.ndarray:
    tests: tuple[tuple[int, str, Callable[[Word], bool]], ...] = (
        (k.ATTEMPTED, "status", lambda w: w in ATTEMPTED),
        (k.RECEIVED, "status", lambda w: w in RECEIVED),
        (k.PUSHED, "initiated", lambda w: w != "customer"),
        (k.DAY_ONLY, "at_precision", lambda w: w == "day"),
        (k.HOUR_ONLY, "at_precision", lambda w: w == "hour"),
    )
    flags = np.zeros(len(columns["status"].index), np.int64)
    for bit, attribute, test in tests:
        flags |= np.where(columns[attribute].holds(test), bit, 0)
    return flags


def _micro(cost: float | None) -> int:
    return k.MISSING if cost is None else round(cost * MICRO)


def _renamed(column: _Column, rename: Callable[[Word], Word]) -> _Column:
    """The same column in other words (several words may become one)."""
    renamed = [rename(w) for w in column.words]
    distinct = tuple(dict.fromkeys(w for w in renamed if w is not None))
    number: dict[Word, int] = {w: i for i, w in enumerate(distinct)} | {None: len(distinct)}
    return _Column((*distinct, None), np.array([number[w] for w in renamed], np.int64)[column.index])


def _filled(column: _Column, fallback: _Column) -> _Column:
    """The first column's words, and where it has none the second's."""
    words = tuple(dict.fromkeys(w for w in (*column.words, *fallback.words) if w is not None))
    number: dict[Word, int] = {w: i for i, w in enumerate(words)} | {None: len(words)}
    own, other = column.codes(number), fallback.codes(number)
    return _Column((*words, None), np.where(own == len(words), other, own))


def _enriched(tags: pa.Table, register: Register) -> dict[str, _Column]:
    """The tags' words, with what the register knows where a source is silent; a contact without status was sent."""
    columns = {c: _column(tags[c]) for c in tags.column_names}
    raw = columns["communication"]
    columns["communication"] = _renamed(raw, register.name)
    for attribute in ("purpose", "topic", "initiated"):
        known = _renamed(raw, register.knows(attribute))
        columns[attribute] = _filled(columns[attribute], known)
    columns["status"] = _renamed(columns["status"], lambda w: w or "sent")
    return columns


def _products(column: _Column) -> tuple[np.ndarray, np.ndarray, bool]:
    """Codes of the product sets, and which sets meet; not checked where there are too many distinct sets."""
    named = sorted(column.present())
    number: dict[Word, int] = dict.fromkeys(column.words, -1) | {p: i for i, p in enumerate(named)}
    codes = column.codes(number)
    if not named or len(named) > MOST_PRODUCT_SETS:
        return codes, np.zeros((0, 0), bool), False
    holders: dict[str, list[int]] = {}
    for i, name in enumerate(named):
        for product in set(name.split(PRODUCT_SEPARATOR)):
            holders.setdefault(product, []).append(i)
    overlap = np.zeros((len(named), len(named)), bool)
    for together in holders.values():
        overlap[np.ix_(together, together)] = True
    return codes, overlap, True
