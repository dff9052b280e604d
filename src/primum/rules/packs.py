"""A strategy's own rules and those of the packs it uses, joined.

Owns what may stand under `use`, and who wins: a rule of the strategy stands in the place of a pack's rule of the same
name, and its calendars in the place of the pack's. Refuses to read the rules themselves (`rules.parse` does).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from primum.rules.faults import Faults
from primum.rules.parse_parts import found
from primum.strategy.packs import Pack, known_packs, read_pack
from primum.strategy.positions import KeyPath
from primum.words.errors import did_you_mean

_HOW: Final = "Write, as in `use: [common-decency]`, or {pack: uk-pecr, for: {country: GB}} for other customers."


@dataclass(frozen=True, slots=True)
class Used:
    """A pack that a strategy uses; `who` is the strategy's own `for`, None where the pack says whom it governs."""

    pack: Pack
    path: KeyPath
    who: Mapping[str, Any] | None = None

    def rules(self) -> dict[str, dict[str, Any]]:
        """The pack's rules, each within its scope."""
        return {name: rule.data(self.who) for name, rule in self.pack.rules.items()}


@dataclass(frozen=True, slots=True)
class PackInUse:
    """A pack as a strategy has it: the names of its rules, and of those that the strategy's own stand in place of."""

    used: Used
    rules: tuple[str, ...]
    replaced: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Joined:
    """`rules` and `calendars` of the strategy with those of its packs, as plain data."""

    rules: Any
    calendars: Any


def packs_used(value: Any, faults: Faults) -> list[Used]:
    """The packs that `use` names, in its order; complaints about all others."""
    if value is None:
        return []
    items = list(enumerate(value)) if isinstance(value, list) else [(None, value)]
    used: list[Used] = []
    for number, item in items:
        path = ("use",) if number is None else ("use", number)
        one = _used(item, path, faults)
        if one is not None and any(one.pack.name == other.pack.name for other in used):
            faults.add(path, f'`use` names the pack "{one.pack.name}" twice.', "Keep one of them.")
        elif one is not None:
            used.append(one)
    return used


def joined(data: Mapping[str, Any], faults: Faults) -> Joined:
    """What `rules` and `calendars` say once the packs are added to them."""
    used = packs_used(data.get("use"), faults)
    rules = _over([one.rules() for one in used], data.get("rules"))
    return Joined(rules, _over([one.pack.calendars for one in used], data.get("calendars")))


def packs_in_use(data: Mapping[str, Any]) -> tuple[PackInUse, ...]:
    """The packs of a strategy that has no complaints, each with what of it is in force."""
    own = data.get("rules")
    names = set(own) if isinstance(own, Mapping) else set()
    return tuple(
        PackInUse(one, tuple(n for n in one.pack.rules if n not in names), tuple(sorted(names & set(one.pack.rules))))
        for one in packs_used(data.get("use"), Faults())
    )


def _over(below: list[Any], own: Any) -> Any:
    """The groups of keys together, the strategy's own last; what is no group is left for its complaint."""
    if not below or not (own is None or isinstance(own, Mapping)):
        return own
    return {name: value for group in (*below, own or {}) for name, value in group.items()}


def _used(item: Any, path: KeyPath, faults: Faults) -> Used | None:
    name, who = item, None
    if isinstance(item, Mapping):
        name, who = item.get("pack"), item.get("for")
        if set(item) - {"pack", "for"} or not isinstance(name, str) or not isinstance(who, Mapping | None):
            faults.add(path, "an item of `use` must say `pack`, and may say `for`.", _HOW)
            return None
    if not isinstance(name, str):
        faults.add(path, f"an item of `use` is {found(item)}, but must be the name of a pack.", _HOW)
        return None
    if name not in known_packs():
        faults.add(path, f'there is no pack "{name}".', did_you_mean(name, known_packs()))
        return None
    return Used(read_pack(name), path, who)
