"""What the register says of a communication: all that no asker may say of itself.

Owns the look-up by name and by other names, and how an unregistered communication is judged: as marketing of the
lowest priority. Refuses to let a question override it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from primum.words.durations import parse_duration

LOWEST: Final = -1_000_000_000.0
"""The priority of what nobody registered."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A communication as the gate knows it. `valid_for` in microseconds; no channels: any channel."""

    name: str
    attributes: Mapping[str, str]
    priority: float = 0.0
    valid_for: int | None = None
    channels: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Register:
    """Every communication, by each of its names."""

    by_name: Mapping[str, Registered]

    def look_up(self, name: str) -> Registered:
        """What is known of a communication."""
        return self.by_name.get(name) or Registered(name, {"purpose": "marketing"}, LOWEST, known=False)


def register_of(communications: Mapping[str, Mapping[str, Any]]) -> Register:
    """The register that plain data says (a strategy's `communications`, or those of a stored version)."""
    found: dict[str, Registered] = {}
    for name, said in communications.items():
        one = Registered(
            name,
            {key: str(said[key]) for key in ("purpose", "topic", "initiated") if said.get(key)},
            float(said.get("priority") or 0.0),
            parse_duration(said["valid_for"]).microseconds if said.get("valid_for") else None,
            tuple(said.get("channels") or ()),
        )
        for other in said.get("known_as") or ():
            found.setdefault(other, one)
        found[name] = one
    return Register(found)
