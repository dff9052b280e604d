"""The proposals about who is no customer, as lines that can be pasted into the strategy.

Owns the file `not_people.yaml`. Refuses to write out who somebody is where the audit masks it.
"""

import json

from primum.audit.results import AuditResult, ProposedNonPerson
from primum.report.phrases import clean, counted, number

HEAD = """\
# Who looks like no customer, proposed by the audit. Nothing changes until you decide:
# copy the lines that are right into primum.yaml, under `customers:`. What is listed there is kept out of pressure,
# duplicates, meetings and the worst-hit list, and is still counted in every volume.
# A customer who only looks like this goes under `people:` instead: `people: ["email:ann@example.org"]`.
"""


def not_people_yaml(result: AuditResult) -> str:
    """The file's text."""
    found = result.non_people
    if not found.proposed:
        return f"{HEAD}\n# Nobody was found who looks like no customer.\n"
    hidden = sum(1 for p in found.proposed if not p.pasteable)
    lines = [HEAD]
    if hidden:
        masked = counted(hidden, "identifier is", "identifiers are")
        lines.append(f"# {masked} masked: audit with --reveal and --why to have them.")
    lines.append("not_people:" if hidden < len(found.proposed) else "# not_people:")
    for p in found.proposed:
        lines.append(f"  # {clean('; '.join(p.reasons), 400)} ({number(p.contacts)} contacts)")
        lines.append(f"  {'' if p.pasteable else '# '}- {line_of(p)}")
    return "\n".join(lines) + "\n"


def line_of(proposed: ProposedNonPerson) -> str:
    """One entry of `not_people`."""
    return f"{{identifier: {json.dumps(clean(proposed.identifier, 300), ensure_ascii=False)}, why: {proposed.why}}}"
