"""A sample of mutants of the law, each run against the tests that hold it: which survive?

    .venv/bin/python tests/mutation/sample.py --seed 1 --each 12 --out mutants.jsonl

A mutant is one small change of a module of `rules/` (an operator, a comparison, a number, a branch), made by
cosmic-ray. First places are drawn, then what changes there, so that no kind of change crowds out the others. What says
nothing at run time (annotations, decorators, imports) is left out. The engine runs without being compiled, so that its
changes are seen. Each mutant gets a process of its own, with libraries loaded; docs/mutation.md tells what came of it.
"""

import argparse
import ast
import difflib
import json
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

os.environ["NUMBA_DISABLE_JIT"] = "1"

import numba  # noqa: F401 (loaded once, for all mutants)
import polars  # noqa: F401
import pyarrow.compute  # noqa: F401
import pytest
import ruamel.yaml  # noqa: F401
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator, operator_names

ROOT = Path(__file__).resolve().parents[2]
RULES = Path("src/primum/rules")
MODULES = (
    "reference reference_clock reference_limits kernel rings around holding seeking bind calendar clock "
    "parse parse_hours parse_limits parse_parts"
).split()
CLAIMS = (
    "decide_both_finds_no_difference kernel_equals_reference until_is_the_earliest unevaluable_rule_holds_the_contact"
).split()
TESTS = (
    *"rules/test_parse.py rules/test_vectors.py spec rules/test_around.py rules/test_clock.py".split(),
    *(f"claims/test_{claim}.py" for claim in CLAIMS),
    "app/test_decide.py",
)
UNUSED = ("core/RemoveDecorator", "core/VariableInserter", "core/VariableReplacer")


@dataclass(frozen=True)
class Mutant:
    """One change of a module: the operator that makes it, and which of the operator's places it is."""

    module: str
    operator: str
    occurrence: int
    line: int
    column: int


def told_nothing(source: str) -> set[tuple[int, int]]:
    """Lines and columns of annotations, decorators and imports."""
    found: set[tuple[int, int]] = set()
    for node in ast.walk(ast.parse(source)):
        parts = list(getattr(node, "decorator_list", []))
        parts += [p for p in (getattr(node, "annotation", None), getattr(node, "returns", None)) if p is not None]
        if isinstance(node, ast.Import | ast.ImportFrom):
            parts.append(node)
        for part in parts:
            for line in range(part.lineno, part.end_lineno + 1):
                begin = part.col_offset if line == part.lineno else 0
                end = part.end_col_offset if line == part.end_lineno else 1000
                found |= {(line, column) for column in range(begin, end)}
    return found


def mutants_of(module: str) -> list[Mutant]:
    """Every mutant of a module."""
    source = (ROOT / RULES / f"{module}.py").read_text("utf-8")
    silent, nodes, found = told_nothing(source), list(ast_nodes(get_ast(source))), []
    for name in sorted(operator_names()):
        if name in UNUSED:
            continue
        places = [place for node in nodes for place in get_operator(name)().mutation_positions(node)]
        found += [Mutant(module, name, n, *begin) for n, (begin, _) in enumerate(places) if tuple(begin) not in silent]
    return found


def drawn(module: str, seed: int, each: int) -> list[Mutant]:
    """So many mutants of a module, at different places."""
    choose = Random(f"{seed} {module}")
    at_place: dict[tuple[int, int], list[Mutant]] = {}
    for mutant in mutants_of(module):
        at_place.setdefault((mutant.line, mutant.column), []).append(mutant)
    places = choose.sample(sorted(at_place), min(each, len(at_place)))
    return [choose.choice(at_place[place]) for place in sorted(places)]


def outcome(tree: Path, seconds: float) -> str:
    """What the tests say of the tree: killed, survived; killed at import, before a test ran, or by time."""
    child = os.fork()
    if child == 0:
        os.chdir(tree)
        os.setsid()
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1), os.dup2(silence, 2)
        sys.path[:0] = [str(tree / "src"), str(tree / "tests")]
        given = [f"tests/{name}" for name in TESTS]
        os._exit(int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", *given])))
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            code = os.waitstatus_to_exitcode(status)
            return "survived" if code == 0 else "killed" if code == pytest.ExitCode.TESTS_FAILED else "at import"
        time.sleep(0.05)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "time"


def run(mutants: list[Mutant], seconds: float) -> Iterator[dict]:
    """Each mutant with its change and its outcome."""
    with tempfile.TemporaryDirectory(prefix="primum-mutants-") as folder:
        tree = Path(folder)
        for name in ("src", "tests", "docs", "benchmarks"):
            shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, tree / name)
        sys.dont_write_bytecode = True
        if outcome(tree, 10 * seconds) != "survived":
            raise SystemExit("The tests do not pass as it is: no mutant says anything.")
        for mutant in mutants:
            path = tree / RULES / f"{mutant.module}.py"
            source = path.read_text("utf-8")
            changed = mutate_code(source, get_operator(mutant.operator)(), mutant.occurrence)
            path.write_text(changed, "utf-8")
            begun = time.monotonic()
            found = outcome(tree, seconds)
            path.write_text(source, "utf-8")
            lines = difflib.unified_diff(source.splitlines(), changed.splitlines(), n=0, lineterm="")
            change = [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]
            yield {**asdict(mutant), "outcome": found, "seconds": round(time.monotonic() - begun, 1), "change": change}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=12, help="mutants of each module")
    parser.add_argument("--seconds", type=float, default=150, help="what takes longer is killed, by time")
    parser.add_argument("--out", type=Path, help="JSON Lines of every mutant")
    options = parser.parse_args()
    mutants = [m for module in options.modules for m in drawn(module, options.seed, options.each)]
    counts: dict[str, dict[str, int]] = {}
    for told in run(mutants, options.seconds):
        count = counts.setdefault(told["module"], {})
        count[told["outcome"]] = count.get(told["outcome"], 0) + 1
        if options.out:
            with options.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(told) + "\n")
        if told["outcome"] == "survived":
            print(told["module"], told["line"], *told["change"], sep="\n  ", flush=True)
    for module, count in counts.items():
        print(module, count)


if __name__ == "__main__":
    main()
