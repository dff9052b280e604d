"""What one communication of the made-up company is.

Owns the record. Refuses the list: the register is in `register` and `register_more`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Communication:
    """Something the company says. `alias` is its name in the exports; unregistered ones have a name only."""

    name: str
    department: str
    purpose: str | None
    channel: str | None
    subjects: tuple[str | None, ...]
    title: str = ""
    alias: str = ""
    owner: str | None = None
    topic: str = ""
    registered: bool = True
    asked: bool = False
    product: str = ""
    valid_days: int = -1
    log: str = ""
    """The source that tells of it; by default that of its department."""
    weight: float = 0.0
    """Share in the background of its department; 0: only where it is planted."""

    @property
    def source(self) -> str:
        """The source that tells of it."""
        return self.log or self.department
