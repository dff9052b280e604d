"""The short way for typed Parquet gives the very rows of the view, and is not taken where it could not."""

from datetime import datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.making import read

MAPPING = {
    "at": "at",
    "channel": "channel",
    "department": {"column": "team", "values": {"mk": "marketing"}, "otherwise": "others"},
    "purpose": {"column": "kind", "values": {"promo": "marketing", "svc": "service"}},
    "topic": "kind",
    "communication": "campaign",
    "content": {"column": "mark", "local": True},
    "status": {"value": "sent"},
    "cost": "cost",
    "valid_until": "until",
}
SOURCE = {"kind": "contacts", "key": {"crm_id": "who"}, "files": "f*.parquet", "map": MAPPING}

row = st.fixed_dictionaries(
    {
        "who": st.one_of(st.none(), st.integers(-3, 2**40)),
        "at": st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)),
        "channel": st.sampled_from([None, "", "email", "sms"]),
        "team": st.sampled_from([None, "", "mk", "x"]),
        "kind": st.sampled_from([None, "", "promo", "svc", "Marketing"]),
        "campaign": st.one_of(st.none(), st.integers(0, 5)),
        "mark": st.one_of(st.none(), st.integers(-(2**62), 2**62)),
        "cost": st.one_of(st.none(), st.floats(0, 10)),
        "until": st.one_of(st.none(), st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1))),
    }
)
SCHEMA = pa.schema(
    {
        "who": pa.int64(),
        "at": pa.timestamp("us"),
        "channel": pa.string(),
        "team": pa.string(),
        "kind": pa.string(),
        "campaign": pa.int32(),
        "mark": pa.int64(),
        "cost": pa.float64(),
        "until": pa.timestamp("us"),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(row, min_size=1, max_size=30), st.lists(row, min_size=1, max_size=5), st.integers(1, 40))
def test_the_same_rows_both_ways(tmp_path_factory, first, second, batch):
    folder = tmp_path_factory.mktemp("direct")
    pq.write_table(pa.Table.from_pylist(first, SCHEMA), folder / "f1.parquet", row_group_size=7)
    pq.write_table(pa.Table.from_pylist(second, SCHEMA), folder / "f2.parquet", use_dictionary=False)
    viewed, prepared = read(folder, SOURCE)
    assert prepared.direct is not None
    direct = [r for table in prepared.direct.batches(batch) for r in table.to_pylist()]
    for r in viewed:
        del r["key_kind"]
        r["communication"] = r["communication"] if r["communication"] is None else int(r["communication"])
        for name in ("at", "valid_until"):
            r[f"{name}_precision"] = r[name] and r[f"{name}_precision"]
    for r in direct:
        for name in ("at", "valid_until"):
            r[f"{name}_precision"] = r[name] and r[f"{name}_precision"]
    assert direct == [{name: r[name] for name in direct[0]} for r in viewed]


@pytest.mark.parametrize(
    "change",
    [
        {"map": MAPPING | {"subject": "channel"}},
        {"map": MAPPING | {"topic": {"sql": "upper(kind)"}}},
        {"map": MAPPING | {"topic": {"column": "kind", "missing": ["x"]}}},
        {"missing": ["-1"]},
        {"attributes": {"wave": "team"}},
        {"key": {"crm_id": "who", "account": "campaign"}},
        {"key": {"email": "channel"}},
        {"zone": "Europe/Paris"},
    ],
)
def test_a_mapping_that_asks_for_more_is_read_through_the_view(tmp_path, change):
    rows = [dict.fromkeys(SCHEMA.names) | {"who": 1, "at": datetime(2026, 1, 1) + timedelta(hours=i)} for i in range(3)]
    pq.write_table(pa.Table.from_pylist(rows, SCHEMA), tmp_path / "f.parquet")
    assert read(tmp_path, SOURCE)[1].direct is not None
    assert read(tmp_path, SOURCE | change)[1].direct is None
