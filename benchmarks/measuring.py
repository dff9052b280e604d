"""What every benchmark shares: its arguments, the yardsticks' data, CPU and wall seconds, peak memory."""

import argparse
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from primum.app.workspace import Workspace

ROOT = Path(__file__).resolve().parent.parent
ROUNDS = 3


@dataclass
class Measured:
    """CPU and wall seconds of each run of one thing."""

    cpu: list[float]
    wall: list[float]

    @property
    def cpu_s(self) -> float:
        return median(self.cpu)


def arguments(told: str, contacts: int = 10_000_000) -> argparse.ArgumentParser:
    """The arguments that all benchmarks take; `told` is the docstring of the benchmark."""
    parser = argparse.ArgumentParser(description=told.splitlines()[0])
    parser.add_argument("--contacts", type=int, default=contacts)
    parser.add_argument("--customers", type=int, help="by default a tenth of the contacts")
    parser.add_argument("--yardsticks", type=Path, default=ROOT.parent / "shared" / "bench")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser


def generate(options: argparse.Namespace, folder: Path) -> str:
    """Make the data that the arguments ask for; returns the files' prefix."""
    customers = options.customers or max(options.contacts // 10, 100)
    made = [str(options.yardsticks / "generate.py"), str(options.contacts), str(customers), str(folder / "made")]
    subprocess.run([sys.executable, *made], check=True)
    return "made"


def cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(into: dict[str, Measured], name: str, run: Callable[[], object]) -> object:
    cpu, wall = cpu_seconds(), time.perf_counter()
    result = run()
    measured = into.setdefault(name, Measured([], []))
    measured.cpu.append(cpu_seconds() - cpu)
    measured.wall.append(time.perf_counter() - wall)
    return result


def peak_gib(place: Workspace, job: str, *given: str) -> float:
    """Peak memory of a cold job (a method of a workspace) in a process of its own.

    It must be measured before this process has grown: what a child reports begins with its parent's size.
    """
    shutil.rmtree(place.derived, ignore_errors=True)
    code = (
        "import sys, resource, primum; getattr(primum.open(sys.argv[1]), sys.argv[2])(*sys.argv[3:]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)"
    )
    command = [sys.executable, "-c", code, str(place.folder), job, *given]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return float(done.stdout.strip().splitlines()[-1])
