"""How the engine is compiled: parts are code within an entry only, and folded where that is said and nowhere else."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numba import config, njit

from primum.rules.cells import lent, width_of
from primum.rules.compiling import _Unfinished, folded, part

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(bool(config.DISABLE_JIT), reason="nothing is compiled")


@part
def leaf(lines, i):
    total = 0
    for w in range(width_of(lines)):
        total += lines[i, w]
    return total


@folded
def branch(lines, i):
    lines[i, 0] += 1
    return leaf(lines, i)


tree = njit(lambda lines: branch(lent(lines), 1))


def test_what_is_lent_is_read_and_filled_in_place():
    lines = np.arange(6).reshape(2, 3)
    assert tree(lines) == 3 + 4 + 5 + 1
    assert lines.tolist() == [[0, 1, 2], [4, 4, 5]]


def code_of(function):
    (compiled,) = function.overloads.values()
    return compiled.library.get_llvm_str()


def test_a_part_is_not_folded_because_its_caller_is():
    tree(np.zeros((2, 3), np.int64))
    assert "alwaysinline" in code_of(branch)
    assert "alwaysinline" not in code_of(leaf)


def test_a_part_is_left_unfinished():
    """Numba would optimise it, and make machine code of it, by itself and again in each caller."""
    tree(np.zeros((2, 3), np.int64))
    (compiled,) = leaf.overloads.values()
    assert isinstance(compiled.library, _Unfinished)


ALONE = """
from numba import njit
from primum.rules import around, clock, holding, kernel, rings, seeking
from primum.rules.judge import decide_cases
from rules_corpus import VECTORS_READ
decide_cases(VECTORS_READ[:1])
njit(kernel.judge_batch.py_func).compile(kernel.judge_batch.signatures[0])
modules = (kernel, seeking, around, holding, rings, clock)
parts = {f for m in modules for f in vars(m).values() if getattr(f, "overloads", None)} - {kernel.judge_batch}
print(len(parts), *sorted(f.__name__ for f in parts if len(f.overloads) > 1))
"""


def test_each_part_of_the_kernel_is_compiled_once():
    """For a second kind of argument (another constant, another array) a part and all it calls would be made again.

    In a process of its own: other entries (`rules.overtaking`) call the same parts with constants of theirs.
    """
    paths = os.pathsep.join(str(p) for p in (ROOT / "src", ROOT / "tests"))
    done = subprocess.run(
        [sys.executable, "-c", ALONE],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": paths},
    )
    parts, *again = done.stdout.split()
    assert int(parts) > 30
    assert again == []
