"""What follows from a mapped row: an id where there is none, and what a row of an event log tells.

Owns the SQL over columns that are in our words already. Refuses the source's own columns: `mapping` has read them.
"""

from dataclasses import dataclass, field

from primum.sources.expressions import literal, quoted
from primum.strategy.models import Source
from primum.words.errors import did_you_mean
from primum.words.vocabulary import RESPONSE_KINDS, STATUSES

ALIKE = "alike:"
"""Begins an id that was made of attributes (`one_row_per`)."""


@dataclass
class Derived:
    """Columns to put over a mapped row: SQL by name, and the types of those that are attributes."""

    columns: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    complaints: list[tuple[tuple[str, ...], str, str]] = field(default_factory=list)

    def over(self, select: str, held: list[str]) -> str:
        """The SELECT with these columns over it; `held` names the columns that it has."""
        if not self.columns:
            return select
        replaced = [f"{sql} AS {quoted(n)}" for n, sql in self.columns.items() if n in held]
        added = [f"{sql} AS {quoted(n)}" for n, sql in self.columns.items() if n not in held]
        star = f"* REPLACE ({', '.join(replaced)})" if replaced else "*"
        return f"SELECT {', '.join([star, *added])} FROM ({select})"


def derive(source: Source, types: dict[str, str]) -> Derived:
    """What follows from a source's mapped attributes (name -> type)."""
    out = Derived()
    _ids(source, types, out)
    if source.kind == "events":
        _events(types, out)
    return out


def _ids(source: Source, types: dict[str, str], out: Derived) -> None:
    """Rows alike in the attributes of `one_row_per` get one id, where they have none of their own."""
    unknown = [n for n in source.one_row_per if n not in types]
    for name in unknown:
        what = f"one_row_per names '{name}', which is not mapped."
        out.complaints.append((("one_row_per",), what, did_you_mean(name, types)))
    if unknown or not source.one_row_per:
        return
    said = ", ".join(f"coalesce({quoted(n)}::VARCHAR, chr(30))" for n in source.one_row_per)
    mark = f"{literal(ALIKE)} || md5(concat_ws(chr(31), {said}))"
    out.columns["id"] = f"coalesce(id, {mark})" if "id" in types else mark
    out.types["id"] = "text"


def _events(types: dict[str, str], out: Derived) -> None:
    """`status` and its instant for rows about a message; `kind` and `contact` for those about what a customer did."""
    identity = out.columns.get("id", "id" if "id" in types else "NULL::VARCHAR")
    statuses = ", ".join(literal(w) for w in STATUSES)
    kinds = ", ".join(literal(w) for w in RESPONSE_KINDS if w not in STATUSES)
    out.columns |= {
        "status": f"CASE WHEN event IN ({statuses}) THEN event END",
        "status_at": '"at"',
        "status_at_precision": "at_precision",
        "kind": f"CASE WHEN event IN ({kinds}) THEN event END",
        "contact": identity,
        "response_id": f"{identity} || ' ' || event",
    }
    out.types |= {"status": "text", "status_at": "instant", "kind": "text", "contact": "text"}
