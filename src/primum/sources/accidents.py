"""Accidents of exports: what the forms of a source's values say, file by file and between files.

Owns what may be called an accident. Refuses to look at a file: it judges what `profile` saw, of files that were read
now and of those that were read long ago alike. False alarms are worse than misses.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from primum.sources.profile import (
    CLASSES,
    CLOSED_LIKE,
    DAYS,
    MOST_WORDS,
    Column,
    Facts,
    formats_of,
    mapped_columns,
    order_of,
)
from primum.sources.warnings import AS_TEXT, SourceWarning
from primum.sources.zeros import ENOUGH, NEARLY, Digits
from primum.strategy.models import Source
from primum.words.masking import masked_file

_KINDS: Final = {"power": "scientific_notation", "point": "point_zero", "garbled": "garbled_text"}
_FORMS: Final = {
    "power": (
        "Identifiers were turned into rounded numbers: their last digits are lost, and they match nobody",
        AS_TEXT,
    ),
    "point": (
        "Identifiers end in .0: a program took them for numbers, and they match nobody who is written without",
        AS_TEXT,
    ),
    "garbled": (
        "Letters are garbled, as when UTF-8 is read in another encoding",
        "Say the right `encoding:` for the source; where the file itself is garbled, export it again as UTF-8.",
    ),
}


@dataclass(frozen=True)
class Profile:
    """What the scan of a source told; `digits` is compared across sources (see `zeros.eaten_zeros`)."""

    warnings: tuple[SourceWarning, ...] = ()
    digits: tuple[Digits, ...] = ()


def judged(name: str, source: Source, seen: Mapping[str, Facts], country: str | None) -> Profile:
    """What the facts of a source's files, by name and in order, say.

    Args:
        country: whose national phone numbers can be read.
    """
    held = {file: facts for file, facts in seen.items() if facts["n"]}
    known = dict.fromkeys(c for facts in held.values() for c in facts["columns"])
    judge = _Judge(name, source, held, country)
    columns = mapped_columns(source, known)
    for column in columns:
        judge.column(column)
    judge.totals()
    return Profile(tuple(judge.found), tuple(d for c in columns for d in judge.digits(c)))


class _Judge:
    def __init__(self, name: str, source: Source, seen: dict[str, Facts], country: str | None) -> None:
        self._name, self._source, self._seen, self._country = name, source, seen, country
        self.found: list[SourceWarning] = []

    def _warn(self, kind: str, column: Column, count: int, total: int, example: str | None, what: str, cure: str,
              file: str | None = None) -> None:  # fmt: skip
        self.found.append(SourceWarning(kind, self._name, file, column.name, count, total, example, what, cure))

    def _of(self, column: Column) -> dict[str, Facts]:
        """What was seen of a column, by file."""
        return {file: facts["columns"][column.name] for file, facts in self._seen.items()}

    def column(self, column: Column) -> None:
        """Everything about one column."""
        seen = self._of(column)
        total, filled = sum(f["n"] for f in self._seen.values()), sum(s["filled"] for s in seen.values())
        if total >= ENOUGH and not filled:
            what = f"The column is mapped as `{column.attribute}`, and is empty in every row"
            cure = "Export it with its values, or take it out of the mapping."
            self._warn("empty_column", column, total, total, None, what, cure)
        for kind, (what, cure) in _FORMS.items():
            found = [s[kind] for s in seen.values() if kind in s]
            if found:
                count, example = sum(n for n, _ in found), min(example for _, example in found)
                self._warn(_KINDS[kind], column, count, filled, example, what, cure)
        self._dates(column, [s["dates"] for s in seen.values() if "dates" in s])
        self._phones(column, [s["phones"] for s in seen.values() if "phones" in s])
        if len(seen) > 1:
            self._emptied(column, seen)
            self._changed(column, seen)
            self._words(column, {file: s["words"] for file, s in seen.items() if "words" in s})

    def _phones(self, column: Column, seen: Sequence[dict[str, Any]]) -> None:
        """Numbers that cannot be read because their + or their country is gone."""
        n, abroad, bare, national, looked, lost = (
            sum(s[name] for s in seen) for name in ("n", "abroad", "bare", "national", "looked", "lost")
        )
        if self._country is None:
            if min(abroad, national) >= ENOUGH:
                what = "Numbers are written with and without their country: the same number twice would be two people"
                cure = "Say `customers: {country: GB}` (yours), or export numbers in international form."
                self._warn("phones_without_country", column, national, n, None, what, cure)
        elif bare >= ENOUGH and lost >= max(5, 0.05 * looked):
            what = "Numbers from abroad have lost their +: they are read as other numbers, and match nobody"
            example = min(s["example"] for s in seen if s["example"])
            self._warn("phones_without_plus", column, lost, looked, example, what, AS_TEXT)

    def _dates(self, column: Column, seen: Sequence[dict[str, Any]]) -> None:
        """Dates of which day and month may be exchanged."""
        formats = formats_of(column, self._source)
        both = {order for f in formats if (order := order_of(f))}
        first = next((f for f in formats if order_of(f)), None)
        n, either, clear = (sum(s[name] for s in seen) for name in ("n", "either", "clear"))
        days, numbers, months = ({v for s in seen for v in s[name]} for name in ("days", "day_numbers", "months"))
        if first is None or not either:
            return
        if len(both) > 1:
            what = (
                "Two orders of day and month are allowed, and these dates can be read either way: the first was taken"
            )
            cure = "Export dates as 2026-03-01, or allow one order only."
        elif not clear and len(days) >= DAYS and len(numbers) < len(months):
            what = "No day is above 12, and the days would lie closer together with day and month exchanged"
            cure = f"Look at a date you know: `{_exchanged(first)}` reads as well as `{first}`."
        else:
            return
        example = min((s["least"], s["example"]) for s in seen if s["either"])[1]
        self._warn("ambiguous_dates", column, either, n, example, what, cure)

    def _emptied(self, column: Column, seen: Mapping[str, Facts]) -> None:
        """Columns that are filled in one file and empty in another."""
        rows = {file: facts["n"] for file, facts in self._seen.items()}
        wide = [file for file in seen if rows[file] >= 5 * ENOUGH]
        full = next((f for f in wide if seen[f]["filled"] >= NEARLY * rows[f]), None)
        for file in wide:
            if full is not None and seen[file]["filled"] <= (1 - NEARLY) * rows[file]:
                what = f"The column is filled in {masked_file(full)}, and empty in this file"
                cure = "Export the file again, or look whether the column has another name there."
                count = rows[file] - seen[file]["filled"]
                self._warn("emptied_column", column, count, rows[file], None, what, cure, file)

    def _changed(self, column: Column, seen: Mapping[str, Facts]) -> None:
        """Columns that mean one thing in one file and another in another."""
        forms = {file: form for file, s in seen.items() if (form := _form(s)) is not None}
        first = next(iter(forms.items()), None)
        for file, form in forms.items():
            if first is not None and form != first[1]:
                what = f"The column holds {form} in this file, and {first[1]} in {masked_file(first[0])}"
                cure = "Look whether the export has shifted its columns or changed their meaning."
                self._warn(
                    "changed_column", column, seen[file]["filled"], self._seen[file]["n"], None, what, cure, file
                )

    def _words(self, column: Column, words: Mapping[str, Sequence[tuple[str, int]]]) -> None:
        """Files whose few words have nothing in common with those of the others."""
        if column.attribute not in CLOSED_LIKE or column.kind != "text":
            return
        rows = {f: sum(n for _, n in own) for f, own in words.items()}
        several = {
            f: {w for w, _ in own} for f, own in words.items() if 2 <= len(own) <= MOST_WORDS and rows[f] >= 5 * ENOUGH
        }
        others = {f: {w for g, theirs in several.items() if g != f for w in theirs} for f in several}
        odd = [f for f, own in several.items() if others[f] and not others[f] & own]
        for f in odd[len(odd) == len(several) :]:
            shown, known = (", ".join(sorted(words)[:4]) for words in (several[f], others[f]))
            what = f"The words of this file ({shown}) are in no other file of the source (they have {known})"
            cure = "If they mean the same, say so under `values:`; else look whether columns have shifted."
            self._warn("other_words", column, rows[f], rows[f], None, what, cure, f)

    def totals(self) -> None:
        """Rows of totals that a report appended."""
        for file, facts in self._seen.items():
            if (t := facts["totals"]) is not None:
                what = "A row of totals stands among the rows: it is no contact, and is read as one or rejected"
                cure = "Export the rows without totals, or delete the row."
                self.found.append(
                    SourceWarning("totals_row", self._name, file, t["column"], t["n"], t["n"], t["example"], what, cure)
                )

    def digits(self, column: Column) -> Iterator[Digits]:
        """How the digit-only values of an identifier are written, by file."""
        if not column.is_number_like or column.attribute == "phone":
            return
        for file, s in self._of(column).items():
            if "zeros" in s:
                lengths = {int(k): n for k, n in s["lengths"].items()}
                yield Digits(
                    self._name, file, column.name, column.attribute, s["filled"], s["zeros"], lengths, s["shortest"]
                )


def _form(seen: Facts) -> str | None:
    """What nearly all values of a column are in one file; None where they are mixed or few."""
    filled = seen["filled"]
    if filled < ENOUGH:
        return None
    counts = dict(zip(CLASSES, seen["classes"], strict=True))
    best = max(counts, key=lambda name: counts[name])
    if counts[best] >= NEARLY * filled:
        return best
    return "words" if sum(counts.values()) <= (1 - NEARLY) * filled else None


def _exchanged(form: str) -> str:
    return form.replace("%d", "%\0").replace("%m", "%d").replace("%\0", "%m")
