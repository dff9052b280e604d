"""`primum decide` as a user meets it: answers, reasons, exit codes, streams."""

import json
import subprocess
import sys

import pytest

from primum.app.cli import app, main
from primum.app.rules import check_text
from primum.strategy.schema import json_schema

CASE = {
    "id": "night",
    "strategy": {
        "rules": {
            "night": {"says": "Nothing at night.", "between": "08:00-20:00", "otherwise": "defer"},
            "cap": {"says": "One a day.", "at_most": 1, "within": "a day", "otherwise": "defer"},
            "tried": {"says": "Two a week (tried).", "at_most": 2, "within": "7 days", "mode": "shadow"},
        }
    },
    "customer": {"id": "c1", "zones": ["Europe/Paris"]},
    "history": [
        {"id": "h1", "at": "2026-06-01T09:00", "channel": "email", "purpose": "marketing"},
        {"id": "h2", "at": "2026-05-31T09:00", "channel": "sms"},
    ],
    "candidates": [{"id": "a", "at": "2026-06-01T21:00", "channel": "email"}],
    "expect": {
        "a": {"decision": "defer", "until": "2026-06-02T08:00", "reasons": ["night", "cap"], "shadow": ["tried"]}
    },
}
ANSWER = {
    "case": "night",
    "candidate": "a",
    "decision": "defer",
    "until": "2026-06-02T06:00:00Z",
    "reasons": ["cap", "night"],
    "alone": {"cap": "2026-06-01T22:00:00Z", "night": "2026-06-02T06:00:00Z"},
    "shadow": ["tried"],
    "unevaluated": [],
    "alternatives": [],
}


@pytest.fixture
def decide(tmp_path, capsys, monkeypatch):
    """Run the command; gives exit code, standard output and standard error."""

    def run(*words, case=CASE, name="case.json"):
        path = tmp_path / name
        path.write_text(case if isinstance(case, str) else json.dumps(case), encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["primum", "decide", str(path), *words])
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


def test_a_line_of_json_per_candidate(decide):
    code, out, err = decide("--json")
    assert (code, json.loads(out), err) == (0, ANSWER, "")


def test_people_read_three_words(decide):
    assert decide() == (0, "night: a: wait until 2026-06-02T06:00:00Z (cap, night)\n", "")


def test_explain_tells_why_with_what_was_counted(decide):
    _, out, _ = decide("--explain")
    assert out.splitlines() == [
        "night: a: wait until Tuesday 2026-06-02 08:00 (Europe/Paris)",
        "  cap: One a day.",
        "    counted: h1, email marketing sent, Monday 2026-06-01 09:00 (Europe/Paris)",
        "    it alone would let go on Tuesday 2026-06-02 00:00 (Europe/Paris)",
        "  night: Nothing at night.",
        "    it alone would let go on Tuesday 2026-06-02 08:00 (Europe/Paris)",
        "  would also be held back by tried, which only monitors: Two a week (tried).",
    ]


def test_explain_tells_what_is_missing(decide):
    case = {**CASE, "customer": {"id": "c1"}}
    _, out, _ = decide("--explain", case=case)
    assert "    it cannot be judged and holds the contact back; missing: zone" in out.splitlines()
    assert "    it alone would not let go within 400 days" in out.splitlines()


def test_check_is_content_when_all_is_as_expected(decide):
    assert decide("--check") == (0, "1 cases, 4 expectations, 0 not met.\n", "")


def test_check_tells_every_difference_and_exits_with_one(decide):
    wrong = {**CASE, "expect": {"a": {"decision": "deny", "until": None, "reasons": []}}}
    code, out, err = decide("--check", case=wrong)
    assert code == 1
    assert out == "1 cases, 3 expectations, 3 not met.\n"
    assert err.splitlines() == [
        "night: a: expected decision deny, decided defer",
        "night: a: expected until none, decided 2026-06-02T06:00:00Z",
        "night: a: expected reasons [], decided [cap, night]",
    ]


def test_a_wrong_file_exits_with_its_class(decide):
    code, out, err = decide(case={**CASE, "histroy": []})
    assert (code, out) == (15, "")
    assert "Did you mean 'history'?" in err


def test_both_engines_agree(decide):
    code, out, err = decide("--engine", "both")
    assert (code, err) == (0, "")
    assert json.loads(out)["reasons"] == ["cap", "night"] if out.startswith("{") else "cap" in out


def test_what_is_not_judged_yet_is_told_once(decide):
    rules = {
        "room": {"says": "x", "capacity": "500 per day"},
        "care": {"says": "x", "at_least": 1, "within": "a month"},
        "other": {"says": "x", "never": "always", "otherwise": {"try_channels": ["post"]}},
    }
    code, out, err = decide("--json", case=json.dumps([{**CASE, "strategy": {"rules": rules}}] * 2))
    assert code == 0
    assert [json.loads(line)["decision"] for line in out.splitlines()] == ["deny", "deny"]
    assert [line.split(":")[1].strip() for line in err.splitlines()] == ["care", "other", "room"]


def test_a_stream_is_answered_line_by_line(tmp_path):
    """The answer to a line comes before the next line is read."""
    code = "from primum.app.cli import main; main()"
    command = [sys.executable, "-c", code, "decide", "-", "--json"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
        for number in range(2):
            process.stdin.write(json.dumps({**CASE, "id": f"case-{number}"}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline()) == {**ANSWER, "case": f"case-{number}"}
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def test_the_schema_takes_what_the_law_takes_and_nothing_else():
    from jsonschema import Draft202012Validator

    from primum.strategy.case_text import read_case_text
    from primum.words.errors import StrategyError
    from rules_corpus import VECTORS

    validator = Draft202012Validator(json_schema())
    strategies = [
        case["strategy"]
        for path in sorted(VECTORS.glob("*.yaml"))
        for case in read_case_text(path.read_text("utf-8"), "x").data
    ]
    for strategy in strategies:
        assert validator.is_valid({"strategy": {"name": "x"}, **strategy})
    for keys in ({"at_most": 0, "within": "a day"}, {"never": "sometimes"}, {"nevre": "always"}, {"to": "email"}):
        rules = {"r": {"says": "x", **keys}}
        assert not validator.is_valid({"strategy": {"name": "x"}, "rules": rules})
        with pytest.raises(StrategyError):
            check_text(json.dumps({"strategy": {"name": "x"}, "rules": rules}))


def test_the_command_is_listed():
    assert "decide" in {command.name for command in app.registered_commands}
