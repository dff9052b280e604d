"""The version of a strategy: a hash of what it says.

Owns what counts as saying something else: the content of the packs it uses as well. Refuses to count comments, layout,
and the order of keys where order means nothing.
"""

import hashlib
import json
from typing import Any, Final

from primum.strategy.packs import packs_named, read_pack


def version_of(data: dict[str, Any]) -> str:
    """`sha256:` and the hash of the data in canonical JSON.

    The order of keys counts under `key` of a source (the first that has a value names the customer), for the stages of
    the journey and for the steps of a flow. Which files say it does not count.
    """
    canonical = json.dumps(_with_packs(_with_order(data)), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return "sha256:" + hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _with_packs(data: dict[str, Any]) -> dict[str, Any]:
    """The data with the content of each pack; no key of a strategy can be called `packs:`."""
    used = {name: read_pack(name).digest for name in packs_named(data)}
    return {**data, "packs:": used} if used else data


_ORDERED: Final = (
    ("data", "sources", "*", "key"),
    ("journey", "stages"),
    ("journey", "stages", "*", "touchpoints"),
    ("flows", "*", "steps"),
)
_FILES: Final = ("include", "extends")


def _with_order(data: dict[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {key: value for key, value in data.items() if key not in _FILES}
    for path in reversed(_ORDERED):
        said = _ordered(said, path)
    return said


def _ordered(value: Any, path: tuple[str, ...]) -> Any:
    """The value with the group of keys at this path as a list of pairs; `*` stands for every name."""
    if not isinstance(value, dict):
        return value
    if not path:
        return list(value.items())
    names = value if path[0] == "*" else [path[0]]
    return {k: _ordered(v, path[1:]) if k in names else v for k, v in value.items()}
