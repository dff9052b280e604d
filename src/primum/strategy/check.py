"""Names that must agree across the file, and what a source needs before it can be read.

Owns the cross-reference checks and their complaints. Refuses to open a source: whether files and columns are there is
for `sources` to say.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from primum.strategy.dangling import FACET_CHECKS
from primum.strategy.findings import File, Finding, told, within
from primum.strategy.formats import (
    as_directives,
    faults_of_format,
    half_day_only,
    is_encoding,
    nearest_encoding,
    nearest_zone,
    zones,
)
from primum.strategy.load import Loaded, attempt, settled
from primum.strategy.models import COLUMNS, REQUIRED, Entry, Source
from primum.strategy.positions import KeyPath, read_text
from primum.strategy.sentences import group, subject
from primum.words.errors import Complaint, StrategyError, did_you_mean
from primum.words.vocabulary import EVENT_WORDS, INITIATORS, PURPOSES, RESPONSE_KINDS, STATUSES


@dataclass(frozen=True, slots=True)
class Report:
    """What is wrong, and what is only doubtful; both sorted by place."""

    errors: tuple[Complaint, ...]
    warnings: tuple[Complaint, ...]


def checked(path: Path | str) -> Loaded:
    """The strategy in this file, when nothing is wrong with it; warnings do not count (`check` tells them).

    Raises:
        StrategyError: with all complaints, those of the models and those across the file.
    """
    return checked_text(read_text(Path(path)), str(path))


def checked_text(text: str, name: str = "primum.yaml") -> Loaded:
    """The strategy in this text, as `checked` does for a file.

    Raises:
        StrategyError: as `checked` does.
    """
    tried = attempt(text, name)
    further = check(tried.loaded, tried.cut).errors if tried.loaded else ()
    if tried.complaints or further:
        raise StrategyError((*tried.complaints, *further))
    return settled(tried)


def check(loaded: Loaded, cut: Collection[KeyPath] = ()) -> Report:
    """Everything that does not agree across the file.

    Args:
        loaded: The strategy.
        cut: Parts that are known to be wrong already, of which nothing more is said.
    """
    file = File(loaded.strategy, loaded.positions, frozenset(cut))
    findings = [f for look in (*_CHECKS, *FACET_CHECKS) for f in look(file) if not within(f.path, file.cut)]
    return Report(
        tuple(sorted({told(f, loaded.positions) for f in findings if not f.is_warning})),
        tuple(sorted({*loaded.warnings, *(told(f, loaded.positions) for f in findings if f.is_warning)})),
    )


def _entries(path: KeyPath, source: Source) -> Iterator[tuple[KeyPath, str, Entry]]:
    """Every entry of `map`, with its path and the attribute it fills."""
    for attribute, entry in source.map.items():
        yield (*path, "map", attribute), attribute, entry


# Time zones, encodings, formats


def _zones_are_known(file: File) -> Iterator[Finding]:
    named = [((), file.strategy.zone), *((path, source.zone) for path, source in file.sources())]
    for path, zone in named:
        if zone is not None and zone not in zones():
            near = nearest_zone(zone)
            hint = f" Did you mean '{near}'?" if near else ""
            where = (*path, "zone")
            what = f'unknown time zone "{zone}" in {group(path)}.'
            yield Finding(where, what, f"Write an IANA name, such as Europe/Berlin or UTC.{hint}")


def _encodings_are_known(file: File) -> Iterator[Finding]:
    for path, source in file.sources():
        specs = [(path, source), *(((*path, "tables", name), spec) for name, spec in source.tables.items())]
        for where, spec in specs:
            if spec.encoding is not None and not is_encoding(spec.encoding):
                near = nearest_encoding(spec.encoding)
                hint = f" Did you mean '{near}'?" if near else ""
                what = f'unknown encoding "{spec.encoding}" in {group(where)}.'
                yield Finding((*where, "encoding"), what, f"Usual are utf-8, cp1252 and latin-1.{hint}")


def _formats_are_plausible(file: File) -> Iterator[Finding]:
    for path, source in file.sources():
        yield from _formats_at((*path, "dates"), source.dates, file)
        if source.as_of is not None and source.as_of.file_name is not None:
            yield from _formats_at((*path, "as_of", "file_name"), [source.as_of.file_name], file)
        for where, _, entry in _entries(path, source):
            yield from _formats_at((*where, "dates"), entry.dates, file)
            if entry.file_name is not None:
                yield from _formats_at((*where, "file_name"), [entry.file_name], file)


def _formats_at(path: KeyPath, formats: list[str], file: File) -> Iterator[Finding]:
    for number, written in enumerate(formats):
        where = file.item(path, number)
        faults = faults_of_format(written)
        if faults:
            rewritten = as_directives(written)
            hint = f" Did you mean '{rewritten}'?" if rewritten else ""
            cure = f"31.12.2024 21:30 is '%d.%m.%Y %H:%M', 2024-12-31 is '%Y-%m-%d'.{hint}"
            yield Finding(where, f'the date format "{written}" {" and ".join(faults)}.', cure)
        elif half_day_only(written):
            what = f'the date format "{written}" reads twelve hours (%I) without am or pm (%p).'
            yield Finding(where, what, "Write %H for 24 hours, or add %p.", is_warning=True)


def _file_dates_have_files(file: File) -> Iterator[Finding]:
    """The rows of a query come of no one file, so no file's date is theirs."""
    for path, source in file.sources():
        named = [((*path, "map", a), e) for a, e in source.map.items()]
        named += [((*path, "attributes", a), e) for a, e in source.attributes.items()]
        dated = [where for where, entry in named if entry.file_name or entry.file_date]
        if source.as_of is not None and source.as_of.day is None:
            dated.append((*path, "as_of"))
        for where in dated if source.query else ():
            what = f"{group(path)} takes a date from a file, but the rows of a query come of no one file."
            yield Finding(where, what, "Take it from a column, or give it as a constant (`as_of: 2026-06-30`).")


def _extract_days_are_days(file: File) -> Iterator[Finding]:
    for path, source in file.sources():
        day = source.as_of.day if source.as_of is not None else None
        try:
            date.fromisoformat(day or "2000-01-01")
        except ValueError:
            what = f'"{day}" in {group(path)} is no day of the calendar.'
            yield Finding((*path, "as_of"), what, "Write a day such as 2026-06-30.")


def _dates_belong_to_instants(file: File) -> Iterator[Finding]:
    for path, source in file.sources_of_known_kind():
        for where, attribute, entry in _entries(path, source):
            kind = COLUMNS[source.kind].get(attribute, "instant")
            if entry.dates and kind != "instant":
                yield _no_instant(where, f'"{attribute}" is a {kind}')
    for path, source in file.sources():
        for attribute, entry in source.attributes.items():
            if entry.dates:
                yield _no_instant((*path, "attributes", attribute), f'the open attribute "{attribute}" is a text')


def _no_instant(path: KeyPath, what: str) -> Finding:
    what = f"{what}, not an instant, and has no date format."
    return Finding((*path, "dates"), what, "Take `dates` out.", at_key=True)


# Departments, channels, message classes


def _departments_are_declared(file: File) -> Iterator[Finding]:
    declared = file.positions.children(("departments",))
    for path, source in file.sources():
        yield from _undeclared((*path, "department"), source.department, "department", declared)
    for name, communication in file.strategy.communications.items():
        yield from _undeclared(("communications", name, "owner"), communication.owner, "department", declared)


def _channels_are_declared(file: File) -> Iterator[Finding]:
    declared = file.positions.children(("channels",))
    for name, communication in file.strategy.communications.items():
        for number, channel in enumerate(communication.channels):
            where = file.item(("communications", name, "channels"), number)
            yield from _undeclared(where, channel, "channel", declared)


def _undeclared(path: KeyPath, word: str | None, noun: str, declared: Collection[str]) -> Iterator[Finding]:
    if word is not None and word not in declared:
        cure = f"Declare it under `{noun}s`, as `{word}:`. {did_you_mean(word, declared)}".strip()
        yield Finding(path, f'{subject(path)} names the {noun} "{word}", which is not declared.', cure)


def _constants_are_known(file: File) -> Iterator[Finding]:
    """Words that the file itself gives to an attribute must be words that Primum, or the file, knows."""
    declared = {noun: file.positions.children((f"{noun}s",)) for noun in ("department", "channel")}
    for path, source in file.sources():
        for where, attribute, entry in _entries(path, source):
            for place, word in _constants(where, entry):
                if attribute in declared:
                    yield from _undeclared(place, word, attribute, declared[attribute])
                elif attribute in _CLOSED:
                    yield from _unlisted(place, word, *_CLOSED[attribute])
                elif attribute == "kind" and source.kind == "responses":
                    yield from _unusual(place, word)


_CLOSED: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    "purpose": ("message class", PURPOSES),
    "status": ("status", STATUSES),
    "initiated": ("initiator", INITIATORS),
    "event": ("event", EVENT_WORDS),
}


def _constants(path: KeyPath, entry: Entry) -> Iterator[tuple[KeyPath, str]]:
    if entry.value is not None:
        yield (*path, "value"), str(entry.value)
    for word, target in (entry.values or {}).items():
        yield (*path, "values", word), target
    if entry.otherwise is not None:
        yield (*path, "otherwise"), entry.otherwise


def _unlisted(path: KeyPath, word: str, noun: str, known: Collection[str]) -> Iterator[Finding]:
    if word not in known:
        yield Finding(
            path, f'{subject(path)} gives the {noun} "{word}", which there is not.', did_you_mean(word, known)
        )


def _unusual(path: KeyPath, word: str) -> Iterator[Finding]:
    if word not in RESPONSE_KINDS:
        what = f'{subject(path)} gives the kind of response "{word}", which no finding counts.'
        yield Finding(path, what, did_you_mean(word, RESPONSE_KINDS), is_warning=True)


# What a source needs


def _attributes_are_known(file: File) -> Iterator[Finding]:
    for path, source in file.sources_of_known_kind():
        known = COLUMNS[source.kind]
        for attribute in source.map.keys() - known.keys():
            what = f'{group(path)} maps "{attribute}", which {_a_kind(source)} does not have.'
            cure = f"{did_you_mean(attribute, known)} Other attributes go under `attributes:`."
            yield Finding((*path, "map", attribute), what, cure, at_key=True)
        for attribute in source.attributes.keys() & known.keys():
            what = f'"{attribute}" of {group(path)} is one of Primum\'s own attributes, yet stands under `attributes`.'
            yield Finding((*path, "attributes", attribute), what, "Put it under `map`.", at_key=True, is_warning=True)


def _a_kind(source: Source) -> str:
    return f"a source of {source.kind}"


def _attributes_are_there(file: File) -> Iterator[Finding]:
    for path, source in file.sources_of_known_kind():
        for attribute in REQUIRED[source.kind]:
            if not file.has((*path, "map", attribute)) and not within((*path, "map"), file.cut):
                what = f'{group(path)} does not say where "{attribute}" comes from; {_a_kind(source)} needs it.'
                yield Finding(path, what, f"Add under `map`: `{attribute}: NAME_OF_THE_COLUMN`.", at_key=True)


def _keys_are_there(file: File) -> Iterator[Finding]:
    for path, source in file.sources_of_known_kind():
        is_wrong = within((*path, "key"), file.cut)
        if not source.key and not is_wrong:
            what = f"{group(path)} does not say whose its rows are; {_a_kind(source)} needs a `key`."
            cure = "Add `key:` with a kind of identifier and its column, such as `key: {email: EMAIL_ADDRESS}`."
            yield Finding(path, what, cure, at_key=True)


def _identifiers_are_there(file: File) -> Iterator[Finding]:
    for path, source in file.sources_of_known_kind():
        is_mapped = all(file.has((*path, "map", attribute)) for attribute in ("kind", "value"))
        is_wrong = any(within((*path, key), file.cut) for key in ("identifiers", "map"))
        if source.kind == "identifiers" and not (source.identifiers or is_mapped or is_wrong):
            what = f"{group(path)} names no identifier beside its key."
            cure = "Add `identifiers: {phone: PHONE}`, or map both `kind` and `value`."
            yield Finding(path, what, cure, at_key=True)


def _departments_are_there(file: File) -> Iterator[Finding]:
    for path, source in file.sources_of_known_kind():
        is_said = file.has((*path, "department")) or file.has((*path, "map", "department"))
        if source.kind in ("contacts", "events") and not is_said:
            what = f"{group(path)} does not say which department sent its contacts."
            cure = "Add `department:`, or map it; until then no finding can name who sent them."
            yield Finding(path, what, cure, at_key=True, is_warning=True)


# The register


def _names_are_unique(file: File) -> Iterator[Finding]:
    owner_of: dict[str, str] = {name: name for name in file.strategy.communications}
    for name, communication in file.strategy.communications.items():
        for number, other in enumerate(communication.known_as):
            first = owner_of.setdefault(other, name)
            if first != name:
                what = f'"{other}" names two communications: "{first}" and "{name}".'
                where = file.item(("communications", name, "known_as"), number)
                yield Finding(where, what, "A name in a source must lead to one communication: take one out.")


# What is true of customers


def _additions_are_sources_of_states(file: File) -> Iterator[Finding]:
    known = [path[-1] for path, source in file.sources() if source.kind == "states"]
    for number, name in enumerate(file.strategy.customers.additions):
        if name not in known:
            what = f'`additions` names "{name}", which is no source of states.'
            cure = did_you_mean(name, map(str, known)) or "Take it out."
            yield Finding(file.item(("customers", "additions"), number), what, cure)


def _kinds_of_response_are_known(file: File) -> Iterator[Finding]:
    customers = file.strategy.customers
    for kind in customers.attribution:
        yield from _unusual(("customers", "attribution", kind), kind)
    for number, kind in enumerate(customers.purchases if file.has(("customers", "purchases")) else ()):
        yield from _unusual(file.item(("customers", "purchases"), number), kind)


_CHECKS: Final[tuple[Callable[[File], Iterator[Finding]], ...]] = (
    _zones_are_known,
    _encodings_are_known,
    _formats_are_plausible,
    _dates_belong_to_instants,
    _file_dates_have_files,
    _extract_days_are_days,
    _departments_are_declared,
    _channels_are_declared,
    _constants_are_known,
    _attributes_are_known,
    _attributes_are_there,
    _keys_are_there,
    _identifiers_are_there,
    _departments_are_there,
    _names_are_unique,
    _additions_are_sources_of_states,
    _kinds_of_response_are_known,
)
