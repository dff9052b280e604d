"""The made-up company, the retailer and the page's own example: what is true of their customers, counted from files."""

import csv
import json
import re
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

import primum
from primum.app.cli.main import app
from primum.app.rules import check_text
from primum.demo import company, retailer
from primum.strategy.load import loads
from primum.words.errors import StrategyError

DOCS = Path(__file__).parent.parent.parent / "docs" / "customers.md"


@pytest.fixture(scope="module")
def brightwater(tmp_path_factory):
    folder = tmp_path_factory.mktemp("brightwater")
    company.build(folder, 10_000, truth=False)
    return folder


def rows(folder, name):
    with (folder / "exports" / name).open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_states_of_the_made_up_company_are_those_of_its_files(brightwater):
    found = primum.open(brightwater).customers()
    states = {state.state: state for state in found.states}
    assert set(states) == {"opted_out", "no_advertising"}
    dated = rows(brightwater, "preferences.csv")
    opted_out = states["opted_out"]
    assert opted_out.customers == opted_out.customers_now == len({r["email"].lower() for r in dated})
    assert dict(opted_out.by_scope) == {"purpose": opted_out.by_day}
    assert opted_out.by_day == len({(r["email"].lower(), r["since"]) for r in dated}) > 10
    (extract,) = (brightwater / "exports").glob("crm_flags_*.csv")
    flagged, undated = rows(brightwater, extract.name), states["no_advertising"]
    assert undated.customers == undated.possible_before == len({r["customer_no"] for r in flagged}) > 10
    assert (undated.by_day, undated.never_certain) == (0, 0)
    assert (found.opt_outs.reading, found.opt_outs.widened) == ("as_said", 0)
    assert found.bounces_untold > 0, "its exports say 'bounced' and no more"


def test_a_timeline_shows_since_when_somebody_is_opted_out(brightwater):
    who = rows(brightwater, "preferences.csv")[0]
    answer = CliRunner().invoke(
        app, ["timeline", f"email:{who['email']}", "--workspace", str(brightwater), "--states", "--json"]
    )
    lines = json.loads(answer.stdout)
    assert {"what": "opted_out", "kind": "state", "since": who["since"], "until": None} in [
        {n: line[n] for n in ("what", "kind", "since", "until")} for line in lines
    ]
    text = CliRunner().invoke(app, ["timeline", f"email:{who['email']}", "--workspace", str(brightwater)]).stdout
    assert "What is true of this customer" in text
    assert who["since"] in text


SEGMENTS = """
customers:
  purchases: [redeemed]
  segments:
    families: household_size IN ('3', '4', '5+')
    redeemers: frequency > 0
    twice: frequency >= 2
"""


def test_segments_of_the_retailer_are_those_of_its_tables(tmp_path):
    retailer.build(tmp_path)
    path = tmp_path / "primum.yaml"
    path.write_text(path.read_text() + SEGMENTS)
    found = {s.name: dict(s.sizes) for s in primum.open(tmp_path).customers().segments}
    last = max(found["families"])
    known = pq.read_table(tmp_path / "exports" / "demographics.parquet")
    assert found["families"][last] == sum(str(s) in ("3", "4", "5+") for s in known["household_size"].to_pylist())
    redeemed = pq.read_table(tmp_path / "exports" / "coupon_redemptions.parquet")
    days = redeemed["redemption_date"].cast("date32")
    before = redeemed.filter(pc.less(days, pc.cast(last, "date32")))
    pairs = {
        (h, str(d)[:10])
        for h, d in zip(*(before[n].to_pylist() for n in ("household_id", "redemption_date")), strict=True)
    }
    counts = {}
    for household, _ in pairs:
        counts[household] = counts.get(household, 0) + 1
    assert found["redeemers"][last] == len(counts)
    assert found["twice"][last] == sum(n >= 2 for n in counts.values())


def blocks():
    return re.findall(r"```yaml\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("number", range(2))
def test_the_page_s_examples_are_right(number):
    check_text(f"strategy: {{name: T}}\n{blocks()[number]}")
    assert len(blocks()) == 2


def test_a_mistake_in_a_condition_is_told_with_its_line():
    text = "strategy: {name: T}\ncustomers:\n  segments:\n    best: recency_dayz < 3\n"
    with pytest.raises(StrategyError) as caught:
        check_text(text)
    (complaint,) = caught.value.complaints
    assert (complaint.line, complaint.column) == (4, 11)
    assert "recency_days" in complaint.what


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("additions: lists", 'names "lists", which is no source of states'),
        ("scores: {recency_days: [90, 30]}", "do not ascend"),
        ("attribution: {opened: soon}", "opened"),
        ("evaluate: yearly", "evaluate"),
    ],
)
def test_what_else_the_strategy_may_say_wrongly(said, says):
    with pytest.raises(StrategyError, match=says):
        check_text(f"strategy: {{name: T}}\ncustomers:\n  {said}\n")


def test_a_kind_of_response_nobody_knows_is_doubtful():
    checked = check_text("strategy: {name: T}\ncustomers: {attribution: {opend: 7 days}}\n")
    assert "opened" in " ".join(str(w) for w in checked.warnings)


def test_rules_may_name_segments_stages_and_states_of_responses():
    text = """
strategy: {name: T}
departments: {sales: }
channels: {email: }
data:
  sources:
    heard: {kind: responses, files: x.csv, key: {email: e}, map: {at: at, kind: {value: opted_out}}}
customers:
  segments: {best: frequency > 3}
  stages: [{stage: new, when: tenure_days < 90}]
rules:
  rest: {says: None at all., for: {segment: SEGMENT}, never_if: opted_out}
"""
    for name in ("best", "new"):
        assert not check_text(text.replace("SEGMENT", name)).warnings
    assert "old" in str(check_text(text.replace("SEGMENT", "old")).warnings)
    assert loads(text.replace("SEGMENT", "best")).strategy.customers.evaluate == "monthly"
