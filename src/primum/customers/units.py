"""The customers of a bucket as the law asks for them: in which household, in which zones, with which attributes.

Owns the way from the history's customers to the table of `rules.tables.Tables`. Refuses readable identifiers.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from primum.customers.open_attributes import open_column
from primum.history import History
from primum.rules.compile import Compiled, Kind


def customers_of(history: History, number: int, compiled: Compiled) -> pa.Table:
    """`unit` (int64, ascending), `zones`, `person` (whether nobody said that they are none), and what rules ask for.

    Attributes that `for` names are columns or open attributes of the history's customers; `id`, the keyed hash, is
    there where a rule holds customers out by it.
    """
    named = {t.attribute for who in compiled.who for t in who.attributes}
    by_id = any(r.kind == Kind.HOLD_OUT for r in compiled.rows)
    wanted = ["zone", "not_person", *sorted(named), "attributes" if named else "zone"]
    wanted += ["id"] if by_id else []
    wanted += ["id", "unit"] if compiled.counts_households else []
    known = history.customers(number, list(dict.fromkeys(wanted)))
    data: dict[str, pa.Array | pa.ChunkedArray] = {"unit": pa.array(_units(known)), "person": _persons(known)}
    if "zone" in known.column_names:
        data["zones"] = known["zone"]
    if by_id:
        data["id"] = known["id"]
    for name in sorted(named - data.keys()):
        if name in known.column_names:
            data[name] = known[name].cast(pa.string())
        elif "attributes" in known.column_names:
            data[name] = open_column(known["attributes"], name)
    return pa.table(data)


def _units(known: pa.Table) -> np.ndarray:
    """Numbers of households, neighbours having one number; each customer's own where there are none."""
    if "unit" not in known.column_names:
        return np.arange(known.num_rows)
    unit = pc.fill_null(known["unit"], "").combine_chunks()
    unit = pc.if_else(pc.equal(unit, ""), known["id"].combine_chunks(), unit)
    differs = pc.not_equal(unit[1:], unit[:-1]).to_numpy(zero_copy_only=False)
    return np.concatenate([np.zeros(min(1, len(unit)), np.int64), np.cumsum(differs)]).astype(np.int64)


def _persons(known: pa.Table) -> pa.Array:
    if "not_person" not in known.column_names:
        return pa.repeat(True, known.num_rows)
    return pc.less(pc.fill_null(known["not_person"], -1), 0).combine_chunks()
