"""A hearing: a rule set, and all that is worked out once for a whole history before any bucket is judged by it.

Owns what tags mean to the rules, and where states and responses come from. Refuses rows.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from primum.customers.circumstances import StatesOf, raw_states, responses_to
from primum.customers.signatures import TagBinding, Vocabulary, bind_tags
from primum.customers.tags import Register, WordColumn, words_of_contacts, words_of_responses
from primum.history import History
from primum.rules.calendar import DayTables, day_tables
from primum.rules.compile import Compiled, Scope
from primum.strategy.models import Strategy
from primum.words.filters import Value
from primum.words.vocabulary import ATTEMPTED

SENDING = ("contacts", "events")
"""Kinds of source whose rows tell of contacts."""


@dataclass(frozen=True)
class Hearing:
    """What one audit or backtest shares over all buckets.

    `asked` (bool): tags whose contacts were attempted, and are therefore asked about. `whole` (bool): tags whose
    contacts are known only to the day. `states` and `responses` give a bucket's, None where no rule looks at any.
    `binding` is None where the rules name what tags do not know.
    """

    history: History
    compiled: Compiled
    vocabulary: Vocabulary
    states: StatesOf | None
    responses: Callable[[int], pa.Table | None] | None
    asked: np.ndarray
    whole: np.ndarray
    binding: TagBinding | None
    days: DayTables

    @property
    def words(self) -> Mapping[str, WordColumn]:
        """The words of contacts' tags by attribute, the register's gaps filled."""
        return self.vocabulary.words


def make_hearing(
    history: History,
    compiled: Compiled,
    strategy: Strategy,
    *,
    states: StatesOf | None = None,
    segments: bool = False,
) -> Hearing:
    """Prepare a rule set to be heard over a history.

    Args:
        states: gives the states (and segments) of a bucket; by default each row of the sources by itself.
        segments: have them read even where no rule looks at any.
    """
    register = Register(strategy)
    words = words_of_contacts(history.tags("contacts"), register)
    heard = words_of_responses(history.tags("responses"), register)
    sources = strategy.data.sources
    declared = frozenset(a for s in sources.values() if s.kind in SENDING for a in s.attributes)
    vocabulary = Vocabulary(words, frozenset(history.manifest.columns.get("contacts", ())), declared)
    if states is None:
        zones = {n: s.zone or strategy.zone for n, s in sources.items()}
        states = raw_states(history, zones, strategy.zone)
    known = {s: _known_values(history, s, (words, heard)) for s in compiled.scopes()}
    return Hearing(
        history,
        compiled,
        vocabulary,
        states if segments or any(f.kind != "pause" for f in compiled.facts) else None,
        _responses(history, compiled, heard),
        words["status"].holds(lambda w: w in ATTEMPTED),
        words["at_precision"].holds(lambda w: w == "day"),
        bind_tags(compiled, vocabulary, known),
        day_tables(compiled, *extent(history)),
    )


def _known_values(history: History, scope: Scope, told: Sequence[Mapping[str, WordColumn]]) -> dict[Value, int]:
    """Codes of the values that states and responses may name for a scope; states may come of contacts (bounces)."""
    tags = history.tags("states")
    found = set(tags[scope.attribute].to_pylist()) if scope.attribute in tags.column_names else set()
    for words in told:
        found |= set(words[scope.attribute].words) if scope.attribute in words else set()
    return {v: i for i, v in enumerate(sorted(found - {None}))}


def _responses(
    history: History, compiled: Compiled, words: Mapping[str, WordColumn]
) -> Callable[[int], pa.Table | None] | None:
    """The responses that may start a pause, by bucket."""
    pauses = [row.pause.limit for row in compiled.rows if row.pause is not None]
    if not pauses:
        return None
    kinds = frozenset(k for p in pauses for k in p.kinds)
    named = frozenset(a for p in pauses for a in p.filter.attributes) | {s.attribute for s in compiled.scopes()}
    return responses_to(history, words, kinds, named)


def extent(history: History) -> tuple[int, int]:
    """The first and the last instant of any contact, in microseconds; 0, 0 where there is none."""
    sources = [s for s in history.manifest.sources if s.kind in SENDING]
    first = [s.first for s in sources if s.first is not None]
    last = [s.last for s in sources if s.last is not None]
    return (min(first), max(last)) if first and last else (0, 0)
