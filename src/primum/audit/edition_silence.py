"""What one department may see of silence and of the worst customers: what is everybody's, and its own.

Owns these findings in an edition (`audit.edition`). Refuses to tell what another department's messages were against.
"""

from dataclasses import replace

from primum.audit import results as r
from primum.audit.edition_rules import Eyes
from primum.audit.results_lines import ContactLine, LineMark

CLASH = "On the same day as another department's message."


def silence(s: r.Silence, own: frozenset[str], department: str) -> r.Silence:
    """Silence is everybody's; communications and owners of others are left out.

    Args:
        own: the department's communications.
    """
    return replace(
        s,
        rules=tuple(replace(x, owner=x.owner if x.owner == department else None) for x in s.rules),
        owed=tuple(replace(o, communications=tuple(c for c in o.communications if c in own)) for o in s.owed),
    )


def worst(w: r.WorstCustomer, person: r.Person, eyes: Eyes) -> r.WorstCustomer:
    """One of the ten as a department may see them.

    Args:
        person: the same person in the edition, whose lines are in the same order.
    """
    both = zip(w.person.timeline, person.timeline, strict=True)
    lines = tuple(replace(seen, marks=_marks(whole, eyes.own)) for whole, seen in both)
    kinds = {mark.kind for line in lines for mark in line.marks}
    names = {"never-event": "never", "clash": "clash", "silence": "silence"}
    why = tuple(x for x in w.why if names.get(x) in kinds) or ("pressure",)
    return r.WorstCustomer(why, replace(person, timeline=lines))


def _marks(line: ContactLine, own: str) -> tuple[LineMark, ...]:
    if line.department != own:
        return tuple(mark for mark in line.marks if mark.kind == "silence")
    return tuple(replace(mark, text=CLASH) if mark.kind == "clash" else mark for mark in line.marks)
