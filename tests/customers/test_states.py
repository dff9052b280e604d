"""From exports to intervals: flags, dates, successive extracts, responses and bounces, through a real workspace."""

from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from history.small import make_history
from primum.app.workspace import open_workspace
from primum.customers.spec import state_spec
from primum.customers.states import intervals_of, make_spec, states_of
from primum.customers.survey import survey_customers
from primum.rules.compile import compile_rules
from primum.rules.judge import judge
from primum.rules.parse import parse_rules
from primum.rules.tables import Tables, facts_of_tables
from primum.strategy.load import loads
from views import source

STRATEGY = """
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
      map: {at: at, channel: {value: email}, status: status, outcome: outcome, address: to}
    flags:
      files: flags_*.csv
      kind: states
      key: {crm_id: id}
      as_of: {file_name: '%Y-%m-%d'}
      map: {state: flag, from: since, until: over, brand: brand}
CUSTOMERS
"""
SENT = "id,at,status,outcome,to\na,2026-01-05 09:00,sent,,\n"


def told(folder: Path, files: dict[str, str], customers: str = "", sent: str = SENT):
    """(customer, state, start, until, as_of) of every interval of a workspace with these files, as texts."""
    (folder / "primum.yaml").write_text(STRATEGY.replace("CUSTOMERS", customers))
    (folder / "sent.csv").write_text(sent)
    for name, text in files.items():
        (folder / name).write_text(text)
    place = open_workspace(folder)
    return place.history(), place.load().strategy


def lines(history, strategy):
    spec = make_spec(history, strategy)
    found = []
    for bucket in history.buckets:
        for row in intervals_of(history, bucket, spec).to_pylist():
            found.append(" ".join([row["state"], *(edge(row, n) for n in ("start", "until")), as_of(row)]).strip())
    return sorted(found)


def edge(row, name):
    if row[name] is None:
        return "-"
    if row[f"{name}_precision"] == "day":
        return f"{row[name]:%Y-%m-%d}?"
    return f"{row[name]:%Y-%m-%dT%H}" if row[name].hour else f"{row[name]:%Y-%m-%d}"


def as_of(row):
    return "" if row["as_of"] is None else f"sure:{row['as_of']:%Y-%m-%d}"


HEAD = "id,flag,since,over,brand\n"


def test_a_flag_of_one_extract_is_possible_before_it(tmp_path):
    found = lines(*told(tmp_path, {"flags_2026-01-31.csv": HEAD + "a,bereaved,,,\n"}))
    assert found == ["bereaved - - sure:2026-01-31"]


def test_what_one_extract_shows_and_the_next_does_not_has_ended_between_them(tmp_path):
    files = {
        "flags_2026-01-10.csv": HEAD + "a,bereaved,,,\n",
        "flags_2026-01-20.csv": HEAD + "a,bereaved,,,\na,vulnerable,,,\n",
        "flags_2026-01-30.csv": HEAD,
    }
    assert lines(*told(tmp_path, files)) == [
        "bereaved - 2026-01-21 sure:2026-01-10",
        "bereaved 2026-01-21 2026-01-30 sure:2026-01-30",
        "vulnerable 2026-01-11 2026-01-21 sure:2026-01-20",
        "vulnerable 2026-01-21 2026-01-30 sure:2026-01-30",
    ]


def test_daily_extracts_leave_nothing_open(tmp_path):
    files = {
        "flags_2026-01-10.csv": HEAD + "a,bereaved,,,\n",
        "flags_2026-01-11.csv": HEAD + "a,vulnerable,,,\n",
        "flags_2026-01-12.csv": HEAD + "a,bereaved,,,\n",
    }
    assert lines(*told(tmp_path, files)) == [
        "bereaved - 2026-01-11 sure:2026-01-10",
        "bereaved 2026-01-12 -",
        "vulnerable 2026-01-11 2026-01-12",
    ]


def test_a_dated_flag_keeps_its_date_and_ends_with_the_extracts_or_by_its_own_end(tmp_path):
    files = {
        "flags_2026-01-10.csv": HEAD + "a,arrears,2026-01-02,,\na,fraud_case,2026-01-03 10:30,,\n",
        "flags_2026-01-11.csv": HEAD + "a,fraud_case,2026-01-03 10:30,2026-01-11 08:30,\n",
        "flags_2026-01-12.csv": HEAD,
    }
    assert lines(*told(tmp_path, files)) == [
        "arrears 2026-01-02? 2026-01-11",
        "fraud_case 2026-01-03T10 2026-01-11T08",
    ]


def test_of_an_end_that_a_later_extract_tells_the_later_one_is_believed(tmp_path):
    files = {
        "flags_2026-01-10.csv": HEAD + "a,fraud_case,2026-01-03 10:30,,\n",
        "flags_2026-01-20.csv": HEAD + "a,fraud_case,2026-01-03 10:30,2026-01-05 08:30,\n",
    }
    assert lines(*told(tmp_path, files)) == ["fraud_case 2026-01-03T10 2026-01-05T08"]


def test_files_that_only_add_end_nothing(tmp_path):
    files = {
        "flags_2026-01-10.csv": HEAD + "a,gone_away,,,\n",
        "flags_2026-01-20.csv": HEAD + "a,deceased,,,\n",
    }
    found = lines(*told(tmp_path, files, "customers: {additions: flags}"))
    assert found == ["deceased 2026-01-11 - sure:2026-01-20", "gone_away - - sure:2026-01-10"]


def test_a_history_that_grew_by_an_extract_tells_what_one_built_at_once_does(tmp_path):
    first = {
        "flags_2026-01-10.csv": HEAD + "a,bereaved,,,\na,arrears,2026-01-02,,\n",
        "flags_2026-01-20.csv": HEAD + "a,bereaved,,,\n",
    }
    second = first | {"flags_2026-01-30.csv": HEAD + "a,vulnerable,,,\n"}
    (tmp_path / "grown").mkdir()
    (tmp_path / "built").mkdir()
    before = lines(*told(tmp_path / "grown", first))
    grown = lines(*told(tmp_path / "grown", second))
    assert grown == lines(*told(tmp_path / "built", second)) != before
    (tmp_path / "grown" / "flags_2026-01-30.csv").unlink()
    assert lines(*told(tmp_path / "grown", first)) == before


def test_a_flag_without_any_day_is_never_certain(tmp_path):
    with duckdb.connect() as con:
        rows = [{"key": "a", "state": "bereaved", "from": None}]
        sent = source(con, "sent", "contacts", [{"key": "a", "at": datetime(2026, 1, 5)}])
        history = make_history(con, [sent, source(con, "flags", "states", rows)], tmp_path)
    strategy = loads("strategy: {name: T}").strategy
    assert lines(history, strategy) == ["bereaved - - sure:9999-12-31"]
    (figures,) = survey_customers(history, strategy).states
    assert (figures.never_certain, figures.customers_now) == (1, 0)


def test_the_same_rows_in_any_number_of_buckets_give_the_same_intervals(tmp_path):
    keys = [f"k{i}" for i in range(20)]
    found = []
    for buckets in (1, 4):
        with duckdb.connect() as con:
            sent = source(con, "sent", "contacts", [{"key": k, "at": datetime(2026, 1, 5)} for k in keys])
            heard = source(
                con,
                "heard",
                "responses",
                [
                    {"key": k, "at": datetime(2026, 1, 5 + i % 3, 10), "kind": "opted_out", "channel": "email"}
                    for i, k in enumerate(keys)
                ]
                + [{"key": k, "at": datetime(2026, 1, 7, 9), "kind": "opted_in", "channel": None} for k in keys[:10]],
            )
            history = make_history(con, [sent, heard], tmp_path / str(buckets), buckets)
        strategy = loads("strategy: {name: T}").strategy
        found.append((lines(history, strategy), survey_customers(history, strategy)))
    assert found[0] == found[1]
    states = {s.state: s for s in found[0][1].states}
    assert states["opted_out"].customers == 20
    assert states["opted_out"].customers_now == 20 - 7
    assert states["opted_out"].by_scope == (("channel", 20),)


BOUNCES = """id,at,status,outcome,to
a,2026-01-05 09:00,bounced,550 5.1.1 user unknown,ann@example.org
a,2026-01-06 09:00,bounced,mailbox full,ann@example.com
a,2026-01-07 09:00,delivered,,ann@example.com
a,2026-01-08 09:00,delivered,,ann@example.org
a,2026-01-09 09:00,bounced,Account disabled,ann@example.org
a,2026-01-09 10:00,bounced,,ann@example.org
"""


def test_a_hard_bounce_holds_for_its_address_until_something_is_delivered_to_it(tmp_path):
    history, strategy = told(tmp_path, {"flags_2026-01-10.csv": HEAD}, sent=BOUNCES)
    assert lines(history, strategy) == ["hard_bounced 2026-01-05T09 2026-01-08T09"]
    (row,) = states_of(history, 0, state_spec(history, strategy)).to_pylist()
    assert (row["channel"], len(row["address"])) == ("email", 32)
    assert survey_customers(history, strategy).bounces_untold == 1


def test_the_strategy_says_which_further_words_mean_that_an_address_is_dead(tmp_path):
    history, strategy = told(
        tmp_path, {"flags_2026-01-10.csv": HEAD}, "customers: {hard_bounces: account disabled}", BOUNCES
    )
    assert "hard_bounced 2026-01-09T09 -" in lines(history, strategy)


@pytest.mark.parametrize(("reading", "widened"), [("as_said", 0), ("channel", 1), ("company", 1)])
def test_the_reading_of_opt_outs_is_reported(tmp_path, reading, widened):
    files = {"flags_2026-01-31.csv": HEAD + "a,opted_out,,,north\n"}
    history, strategy = told(tmp_path, files, f"customers: {{opt_out_reading: {reading}}}")
    found = survey_customers(history, strategy).opt_outs
    assert (found.reading, found.customers, found.intervals, found.widened) == (reading, 1, 1, widened)


def test_a_segment_changes_nothing_about_the_history(tmp_path):
    told(tmp_path, {"flags_2026-01-31.csv": HEAD})
    manifest = tmp_path / ".primum" / "history" / "manifest.json"
    written = manifest.stat().st_mtime_ns
    told(tmp_path, {}, "customers: {segments: {reached: contacts_30d > 0}}")
    assert manifest.stat().st_mtime_ns == written
    told(tmp_path, {}, "customers: {country: GB}")
    assert manifest.stat().st_mtime_ns != written, "who is who depends on the country"


def test_the_law_reads_the_intervals_as_they_are(tmp_path):
    """Before the extract that first shows a flag it is possible, after it certain; before the one without, no."""
    days = (5, 15, 25)
    sent = "id,at,status,outcome,to\n" + "".join(f"a,2026-01-{d:02} 09:00,sent,,\n" for d in days)
    files = {"flags_2026-01-10.csv": HEAD + "b,bereaved,,,\n", "flags_2026-01-20.csv": HEAD + "a,bereaved,,,\n"}
    history, strategy = told(tmp_path, files, sent=sent)
    compiled = compile_rules(parse_rules({"rules": {"r": {"says": "Leave them alone.", "never_if": "bereaved"}}}))
    contacts = history.table("contacts", 0, ["customer", "at"])
    contacts = contacts.append_column("status", pa.array(["sent"] * len(days)))
    customers = history.customers(0, ["id"])
    states = intervals_of(history, 0, make_spec(history, strategy))
    batch = facts_of_tables(compiled, Tables(customers, contacts, None, states))
    judged = judge(compiled, batch.facts, "audit", batch.ask_start, batch.asks)
    assert [bool(m.any()) for m in judged.broken] == [False, False, True]
    assert [bool(m.any()) for m in judged.unevaluated] == [False, True, False]
