"""What was true of customers when they were contacted: states beside the contacts made while they held.

Owns this section. Refuses to judge, and to add what is possible to what is certain.
"""

from collections.abc import Iterator

from primum.audit.results import AuditResult, FlagFigures
from primum.report.blocks import Block, Cell, Section, Table
from primum.report.cells import cut, number_cell, numbers, text_cell, texts
from primum.report.names import Names
from primum.report.phrases import clean, counted

TITLE = "What was true of customers when they were contacted"
_LEAD = (
    "For each state that the sources know of: how many contacts were made while it held. Nothing here says that a "
    "contact was wrong; that is for rules to say."
)
_NOTE = (
    "Possibly so: contacts before the day of an extract whose flag does not say since when it holds, or so close to "
    "where a state begins or ends that the times do not tell. They stand apart and are in no other figure."
)


def build(result: AuditResult, names: Names) -> Section | None:
    """The section; None where no source tells of states."""
    if not result.flags:
        return None
    return Section("states", TITLE, "States", _LEAD, tuple(_blocks(result.flags)))


def _blocks(flags: tuple[FlagFigures, ...]) -> Iterator[Block]:
    columns = (
        *texts("State"),
        *numbers("Customers", "Contacts while it held", "Customers so contacted", "Possibly so", "Their customers"),
        *texts("Since when"),
    )
    rows, note = cut([_row(f) for f in flags], _NOTE)
    yield Table("States and the contacts made while they held (received, not asked for)", columns, rows, note)


def _row(flag: FlagFigures) -> tuple[Cell, ...]:
    return (
        text_cell(clean(flag.state, 60).replace("_", " ")),
        number_cell(flag.customers),
        number_cell(flag.contacts_during),
        number_cell(flag.customers_during),
        number_cell(flag.contacts_possible),
        number_cell(flag.customers_possible),
        text_cell(_since(flag)),
    )


def _since(flag: FlagFigures) -> str:
    if not flag.undated:
        return "dated"
    if flag.undated_without_day:
        return f"{counted(flag.undated, 'row')} undated, the day of the extract not always known"
    return f"{counted(flag.undated, 'row')} undated, as of the extract" if flag.dated else "as of the extract"
