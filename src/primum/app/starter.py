"""The starter `primum.yaml` that `primum init` writes: what `primum.sources.guess` found, as a file people can read.

Owns its layout, its quoting and its questions. Refuses to overwrite a strategy unasked, to write anything that
`primum check` would refuse, and to write out anybody's e-mail address, telephone number or name.
"""

import itertools
import json
import os
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

from primum.app.layout import ALIGNED, WIDTH, Row, comment, flow, laid_out, listed, remark, said, scalar
from primum.sources.guess import Guess, Named, guess
from primum.sources.guess_dates import day_in_names
from primum.sources.guess_keys import Key
from primum.sources.guess_kinds import CALENDAR
from primum.sources.guess_lines import Line
from primum.sources.guess_sources import SourceGuess
from primum.strategy.check import checked_text
from primum.strategy.environment import has_variable
from primum.strategy.models import FileSpec, SourceKind
from primum.strategy.scalars import unsound
from primum.strategy.schema import json_schema
from primum.words.errors import UsageError

SCHEMA: Final = Path(".primum") / "strategy.schema.json"
LISTED: Final = 50
"""Communications that the register begins with."""
SOURCE_KINDS: Final = get_args(SourceKind)
_WHICH_COUNTRY: Final = "of which country are telephone numbers without a country code? As in DE."
_BETTER: Final = "days are counted in it: better the company's own, as in Europe/Berlin"


@dataclass(frozen=True)
class Draft:
    """What was written: how many sources, and what is still to be answered."""

    sources: int
    questions: tuple[str, ...]
    found: tuple[tuple[str, str], ...] = ()
    """Each source's name, and in words what it was taken for."""


def write_starter(files: list[Path], name: str, out: Path, *, force: bool) -> Draft:
    """Write a first strategy out of exports.

    Args:
        files: exports; of a folder, the files of known formats in it.
        name: the company's name.
        out: where the strategy goes; the paths in it are relative to its folder.
        force: overwrite a strategy that is there.

    Raises:
        UsageError: there is one already, or the name cannot be written.
        SourceError: not one of the files can be read; with every complaint.
    """
    if out.is_dir():
        raise UsageError(f"{out} is a folder. Name the file, as in `--out {out / 'primum.yaml'}`.")
    if out.exists() and not force:
        raise UsageError(f"{out} is there already. Name another file with `--out`, or overwrite it with `--force`.")
    if not name.strip() or unsound(name) or has_variable(name):
        raise UsageError("The company's name is empty or cannot be printed. Say it with `--name`.")
    guessed = guess(_apart_from(files, out))
    writer = _Writer(guessed, name.strip(), out.absolute().parent)
    text = writer.text()
    checked_text(text, out.name)
    schema = out.parent / SCHEMA
    schema.parent.mkdir(parents=True, exist_ok=True)
    schema.write_text(json.dumps(json_schema(), indent=2) + "\n", encoding="utf-8")
    out.write_text(text, encoding="utf-8")
    found = tuple((s.name, in_words(s)) for s in writer.sources)
    return Draft(len(writer.sources), tuple(writer.questions), found)


def in_words(s: SourceGuess) -> str:
    """What a source was taken for: `contacts of marketing by email, known by email`."""
    words = [{"events": "an event log", "customers": "customer master"}.get(s.kind, s.kind)]
    values = {line.attribute: line.value for line in s.lines if line.value}
    if s.department:
        words.append(f"of {s.department}")
    if s.kind in ("contacts", "events") and "channel" in values:
        words.append(f"by {values['channel']}")
    named = next((values[a] for a in ("kind", "state") if a in values), None)
    if named:
        words.append(f"({named})")
    keys = ", ".join(dict.fromkeys(k.kind for k in (*s.keys, *s.identifiers)))
    return " ".join(words) + (f", known by {keys}" if keys else "")


def _apart_from(files: Iterable[Path], out: Path) -> list[Path]:
    """The exports without the strategy itself, which a pattern such as `*` may have caught."""
    return [f for f in files if f.absolute() != out.absolute()]


# The file


class _Writer:
    """Writes one strategy, and collects what it asks."""

    def __init__(self, found: Guess, name: str, root: Path) -> None:
        self._found, self._name, self._root = found, name, root
        self.sources = [s for s in found.sources if s.kind in SOURCE_KINDS]
        self.questions: list[str] = []

    def text(self) -> str:
        """The whole file."""
        blocks = [self._head(), self._places(), self._departments(), self._channels(), self._register()]
        blocks += [[("data:", ""), ("  sources:" if self.sources else "  sources: {}", "")]]
        blocks += [self._source(s) for s in self.sources]
        blocks += [self._no_source(s) for s in self._found.sources if s.kind not in SOURCE_KINDS]
        blocks += [self._skipped()]
        return "\n\n".join("\n".join(laid_out(b)) for b in blocks if b) + "\n"

    def _ask(self, question: str, indent: str, about: str = "") -> list[Row]:
        self.questions.append(remark(f"{about}: {question}" if about else question))
        return comment(question, indent, "ASK: ")

    def _head(self) -> list[Row]:
        files = {p for s in self._found.sources for p in s.files}
        return [
            (f"# yaml-language-server: $schema={SCHEMA.as_posix()}", ""),
            (f"# A first contact strategy, drafted by `primum init` from {len(files)} files.", ""),
            ("# Behind a line: how sure the guess is, and an example; personal data in examples is masked.", ""),
            ("# What could not be told is asked: answer what begins with ASK, then run `primum check` and", ""),
            ("# `primum audit`.", ""),
            ("", ""),
            ("strategy:", ""),
            (f"  name: {scalar(self._name)}", ""),
            ("  # customer_champion:", "the person who speaks for the customer"),
            ("  # currency: EUR", "of every cost and value"),
        ]

    def _places(self) -> list[Row]:
        company = self._found.company
        rows = self._zone()
        told: list[Row] = []
        if company.country:
            told.append((f"  country: {company.country}", "likely, from the files; reads national telephone numbers"))
        if company.domains:
            told.append((f"  own_domains: {listed(company.domains)}", "likely, from senders and staff: no customers"))
        if told:
            return [*rows, ("customers:", ""), *told]
        return [*rows, ("# customers:", ""), ("#   country: DE", "reads national telephone numbers")]

    def _zone(self) -> list[Row]:
        """The company's zone, asked for where times need one and none can be told."""
        company = self._found.company
        unread = company.phones and not company.country
        if company.zone:
            asked: list[Row] = []
            if unread:
                asked = self._ask(_WHICH_COUNTRY, "")
            return [*asked, (f"zone: {company.zone}", f"likely, from {company.zone_from}"), ("", "")]
        if company.zoneless:
            also = ", and of which country are telephone numbers without a country code (as in DE)" if unread else ""
            where = f"which time zone do times have that carry none (as in Europe/Berlin){also}?"
            return [*self._ask(where, ""), ("zone: UTC", ""), ("", "")]
        asked = self._ask(_WHICH_COUNTRY, "") if unread else []
        return [
            *asked,
            ("zone: UTC", _BETTER),
            ("", ""),
        ]

    def _departments(self) -> list[Row]:
        names = dict.fromkeys(d for s in self.sources for d in _named_by(s, "department"))
        if not names:
            return []
        rows = [(f"  {scalar(n)}:", "") for n in sorted(names)]
        return [("departments:", "say who answers for each: {owner: Ann}"), *rows]

    def _channels(self) -> list[Row]:
        names = dict.fromkeys(c for s in self.sources for c in _named_by(s, "channel"))
        rows = [(f"  {scalar(n)}:", "") for n in sorted(names)]
        return [("channels:", "say what one contact costs: {unit_cost: 0.01}"), *rows] if rows else []

    def _register(self) -> list[Row]:
        shown = [c for c in self._found.communications if _may_be_listed(c.name)][:LISTED]
        if not shown:
            return []
        many = len(self._found.communications)
        rows = comment("The register: what is said, as the samples name it, most frequent first.", "")
        rows += comment("Say who answers for each, and its message class: {owner: marketing, purpose: survey}.", "")
        if many > len(shown):
            rows += comment(f"{many - len(shown):,} further ones are not listed.", "")
        return [*rows, ("communications:", ""), *(_registered(c) for c in shown)]

    # Sources

    def _source(self, s: SourceGuess) -> list[Row]:
        indent = " " * 6
        rows = comment(self._heading(s), "    ")
        for question in s.questions:
            rows += self._ask(question, "    ", s.name)
        for note in s.notes:
            rows += comment(f"{note}.", "    ")
        rows += [(f"    {s.name}:", ""), (f"{indent}kind: {s.kind}", said(s.confidence, s.why))]
        if s.department:
            rows.append((f"{indent}department: {scalar(s.department)}", f"likely, from {s.department_from}"))
        elif any("which department" in q for q in s.questions):
            rows.append((f"{indent}# department:", ""))
        rows += self._files(s)
        rows += _keys("key", s.keys) + _keys("identifiers", s.identifiers)
        if s.zone:
            rows.append((f"{indent}zone: {s.zone}", "sure, the platform writes its times so"))
        if s.dates:
            rows.append((f"{indent}dates: {listed(s.dates)}", ""))
        rows += self._since(s, indent)
        if s.missing:
            rows.append((f"{indent}missing: {listed(s.missing)}", "stand for nothing"))
        if s.lines:
            rows.append((f"{indent}map:", ""))
            rows += [row for line in s.lines for row in _entry(line)]
        return rows + _unused(s)

    def _since(self, s: SourceGuess, indent: str) -> list[Row]:
        """What is to be said of a source's age, and of rows that come twice."""
        rows: list[Row] = []
        if s.undated:
            rows.append(_extract_day(s, indent))
        if s.kind in ("contacts", "events", "states"):
            rows.append((f"{indent}# fresh: 40 days", "how old its newest row may be"))
        if s.kind == "contacts" and not any(line.attribute == "id" for line in s.lines):
            told = [a for a in ("at", "communication", "content") if any(line.attribute == a for line in s.lines)]
            note = "rows carry no id; alike in these, they are one"
            mark = "" if len(s.files) > 1 and s.timed else "# "
            rows.append((f"{indent}{mark}one_row_per: [{', '.join(told)}]", note))
        return rows

    def _heading(self, s: SourceGuess) -> str:
        parts = [self._title(s), f"{s.table.rows:,} rows looked at" if s.table.rows else "a header and no rows"]
        if s.platform:
            parts.append(f"columns as of {s.platform}")
        return ", ".join(parts) + "."

    def _title(self, s: SourceGuess) -> str:
        """The file, or its files in short."""
        if len(s.parts) > 1:
            return f"{len(s.files)} files in {s.files[0].parent.name}"
        shown = self._paths(s.files)
        if len(shown) == 1:
            return Path(shown[0]).name
        return f"{s.files[0].name} and {len(s.files) - 1} more"

    def _files(self, s: SourceGuess) -> list[Row]:
        if not s.query or s.kind not in SOURCE_KINDS:
            return self._read(s.files, s.table.spec, " " * 6)
        rows: list[Row] = [("      tables:", "")]
        for part in s.parts:
            rows += [(f"        {part.name}:", ""), *self._read(part.files, part.tables[0].spec, " " * 10)]
        return [*rows, *_query(s.query)]

    def _read(self, files: Sequence[Path], spec: FileSpec, indent: str) -> list[Row]:
        rows: list[Row] = []
        for key, text in self._spec(files, spec):
            if key == "files" and len(text) > WIDTH:
                rows += [(f"{indent}files:", ""), *((f"{indent}  - {scalar(p)}", "") for p in self._paths(files))]
            else:
                rows.append((f"{indent}{key}: {text}", "lines above the header" if key == "skip_rows" else ""))
        return rows

    def _spec(self, files: Sequence[Path], spec: FileSpec) -> list[tuple[str, str]]:
        """Files and how to read them; the values are YAML already."""
        pairs = [("files", listed(self._paths(files)))]
        pairs += [(k, scalar(v)) for k in ("delimiter", "encoding", "sheet", "table") if (v := getattr(spec, k))]
        return [*pairs, ("skip_rows", str(spec.skip_rows))] if spec.skip_rows else pairs

    def _paths(self, files: Sequence[Path]) -> list[str]:
        """The files as the strategy names them: by a pattern where it matches these files and no others."""
        shown = [_relative(p, self._root) for p in files]
        if len(shown) < 2:
            return shown
        names = [p.name for p in files]
        start = _common_start(names)
        end = _common_start([n[len(start) :][::-1] for n in names])[::-1]
        start, end = re.sub(r"\d+$", "", start), re.sub(r"^\d+", "", end)
        folder = files[0].parent
        if (start or end) and not any(c in "*?[" for c in f"{shown[0]}{start}{end}"):
            matched = {p.name for p in folder.glob(f"{start}*{end}") if p.is_file()}
            if matched == set(names):
                return [(Path(shown[0]).parent / f"{start}*{end}").as_posix()]
        return shown

    def _no_source(self, s: SourceGuess) -> list[Row]:
        what = "a calendar of campaigns" if s.kind == CALENDAR else "of no known kind"
        rows = comment(f"{self._heading(s)[:-1]}: {what} ({s.confidence}, {s.why}); not read yet.", "    ")
        asked = s.questions or ("what is a row of this, and whose? Add it as a source, or leave it out.",)
        if s.files in [o.partner.files for o in self._found.sources if o.partner]:
            asked = ()
        for question in asked:
            rows += self._ask(question, "    ", s.name)
        return rows + self._proposed_query(s)

    def _proposed_query(self, s: SourceGuess) -> list[Row]:
        """A source that joins a calendar with a list of people: taking out each `# ` makes it one."""
        if s.partner is None:
            return []
        lines = [
            f"{s.name}:",
            "  kind: contacts",
            "  tables:",
            f"    audience: {flow(self._spec(s.partner.files, s.partner.table.spec))}",
            f"    calendar: {flow(self._spec(s.files, s.table.spec))}",
            f"  query: {scalar(s.query)}",
            f"  key: {flow((k.kind, scalar(k.column)) for k in s.partner.keys)}",
            *([f"  dates: {listed(s.dates)}"] if s.dates else []),
            "  map:",
            *(text[4:] for line in s.lines for text, _ in _entry(line)),
        ]
        return [(f"    # {line}", "") for line in lines]

    def _skipped(self) -> list[Row]:
        rows: list[Row] = []
        for name, why in self._found.skipped:
            rows += self._ask(f"{name} was left out: {why}", "    ")
        return rows


def _may_be_listed(name: str) -> bool:
    return len(name) <= WIDTH and name.isprintable() and not unsound(name)


def _common_start(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(a for a, _ in same)


def _relative(path: Path, root: Path) -> str:
    return Path(os.path.relpath(path.absolute(), root)).as_posix()


def _named_by(s: SourceGuess, attribute: str) -> list[str]:
    """The departments or channels that a source speaks of."""
    found = [s.department] if attribute == "department" and s.department else []
    for line in s.lines:
        if line.attribute != attribute:
            continue
        words = next((c.words for c in s.table.columns if c.name == line.column), {})
        seen = [m for _, m in line.values] or [w for w in words if w not in line.missing]
        found += [line.value] if line.value else seen
    return found


def _extract_day(s: SourceGuess, indent: str) -> Row:
    """The day an extract tells of: in its name, else the file's own; a query's rows are of no one file."""
    form = day_in_names([p.name for p in s.files])
    if s.query:
        return f"{indent}# as_of: 2026-01-31", "no row says since when: write the day of the extract"
    if form:
        return f'{indent}as_of: {{file_name: "{form}"}}', "no row says since when: true on the day in the file's name"
    return f"{indent}as_of: {{file_date: true}}", "no row says since when: true on the day the file was written"


def _query(query: str) -> list[Row]:
    """A query on one line where it is short, else as a block."""
    if len(query) <= WIDTH:
        return [(f"      query: {scalar(query)}", "")]
    lines = textwrap.wrap(query, WIDTH, break_long_words=False, break_on_hyphens=False)
    return [("      query: >-", ""), *((f"        {line}", "") for line in lines)]


def _registered(c: Named) -> Row:
    guesses = [f"owner: {c.department}?"] if c.department else []
    guesses += [f"purpose: {c.purpose}?"] if c.purpose else []
    return f"  {scalar(c.name)}:", ", ".join([f"{c.rows:,} rows", *guesses])


def _keys(label: str, keys: Sequence[Key]) -> list[Row]:
    if not keys:
        return []
    if len(keys) == 1:
        key = keys[0]
        return [(f"      {label}: {flow([(key.kind, scalar(key.column))])}", said(key.confidence, key.said))]
    rows = [(f"        {scalar(k.kind)}: {scalar(k.column)}", said(k.confidence, k.said)) for k in keys]
    return [(f"      {label}:", ""), *rows]


def _entry(line: Line) -> list[Row]:
    """One line of `map`: on one line where it is short, else as a group."""
    comment = said(line.confidence, line.said)
    attribute = f"        {line.attribute}:"
    parts = _parts(line)
    if len(parts) == 1 and line.column is not None:
        return [(f"{attribute} {parts[0][1]}", comment)]
    short = f"{attribute} {flow(parts)}"
    if len(short) <= ALIGNED + 24 and not line.unsure:
        return [(short, comment)]
    rows = [(attribute, comment)]
    for key, value in parts:
        text = f"          {key}: {value}"
        if key == "values" and (len(text) > WIDTH or line.unsure):
            rows += [("          values:", ""), *_words(line)]
        else:
            rows.append((text, "no meaning known" if key == "missing" and line.values else ""))
    return rows


def _words(line: Line) -> list[Row]:
    return [(f"            {scalar(w)}: {scalar(m)}", "unsure" if w in line.unsure else "") for w, m in line.values]


def _parts(line: Line) -> list[tuple[str, str]]:
    given = (("column", line.column), ("value", line.value), ("sql", line.sql))
    parts = [(key, scalar(text)) for key, text in given if text is not None]
    if line.values:
        parts.append(("values", flow((w, scalar(m)) for w, m in line.values)))
    if line.missing:
        parts.append(("missing", listed(line.missing)))
    if line.dates:
        parts.append(("dates", listed(line.dates)))
    if line.local:
        parts.append(("local", "true"))
    return parts


def _unused(s: SourceGuess) -> list[Row]:
    if not s.unused:
        return []
    names = ", ".join(remark(n, 30) for n in s.unused[:12])
    more = f" and {len(s.unused) - 12} more" if len(s.unused) > 12 else ""
    return comment(f"not used: {names}{more}", "      ")
