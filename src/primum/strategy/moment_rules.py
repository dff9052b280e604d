"""Rules out of moments of truth: what must not happen near them, as the law says it.

Owns the translation and the names of the rules. Refuses to read what they mean (`rules.parse` does), and to stand in
the place of a rule that the strategy itself writes under the same name.
"""

from typing import Any

from primum.strategy.facets.moments import Moment, NotNear
from primum.strategy.models import Strategy
from primum.strategy.positions import KeyPath

Rules = dict[str, dict[str, Any]]


def rules_of_moments(strategy: Strategy) -> Rules:
    """The rules that the moments make: name -> rule as plain data, as it could stand under `rules`."""
    made: Rules = {}
    for name, moment in strategy.moments.items():
        for key, near in moment.not_near.items():
            for ending, limit in _limits(moment, near):
                made[f"moment:{name}:{key}{ending}"] = _rule(moment, near, limit)
    return made


def place_of(path: KeyPath, strategy: Strategy) -> KeyPath:
    """Where the file says what a rule of a moment rests on; every other path as it is."""
    if path[:1] != ("rules",) or len(path) < 2 or not str(path[1]).startswith("moment:"):
        return path
    for name, moment in strategy.moments.items():
        for key, near in moment.not_near.items():
            if str(path[1]) in {f"moment:{name}:{key}{ending}" for ending, _ in _limits(moment, near)}:
                below = path[2:3] if path[2:3] in (("to",), ("says",), ("otherwise",), ("mode",)) else ()
                return ("moments", name, "not_near", key, *below)
    return path


def _limits(moment: Moment, near: NotNear) -> list[tuple[str, dict[str, Any]]]:
    """One limit for each way in which the moment begins; several are told apart by an ending of the name."""
    trigger = moment.trigger
    if trigger is None:
        return []
    found: list[tuple[str, dict[str, Any]]] = []
    if trigger.state:
        found.append(("state", {"never_if": list(trigger.state)}))
    if near.within is not None:
        found += [(kind, {"pause": near.within, "after": {"response": kind}}) for kind in trigger.response]
        if trigger.communication:
            found.append(("sent", {"pause": near.within, "after": {"communication": list(trigger.communication)}}))
    return [(f":{ending}" if len(found) > 1 else "", limit) for ending, limit in found]


def _rule(moment: Moment, near: NotNear, limit: dict[str, Any]) -> dict[str, Any]:
    rule: dict[str, Any] = {"says": near.says, "to": near.to, "otherwise": near.otherwise, "mode": near.mode, **limit}
    if moment.owner is not None:
        rule["owner"] = moment.owner
    return rule
