"""`primum check --data`: the strategy beside the first rows of its sources.

Owns the comparison: words that nobody declared, rows that an audit would reject, sources out of date, facts that rules
ask for and no source supplies. Refuses to read a file (`sources.peek` looks) and to build anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal

from primum.app.rules import Checked
from primum.app.supplied import unsupplied
from primum.sources.peek import Look, look_at
from primum.sources.rejects import is_too_much
from primum.strategy.models import Source
from primum.strategy.positions import KeyPath
from primum.words.durations import parse_duration
from primum.words.errors import (
    Complaint,
    ComplaintsError,
    SourceError,
    TooManyRejectsError,
    did_you_mean,
)
from primum.words.time import US_PER_DAY, from_us, instant_us

if TYPE_CHECKING:
    from primum.app.workspace import Workspace

Kind = Literal["unusable_rows", "undeclared", "unregistered", "stale", "undatable", "unsupplied", "warning"]

SHOWN: Final = 5
"""So many undeclared words of a source are named; of the others the number."""
_DECLARED: Final[Mapping[str, str]] = {"channel": "channels", "department": "departments"}


@dataclass(frozen=True)
class Finding:
    """Something doubtful, at its place in the strategy. `rows`: how many of the rows looked at show it."""

    kind: Kind
    source: str | None
    rows: int | None
    complaint: Complaint


@dataclass(frozen=True)
class DataCheck:
    """What came of it: the sources that could be looked at, what is wrong, and what is doubtful."""

    looks: Mapping[str, Look]
    errors: tuple[ComplaintsError, ...]
    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """That of the gravest class of error: what cannot be read goes before what is read badly; 0 without one."""
        return min((e.exit_code for e in self.errors), default=0)

    def raise_errors(self) -> None:
        """Raise the gravest class of error with everything that is wrong.

        Raises: SourceError where a source cannot be read or lacks a column; else TooManyRejectsError.
        """
        gravest = min(self.errors, key=lambda e: e.exit_code, default=None)
        if gravest is not None:
            raise type(gravest)([c for e in self.errors for c in e.complaints])


def check_data(workspace: "Workspace", checked: Checked, now: datetime | None = None) -> DataCheck:
    """Look at every source and compare it with the strategy.

    Args:
        checked: the strategy, with nothing wrong in it.
        now: the instant against which sources are fresh; by default now.
    """
    from primum.app.pipeline import connect
    from primum.app.scratch import scratch_folder

    now_us = instant_us(now or datetime.now(UTC))
    looks: dict[str, Look] = {}
    errors: list[ComplaintsError] = []
    loaded = checked.loaded
    for name, source in loaded.strategy.data.sources.items():
        with scratch_folder(workspace.derived) as scratch, connect(scratch) as con:
            try:
                looks[name] = look_at(
                    con, name, source, loaded.strategy, workspace.folder, scratch, loaded.positions, now_us
                )
            except SourceError as error:
                errors.append(error)
    comparison = _Comparison(checked, looks, now_us)
    errors += comparison.too_many_rejects()
    findings = [*comparison.of_sources(), *_of_rules(checked, looks, whole=not errors)]
    return DataCheck(looks, tuple(errors), tuple(findings))


def _of_rules(checked: Checked, looks: Mapping[str, Look], *, whole: bool) -> Iterator[Finding]:
    """Facts that no source supplies; not asked where a source could not be looked at, as it might."""
    for complaint in unsupplied(checked, looks) if whole else ():
        yield Finding("unsupplied", None, None, complaint)


class _Comparison:
    """The sources' looks beside what the strategy says of them."""

    def __init__(self, checked: Checked, looks: Mapping[str, Look], now: int) -> None:
        self._loaded, self._looks, self._now = checked.loaded, looks, now
        self._sources = checked.loaded.strategy.data.sources
        names = checked.loaded.strategy.communications
        self._registered = {n for name, c in names.items() for n in (name, *c.known_as)}

    def too_many_rejects(self) -> list[ComplaintsError]:
        """Sources of which more rows cannot be used than the strategy allows."""
        found = []
        for name, look in self._looks.items():
            stated = self._sources[name].rejects_at_most
            limit = self._loaded.strategy.data.rejects_at_most if stated is None else stated
            if is_too_much(look.rejected, look.rows, limit):
                what = (
                    f"source '{name}': {look.rejected:,} of the {_rows_looked_at(look)} cannot be used "
                    f"({look.rejected / look.rows:.0%}), and `rejects_at_most` is {limit:.0%}."
                )
                cure = "; ".join(f"{r.rows:,}: {r.sentence}" for r in look.reasons[:3])
                found.append(TooManyRejectsError([self._at((), what, f"{cure}.", name)]))
        return list(found)

    def of_sources(self) -> Iterator[Finding]:
        """What is doubtful about each source."""
        for name, look in self._looks.items():
            source = self._sources[name]
            yield from self._unusable(name, source, look)
            yield from self._undeclared(name, look)
            yield from self._unregistered(name, source, look)
            yield from self._fresh(name, source, look)
            for warning in look.warnings:
                complaint = self._at((), f"source '{name}': {warning.what}.", warning.cure, name)
                yield Finding("warning", name, warning.count, complaint)

    def _at(self, below: KeyPath, what: str, cure: str, name: str) -> Complaint:
        path = ("data", "sources", name, *below)
        place = self._loaded.positions.value(path) if below else self._loaded.positions.key(path)
        return Complaint(place.file, place.line, place.column, what, cure, place.cell)

    def _unusable(self, name: str, source: Source, look: Look) -> Iterator[Finding]:
        for reason in look.reasons:
            what = f"source '{name}': {reason.rows:,} of the {_rows_looked_at(look)} cannot be used: {reason.sentence}."
            cure = "Mend the export, or its mapping here; an audit leaves such rows out, in a reject file."
            yield Finding(
                "unusable_rows", name, reason.rows, self._at(_mapped_from(source, reason.column), what, cure, name)
            )

    def _undeclared(self, name: str, look: Look) -> Iterator[Finding]:
        for attribute, section in _DECLARED.items():
            declared = getattr(self._loaded.strategy, section)
            words = {w: n for w, n in look.words.get(attribute, {}).items() if w not in declared}
            if not words or not declared:
                continue
            rows = sum(words.values())
            verb = "is" if len(words) == 1 else "are"
            what = (
                f"source '{name}': {_listed(words)} {verb} in `{attribute}` and {verb} not declared under `{section}` "
                f"({rows:,} of the {_rows_looked_at(look)})."
            )
            cure = f"Declare what is meant, or translate it with `values`. {did_you_mean(next(iter(words)), declared)}"
            yield Finding("undeclared", name, rows, self._at(("map", attribute), what, cure.strip(), name))

    def _unregistered(self, name: str, source: Source, look: Look) -> Iterator[Finding]:
        words = {w: n for w, n in look.words.get("communication", {}).items() if w not in self._registered}
        if not words or not self._registered:
            return
        rows = sum(words.values())
        noun = "communication" if len(words) == 1 else "communications"
        what = (
            f"source '{name}': {len(words):,} {noun} in no register: {_listed(words)} "
            f"({rows:,} of the {_rows_looked_at(look)})."
        )
        cure = "Add them under `communications` with their owner, or as `known_as` of one that is there."
        yield Finding("unregistered", name, rows, self._at(("map", "communication"), what, cure, name))

    def _fresh(self, name: str, source: Source, look: Look) -> Iterator[Finding]:
        if source.fresh is None:
            return
        duration = parse_duration(source.fresh)
        oldest = self._now - duration.microseconds - duration.local_days * US_PER_DAY
        if look.newest is not None and look.newest >= oldest:
            return
        seen = "no row has a date"
        if look.newest is not None:
            seen = f"the newest of the {_rows_looked_at(look)} is of {_day(look.newest)}"
        cure = "Export it again, or say how old it may be."
        if look.whole and look.newest is not None:
            what = f"source '{name}' is out of date: {seen}, and it may be {source.fresh} old."
            yield Finding("stale", name, None, self._at(("fresh",), what, cure, name))
        elif look.changed < oldest:
            what = f"source '{name}' is out of date: its files were last changed on {_day(look.changed)}, and its"
            what += f" newest row may be {source.fresh} old."
            yield Finding("stale", name, None, self._at(("fresh",), what, cure, name))
        else:
            what = f"source '{name}' may be out of date: {seen}, and it may be {source.fresh} old."
            cure = "Not all rows were looked at: `primum audit` says how fresh it is."
            yield Finding("undatable", name, None, self._at(("fresh",), what, cure, name))


def _rows_looked_at(look: Look) -> str:
    noun = "row" if look.rows == 1 else "rows"
    return f"{look.rows:,} {noun}" if look.whole else f"first {look.rows:,} {noun}"


def _listed(words: Mapping[str, int]) -> str:
    shown = [f'"{word[:60]}"' for word in list(words)[:SHOWN]]
    more = len(words) - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more else "")


def _mapped_from(source: Source, column: str) -> KeyPath:
    """Where the strategy maps a column."""
    for attribute, entry in source.map.items():
        if column in (entry.column, attribute):
            return ("map", attribute)
    return ()


def _day(instant: int) -> str:
    found = from_us(instant)
    return f"{found.day} {found:%B %Y}"
