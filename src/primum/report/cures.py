"""Cures in words: what is to be done, and how far the first of them go.

Owns these sentences, for the page and the terminal alike.
"""

from primum.audit.results import Cure, Cures
from primum.report.names import Names
from primum.report.phrases import name, percent

SEVERITIES = {"never": "never-events", "harm": "contacts that do harm", "courtesy": "contacts that a courtesy forbids"}


def reach(c: Cures) -> str:
    """`Cures 1 to 4 remove or move 80% of the never-events.`; empty where they reach nothing against a rule."""
    if c.reach_severity is None:
        return ""
    first = "Cure 1 removes or moves" if c.reach_cures == 1 else f"Cures 1 to {c.reach_cures} remove or move"
    return f"{first} {percent(c.reach_share)} of the {SEVERITIES[c.reach_severity]}."


def told(c: Cure, names: Names) -> str:
    """A cure as a sentence."""
    who = "all departments" if c.everybody else names.department(c.department)
    says = f"“{name(c.says).rstrip('.')}”" if c.says else ""
    what = names.communication(c.communication) if c.communication else ""
    if c.kind == "retire":
        return f"Retire {what}: nearly every one of its contacts is against {says}."
    if c.kind == "merge":
        into = f"{names.communication(c.into)} of {names.department(c.into_department)}"
        return f"Merge {what} into {into}: do not send it where that went out within seven days."
    if c.kind == "move":
        return f"Move contacts of {who} into the open hours: {says}."
    if c.kind == "repair a suppression feed":
        return f"Repair the suppression feed of {who}: {says}."
    if c.kind == "change an audience":
        return f"Change the audience of {who}: {says}."
    if c.rule is None:
        return f"Set a rule for {who}: {what} not twice with the same content in seven days."
    return f"Set a rule for {who}: {says}."
