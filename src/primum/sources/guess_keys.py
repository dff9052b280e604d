"""By what customers are known in each table, and which columns of different tables hold the same identifiers.

Owns the choice of keys, and what tables tell about one another. Refuses to link a single customer: `identity` does,
on every row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from primum.sources.guess_columns import KEY_ROLES, Confidence, Role
from primum.sources.guess_kinds import Seen
from primum.sources.guess_lines import nothing_words, slug
from primum.sources.guess_masks import Masks, cut
from primum.sources.guess_tables import DISTINCT
from primum.sources.guess_words import words_of

MASTERS: Final = ("customers", "identifiers")
_LINKED: Final = 0.3
"""So large a share of a column's values found in a customer master makes it that identifier."""


@dataclass(frozen=True)
class Key:
    """A column that says whose a row is."""

    kind: str
    column: str
    confidence: Confidence
    said: str


def _kind_of(role: Role) -> str:
    """The kind of identifier a column holds; one of an unknown name is a kind of its own."""
    return role.kind or (role.role if role.role in (*KEY_ROLES, "household") else slug(role.name) or "id")


def _folded(role: Role) -> set[str]:
    return {v.lower() for v in role.column.words if len(v) >= 4}


def known_identifiers(looks: Sequence[Seen]) -> dict[str, set[str]]:
    """Kind -> values, small, that customer masters hold of it.

    A column whose name says nothing counts only where another table's column holds the same values.
    """
    known: dict[str, set[str]] = {}
    nameless: set[str] = set()
    for s in looks:
        if s.kind in MASTERS:
            for role in s.keys:
                known.setdefault(_kind_of(role), set()).update(_folded(role))
                nameless |= {_kind_of(role)} if s.kind == "customers" and role.role.startswith("other ") else set()
    met = {_linked(role, known)[0] for s in looks if s.kind not in MASTERS for role in s.keys}
    return {kind: values for kind, values in known.items() if kind not in nameless - met}


def apart(looks: Sequence[Seen]) -> list[Seen]:
    """Customer numbers of different systems get kinds of their own, so that equal numbers do not make one customer.

    Numbers are of one system where their columns are called the same, or where many of them are the same; and where a
    table is too long to be seen whole, because then nobody can tell.
    """
    ranked = sorted(
        (s for s in looks if "crm_id" in s.roles),
        key=lambda s: (s.kind != "customers", -s.table.rows * (s.kind == "customers"), s.table.path.as_posix()),
    )
    systems: list[_System] = []
    own: dict[int, Seen] = {}
    for s in ranked:
        role = s.roles["crm_id"]
        named = words_of(role.name)
        alike = [y for y in systems if y.holds(role)] + [y for y in systems if y.name == named]
        system = alike[0] if alike else None
        if system is None:
            kind = (slug(named) or "other_id") if systems else ""
            systems.append(system := _System(kind, named, set()))
        system.numbers |= _folded(role)
        if system.kind:
            own[id(s)] = replace(s, roles={**s.roles, "crm_id": replace(role, kind=system.kind)})
    return [own.get(id(s), s) for s in looks]


@dataclass
class _System:
    """One numbering of customers: the kind it gets ('' for the first), and what its first column is called."""

    kind: str
    name: str
    numbers: set[str]

    def holds(self, role: Role) -> bool:
        """Whether a column holds these numbers, as far as can be told."""
        mine = _folded(role)
        seen_whole = role.column.distinct < DISTINCT and len(self.numbers) < DISTINCT
        if not (mine and self.numbers and seen_whole):
            return True
        return len(mine & self.numbers) >= _LINKED * min(len(mine), len(self.numbers))


def settled(looks: Sequence[Seen]) -> list[Seen]:
    """Dates that may be read both ways, read as the platform writes them, or as another file does that calls the
    column the same."""
    looks = [_by_platform(s) for s in looks]
    clear = {
        (r.name, d.formats): None
        for s in looks
        for r in s.roles.values()
        if (d := r.dates) is not None and d.formats and not d.ambiguous
    }
    found = []
    for s in looks:
        roles = dict(s.roles)
        for name, role in s.roles.items():
            if (d := role.dates) is not None and d.ambiguous and (role.name, d.ambiguous) in clear:
                d = replace(d, formats=d.ambiguous, ambiguous=d.formats)
            if d is not None and d.ambiguous and (role.name, d.formats) in clear:
                roles[name] = replace(role, dates=replace(d, ambiguous=()), confidence="likely")
        found.append(replace(s, roles=roles))
    return found


def _by_platform(s: Seen) -> Seen:
    order = s.platform.order if s.platform else None
    if order is None:
        return s
    roles = dict(s.roles)
    for name, role in s.roles.items():
        if (d := role.dates) is not None and d.ambiguous:
            first = "day" if d.formats[0].find("%d") < d.formats[0].find("%m") else "month"
            formats = d.formats if first == order else d.ambiguous
            roles[name] = replace(role, dates=replace(d, formats=formats, ambiguous=()))
    return replace(s, roles=roles)


def _linked(role: Role, known: dict[str, set[str]]) -> tuple[str, float]:
    """The kind of identifier of a master among which most of a column's values are, and their share."""
    values = _folded(role)
    if not values:
        return "", 0.0
    shares = {kind: len(values & held) / len(values) for kind, held in known.items()}
    best = max(sorted(shares), key=lambda k: shares[k], default="")
    return (best, shares[best]) if best and shares[best] >= _LINKED else ("", 0.0)


def contact_keys(s: Seen, masks: Masks, known: dict[str, set[str]], asked: list[str]) -> tuple[Key, ...]:
    """The key of a source that is not a master, and a further one where the first is not always there.

    The best is one that a master knows, else an address or a telephone number: those are the same in every system. A
    column whose name says nothing is taken only where there is no other.
    """
    ranked = []
    for number, role in enumerate(s.keys):
        is_address = role.role in ("email", "phone")
        kind, part = ("", 0.0) if is_address else _linked(role, known)
        own = kind or _kind_of(role)
        nameless = role.role.startswith("other ") and not part
        meets = part > 0 or (is_address and own in known)
        anybodys = is_address and role.column.filled >= 0.98 * role.column.rows
        ranked.append(
            (
                (nameless, not meets, not meets and not anybodys, -role.column.distinct * nameless, number),
                own,
                role,
                part,
            )
        )
    ranked.sort(key=lambda r: r[0])
    if not ranked:
        return ()
    (nameless, *_), kind, role, part = ranked[0]
    if nameless:
        asked.append(f'is "{cut(role.name)}" what a customer is known by, and by which name elsewhere?')
    keys = {kind: _key(kind, role, part, masks)}
    if role.column.filled < 0.98 * role.column.rows:
        further = [r for r in ranked[1:] if not r[0][0] and r[1] not in keys]
        keys |= {kind: _key(kind, role, part, masks) for _, kind, role, part in further[:1]}
    return tuple(keys.values())


def _key(kind: str, role: Role, part: float, masks: Masks) -> Key:
    shown = masks.example(role)
    said = f"as in {shown}" if shown else ""
    if part:
        return Key(kind, role.name, "sure" if part > 0.6 else "likely", f"{part:.0%} are in a customer master")
    return Key(kind, role.name, role.confidence, said)


def master_keys(s: Seen, masks: Masks, known: dict[str, set[str]]) -> tuple[tuple[Key, ...], tuple[Key, ...]]:
    """Key and further identifiers of a master: the key is the best column that is unique and hardly ever empty."""
    roles = [r for r in s.keys if not r.role.startswith("other ") or _kind_of(r) in known]
    if s.kind == "identifiers":
        roles = s.keys
    if "household" in s.roles:
        roles = [*roles, s.roles["household"]]
    whole = [r for r in roles if r.column.filled >= 0.9 * r.column.rows and (r.column.is_unique or not r.column.filled)]
    first = (whole or roles)[0]
    found: dict[str, Key] = {}
    for role in [first, *(r for r in roles if r is not first)]:
        key = _key(_kind_of(role), role, 0.0, masks)
        found.setdefault(key.kind, replace(key, confidence="likely") if key.confidence == "unsure" else key)
    key, *further = found.values()
    return (key,), tuple(further)


def own_numbers(s: Seen) -> list[str]:
    """The question about a master whose numbers are not those of the first."""
    role = s.roles.get("crm_id")
    if role is None or not role.kind:
        return []
    return [f'does "{cut(role.name)}" number the same customers as `crm_id` elsewhere? If so, write `crm_id` for it.']


def nobody(s: Seen, keys: Sequence[Key]) -> tuple[str, ...]:
    """Sentinels in the key columns that linking does not know by itself."""
    found = [w for r in s.keys if r.name in {k.column for k in keys} for w in nothing_words(r)]
    return tuple(sorted({w for w in found if w == "-1" or w.startswith(("\\", "("))}))
