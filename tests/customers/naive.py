"""Who was in which state at an instant, in plain Python, a customer at a time: the twin of `customers.fold`.

It knows no intervals: it asks, for one instant and one contact's scope, whether some beginning stands and no end has
taken it away. Written from docs/customers.md, not from the code.
"""

from dataclasses import dataclass, field

SCOPES = ("channel", "purpose", "topic", "brand", "address", "account")
KEPT = {"as_said": SCOPES, "channel": ("channel", "address"), "company": ()}


@dataclass(frozen=True)
class Said:
    """A beginning (`begins`) or an end of a state, somewhere from `first` to `last`."""

    customer: int
    state: str
    begins: bool
    first: int
    last: int
    scope: dict = field(default_factory=dict, hash=False)
    until: int | None = None

    def covers(self, other):
        return all(other.scope.get(name) == value for name, value in self.scope.items())


def ended(beginning, ends, permits):
    """When a beginning is over at the earliest and at the latest; None: not known to end."""
    if beginning.until is not None and not permits:
        return beginning.until, beginning.until
    able = [e for e in ends if e.customer == beginning.customer and e.state == beginning.state and e.covers(beginning)]
    able = [e for e in able if e.last >= beginning.first] if permits else [e for e in able if e.first > beginning.last]
    first = min(able, key=lambda e: (e.first, e.last), default=None)
    if first is None:
        return None if beginning.until is None else (beginning.until, beginning.until)
    if beginning.until is not None and beginning.until <= first.first:
        return beginning.until, beginning.until
    return first.first, first.last


def holds(said, customer, state, at, scope, *, permits=False, reading="as_said", surely=False):
    """Whether the state may hold, or surely does, for a contact with this scope."""
    beginnings = [s for s in said if s.begins and s.customer == customer and s.state == state]
    ends = [s for s in said if not s.begins]
    for beginning in beginnings:
        kept = KEPT[reading] if state == "opted_out" else SCOPES
        named = {n: v for n, v in beginning.scope.items() if n in kept}
        if any(scope.get(n) != v for n, v in named.items()):
            continue
        over = ended(beginning, ends, permits)
        begun = beginning.last if surely else beginning.first
        if at >= begun and (over is None or at < (over[0] if surely else over[1])):
            return True
    return False
