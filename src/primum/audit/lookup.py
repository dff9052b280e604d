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
from primum.customers.tags import Register, Word, WordColumn, words_of_contacts, words_of_responses
from primum.strategy.models import Strategy
from primum.words.vocabulary import ATTEMPTED, RECEIVED

PRODUCT_SEPARATOR = "\x1f"
MOST_PRODUCT_SETS = 4096
MICRO = 1_000_000


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
    columns: dict[str, WordColumn]
    """Per attribute, the words of the tags after the register filled the gaps."""

    def words(self, attribute: str, tag: int) -> Word:
        """The word of one tag."""
        column = self.columns[attribute]
        return column.words[int(column.index[tag])]


def make_lookup(
    strategy: Strategy, tags: pa.Table, response_tags: pa.Table, state_tags: pa.Table | None = None
) -> Lookup:
    """Join the tags with the register and number everything an audit counts by."""
    register = Register(strategy)
    columns = words_of_contacts(tags, register)
    responses = words_of_responses(response_tags, register)["communication"]
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
    department: np.ndarray, channel: WordColumn, purpose: WordColumn
) -> tuple[tuple[tuple[int, Word, Word], ...], np.ndarray]:
    """The distinct (department, channel, message class) and, per tag, which of them it is."""
    packed = (department * len(channel.words) + channel.index) * len(purpose.words) + purpose.index
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    found = [(int(department[i]), channel.words[channel.index[i]], purpose.words[purpose.index[i]]) for i in first]
    return tuple(found), inverse.reshape(-1)


def _flags(columns: dict[str, WordColumn]) -> np.ndarray:
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


def _products(column: WordColumn) -> tuple[np.ndarray, np.ndarray, bool]:
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
