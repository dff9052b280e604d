"""`primum decide`: what the rules say of a case."""

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from primum.app.cli.options import JsonOption
from primum.app.decide import (
    EngineName,
    answer,
    cases_in,
    cases_in_part,
    decide_by,
    differences,
    judgements,
    read_case_file,
)
from primum.rules.cases import Case
from primum.rules.explain import explain, not_judged, verdict
from primum.strategy.case_text import read_case_line
from primum.words.decisions import Decision
from primum.words.errors import CaseError
from primum.words.time import instant_text

EXAMPLE = "Example: `primum decide case.yaml --explain`"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("decide", epilog=EXAMPLE)(decide)


def decide(
    files: Annotated[list[Path], typer.Argument(help="Files of cases: YAML, JSON or JSON Lines; - reads a stream.")],
    engine: Annotated[EngineName, typer.Option(help="Who decides; `both` compares the two.")] = "reference",
    check: Annotated[bool, typer.Option("--check", help="Compare with what the cases expect.")] = False,
    why: Annotated[bool, typer.Option("--explain", help="Say why, with the events that were counted.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Decide cases: may this be sent, must it wait, and which rules say so?

    A case is a strategy, a customer, what happened, and the candidates. With --check the exit code is 1 where a
    decision is not what the case expects; with --engine both also where the engines differ.
    """
    telling = _Telling(engine, check=check, why=why, as_json=as_json)
    for batch in _batches(files):
        telling.tell(batch)
    telling.close()


def _batches(files: Sequence[Path]) -> Iterator[list[Case]]:
    """The cases of each file; of a stream of JSON Lines one at a time, as they come."""
    for path in files:
        if str(path) != "-":
            yield cases_in(read_case_file(path), str(path))
            continue
        first = sys.stdin.readline()
        if _is_a_case(first):
            yield from _stream(first)
        else:
            yield cases_in(first + sys.stdin.read(), "-")


def _is_a_case(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except json.JSONDecodeError:
        return False


def _stream(first: str) -> Iterator[list[Case]]:
    line, number = first, 1
    while line:
        if line.strip():
            cases, wrong = cases_in_part(read_case_line(line, "-", number), number - 1)
            if wrong:
                raise CaseError(wrong)
            yield cases
        line, number = sys.stdin.readline(), number + 1


class _Telling:
    """Prints what was decided, and remembers what was not as it should be."""

    def __init__(self, engine: EngineName, *, check: bool, why: bool, as_json: bool) -> None:
        self.engine, self.check, self.why, self.as_json = engine, check, why, as_json
        self.cases = self.wrong = self.expected = 0
        self.noted: set[str] = set()

    def tell(self, cases: Sequence[Case]) -> None:
        """Decide and print."""
        decided, unlike = decide_by(self.engine, cases)
        for sentence in unlike:
            self._complain(sentence)
        for case, decisions in zip(cases, decided, strict=True):
            self.cases += 1
            self._note(case)
            if self.check:
                self.expected += sum(len(stated) for stated in case.expect.values())
                for sentence in differences(case, decisions):
                    self._complain(sentence)
            if self.as_json or self.why or not self.check:
                self._print(case, decisions)

    def _print(self, case: Case, decisions: Sequence[Decision]) -> None:
        if self.as_json:
            for decision in decisions:
                typer.echo(json.dumps(answer(case, decision), ensure_ascii=False))
        elif self.why:
            for judgement in judgements(case):
                head, *lines = explain(judgement)
                typer.echo("\n".join([f"{case.id}: {head}", *lines]))
        else:
            for decision in decisions:
                until = None if decision.until is None else instant_text(decision.until)
                rules = f" ({', '.join(decision.reasons)})" if decision.reasons else ""
                typer.echo(f"{case.id}: {decision.candidate}: {verdict(decision, until)}{rules}")

    def _note(self, case: Case) -> None:
        for note in not_judged(case.rules):
            if note not in self.noted:
                self.noted.add(note)
                typer.echo(f"note: {note}", err=True)

    def _complain(self, sentence: str) -> None:
        self.wrong += 1
        typer.echo(sentence, err=True)

    def close(self) -> None:
        """The sum, and the exit code."""
        if self.check and not self.as_json:
            typer.echo(f"{self.cases:,} cases, {self.expected:,} expectations, {self.wrong:,} not met.")
        if self.wrong:
            raise typer.Exit(1)
