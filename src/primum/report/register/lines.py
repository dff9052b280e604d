"""What an audit knows, as the lines of the register's sheets.

Owns which lines and cells there are. Refuses to know a workbook.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from primum.audit.results import AuditResult, CommunicationFigures
from primum.report.phrases import clean
from primum.strategy.models import Communication, Strategy

Value = str | int | date | None


@dataclass(frozen=True)
class Entry:
    """One line: its name, what the strategy says of it (by field), what the audit found (by header)."""

    name: str
    said: dict[str, str] = field(default_factory=dict)
    found: dict[str, Value] = field(default_factory=dict)


def entries(result: AuditResult, strategy: Strategy) -> dict[str, list[Entry]]:
    """Per section the lines, most contacts first; what was declared and never sent stands behind."""
    return {
        "communications": list(_communications(result, strategy)),
        "departments": list(_departments(result, strategy)),
        "topics": list(_topics(result, strategy)),
    }


def _communications(result: AuditResult, strategy: Strategy) -> Iterator[Entry]:
    for c in sorted(result.communications, key=lambda c: (-c.contacts, c.communication)):
        yield Entry(c.communication, _said(strategy.communications.get(c.communication)), _found(c))
    for name in result.register.never_sent:
        yield Entry(name, _said(strategy.communications.get(name)), {"Contacts": 0, "In the register": "yes"})


def _said(entry: Communication | None) -> dict[str, str]:
    if entry is None:
        return {}
    given = {
        "owner": entry.owner,
        "purpose": entry.purpose,
        "title": entry.title,
        "topic": entry.topic,
        "channels": "; ".join(entry.channels),
        "known_as": "; ".join(entry.known_as),
        "initiated": entry.initiated,
        "sample": entry.sample,
    }
    return {name: value for name, value in given.items() if value}


def _found(c: CommunicationFigures) -> dict[str, Value]:
    guess = c.guess
    return {
        "Contacts": c.contacts,
        "Customers": c.reach,
        "First": date.fromisoformat(c.first),
        "Last": date.fromisoformat(c.last),
        "Departments": "; ".join(c.departments) or "not recorded",
        "Channels used": "; ".join(c.channels) or "not recorded",
        "Sample subject": clean(c.subject, 300) if c.subject else None,
        "Guessed message class": (guess.purpose or "no idea") if guess else None,
        "How sure": guess.how_sure if guess else None,
        "Why": clean(guess.why, 300) if guess else None,
        "Guessed topic": c.guessed_topic,
        "In the register": "yes" if c.registered else "no",
    }


def _departments(result: AuditResult, strategy: Strategy) -> Iterator[Entry]:
    figures = {d.department: d for d in result.departments if d.department is not None}
    for name in dict.fromkeys([*strategy.departments, *figures]):
        declared, found = strategy.departments.get(name), figures.get(name)
        given = {"title": declared.title, "owner": declared.owner} if declared else {}
        yield Entry(
            name,
            {k: v for k, v in given.items() if v},
            {"Contacts": found.contacts if found else 0, "Communications": found.communications if found else 0},
        )


def _topics(result: AuditResult, strategy: Strategy) -> Iterator[Entry]:
    for t in result.register.topics:
        declared = strategy.topics.get(t.topic)
        given = {"title": declared.title, "owner": declared.owner} if declared else {}
        yield Entry(
            t.topic,
            {k: v for k, v in given.items() if v},
            {"Contacts": t.contacts, "Communications": t.communications},
        )
