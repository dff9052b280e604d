"""The sections of the page, one module each, in reading order.

Owns what a section shows and says. Refuses arithmetic (a module that lacks a number says so to `audit`) and markup.
"""

from collections.abc import Callable, Sequence

from primum.audit.results import AuditResult
from primum.report.blocks import Section
from primum.report.names import Names
from primum.report.samples import Sample
from primum.report.sections import (
    against_rules,
    blind,
    clashes,
    cost,
    coverage,
    duplicates,
    fixes,
    flags,
    meetings,
    method,
    near_duplicates,
    never_events,
    non_people,
    opt_outs,
    people,
    pressure,
    register,
    responses,
    segments,
    silence,
    silos,
    since,
    who,
)

BUILDERS: tuple[Callable[[AuditResult, Names], Section | None], ...] = (
    blind.build,
    coverage.build,
    who.build,
    never_events.build,
    opt_outs.build,
    against_rules.build,
    pressure.build,
    duplicates.build,
    near_duplicates.build,
    meetings.build,
    clashes.build,
    silence.build,
    segments.build,
    silos.build,
    responses.build,
    flags.build,
    people.build,
    cost.build,
    fixes.build,
    since.build,
    non_people.build,
    method.build,
)


def build_sections(result: AuditResult, samples: Sequence[Sample] = ()) -> tuple[Section, ...]:
    """All sections after the headline; one that has nothing to say is left out."""
    names = Names(result)
    found: list[Section | None] = []
    for build in BUILDERS:
        found.append(build(result, names))
        if build is who.build:
            found.append(register.build(result, names, samples))
    return tuple(section for section in found if section is not None)
