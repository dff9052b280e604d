"""Departments in their colours, the same on every page of the document.

Owns the order of colours. Refuses to let a colour say what no text says.
"""

from collections.abc import Iterable

from primum.report import palette
from primum.report.phrases import name
from primum.strategy.models import Strategy


class Owners:
    """The departments of a strategy: titles, persons, colours."""

    def __init__(self, strategy: Strategy) -> None:
        self._departments = strategy.departments
        self._slots = {key: palette.slot(number) for number, key in enumerate(strategy.departments)}

    def title(self, key: str | None) -> str:
        """What people call a department; "nobody" where none is named."""
        if not key:
            return "nobody"
        department = self._departments.get(key)
        return name(department.title or key if department is not None else key)

    def slot(self, key: str | None) -> str:
        """The style class of a department."""
        return self._slots.get(key or "", "d0")

    def colour(self, key: str | None) -> str:
        """The colour of a department."""
        return palette.colour(self.slot(key)) if key else palette.OTHERS

    def legend(self, keys: Iterable[str]) -> tuple[tuple[str, str], ...]:
        """Style class and title of each."""
        return tuple((self.slot(key), self.title(key)) for key in keys)
