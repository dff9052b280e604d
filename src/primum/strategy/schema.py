"""The JSON Schema of the strategy file, for editors.

Owns the schema, short forms included: an entry may be a column's name, a list of one a text, a share `5%`.
Refuses to promise what only `check` can tell, such as whether a name is declared.
"""

from typing import Any, Final

from primum.strategy.models import COLUMNS, REQUIRED, Strategy
from primum.strategy.register import SECTIONS

_TABLE: Final = {
    "from": {"type": "string", "minLength": 1, "description": "A workbook or CSV file that holds these."},
    "sheet": {"type": "string", "minLength": 1, "description": "The sheet of that workbook."},
}
DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of `primum.yaml`."""
    schema = Strategy.model_json_schema(by_alias=True)
    parts = schema["$defs"]
    parts["Entry"]["oneOf"] = [{"required": [key]} for key in ("column", "value", "sql")]
    _describe_source(parts["Source"])
    for section in SECTIONS:
        schema["properties"][section]["properties"] = _TABLE
    for part in (schema, *parts.values()):
        _without_noise(part)
    return {"$schema": DIALECT, **schema, "title": "Primum strategy"}


def _describe_source(source: dict[str, Any]) -> None:
    entry = source["properties"]["map"]["additionalProperties"]
    source["properties"]["map"] |= {"properties": _attributes(entry), "additionalProperties": False}
    source["oneOf"] = [{"required": ["files"]}, {"required": ["tables", "query"]}]
    source["dependentRequired"] = {"tables": ["query"], "query": ["tables"]}
    source["allOf"] = [_for_kind(kind) for kind in COLUMNS]


def _attributes(entry: dict[str, Any]) -> dict[str, Any]:
    """Every attribute that any kind of source may map, with its type."""
    types: dict[str, str] = {}
    for columns in COLUMNS.values():
        types |= columns
    return {name: {**entry, "description": f"Attribute ({kind})."} for name, kind in sorted(types.items())}


def _for_kind(kind: str) -> dict[str, Any]:
    """What `map` may and must name when the source is of this kind."""
    attributes: dict[str, Any] = {"propertyNames": {"enum": list(COLUMNS[kind])}}
    needed = ["key"]
    if REQUIRED[kind]:
        attributes["required"] = list(REQUIRED[kind])
        needed.append("map")
    return {
        "if": {"properties": {"kind": {"const": kind}}, "required": ["kind"]},
        "then": {"properties": {"map": attributes}, "required": needed},
    }


def _without_noise(part: dict[str, Any]) -> None:
    """Leave out titles that only repeat the key."""
    for key, spec in part.get("properties", {}).items():
        if spec.get("title") == key.replace("_", " ").title():
            del spec["title"]
