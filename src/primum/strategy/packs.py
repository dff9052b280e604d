"""Packs as data: contact rules that come with Primum, each file of `primum/packs/` one pack.

Owns the reading of these files and the records of a pack. Refuses to read what a rule means (`rules.parse` does) and to
know today's date: whether a pack is past its review is asked with a date.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, Final

from primum.strategy.case_text import read_case_text

HEADER: Final = (
    "name",
    "title",
    "about",
    "not_legal_advice",
    "disclaimer",
    "reviewed",
    "review_by",
    "effective",
    "scope",
)
"""The keys below `pack:`."""

NOT_OF_THE_RULE: Final = ("scope", "held_by")
"""Keys of a pack's rule that say something about it, and are no part of it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a pack's rules are narrowed to: candidates (`to`) and customers (`who`, the file's `for`), as filters."""

    to: Mapping[str, Any]
    who: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PackRule:
    """One rule: `keys` as a strategy would write it, what narrows it, and the cases that hold it.

    It is narrowed by the scope of its pack and by its own, which wins where both name an attribute.
    """

    name: str
    keys: Mapping[str, Any]
    of_pack: Scope
    own: Scope
    held_by: tuple[str, ...]

    def data(self, who: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The rule within its scope, as plain data; `who` stands in the place of the customers of the pack's scope.

        The scope narrows `to` and `for`, and what the rule counts where `counting` is a filter: a cap on calls about
        debts counts no newsletters.
        """
        keys = dict(self.keys)
        to = {**self.of_pack.to, **self.own.to}
        for key, narrow in (("to", to), ("for", {**(self.of_pack.who if who is None else who), **self.own.who})):
            if narrow:
                keys[key] = {**keys.get(key, {}), **narrow}
        if isinstance(keys.get("counting"), Mapping):
            keys["counting"] = {**keys["counting"], **to}
        return keys


@dataclass(frozen=True, slots=True)
class Pack:
    """Rules of one regulation, one vendor, or of common decency. Dates are ISO texts; `digest` is of the file."""

    name: str
    title: str
    about: str
    disclaimer: str
    reviewed: str
    review_by: str
    effective: Mapping[str, str]
    rules: Mapping[str, PackRule]
    left_out: Mapping[str, str]
    calendars: Mapping[str, Any]
    digest: str

    def is_past_review(self, as_of: date) -> bool:
        """Whether it should have been reviewed again before this day."""
        return as_of > date.fromisoformat(self.review_by)


@cache
def known_packs() -> tuple[str, ...]:
    """The names of all packs, sorted."""
    found = (entry.name for entry in files("primum.packs").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in found if name.endswith(".yaml")))


@cache
def read_pack(name: str) -> Pack:
    """The pack of this name, which must be one of `known_packs`."""
    text = files("primum.packs").joinpath(f"{name}.yaml").read_text("utf-8")
    data = read_case_text(text, f"{name}.yaml").data
    header = data["pack"]
    scope = _scope(header)
    return Pack(
        header["name"],
        header["title"],
        header["about"],
        header["disclaimer"],
        header["reviewed"],
        header["review_by"],
        header["effective"],
        {rule: _rule(rule, keys, scope) for rule, keys in data["rules"].items()},
        data.get("left_out") or {},
        data.get("calendars") or {},
        hashlib.sha256(text.encode()).hexdigest(),
    )


def packs_named(data: Mapping[str, Any]) -> list[str]:
    """The known packs that a strategy's plain data uses; whatever else stands under `use` is passed over."""
    use = data.get("use")
    items = use if isinstance(use, list) else [use]
    names = (item.get("pack") if isinstance(item, Mapping) else item for item in items)
    return [name for name in names if isinstance(name, str) and name in known_packs()]


def _rule(name: str, keys: Mapping[str, Any], scope: Scope) -> PackRule:
    rule = {key: value for key, value in keys.items() if key not in NOT_OF_THE_RULE}
    return PackRule(name, rule, scope, _scope(keys), tuple(keys["held_by"]))


def _scope(keys: Mapping[str, Any]) -> Scope:
    scope = keys.get("scope") or {}
    return Scope(scope.get("to") or {}, scope.get("for") or {})
