"""`primum backtest`: packs, files and the strategy's own rules, tried on the made-up company."""

import json
import re
import shutil

import pytest
from typer.testing import CliRunner

import primum
from primum.app.cli import app
from primum.demo.company import build
from primum.words.errors import StrategyError, UsageError

RULES = """
rules:
  weekly: {says: One marketing message in seven days., to: {purpose: marketing}, at_most: 1, within: 7 days}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    build(folder, 12_000, 7)
    (folder / "weekly.yaml").write_text(RULES, encoding="utf-8")
    return folder


def run(folder, *arguments):
    result = CliRunner().invoke(app, ["backtest", "-w", str(folder), *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_a_pack_is_tried_and_told(folder):
    said = run(folder, "--rules", "common-decency")
    assert "would have gone out as they did" in said
    assert "decency." in said
    written = json.loads((folder / "reports" / "backtest.json").read_text(encoding="utf-8"))
    ends = written["results"][0]["ends"]
    assert ends["asked"] == sum(n for name, n in ends.items() if name != "asked") > 10_000
    assert 0 < ends["kept"] < ends["asked"]


def test_the_page_holds_the_figures_and_loads_nothing(folder):
    run(folder, "--rules", "common-decency", "--vs", str(folder / "weekly.yaml"))
    page = (folder / "reports" / "backtest.html").read_text(encoding="utf-8")
    written = json.loads((folder / "reports" / "backtest.json").read_text(encoding="utf-8"))
    ends, stakes = written["results"][0]["ends"], written["results"][0]["stakes"]
    for end in ("kept", "deferred", "stopped"):
        assert f"{ends[end]:,}" in page
    assert f"What followed the {stakes['not_sent']:,} contacts" in page
    assert "No rules keep all" in page
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", page)
    anchors = re.findall(r'<section id="([a-z]+)"', page)
    assert anchors[:3] == ["headline", "compared", "rules"]
    assert {"never", "whose", "weeks", "waiting", "pressure", "stakes", "method"} < set(anchors)


def test_rule_sets_stand_side_by_side_and_no_rules_reproduce_history(folder):
    told = json.loads(run(folder, "--rules", str(folder / "weekly.yaml"), "--vs", "no rules", "--json"))
    first, nothing = told["results"]
    assert first["rules"][0]["stopped"] == first["ends"]["stopped"] > 0
    assert nothing["ends"]["kept"] == nothing["ends"]["asked"] == first["ends"]["asked"]
    assert told["calibration"] == {"asked": nothing["ends"]["asked"], "kept": nothing["ends"]["asked"]}
    assert "Calibration: no rules keep all" in run(folder, "--rules", "common-decency", "--vs", "no rules")


def test_the_same_backtest_twice_is_the_same_to_the_letter(folder):
    one, two = (json.loads(run(folder, "--rules", "common-decency", "--json")) for _ in range(2))
    for found in (one, two):
        del found["method"]["as_of"]
    assert one == two


def test_a_company_without_rules_is_told_what_to_try(folder):
    with pytest.raises(UsageError, match="--rules common-decency"):
        primum.open(folder).backtest()


def test_the_strategys_own_rules_are_tried_by_default(tmp_path, folder):
    place = shutil.copytree(folder, tmp_path / "own", ignore=shutil.ignore_patterns(".primum"))
    strategy = place / "primum.yaml"
    strategy.write_text(strategy.read_text(encoding="utf-8") + RULES, encoding="utf-8")
    (result,) = primum.open(place).backtest().results
    assert (result.rule_set, [r.name for r in result.rules]) == ("primum.yaml", ["weekly"])


def test_everything_wrong_with_a_file_of_rules_is_told_at_once(folder):
    wrong = folder / "wrong.yaml"
    wrong.write_text("rules:\n  a: {says: x, at_most: 0, within: 7 days}\n  b: {says: y}\n", encoding="utf-8")
    with pytest.raises(StrategyError) as told:
        primum.open(folder).backtest(wrong)
    assert {c.line for c in told.value.complaints} == {2, 3}
    wrong.write_text("rule: {}\n", encoding="utf-8")
    with pytest.raises(StrategyError, match=r"no part of a rule set.*\n.*holds no rules"):
        primum.open(folder).backtest(wrong)
    with pytest.raises(StrategyError, match="no such file"):
        primum.open(folder).backtest(folder / "missing.yaml")


def test_a_whole_strategy_may_stand_in_for_a_file_of_rules(folder):
    other = folder / "other.yaml"
    other.write_text((folder / "primum.yaml").read_text(encoding="utf-8") + RULES, encoding="utf-8")
    results = primum.open(folder).backtest(other, [folder / "weekly.yaml"]).results
    assert results[0].ends == results[1].ends
