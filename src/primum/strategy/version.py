"""The version of a strategy: a hash of what it says.

Owns what counts as saying something else: the content of the packs it uses as well. Refuses to count comments, layout,
and the order of keys where order means nothing.
"""

import hashlib
import json
from typing import Any

from primum.strategy.packs import packs_named, read_pack


def version_of(data: dict[str, Any]) -> str:
    """`sha256:` and the hash of the data in canonical JSON.

    Only under `key` of a source does the order of keys count: the first that has a value names the customer.
    """
    canonical = json.dumps(
        _with_packs(_with_ordered_keys(data)), sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return "sha256:" + hashlib.sha256(canonical.encode("ascii")).hexdigest()


def _with_packs(data: dict[str, Any]) -> dict[str, Any]:
    """The data with the content of each pack; no key of a strategy can be called `packs:`."""
    used = {name: read_pack(name).digest for name in packs_named(data)}
    return {**data, "packs:": used} if used else data


def _with_ordered_keys(data: dict[str, Any]) -> dict[str, Any]:
    section = data.get("data")
    sources = section.get("sources") if isinstance(section, dict) else None
    if not isinstance(section, dict) or not isinstance(sources, dict):
        return data
    ordered = {name: _with_ordered_key(source) for name, source in sources.items()}
    return {**data, "data": {**section, "sources": ordered}}


def _with_ordered_key(source: Any) -> Any:
    if isinstance(source, dict) and isinstance(source.get("key"), dict):
        return {**source, "key": list(source["key"].items())}
    return source
