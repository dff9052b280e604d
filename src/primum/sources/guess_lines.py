"""Single proposed lines of `map`: a column as it is, an instant, a number, a table of words.

Owns how a column's values become a line, and the questions that it leaves open. Refuses to know what kind of source
the line stands in: `guess_maps` does.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from primum.sources.expressions import quoted
from primum.sources.guess_columns import FEW, Confidence, Role, has_decimal_comma, is_writable, share
from primum.sources.guess_dates import SERIAL
from primum.sources.guess_kinds import Seen
from primum.sources.guess_masks import Masks, cut
from primum.sources.guess_values import meaning_of
from primum.sources.guess_words import SENTINELS

WORD: Final = 60
"""Characters of a word that a value table may hold."""


@dataclass(frozen=True)
class Line:
    """One proposed line: where an attribute comes from, how sure that is, and why or what a value looks like."""

    attribute: str
    confidence: Confidence
    said: str = ""
    column: str | None = None
    value: str | None = None
    sql: str | None = None
    values: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    local: bool = False
    unsure: tuple[str, ...] = ()
    """Words of `values` whose meaning was told from a part of the word."""


@dataclass(frozen=True)
class Asked:
    """A question; of one source the most urgent (lowest rank) are asked."""

    rank: int
    text: str


@dataclass
class Draft:
    """The lines of one source while they are found."""

    seen: Seen
    masks: Masks
    lines: list[Line]
    asked: list[Asked]

    def role(self, *names: str) -> Role | None:
        """The first of these roles that the table has."""
        return next((self.seen.roles[n] for n in names if n in self.seen.roles), None)

    def add(self, line: Line | None) -> None:
        """Keep a line, if there is one."""
        if line is not None:
            self.lines.append(line)

    def ask(self, rank: int, text: str) -> None:
        """Note a question."""
        self.asked.append(Asked(rank, text))


def slug(text: str) -> str:
    """A name as a strategy's own keys are written: small letters, digits and underscores."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(c))
    found = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:40].rstrip("_")
    return found if found[:1].isalpha() or not found else f"s_{found}"


# Columns as they are


def as_in(draft: Draft, role: Role) -> str:
    """An example of a column's values that may be shown, in words; empty where none may be."""
    shown = draft.masks.example(role)
    return f"as in {shown}" if shown else ""


def nothing_words(role: Role) -> tuple[str, ...]:
    """The values of a column that stand for nothing, as they are spelled there."""
    return tuple(sorted(w for w in role.column.words if w.lower() in SENTINELS))[:6]


def plain_line(draft: Draft, attribute: str, role: Role | None) -> Line | None:
    """A line that takes a column as it is."""
    if role is None:
        return None
    said = as_in(draft, role)
    return Line(attribute, role.confidence, said, column=role.name, missing=nothing_words(role))


def text_lines(draft: Draft) -> list[Line]:
    """`subject` where texts are short, and `content` from the text, else from the template's number."""
    role, template = draft.role("subject"), draft.role("template")
    found = []
    if role is not None:
        line = plain_line(draft, "subject", role)
        assert line is not None
        lengths = [len(v) for v in role.column.values] or [0]
        if sum(lengths) / len(lengths) <= 120:
            found.append(line)
        found.append(replace(line, attribute="content", said="equal texts count as the same content"))
    elif template is not None:
        said = "a number that means something here only"
        found.append(Line("content", "likely", said, column=template.name, local=True))
    return found


def number_line(draft: Draft, attribute: str) -> Line | None:
    """A line of numbers; those with decimal commas are rewritten."""
    role = draft.role(attribute)
    if role is None:
        return None
    comma = share(role.column.values, has_decimal_comma) > 0.3
    said = as_in(draft, role) if attribute == "cost" else ""
    if comma:
        sql = f"replace(replace({quoted(role.name)}, '.', ''), ',', '.')"
        return Line(attribute, "likely", "decimal commas", sql=sql)
    return Line(attribute, role.confidence, said, column=role.name, missing=nothing_words(role))


# Instants


def instant_line(draft: Draft, attribute: str, role: Role | None, *, required: bool = False) -> Line | None:
    """A line of an instant; `required`: rows without one are left out, which is asked about."""
    if role is None:
        return None
    if required and role.column.rows and role.column.filled < 0.95 * role.column.rows:
        lacking = 1 - role.column.filled / role.column.rows
        draft.ask(2, f'{lacking:.0%} of the rows have no date in "{cut(role.name)}" and will be left out; all right?')
    said, missing = as_in(draft, role), nothing_words(role)
    dates = role.dates
    if dates is None:
        return Line(attribute, role.confidence, said, column=role.name)
    if dates.epoch:
        return _counted(attribute, role, said, missing)
    if dates.ambiguous and not _order_known(draft):
        _ask_order(draft, role, dates.formats[0])
    if dates.fits < 0.995:
        said = f"{said}; {1 - dates.fits:.1%} of the values cannot be read"
    sure: Confidence = "unsure" if dates.ambiguous else role.confidence
    if (clock := _clock(draft, attribute, role)) is not None:
        return clock
    return Line(attribute, sure, said, column=role.name, missing=missing, dates=dates.formats)


def _order_known(draft: Draft) -> bool:
    return draft.seen.platform is not None and draft.seen.platform.order is not None


def _clock(draft: Draft, attribute: str, role: Role) -> Line | None:
    """The date and the time of day in a column of its own, put together."""
    clock = draft.role("clock")
    if clock is None or attribute != "at" or role.dates is None or role.dates.times:
        return None
    seconds = share(clock.column.values, lambda v: v.count(":") == 2) > 0.5
    halves = share(clock.column.values, lambda v: v[-1:].lower() == "m") > 0.5
    time = ("%I:%M" if halves else "%H:%M") + (":%S" if seconds else "") + (" %p" if halves else "")
    days = role.dates.formats or ("%Y-%m-%d",)
    sql = f"concat_ws(' ', trim({quoted(role.name)}), trim({quoted(clock.name)}))"
    said = f'"{cut(clock.name)}" holds the time'
    return Line(attribute, role.confidence, said, sql=sql, dates=tuple(f"{d} {time}" for d in days))


def _ask_order(draft: Draft, role: Role, form: str) -> None:
    first, other = ("day", "month") if form.find("%d") < form.find("%m") else ("month", "day")
    draft.ask(1, f'"{cut(role.name)}": is the {first} or the {other} first? Every value fits both; {first} is assumed.')


def _counted(attribute: str, role: Role, said: str, missing: tuple[str, ...]) -> Line:
    """Instants counted since 1970 have a format; days counted by a spreadsheet, since 1899, are computed."""
    assert role.dates is not None
    if role.dates.epoch != SERIAL:
        return Line(attribute, role.confidence, said, column=role.name, missing=missing, dates=(role.dates.epoch,))
    days = f"(TRY_CAST(replace({quoted(role.name)}, ',', '.') AS DOUBLE) - {_SERIAL_OF_1970})"
    sql = f"make_timestamp(CAST(round({days} * 86400) AS BIGINT) * 1000000)"
    if not role.dates.times:
        sql = f"CAST({sql} AS DATE)"
    return Line(attribute, role.confidence, f"days as a spreadsheet counts them, {said}", sql=sql)


_SERIAL_OF_1970: Final = 25_569


# Words


def words_line(
    draft: Draft, attribute: str, role: Role, meaning: Callable[[str], tuple[str | None, bool]], *, closed: bool = False
) -> Line | None:
    """A column of words with the table that makes them ours; words without a meaning are asked about."""
    words = [w for w in role.column.words if w.lower() not in SENTINELS]
    if len(words) > FEW or any(draft.masks.is_personal(w) or not is_writable(w) or len(w) > WORD for w in words):
        return None
    facts = draft.seen.platform.words if draft.seen.platform else {}
    told = {w: (facts[w], True) if w in facts else meaning(w) for w in words}
    unknown = [w for w in words if told[w][0] is None]
    known = tuple((w, m) for w, (m, _) in told.items() if m is not None)
    values = known if any(m != (w.lower() if closed else w) for w, m in known) else ()
    doubtful = tuple(w for w, (m, certain) in told.items() if m is not None and not certain)
    missing = (*nothing_words(role), *(unknown if closed else ()))
    if unknown and closed:
        draft.ask(5, f'what do {_listed(unknown)} in "{cut(role.name)}" mean as a {_noun(attribute)}?')
    confidence: Confidence = "unsure" if doubtful or unknown else role.confidence
    said = "" if values else as_in(draft, role)
    return Line(attribute, confidence, said, role.name, None, None, values, missing, (), False, doubtful)


def _noun(attribute: str) -> str:
    return {"purpose": "message class", "initiated": "answer to who asked for the contact"}.get(attribute, attribute)


def _listed(words: Sequence[str]) -> str:
    shown = ", ".join(f'"{cut(w)}"' for w in words[:3])
    return f"{shown} and {len(words) - 3} more" if len(words) > 3 else shown


def closed_line(draft: Draft, attribute: str) -> Line | None:
    """A line of a column whose words are of a closed list of ours."""
    role = draft.role(attribute)
    if role is None and attribute == "status":
        role = draft.role("event")
    if role is None:
        return None
    return words_line(draft, attribute, role, lambda w: meaning_of(attribute, w), closed=True)


# Dates of a whole source


def share_dates(lines: Sequence[Line]) -> tuple[tuple[str, ...], list[Line]]:
    """The formats that can be said once for the source, and the lines without them.

    Said once only where no date of the source is in ISO form, which a list of formats would not read, and where all
    formats have one order of day and month.
    """
    dated = [line for line in lines if line.dates]
    timed = [line for line in lines if line.attribute in _INSTANTS and line.column]
    formats = tuple(dict.fromkeys(f for line in dated for f in line.dates))
    orders = {("d" if f.find("%d") < f.find("%m") else "m") for f in formats if "%m" in f and not f.startswith("%Y")}
    if not formats or len(dated) < len(timed) or len(orders) > 1 or any(f.startswith("epoch") for f in formats):
        return (), list(lines)
    return formats, [replace(line, dates=()) for line in lines]


_INSTANTS: Final = ("at", "valid_until", "from", "until", "since", "status_at")
