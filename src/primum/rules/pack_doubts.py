"""What is doubtful about the packs of a strategy: told pack by pack, as nobody here wrote their rules.

Owns the warnings of `primum check` about packs. Refuses to know today's date: it comes in as `as_of`.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from primum.rules.faults import Fault
from primum.rules.model import Rule, RuleSet
from primum.rules.packs import PackInUse
from primum.rules.warnings import Declared, states_of, values_named

_NOT_OF_CUSTOMERS: Final = ("segment", "state")


def doubts(packs: Iterable[PackInUse], rules: RuleSet, declared: Declared, as_of: date | None) -> list[Fault]:
    """Everything doubtful about these packs, each with the path of its name under `use`."""
    by_name = {rule.name: rule for rule in rules.rules}
    found: list[Fault] = []
    for pack in packs:
        own = [by_name[name] for name in pack.rules]
        found += [*_past_review(pack, as_of), *_governs_nobody(pack, own, declared), *_names(pack, own, declared)]
        found += _empty_calendars(pack, rules)
    return found


def _past_review(pack: PackInUse, as_of: date | None) -> Iterator[Fault]:
    what = f'pack "{pack.used.pack.name}" was to be reviewed by {pack.used.pack.review_by}, and that day is past.'
    if as_of is not None and pack.used.pack.is_past_review(as_of):
        yield Fault(pack.used.path, what, "Read its sources again, or take a newer version of Primum.")


def _governs_nobody(pack: PackInUse, rules: list[Rule], declared: Declared) -> Iterator[Fault]:
    """Attributes of customers that decide whom the pack governs, and that no source tells."""
    if declared.customers is None:
        return
    asked = dict.fromkeys(t.attribute for rule in rules for t in rule.who.terms)
    missing = [name for name in asked if name not in (*_NOT_OF_CUSTOMERS, *declared.customers)]
    if missing:
        name = pack.used.pack.name
        what = f'pack "{name}" governs customers by their {_listed(missing)}, which no source of customers maps.'
        cure = "Its rules that ask for it govern nobody until one does"
        one_country = f"; if all customers are meant, write {{pack: {name}, for: {{}}}}" if "country" in missing else ""
        yield Fault(pack.used.path, what, f"{cure}{one_country}.")


def _names(pack: PackInUse, rules: list[Rule], declared: Declared) -> Iterator[Fault]:
    """States and segments that the pack's rules ask for, and nobody gives."""
    named = {
        "states": [s for r in rules for s in (*values_named([r.who], "state"), *states_of(r))],
        "segments": [s for r in rules for s in values_named([r.who], "segment")],
    }
    for noun, known, how in (
        ("states", declared.states, "Map them in a source of kind states: until then"),
        ("segments", declared.segments, "Segments are declared by a later version: until then"),
    ):
        missing = [name for name in dict.fromkeys(named[noun]) if known is not None and name not in known]
        if missing:
            what = f'pack "{pack.used.pack.name}" asks for {noun} that nobody declares: {_listed(missing)}.'
            yield Fault(pack.used.path, what, f"{how} none of them ever holds, and {_WHAT_FOLLOWS}")


_WHAT_FOLLOWS: Final = "`only_if` lets nobody through, and `never_if` holds nobody back."


def _empty_calendars(pack: PackInUse, rules: RuleSet) -> Iterator[Fault]:
    for name in pack.used.pack.calendars:
        if not rules.calendars.get(name):
            what = f'pack "{pack.used.pack.name}" closes the dates of the calendar "{name}", which has none.'
            yield Fault(pack.used.path, what, f"Declare it, as in `calendars: {{{name}: [2026-12-25, 2026-12-26]}}`.")


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
