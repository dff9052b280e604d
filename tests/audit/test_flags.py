"""What was true of customers when they were contacted: the kernel against plain Python, and the report of it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import primum
from history.small import make_history
from primum.audit import findings
from primum.audit.lookup import make_lookup
from primum.audit.results import FlagFigures
from primum.audit.run import sweep_all
from primum.audit.sweep import make_frame
from primum.report.html import render_html
from primum.strategy.models import Strategy
from views import source

SOURCE_ZONE = "Asia/Tokyo"
STRATEGY = Strategy.model_validate(
    {
        "strategy": {"name": "T"},
        "zone": "Europe/London",
        "data": {
            "sources": {
                name: {"kind": kind, "files": "f", "zone": SOURCE_ZONE, "key": {"crm_id": "id"}}
                for name, kind in (("sent", "contacts"), ("held", "states"), ("people", "customers"))
            }
        },
    }
)
START = datetime(2026, 3, 1, 12)
HOUR = timedelta(hours=1)
ZONES = {"A": "America/Los_Angeles", "B": None}
times = st.tuples(st.integers(0, 60), st.sampled_from(["instant", "hour", "day"])).map(lambda t: moment(*t))


def moment(hours: int, precision: str) -> tuple[datetime, str]:
    """An instant (UTC, naive) as a source gives it: of a day, the first instant of it in the source's zone."""
    at = START + timedelta(hours=hours)
    if precision == "day":
        local = at.replace(tzinfo=UTC).astimezone(ZoneInfo(SOURCE_ZONE)).replace(hour=0)
        at = local.astimezone(UTC).replace(tzinfo=None)
    return at, precision


def local_day(at: datetime, precision: str, customer: str):
    """The source's own date of what is known to the day, else the customer's."""
    zone = SOURCE_ZONE if precision == "day" else ZONES[customer] or "Europe/London"
    return at.replace(tzinfo=UTC).astimezone(ZoneInfo(zone)).date()


def instants(at: datetime, precision: str) -> tuple[datetime, datetime]:
    """First and last instant that something known to the hour may have."""
    return at, at + (HOUR - timedelta(microseconds=1) if precision == "hour" else timedelta(0))


def after(contact, border, customer) -> set[bool]:
    """Whether the contact may lie at or after the border of a state, as a set of what is possible."""
    if "day" in (contact[1], border[1]):
        one, two = local_day(*contact, customer), local_day(*border, customer)
        return {True, False} if one == two else {one > two}
    (a, b), (first, last) = instants(*contact), instants(*border)
    return {t for t in (True, False) if (b >= first if t else a < last)}


def verdict(contact, states, customer) -> str | None:
    """certain, possible or None: over all rows of one state."""
    best = set()
    for state in states:
        if any(state[scope] is not None and state[scope] != contact[scope] for scope in ("channel", "topic")):
            continue
        if state["from"] is not None:
            begun = after(contact["at"], state["from"], customer)
        elif state["as_of"] is not None and str(local_day(*contact["at"], customer)) >= state["as_of"]:
            begun = {True}
        else:
            begun = {True, False}
        ended = {False} if state["until"] is None else after(contact["at"], state["until"], customer)
        if begun == {True} and ended == {False}:
            best.add("certain")
        elif True in begun and False in ended:
            best.add("possible")
    return "certain" if "certain" in best else "possible" if best else None


words = st.sampled_from([None, "email", "sms"])
contacts = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from([*ZONES]),
            "at": times,
            "channel": words,
            "topic": st.sampled_from([None, "gas"]),
            "status": st.sampled_from(["sent", "sent", "bounced", "planned"]),
            "initiated": st.sampled_from([None, None, "customer"]),
        }
    ),
    min_size=1,
    max_size=8,
)
held = st.lists(
    st.fixed_dictionaries(
        {
            "key": st.sampled_from([*ZONES]),
            "state": st.sampled_from(["arrears", "vip"]),
            "from": st.one_of(st.none(), times),
            "until": st.one_of(st.none(), times),
            "as_of": st.sampled_from([None, "2026-03-02", "2026-03-03"]),
            "channel": words,
            "topic": st.sampled_from([None, None, "gas", "power"]),
        }
    ),
    min_size=1,
    max_size=6,
)


def plain_figures(sent: list[dict], states: list[dict]) -> list[FlagFigures]:
    counted = [c for c in sent if c["status"] == "sent" and c["initiated"] is None]
    found = []
    for name in sorted({s["state"] for s in states}):
        own = [s for s in states if s["state"] == name]
        told = [(c["key"], verdict(c, [s for s in own if s["key"] == c["key"]], c["key"])) for c in counted]
        undated = [s for s in own if s["from"] is None]
        sets = [[k for k, v in told if v == which] for which in ("certain", "possible")]
        found.append(
            FlagFigures(
                name,
                len({s["key"] for s in own}),
                len(own) - len(undated),
                len(undated),
                *(n for keys in sets for n in (len(keys), len(set(keys)))),
                sum(s["as_of"] is None for s in undated),
            )
        )
    return found


def spread(rows: list[dict], *names: str) -> list[dict]:
    """Rows with each moment as an instant and its precision."""
    return [
        row | {n: row[n] and row[n][0] for n in names} | {f"{n}_precision": row[n] and row[n][1] for n in names}
        for row in rows
    ]


@settings(max_examples=150, deadline=None)
@given(contacts, held, st.sampled_from([1, 2]))
def test_states_held_against_contacts_equal_plain_python(tmp_path_factory, sent, states, buckets):
    with duckdb.connect() as con:
        people = source(con, "people", "customers", [{"key": k, "zone": z} for k, z in ZONES.items()])
        made = source(con, "sent", "contacts", spread(sent, "at"))
        rows = [r | {"as_of": None if r["from"] else r["as_of"]} for r in spread(states, "from", "until")]
        flags = source(con, "held", "states", rows)
        flags.columns["as_of"] = "text"
        history = make_history(con, [people, made, flags], tmp_path_factory.mktemp("flags"), buckets)
    lookup = make_lookup(STRATEGY, *(history.tags(n) for n in ("contacts", "responses", "states")))
    frame = make_frame(history, lookup, STRATEGY.zone, 7)
    found = findings.flags(findings.Ground(STRATEGY, frame, sweep_all(frame)))
    assert sorted(found, key=lambda f: f.state) == plain_figures(sent, states)


TEXT = """
strategy: {name: T}
zone: Europe/London
departments: {sales: }
channels: {email: }
data:
  sources:
    sent:
      files: sent.csv
      kind: contacts
      department: sales
      key: {crm_id: id}
      map: {at: at, channel: {value: email}}
    flags:
      files: flags_*.csv
      kind: states
      key: {crm_id: id}
      AS_OF
      map: {state: flag, from: since}
"""


def audited(folder, as_of="as_of: {file_name: '%Y%m%d'}"):
    (folder / "primum.yaml").write_text(TEXT.replace("AS_OF", as_of))
    days = ("01", "02", "03", "04")
    (folder / "sent.csv").write_text("id,at\n" + "".join(f"{c},2026-03-{d}T10:00\n" for c in "123" for d in days))
    (folder / "flags_20260303.csv").write_text("id,flag,since\n1,complaint_open,\n2,complaint_open,2026-03-02\n")
    return primum.open(folder).audit()


def test_possible_cases_stand_apart_from_certain_ones(tmp_path):
    found = audited(tmp_path)
    assert found.flags == (FlagFigures("complaint_open", 2, 1, 1, 4, 2, 3, 2),)
    assert "undated_flags" not in {b.kind for b in found.blind_spots}
    page = render_html(found)
    assert "What was true of customers when they were contacted" in page
    assert "Possibly so" in page


def test_flags_of_an_extract_of_unknown_day_hold_possibly_and_that_is_said(tmp_path):
    found = audited(tmp_path, "dates: []")
    assert found.flags == (FlagFigures("complaint_open", 2, 1, 1, 2, 1, 5, 2, 1),)
    (spot,) = [b for b in found.blind_spots if b.kind == "undated_flags"]
    assert (spot.count, spot.unit) == (1, "rows")
    assert "as_of" in spot.cure


def test_a_history_without_states_has_no_such_section(tmp_path):
    (tmp_path / "primum.yaml").write_text(TEXT.partition("    flags:")[0])
    (tmp_path / "sent.csv").write_text("id,at\n1,2026-03-01T10:00\n")
    found = primum.open(tmp_path).audit()
    assert found.flags == ()
    assert "What was true of customers" not in render_html(found)


@pytest.mark.parametrize("contacts", [3, 30])
def test_flags_do_not_depend_on_the_buckets(tmp_path, contacts):
    rows = [{"key": f"C{i % 11}", "at": START + i * HOUR, "status": "sent"} for i in range(contacts)]
    states = [{"key": f"C{i}", "state": "vip", "from": START + 5 * i * HOUR} for i in range(9)]
    found = []
    with duckdb.connect() as con:
        sources = [source(con, "sent", "contacts", rows), source(con, "held", "states", states)]
        for buckets in (1, 4):
            history = make_history(con, sources, tmp_path, buckets)
            lookup = make_lookup(STRATEGY, *(history.tags(n) for n in ("contacts", "responses", "states")))
            frame = make_frame(history, lookup, STRATEGY.zone, 7)
            found.append(findings.flags(findings.Ground(STRATEGY, frame, sweep_all(frame))))
    assert found[0] == found[1]
    assert found[0][0].customers == 9
