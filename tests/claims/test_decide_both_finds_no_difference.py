"""`primum decide --engine both` over the made-up cases, by seed: 0, 1, 2... (half of them with dates alone).

Faster than Hypothesis, which shrinks: this is the run at size. `PRIMUM_EXAMPLES=100000 PRIMUM_SEED=0` decides as many.
"""

import json
import os
import sys

import pytest

from generators.cases import make_case
from generators.choosing import EXAMPLES, by_seed
from primum.app.cli import main

FIRST, COUNT, TOGETHER = int(os.environ.get("PRIMUM_SEED", "0")), EXAMPLES or 300, 1000


def test_decide_both_finds_no_difference(tmp_path, capsys, monkeypatch):
    path = tmp_path / "cases.jsonl"
    monkeypatch.setattr(sys, "argv", ["primum", "decide", str(path), "--engine", "both", "--json"])
    for first in range(FIRST, FIRST + COUNT, TOGETHER):
        cases = [
            {**make_case(by_seed(seed), days=seed % 2 == 1), "id": str(seed)}
            for seed in range(first, min(first + TOGETHER, FIRST + COUNT))
        ]
        path.write_text("\n".join(map(json.dumps, cases)), encoding="utf-8")
        code = 0
        try:
            main()
        except SystemExit as stopped:
            code = int(stopped.code or 0)
        told = capsys.readouterr()
        if code:
            pytest.fail(told.err)
        answered = [json.loads(line) for line in told.out.splitlines()]
        assert [(a["case"], a["candidate"]) for a in answered] == [
            (case["id"], candidate["id"]) for case in cases for candidate in case["candidates"]
        ]
