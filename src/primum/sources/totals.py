"""Rows of totals, as reports append them to their rows.

Owns the words for a total and the test of a row. Refuses a word alone: whoever is called Total has a name, a date.
"""

import re
from collections.abc import Sequence
from typing import Final

TOTALS: Final = frozenset(
    (
        "total", "totals", "grand total", "sum", "subtotal", "sub-total", "summe", "gesamt", "gesamtsumme", "endsumme",
        "zwischensumme", "insgesamt", "total général", "total general", "total generale", "totale", "totaal",
        "subtotaal", "suma", "razem", "celkem", "ukupno", "összesen", "yhteensä", "totalt", "i alt", "toplam",
        "genel toplam", "итого", "всего", "合計", "总计", "總計", "합계",
    )
)  # fmt: skip
"""What reports write in front of a row of totals, in small letters."""
_AMOUNT = re.compile(r"[-+]?[\d.,'\u00a0 ]*\d([.,]\d+)?\s*(%|[A-Z]{3}|[€$£])?")


def is_total(values: Sequence[object]) -> bool:
    """Whether a row says "Total" once, and otherwise holds numbers (at least one) or nothing."""
    filled = [str(v).strip() for v in values if v is not None and str(v).strip()]
    words = [v for v in filled if v.rstrip(": ").lower() in TOTALS]
    return len(words) == 1 and len(filled) > 1 and all(_AMOUNT.fullmatch(v) for v in filled if v not in words)
