"""Facts that rules ask for and no source supplies: such rules hold nobody back, or hold everybody.

Owns who supplies what (the mapping, the register, the words that were seen). Refuses to repeat what `primum check` says
of names that nobody declares.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from primum.app.rules import Checked, declared_by
from primum.rules.needs import Need, Noun, needs
from primum.sources.peek import Look
from primum.strategy.models import Source
from primum.strategy.moment_rules import place_of
from primum.strategy.positions import KeyPath
from primum.words.errors import Complaint

REGISTERED: Final = ("purpose", "topic", "initiated")
"""Attributes of contacts that the register tells where a source is silent."""
SHOWN: Final = 3

_CURES: Final[Mapping[Noun, str]] = {
    "zone": "Write `zone:` at the top of the file, or map `zone` in a source of customers.",
    "household": "Name the kind `household` under `key` or `identifiers` of a source.",
    "state": "Map it in a source of kind states; look at the words that the source has.",
    "attribute of customers": "Map it under `map` or `attributes` of a source of customers.",
    "attribute of contacts": "Map it under `map` or `attributes` of the sources of contacts.",
    "response": "Map it as `kind` in a source of responses, or as an event of an event log.",
}


def unsupplied(checked: Checked, looks: Mapping[str, Look]) -> Iterator[Complaint]:
    """Every fact that a rule asks for and that nothing supplies, at the first rule that asks.

    Args:
        looks: what was seen of every source.
    """
    supply = _Supply(checked, looks)
    for need in needs(checked.rules):
        if need.noun in _CURES and not supply.has(need):
            yield _complaint(checked, need)


class _Supply:
    """What sources and register supply."""

    def __init__(self, checked: Checked, looks: Mapping[str, Look]) -> None:
        strategy = checked.loaded.strategy
        self._sources: list[Source] = list(strategy.data.sources.values())
        self._looks = looks
        self._declared = declared_by(checked.loaded)
        self._zone = checked.loaded.positions.has(("zone",))
        self._of_contacts = {"status", *self._mapped("contacts", "events")}
        if any(s.department for s in self._sources):
            self._of_contacts.add("department")
        register = strategy.communications.values()
        self._of_contacts |= {a for a in REGISTERED for c in register if getattr(c, a) is not None}

    def _mapped(self, *kinds: str) -> set[str]:
        return {name for s in self._sources if s.kind in kinds for name in (*s.map, *s.attributes)}

    def _seen(self, attribute: str) -> set[str]:
        return {word for look in self._looks.values() for word in look.words.get(attribute, {})}

    def has(self, need: Need) -> bool:
        """Whether something supplies it."""
        if need.noun == "zone":
            return self._zone or "zone" in self._mapped("customers")
        if need.noun == "household":
            return any("household" in (*s.key, *s.identifiers) for s in self._sources)
        if need.noun == "state":
            return self._has_state(need.name)
        if need.noun == "response":
            return need.name == "bounced" or need.name in self._seen("kind")
        if need.noun == "attribute of customers":
            return self._declared.customers is None or need.name in self._declared.customers
        return need.name in self._of_contacts

    def _has_state(self, name: str) -> bool:
        """Whether rows tell it; what nobody maps `primum check` tells, and responses may begin states by themselves."""
        if self._declared.states is not None:
            mapped = {w for s in self._sources if s.kind == "states" for w in _words(s)}
            if name not in mapped:
                return True
        return name in self._seen("state")


def _words(source: Source) -> Iterable[str]:
    entry = source.map.get("state")
    if entry is None:
        return ()
    return [str(w) for w in (entry.value, *(entry.values or {}).values(), entry.otherwise) if w is not None]


def _complaint(checked: Checked, need: Need) -> Complaint:
    place = checked.loaded.positions.key(_path(checked, need.rules[0]))
    asked = ", ".join(f'"{r}"' for r in need.rules[:SHOWN])
    more = len(need.rules) - SHOWN
    asked += f" and {more:,} more" if more > 0 else ""
    noun, verb = ("rule", "asks") if len(need.rules) == 1 else ("rules", "ask")
    what = f"{noun} {asked} {verb} for {_fact(need)}, which no source supplies."
    return Complaint(place.file, place.line, place.column, what, _CURES[need.noun], place.cell)


def _fact(need: Need) -> str:
    if need.noun == "zone":
        return "the customer's local time"
    if need.noun == "household":
        return "the household"
    if need.noun == "response":
        return f'responses of the kind "{need.name}"'
    noun, _, whose = need.noun.partition(" ")
    return f'the {noun} "{need.name}"{" " + whose if whose else ""}'


def _path(checked: Checked, rule: str) -> KeyPath:
    """Where a rule stands; of a pack's, where the pack is used."""
    pack = next((p for p in checked.packs if rule in p.rules), None)
    return place_of(("rules", rule), checked.loaded.strategy) if pack is None else pack.used.path
