"""An audit as JSON, field by field, and back; and the schema that says what each field means.

Owns the text form of the records. Refuses to know the fields: they are read off `audit.results`, docstrings included.

Keys are sorted, tuples are lists, absent values are `null`, shares lie in [0, 1]. `schema_version` is `MAJOR.MINOR`: a
minor version adds fields, which older readers ignore; another major version is refused (`docs/audit-json.md`).
"""

import ast
import inspect
import json
import sys
from dataclasses import asdict
from functools import cache
from typing import Any

from pydantic import TypeAdapter, ValidationError

from primum.audit import results
from primum.audit.results import SCHEMA_VERSION, AuditResult
from primum.backtest.results import Backtests
from primum.words.errors import PrimumError


def to_json(result: AuditResult | Backtests) -> str:
    """The records as a JSON text of a stable order, ending with a line break."""
    text = json.dumps(asdict(result), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return text.encode("utf-8", "replace").decode("utf-8") + "\n"


def from_json(text: str) -> AuditResult:
    """The audit that `to_json` wrote; a text of another major version, or of another kind, is refused."""
    try:
        found = json.loads(text)
    except ValueError as broken:
        raise PrimumError(f"This is no audit: it is not JSON ({broken}).") from broken
    version = found.get("schema_version") if isinstance(found, dict) else None
    if not isinstance(version, str):
        raise PrimumError("This is no audit: it has no `schema_version`. Write one with `primum audit --json`.")
    other = PrimumError(
        f"This audit has schema version {version[:20]}; this Primum reads {SCHEMA_VERSION}. Run the audit again."
    )
    if version.split(".")[0] != SCHEMA_VERSION.split(".")[0]:
        raise other
    try:
        return _adapter().validate_json(text, strict=True)
    except ValidationError as wrong:
        if version != SCHEMA_VERSION:
            raise other from wrong
        first = wrong.errors()[0]
        where = ".".join(str(step) for step in first["loc"])
        raise PrimumError(f"This audit is damaged: {where}: {first['msg']}. Run the audit again.") from wrong


def json_schema() -> dict[str, Any]:
    """The JSON Schema of `to_json`'s text, with what each record and field means."""
    schema = _adapter().json_schema(mode="serialization")
    meanings = _meanings()
    for name, record in [("AuditResult", schema), *schema.get("$defs", {}).items()]:
        described, fields = meanings[name]
        record["description"] = described
        for field, meaning in fields.items():
            record["properties"][field]["description"] = meaning
    schema["properties"]["schema_version"]["const"] = SCHEMA_VERSION
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = f"A Primum audit, schema version {SCHEMA_VERSION}"
    schema["$comment"] = (inspect.getdoc(results) or "").replace("\n", " ")
    return schema


@cache
def _adapter() -> TypeAdapter[AuditResult]:
    return TypeAdapter(AuditResult)


def _meanings() -> dict[str, tuple[str, dict[str, str]]]:
    """The docstring of each record, and of each field that has one beneath it."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    named = {v.__module__ for v in vars(results).values() if isinstance(v, type)}
    for module in sorted(name for name in named if name.startswith(results.__name__)):
        for node in ast.parse(inspect.getsource(sys.modules[module])).body:
            if isinstance(node, ast.ClassDef):
                found[node.name] = (_one_line(ast.get_docstring(node) or ""), _field_meanings(node))
    return found


def _field_meanings(record: ast.ClassDef) -> dict[str, str]:
    meanings: dict[str, str] = {}
    for field, below in zip(record.body, record.body[1:], strict=False):
        if not (isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)):
            continue
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str):
            meanings[field.target.id] = _one_line(below.value.value)
    return meanings


def _one_line(text: str) -> str:
    return " ".join(text.split())
