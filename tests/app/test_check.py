"""`primum check` as people and pipelines call it: what is printed, in which form, with which exit code."""

import contextlib
import io
import json
import sys
from pathlib import Path

import pytest

from primum.app.cli import main

SOUND = (Path(__file__).parents[1] / "review" / "sound.yaml").read_text(encoding="utf-8")
SMALL = """\
strategy: {name: T}
departments: {crm: }
data: {sources: {s: {kind: contacts, department: crm, files: a.csv, key: {email: e}, map: {at: a}}}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "primum.yaml").write_text(SOUND, encoding="utf-8")
    return tmp_path


def check(*words):
    out, error = io.StringIO(), io.StringIO()
    before, sys.argv = sys.argv, ["primum", "check", "--as-of", "2026-09-01", *words]
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
            main()
        code = 0
    except SystemExit as ended:
        code = ended.code or 0
    finally:
        sys.argv = before
    return code, out.getvalue(), error.getvalue()


def test_a_sound_strategy_passes(folder):
    code, out, _ = check()
    assert code == 0
    assert "primum.yaml is right." in out
    assert "error" not in out


def test_a_strategy_that_does_not_hold_fails_with_its_own_code(folder):
    (folder / "primum.yaml").write_text(SMALL, encoding="utf-8")
    code, out, _ = check()
    assert code == 19
    assert "the strategy names no customer champion." in out
    assert 'the department "crm" has no owner.' in out
    assert "primum.yaml can be read, but 2 things do not hold." in " ".join(out.split())


@pytest.mark.parametrize(
    ("command", "code"), [("audit", 0), ("backtest", 19), ("gate", 19), ("plan", 19), ("measure", 19)]
)
def test_a_command_needs_only_what_it_needs(folder, command, code):
    (folder / "primum.yaml").write_text(SMALL, encoding="utf-8")
    assert check("--for", command)[0] == code
    (folder / "primum.yaml").write_text(SOUND, encoding="utf-8")
    assert check("--for", command)[0] == 0


def test_what_cannot_be_read_fails_with_another(folder):
    (folder / "primum.yaml").write_text(SOUND.replace("zone: Europe/London", "zone: London"), encoding="utf-8")
    code, out, error = check()
    assert (code, out) == (10, "")
    assert "Did you mean 'Europe/London'?" in error


def test_annotations_are_one_a_line_with_place_and_name(folder):
    (folder / "primum.yaml").write_text(SMALL, encoding="utf-8")
    _, out, _ = check("--format", "plain")
    first = out.splitlines()[0]
    assert first.startswith(("/", "primum.yaml"))
    assert "primum.yaml:1:1: error: the strategy names no customer champion." in first
    assert first.endswith("[no-customer-champion]")
    _, out, _ = check("--format", "github")
    lines = out.splitlines()
    assert lines[0].startswith("::error file=")
    assert ",line=1,col=1,title=no-customer-champion::the strategy names" in lines[0]
    assert all(line.startswith(("::error ", "::warning ")) for line in lines)


def test_annotations_escape_what_the_form_gives_a_meaning(folder):
    text = SOUND.replace("sample: 40000", "sample: 4000").replace("    welcome: {metric", "    'welcome': {metric")
    (folder / "primum.yaml").write_text(text, encoding="utf-8")
    _, out, _ = check("--format", "github")
    (line,) = [line for line in out.splitlines() if "sample-too-small" in line]
    assert "3.0%25 more or less than 22.0%25" in line


def test_what_cannot_be_read_is_annotated_too(folder):
    (folder / "primum.yaml").write_text("strategy: {name: T}\nchanels: {email: }\n", encoding="utf-8")
    code, out, _ = check("--format", "github")
    assert code == 10
    assert out.startswith("::error file=")
    assert "line=2,col=1,title=unreadable::unknown key" in out


def test_json_tells_everything(folder):
    code, out, _ = check("--json")
    told = json.loads(out)
    assert code == 0
    assert told["errors"] == []
    assert {w["code"] for w in told["warnings"]} == {"as-written"}
    assert told["commands"] == {"audit": [], "backtest": [], "gate": [], "plan": [], "measure": []}
    assert [f["facet"] for f in told["facets"]][:2] == ["customers", "objectives"]
    assert all(f["present"] for f in told["facets"])


def test_what_stands_in_the_place_of_a_base_is_listed(folder):
    (folder / "base.yaml").write_text(SOUND, encoding="utf-8")
    (folder / "primum.yaml").write_text("extends: base.yaml\nchannels: {email: {unit_cost: 0.01}}\n", encoding="utf-8")
    _, out, _ = check()
    flat = " ".join(out.split())
    assert "In the place of what the base strategy says: channels.email.unit_cost = 0.01" in flat
    assert "the base has 0.002" in flat
    told = json.loads(check("--json")[1])
    assert [(o["key"], o["was"], o["now"], o["line"]) for o in told["overrides"]] == [
        ("channels.email.unit_cost", 0.002, 0.01, 2)
    ]


def test_volumes_are_counted_in_the_history_where_there_is_one(folder):
    text = SOUND.replace("  - {purpose: service}", "  - {communication: loud}\n  - {purpose: service}")
    (folder / "primum.yaml").write_text(text, encoding="utf-8")
    rows = "".join(f"c{n},2026-08-{n + 1:02d} 09:00,{'loud' if n < 3 else 'welcome'}\n" for n in range(10))
    (folder / "mails.csv").write_text("customer,sent,name\n" + rows, encoding="utf-8")
    (folder / "till.csv").write_text("customer,day,what\nc1,2026-08-02,bought\n", encoding="utf-8")
    assert "first-priority-crowded" not in check("--format", "plain")[1]
    import primum

    primum.open(folder).history()
    _, out, _ = check("--format", "plain")
    assert "30% of all contacts in the history takes the first priority" in out
