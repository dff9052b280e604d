"""Which column of a list says whose a row is, and which says when it was sent.

Owns the choice: a column that a source of the strategy calls the same and takes for its key, else what `primum init`
would guess. Refuses to guess between nothing: where no column will do, it asks for `--key`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from primum.deliver.tables import Listed
from primum.sources.guess_columns import KEY_ROLES, role_of, roles_of
from primum.sources.guess_dates import Dates, dates_of
from primum.sources.guess_words import words_of
from primum.strategy.models import Strategy
from primum.words.errors import UsageError, did_you_mean
from primum.words.time import instant_us

_SENT = ("sent_at", "handed_over", "when", "date")


@dataclass(frozen=True)
class KeyColumn:
    """A kind of identifier, and the column that holds it."""

    kind: str
    column: str


def key_of(listed: Listed, strategy: Strategy, said: str | None) -> KeyColumn:
    """The key of a list.

    Args:
        said: `kind=Column`, where somebody says it.

    Raises: UsageError where there is none, or no such column.
    """
    if said is not None:
        kind, equals, column = said.partition("=")
        if not equals or not kind:
            raise UsageError(f"--key {said}: write the kind of identifier and the column, as in --key email=Address.")
        return KeyColumn(kind, named_column(listed, column))
    found = _as_a_source_says(listed, strategy) or _guessed(listed, strategy)
    if found is None:
        columns = ", ".join(listed.seen.header[:12])
        raise UsageError(f"No column of {listed.path.name} says whose a row is ({columns}). Say --key email=Column.")
    return found


def named_column(listed: Listed, name: str) -> str:
    """A column of a list by its name.

    Raises: UsageError where there is none.
    """
    if name in listed.seen.header:
        return name
    hint = did_you_mean(name, listed.seen.header)
    raise UsageError(f"{listed.path.name} has no column '{name}'. {hint}".strip())


def _keys_of(strategy: Strategy) -> Iterator[tuple[str, str]]:
    """Every kind of identifier of the sources, with its columns; those of masters first."""
    sources = sorted(strategy.data.sources.values(), key=lambda s: s.kind not in ("customers", "identifiers"))
    for source in sources:
        yield from {**source.key, **source.identifiers}.items()


def _as_a_source_says(listed: Listed, strategy: Strategy) -> KeyColumn | None:
    names = {words_of(name): name for name in listed.seen.header}
    for kind, column in _keys_of(strategy):
        if words_of(column) in names:
            return KeyColumn(kind, names[words_of(column)])
    return None


def _guessed(listed: Listed, strategy: Strategy) -> KeyColumn | None:
    roles = roles_of(listed.seen)
    kinds = {kind for kind, _ in _keys_of(strategy)}
    for role in sorted((r for r in KEY_ROLES if r in roles), key=lambda r: r not in kinds):
        return KeyColumn(role, roles[role].name)
    return None


# When a row was sent

Instants = Callable[[str], tuple[int, str]]
"""A cell -> microseconds UTC and precision; raises ValueError."""


def sent_column(listed: Listed, said: str | None) -> str:
    """The column that says when a row was sent; empty where none does.

    Raises: UsageError where there is no such column.
    """
    if said is not None:
        return named_column(listed, said)
    roles = roles_of(listed.seen)
    return next((roles[role].name for role in _SENT if role in roles), "")


def reading(listed: Listed, column: str, zone: str) -> Instants:
    """How the instants of a column are read; those without a zone are local to `zone`."""
    values = next(c for c in listed.seen.columns if c.name == column)
    dates = role_of(values).dates or dates_of(values.values) or Dates()
    home = ZoneInfo(zone)

    def read(text: str) -> tuple[int, str]:
        moment = _moment(text.strip(), dates)
        is_day = len(text.strip()) <= 10 and not (moment.hour or moment.minute)
        placed = moment if moment.tzinfo is not None else moment.replace(tzinfo=home)
        return instant_us(placed.astimezone(UTC)), "day" if is_day else "instant"

    return read


def _moment(text: str, dates: Dates) -> datetime:
    if dates.epoch in ("epoch", "epoch_ms"):
        return datetime.fromtimestamp(int(text) / (1000 if dates.epoch == "epoch_ms" else 1), UTC)
    for form in dates.formats:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the zone is added where none is said)
        except ValueError:
            continue
    return datetime.fromisoformat(text)
